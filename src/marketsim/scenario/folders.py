"""The folders settings are read from: conf/ as installed, and a person's own (--config-dir)."""

import contextlib
import filecmp
import os
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

from marketsim.scenario.errors import BadInput

CONF_PACKAGE = "marketsim.conf"
PathLike = str | os.PathLike[str]


def conf_folder() -> Path:
    """Return the folder of the settings that ship with marketsim."""
    return Path(str(resources.files(CONF_PACKAGE)))


def own_folders(config_dir: PathLike | Sequence[PathLike] | None) -> tuple[Path, ...]:
    """Return the person's own folders as absolute paths.

    Raises
    ------
    BadInput
        Where one does not exist, or holds a file not in UTF-8 or one that Hydra would pass over for one that ships.
    """
    if config_dir is None:
        return ()
    dirs = [config_dir] if isinstance(config_dir, str | os.PathLike) else list(config_dir)
    for entry in dirs:
        if not Path(entry).is_dir():
            raise BadInput(f"no folder {os.fspath(entry)!r} (--config-dir)")
    folders = tuple(Path(entry).absolute() for entry in dirs)
    for root in folders:
        _refuse_shadowed(root)
    return folders


def _refuse_shadowed(root: Path) -> None:
    """Refuse files named like a shipped one but saying something else: Hydra would read the shipped one."""
    shipped = conf_folder()
    for path in root.glob("**/*.yaml"):
        with contextlib.suppress(OSError):
            try:
                path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                raise BadInput(f"{path} is not written in UTF-8. Save it with that encoding") from None
        twin = shipped / path.relative_to(root)
        if twin.is_file() and not filecmp.cmp(path, twin, shallow=False):
            name = path.relative_to(root)
            raise BadInput(f"{name} has the name of a file that ships, which would be read instead. Rename {path}")


def available(group: str, config_dir: PathLike | Sequence[PathLike] | None = None) -> list[str]:
    """Return the choices of a group (`strategy=NAME`), sorted; names with a leading `_` are hidden."""
    return sorted({path.stem for path in files_of(group, config_dir) if not path.stem.startswith("_")})


def files_of(group: str, config_dir: PathLike | Sequence[PathLike] | None = None) -> Iterator[Path]:
    """Yield the files of a group: the shipped ones first, then a person's own."""
    for root in (conf_folder(), *own_folders(config_dir)):
        yield from sorted((root / group).glob("*.yaml"))


def file_of(group: str, name: str, config_dir: PathLike | Sequence[PathLike] | None = None) -> Path | None:
    """Return the file behind a choice, the shipped one where both exist (as Hydra does)."""
    return next((path for path in files_of(group, config_dir) if path.stem == name), None)


def groups(config_dir: PathLike | Sequence[PathLike] | None = None) -> list[str]:
    """Return the names of all groups: the folders under conf/."""
    roots = (conf_folder(), *own_folders(config_dir))
    return sorted(
        {path.name for root in roots for path in root.iterdir() if path.is_dir() and path.name[0] not in "._"}
    )
