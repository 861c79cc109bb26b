"""Another file of a group in a configuration that is composed already, without composing all of it again.

Hydra takes a third of a second for seventy files, and a comparison needs the same seventy with another strategy for
every arm. The groups of a plan and the history stand for themselves: their files write into their own section, and no
other file does. Wherever that is not plain to see, nothing is swapped and Hydra composes.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from omegaconf import OmegaConf

from marketsim.scenario.catalogue import package_of
from marketsim.scenario.folders import file_of
from marketsim.scenario.plain_values import NotPlain, Plain, merged
from marketsim.scenario.schema import PLAN_SECTIONS

__all__ = ["SWAPPED", "NotPlain", "Plain", "Swapper", "apart"]

SWAPPED = (*PLAN_SECTIONS, "history")
_CHOICE = re.compile(rf"(?P<group>{'|'.join(SWAPPED)})=(?P<name>[A-Za-z0-9_-]+)")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_SPECIAL = re.compile(r"\$\{|\?\?\?")
_DEFAULTS = re.compile(r"^defaults\s*:", re.MULTILINE)
_NONE = ("null", "Null", "NULL")


def apart(overrides: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Return the overrides without choices of the groups that can be swapped, and those choices, the last one each."""
    choices = {line: found for line in overrides if (found := _CHOICE.fullmatch(line)) and found["name"] not in _NONE}
    others = [line for line in overrides if line not in choices]
    touched = {re.split(r"[.=@/]", line.lstrip("+~"), maxsplit=1)[0] for line in others}
    plain = {line for line, found in choices.items() if found["group"] not in touched}
    chosen = {choices[line]["group"]: choices[line]["name"] for line in overrides if line in plain}
    return [line for line in overrides if line not in plain], chosen


class Swapper:
    """Swaps files of single groups; every file is read once.

    Parameters
    ----------
    config_dirs : sequence of Path
        Folders of the person's own settings.
    """

    def __init__(self, config_dirs: Sequence[Path] = ()) -> None:
        self._dirs = config_dirs
        self._known: dict[tuple[str, str], Plain] = {}
        self._apart: dict[tuple[str, str], bool] = {}

    def swap(self, composed: Plain, choices: Plain, wanted: Mapping[str, str]) -> tuple[Plain, Plain]:
        """Return a composed configuration and its choices with other files for some groups.

        Raises
        ------
        NotPlain
            If the result might be another one than Hydra's.
        """
        self._require_alone(choices)
        settings = dict(composed)
        for group, name in wanted.items():
            now = choices.get(group)
            if not isinstance(now, str) or not _same(composed.get(group), self._read(group, now)):
                raise NotPlain
            settings[group] = self._read(group, name)
        return settings, {**choices, **wanted}

    def _require_alone(self, choices: Plain) -> None:
        """See that none of the other files that are chosen writes into a section that can be swapped."""
        for group, chosen in choices.items():
            if group in SWAPPED or group.startswith("hydra"):
                continue
            for name in chosen if isinstance(chosen, list | tuple) else [chosen]:
                if isinstance(name, str) and not self._stays_apart(group, name):
                    raise NotPlain

    def _stays_apart(self, group: str, name: str) -> bool:
        """Whether a file, and those of its group that it starts from, write into no section that can be swapped."""
        if (group, name) not in self._apart:
            self._apart[group, name] = False  # until it is known; a circle of files is left to Hydra
            path = file_of(group, name, self._dirs)
            self._apart[group, name] = path is not None and self._looks_apart(group, path)
        return self._apart[group, name]

    def _looks_apart(self, group: str, path: Path) -> bool:
        package = package_of(path)
        if package.split(".")[0] in SWAPPED:
            return False
        text = path.read_text(encoding="utf-8")
        if package and not _DEFAULTS.search(text):
            return True
        data = yaml.safe_load(text)
        if not isinstance(data, dict) or (not package and any(key in SWAPPED for key in data)):
            return False
        for entry in data.get("defaults") or ():
            if isinstance(entry, str):
                base = entry.partition("@")[0]
                if base != "_self_" and not (_NAME.fullmatch(base) and self._stays_apart(group, base)):
                    return False
            elif any(word in SWAPPED for key in entry for word in re.split(r"[^A-Za-z0-9_]", str(key))):
                return False  # of another group; which of its files is chosen stands among the choices
        return True

    def _read(self, group: str, name: str) -> Plain:
        """Return what a file puts into its section, with the files of its group that it starts from."""
        if (group, name) not in self._known:
            path = file_of(group, name, self._dirs)
            if path is None or package_of(path) != group:
                raise NotPlain
            text = path.read_text(encoding="utf-8")
            try:
                data = OmegaConf.to_container(OmegaConf.create(text)) if not _SPECIAL.search(text) else None
            except (ValueError, yaml.YAMLError):
                data = None
            if not isinstance(data, dict):
                raise NotPlain
            own: Plain = {str(key): value for key, value in data.items() if key != "defaults"}
            section: Plain = {}
            for entry in _bases(data.get("defaults")):
                section = merged(section, self._read(group, entry))
            self._known[group, name] = merged(section, own)
        return self._known[group, name]


def _bases(defaults: object) -> list[str]:
    """Return the files of the same group that a file starts from."""
    entries: list[Any] = defaults if isinstance(defaults, list) else [] if defaults is None else [None]
    if entries and entries[-1] == "_self_":
        entries = entries[:-1]
    if not all(isinstance(entry, str) and _NAME.fullmatch(entry) and entry != "_self_" for entry in entries):
        raise NotPlain
    return entries


def _same(one: object, two: object) -> bool:
    """Compare with the order of names and the kinds of numbers."""
    return repr(one) == repr(two)
