"""What the comments in conf/ say about every setting: unit, plausible range, source and grade of evidence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from marketsim.scenario.build import ANY_NAME, leaves, matches
from marketsim.scenario.folders import PathLike, file_of, files_of
from marketsim.scenario.schema import SETTINGS

GRADES = {"P": "primary study", "S": "secondary report of a study", "V": "vendor or blog", "J": "judgement"}

_LINE = re.compile(r"^(?P<indent> *)(?P<key>[\w-]+):(?P<value>.*?)(?:\s+#\s+(?P<comment>.*))?$")
_PACKAGE = re.compile(r"^#\s*@package\s+(?P<package>\S+)")
_NUMBER = r"[-+]?\d[\d.]*(?:e[-+]?\d+)?"
_RANGE = re.compile(rf"^(?P<low>{_NUMBER}) to (?P<high>{_NUMBER})$")
_COLUMNS = 4

ConfigDir = PathLike | Sequence[PathLike] | None


@dataclass(frozen=True)
class Note:
    """What is known about one default."""

    unit: str
    plausible: str
    source: str
    grade: str

    @property
    def range(self) -> tuple[float, float] | None:
        """The ends of the plausible range, or None where there is none."""
        found = _RANGE.match(self.plausible)
        return None if found is None else (float(found["low"]), float(found["high"]))

    def outside(self, value: object) -> bool:
        """Return whether a value lies outside the plausible range; false where there is no range."""
        limits = self.range
        if limits is None or isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return not limits[0] <= value <= limits[1]


@dataclass(frozen=True)
class Line:
    """One leaf of a YAML file: its dotted name, what was written for it, and its comment."""

    name: str
    value: str
    comment: str | None

    @property
    def note(self) -> Note | None:
        """The comment in its four parts, or None where it has not that form."""
        parts = [part.strip() for part in (self.comment or "").split("|")]
        return Note(*parts) if len(parts) == _COLUMNS and parts[-1] in GRADES else None


def lines_of(path: Path) -> list[Line]:
    """Return the leaves of a file of conf/ in their order, named from the root of the configuration."""
    prefix = [path.parent.name]
    open_keys: list[tuple[int, str]] = []
    found: list[Line] = []
    in_defaults = False
    for text in path.read_text(encoding="utf-8").splitlines():
        package = _PACKAGE.match(text)
        if package:
            prefix = [] if package["package"] == "_global_" else package["package"].split(".")
        line = _LINE.match(text)
        if line is None:
            continue
        depth = len(line["indent"])
        if in_defaults and depth:
            continue
        in_defaults = line["key"] == "defaults" and not depth
        open_keys = [entry for entry in open_keys if entry[0] < depth]
        if line["value"].strip():
            name = ".".join([*prefix, *(key for _, key in open_keys), line["key"]])
            found.append(Line(name, line["value"].strip(), line["comment"]))
        elif not in_defaults:
            open_keys.append((depth, line["key"]))
    return found


def settings_in(path: Path) -> list[str]:
    """Return the dotted names of what a file of conf/ sets itself, in whatever style its YAML is written."""
    data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    prefix = package_of(path)
    return [name for name, _ in leaves({key: data[key] for key in data if key != "defaults"}, prefix)]


def groups_chosen_in(path: Path) -> list[str]:
    """Return the groups for which a file of conf/ chooses another file (`override /market: my_company`)."""
    data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    entries = data.get("defaults") if isinstance(data, dict) else None
    chosen = [str(key) for entry in entries or () if isinstance(entry, dict) for key in entry]
    return [key.split()[-1].partition("@")[0].strip("/") for key in chosen]


def package_of(path: Path) -> str:
    """Return where in the configuration the settings of a file land: its folder, or what its first lines say."""
    for text in path.read_text(encoding="utf-8").splitlines():
        found = _PACKAGE.match(text)
        if found:
            return "" if found["package"] == "_global_" else found["package"]
    return path.parent.name


def description(path: Path) -> str:
    """Return the first comment line of a file that says something, without the mark."""
    for text in path.read_text(encoding="utf-8").splitlines():
        if text.startswith("#") and not _PACKAGE.match(text):
            return text.lstrip("# ").strip()
    return ""


def descriptions(group: str, config_dir: ConfigDir = None) -> Iterator[tuple[str, str]]:
    """Yield name and description of every choice of a group."""
    seen = set()
    for path in files_of(group, config_dir):
        if not path.stem.startswith("_") and path.stem not in seen:
            seen.add(path.stem)
            yield path.stem, description(path)


def notes(group: str, choice: str | None = None, config_dir: ConfigDir = None) -> Mapping[str, Note]:
    """Return the notes on the settings of a group, by dotted name.

    Parameters
    ----------
    group : str
        Name of a folder of conf/.
    choice : str, optional
        The chosen file, whose comments come first, then those of the files it starts from (`defaults`); what they do
        not comment on is taken from the other files, except what stands there under names of their own.
    config_dir : path or sequence of paths, optional
        Folders of the person's own settings.
    """
    chosen = list(_with_bases(group, choice, config_dir)) if choice else []
    gathered: dict[str, Note] = {}
    for path in (*chosen, *(path for path in files_of(group, config_dir) if path not in chosen)):
        for line in lines_of(path):
            if line.note is not None and not (chosen and path not in chosen and _own_name(line.name)):
                gathered.setdefault(line.name, line.note)
    return gathered


def _with_bases(group: str, choice: str, config_dir: ConfigDir) -> Iterator[Path]:
    """Yield the file of a choice and the files of its group that it starts from, the nearest first."""
    path = file_of(group, choice, config_dir)
    if path is None:
        return
    yield path
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    defaults = data.get("defaults") if isinstance(data, dict) else None
    for entry in reversed(defaults) if isinstance(defaults, list) else ():
        name = entry.partition("@")[0] if isinstance(entry, str) else choice
        if name not in (choice, "_self_"):
            yield from _with_bases(group, name, config_dir)


def _own_name(setting: str) -> bool:
    """Return whether a setting stands under a name that a person may choose (`strategy.floors.brand`)."""
    return setting not in SETTINGS and any(ANY_NAME in known and matches(setting, known) for known in SETTINGS)
