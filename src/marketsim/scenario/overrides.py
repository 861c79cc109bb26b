"""What a person types, read before Hydra reads it: short forms are spelt out, and misspelt names are refused."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Override
from hydra.errors import HydraException

from marketsim.scenario.build import matches, no_such, unknown_setting
from marketsim.scenario.errors import BadInput
from marketsim.scenario.folders import available, groups
from marketsim.scenario.schema import ROOT_KEYS, SETTINGS

_ARM = re.compile(r"^\+{0,2}(arms\.[^=\s]+)=\s*\[(.*)\]\s*$", re.DOTALL)
_OPEN_KEYS = ("arms.", "strategy.budget_split.", "strategy.floors.", "strategy.spend_factor.", "schedule.changes.")
"""Where a person may add names: Hydra wants `++` for them."""
_KEY = re.compile(r"^(?P<sign>\+{0,2}|~)(?P<key>[^=~+][^=]*?)(?P<value>=.*)?$", re.DOTALL)
_ARM_NAME = re.compile(r"[A-Za-z0-9_-]+")
_SEVERAL = ("programme",)
"""Groups of which several files may be chosen."""
_NOTHING_CHOSEN = ("experiment=null", "experiment=")

ConfigDirs = Sequence[Path]


def spell_out(override: str) -> str:
    """Return an override in a form that Hydra reads.

    `arms.NAME=[strategy=balanced,sales.development_reps=7]` gets quotes around its parts, and names that a person may
    add (arms, programmes of a split, changes of a schedule) the `++` that Hydra wants for them.
    """
    arm = _ARM.match(override)
    if arm:
        parts = [_quoted(part) for part in _split(arm.group(2))]
        return f"++{arm.group(1)}=[{','.join(parts)}]"
    found = _KEY.match(override)
    if found is None or found["value"] is None:
        return override
    if found["sign"] != "~" and (found["key"].startswith(_OPEN_KEYS) or f"{found['key']}." in _OPEN_KEYS[2:]):
        return f"++{found['key']}{found['value']}"
    if found["sign"] and found["key"] in groups():
        return override.lstrip("+")
    return override


def read_overrides(overrides: Iterable[str], config_dirs: ConfigDirs = (), *, sweep: bool = False) -> list[str]:
    """Spell out overrides and check every name in them.

    Parameters
    ----------
    overrides : iterable of str
        As typed, without the verb and without flags.
    config_dirs : sequence of Path
        Folders of the person's own settings.
    sweep : bool
        Whether several values per setting (`market=a,b`) are allowed, as in a multirun.

    Raises
    ------
    BadInput
        For what cannot be parsed, unknown settings and unknown choices, in one line.
    """
    spelt = []
    parser = OverridesParser.create()
    before = ""
    for text in overrides:
        if not isinstance(text, str):
            raise BadInput(f"an override is a text such as market.accounts=5000, got {text!r}")
        _check_writing(before, text)
        before = text
        line = spell_out(text)
        try:
            parsed = parser.parse_override(line)
        except HydraException as error:
            raise _unreadable(text, error) from None
        if line in _NOTHING_CHOSEN:
            continue
        if key_of(line).split(".")[0] == "claims":
            raise BadInput(
                f"{text}: the rule of a claim is fixed in its experiment's file. Copy the file (conf/experiment) "
                "to a folder of your own to ask another question"
            )
        _check(parsed, text, config_dirs, sweep)
        spelt.append(line)
    return spelt


def overrides_of_arm(name: str, entries: object, config_dirs: ConfigDirs = ()) -> list[str]:
    """Return the checked overrides of one arm; settings that all arms share are refused.

    Raises
    ------
    BadInput
        Where the arm is not a list of overrides, or sets something that is the same for all arms.
    """
    example = f"arms.{name}=[strategy=balanced,sales.development_reps=7]"
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise BadInput(f"arms.{name} must be a list of overrides, such as {example}, got {entries!r}")
    try:
        spelt = read_overrides(entries, config_dirs)
    except BadInput as error:
        raise BadInput(f"arm {name!r}: {error}") from None
    for line in spelt:
        key = key_of(line)
        first = key.split(".")[0]
        if first in ("run", "engine", "truth", "experiment", "hydra", *ROOT_KEYS):
            raise BadInput(f"arm {name!r}: {key} is the same for all arms; write it outside arms.{name}")
    return spelt


def key_of(override: str) -> str:
    """Return the setting or group an override names."""
    found = _KEY.match(override)
    return found["key"] if found else override


def choice_of(overrides: Iterable[str], group: str) -> str | None:
    """Return the last choice made for a group, if any."""
    chosen = None
    for line in overrides:
        if key_of(line) == group and "=" in line:
            chosen = line.partition("=")[2].strip().strip("'\"")
    return None if chosen in ("", "null") else chosen


def _check_writing(before: str, text: str) -> None:
    """Refuse spaces around the sign, doubled signs, and names of arms that Hydra cannot read."""
    if before and (text.startswith("=") or (before == "=" and "=" not in text)):
        value = text.lstrip("=").strip() or "VALUE"
        raise BadInput(f"cannot read {text!r}. Write {before.rstrip('= ')}={value}, without spaces")
    key, sign, value = (part.strip() for part in text.partition("="))
    if sign and key and (value.startswith("=") or text.partition("=")[0] != text.partition("=")[0].rstrip()):
        value = value.lstrip("=").strip()
        raise BadInput(f"cannot read {text!r}. Write {key}={value}, without spaces and with one =")
    name = key.lstrip("+~")
    if sign and name.startswith("arms.") and not _ARM_NAME.fullmatch(name.removeprefix("arms.")):
        raise BadInput(
            f"{name.removeprefix('arms.')!r} cannot be the name of an arm: letters a to z, digits, _ and - are allowed"
        )


def _several(group: str, shown: str) -> BadInput:
    if group == "strategy":
        return BadInput(f"strategy={shown} names several; to compare them write strategies=[{shown.strip('[]')}]")
    return BadInput(f"{group}={shown} names several values; it takes one choice only, or -m for a sweep")


def _check(parsed: Override, text: str, config_dirs: ConfigDirs, sweep: bool) -> None:
    key = str(parsed.key_or_group)
    if not key:
        raise _unreadable(text, HydraException("no name"))
    if key == "hydra" or key.startswith(("hydra.", "hydra/")):
        return
    if parsed.is_sweep_override() and not sweep:
        shown = text.partition("=")[2]
        if key in groups(config_dirs) and key not in _SEVERAL:
            raise _several(key, shown)
        raise BadInput(f"{key}={shown} names several values; a list needs brackets ({key}=[{shown}]), a sweep needs -m")
    group_names = groups(config_dirs)
    if parsed.package is not None:
        raise unknown_setting(f"{key}@{parsed.package}", ())
    if key in group_names:
        if isinstance(parsed.value(), list) and key not in _SEVERAL:
            raise _several(key, text.partition("=")[2])
        _check_choice(parsed, key, config_dirs)
        return
    if key.startswith("programme.") and not parsed.is_add() and not parsed.is_force_add():
        name, programmes = key.split(".")[1], available("programme", config_dirs)
        if name not in programmes:
            raise no_such("programme", name, programmes)
    known = (*SETTINGS, *ROOT_KEYS, *group_names)
    if not any(matches(key, name) for name in known):
        raise unknown_setting(key, known)
    if parsed.is_add() and key in (*SETTINGS, *ROOT_KEYS):
        raise BadInput(f"{key} is a setting already; leave out the +")


def _check_choice(parsed: Override, group: str, config_dirs: ConfigDirs) -> None:
    """Refuse a file that is not in the group's folder."""
    there_are = available(group, config_dirs)
    optional = group == "experiment"
    for value in _values(parsed):
        if value is None and optional:
            continue
        if not isinstance(value, str) or (value not in there_are and "*" not in value):
            raise no_such(group, "null" if value is None else value, there_are)


def _values(parsed: Override) -> list[Any]:
    """Return every choice an override names: one, a list, or those of a sweep."""
    if parsed.is_delete() and parsed.value() in (None, ""):
        raise BadInput(f"{parsed.key_or_group} cannot be left out; choose one with {parsed.key_or_group}=NAME")
    if isinstance(parsed.value(), ChoiceSweep):
        return list(parsed.sweep_iterator())
    value = parsed.value()
    if isinstance(value, list):
        return value
    return [value if value is None or isinstance(value, str) else str(value)]


def _unreadable(text: str, error: HydraException) -> BadInput:
    if text.lstrip("+").startswith("arms."):
        name = key_of(text).removeprefix("arms.")
        return BadInput(f"cannot read {text!r}. Write it as 'arms.{name}=[strategy=balanced,market.accounts=5000]'")
    if "=" not in text.lstrip("="):
        return BadInput(f"cannot read {text!r}. Write settings as name=value, such as market.accounts=5000")
    reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return BadInput(f"cannot read {text!r}: {reason.rstrip('.')}. Quotes around the value may help")


def _split(text: str) -> list[str]:
    """Split at commas that stand outside brackets and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for position, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "[{(":
            depth += 1
        elif sign in "]})":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _quoted(part: str) -> str:
    if len(part) > 1 and part[0] == part[-1] and part[0] in "'\"":
        return part
    escaped = part.replace('"', '\\"')
    return f'"{escaped}"'
