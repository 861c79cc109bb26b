"""Single values and experiments laid over a configuration that is composed already, as Hydra would lay them.

A value typed on the command line or in an arm comes after every file, and an experiment after every other file. Hydra
takes a third of a second to compose seventy files for each of them; putting them into plain dictionaries takes none of
it. Whatever is not plain to see (lists, choices inside an experiment, names Hydra reads in a way of its own) is left to
Hydra.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from marketsim.scenario.catalogue import package_of
from marketsim.scenario.folders import file_of

Plain = dict[str, Any]

_VALUE = re.compile(r"(?P<sign>\+\+)?(?P<key>[a-z]\w*(?:\.\w+)+)=(?P<value>[^\s,\[\]{}()'\"]+)")
_WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d*)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_OF_ITS_OWN = ("true", "false", "null", "nan", "inf")
_CHOICE = re.compile(r"\w+=\w+")
_OVERRIDDEN = re.compile(r"override /(?P<group>\w+)")
_EXPERIMENT = re.compile(r"experiment=(?P<name>[A-Za-z0-9_-]+)")
_SPECIAL = re.compile(r"\$\{|\?\?\?")


class NotPlain(Exception):
    """A file or a setting that only Hydra can deal with."""


def without_values(overrides: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the overrides that only Hydra can read, and those that set a single value, in their order."""
    plain = [line for line in overrides if _is_value(line)]
    keys = {_key(line) for line in overrides if line not in plain and not _CHOICE.fullmatch(line)}
    mixed = {key for line in plain if (key := _key(line)) and any(_nested(key, other) for other in keys)}
    plain = [line for line in plain if _key(line) not in mixed]
    return [line for line in overrides if line not in plain], plain


def _is_value(line: str) -> bool:
    found = _VALUE.fullmatch(line)
    if found is None or found["key"].startswith("hydra."):
        return False
    text = found["value"]
    word = _WORD.fullmatch(text) and (text not in _OF_ITS_OWN or text in ("true", "false"))
    return bool(word or _WHOLE.fullmatch(text) or _NUMBER.fullmatch(text))


def _key(line: str) -> str:
    return line.lstrip("+~").partition("=")[0].partition("@")[0]


def _nested(one: str, other: str) -> bool:
    """Tell whether one of two dotted names stands above the other, or they are the same."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def without_experiment(overrides: Sequence[str], dirs: Sequence[Path]) -> tuple[list[str], Plain | None, str | None]:
    """Return the overrides without their experiment, what its file says, and its name; unless Hydra has to read it.

    Files that the experiment chooses for other groups are chosen by overrides instead, where nothing else is typed.
    """
    found = [line for line in overrides if _EXPERIMENT.fullmatch(line)]
    others = [line for line in overrides if line not in found]
    if len(set(found)) != 1 or any(_key(line) == "experiment" for line in others):
        return list(overrides), None, None
    name = found[0].partition("=")[2]
    path = file_of("experiment", name, dirs)
    if path is None or name == "null" or package_of(path) != "":
        return list(overrides), None, None
    text = path.read_text(encoding="utf-8")
    if _SPECIAL.search(text):
        return list(overrides), None, None
    data = _read(text)
    chosen = None if data is None else _chosen(data.get("defaults"))
    if data is None or chosen is None:
        return list(overrides), None, None
    typed = {_key(line) for line in others}
    own = [f"{group}={choice}" for group, choice in chosen.items() if group not in typed]
    return [*own, *others], {key: value for key, value in data.items() if key != "defaults"}, name


@lru_cache(maxsize=64)
def _read(text: str) -> Plain | None:
    data = OmegaConf.to_container(OmegaConf.create(text))
    return {str(key): value for key, value in data.items()} if isinstance(data, dict) else None


def _chosen(defaults: object) -> dict[str, str] | None:
    """Return the files an experiment chooses for other groups, or None where its list says more than that."""
    found = {}
    for entry in defaults if isinstance(defaults, list) else [] if defaults is None else [defaults]:
        for key, choice in entry.items() if isinstance(entry, dict) else [("", None)]:
            group = _OVERRIDDEN.fullmatch(str(key))
            if group is None or not isinstance(choice, str):
                return None
            found[group["group"]] = choice
    return found


def merged(under: Plain, over: Plain) -> Plain:
    """Lay settings over others, as Hydra does: groups of settings are merged, everything else is replaced."""
    both = dict(under)
    for name, value in over.items():
        former = both.get(name)
        both[name] = merged(former, value) if isinstance(former, dict) and isinstance(value, dict) else value
    return both


def with_values(settings: Plain, lines: Sequence[str]) -> Plain:
    """Return settings with single values replaced, or added where the override begins with `++`.

    Raises
    ------
    NotPlain
        Where a name is not there, or stands for a group of settings.
    """
    for line in lines:
        found = _VALUE.fullmatch(line)
        assert found is not None
        settings = _placed(settings, found["key"].split("."), _parsed(found["value"]), add=found["sign"] == "++")
    return settings


def _placed(settings: Plain, path: list[str], value: object, *, add: bool) -> Plain:
    """Return a copy that differs along one path only."""
    name, *rest = path
    if name not in settings and not add:
        raise NotPlain
    former = settings.get(name, {} if rest else None)
    if rest:
        if not isinstance(former, dict):
            raise NotPlain
        return {**settings, name: _placed(former, rest, value, add=add)}
    if isinstance(former, dict | list):
        raise NotPlain
    return {**settings, name: value}


def _parsed(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
