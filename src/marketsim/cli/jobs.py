"""Every verb is a real Hydra application: --config-dir, -m, --cfg job and shell completion work for each.

Where none of these is asked for but a folder, the verb is called directly: it composes its settings itself.
"""

import dataclasses
import errno
import functools
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from marketsim.cli.arguments import read_arguments
from marketsim.scenario.compose import TRANSLATED, in_one_line
from marketsim.scenario.errors import BadInput
from marketsim.scenario.folders import CONF_PACKAGE

_CANNOT_WRITE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOSPC)
_WITHOUT_SETTINGS = ("list", "check")
_EXAMPLE_ACCOUNT = 4711
_SWEEP_FILE = "multirun.yaml"


class Failed(RuntimeError):
    """A verb could not do its work through no fault of the person's: one line, exit code 1."""


@dataclass(frozen=True)
class Request:
    """What a verb is asked to do.

    Attributes
    ----------
    overrides : list of str
        Settings as Hydra hands them to this job.
    config_dirs : list of str
        Folders of the person's own settings.
    account : int or None
        The account of a story.
    typed : tuple of str
        The whole command line.
    job_number : int or None
        Which job of a multirun this is.
    ids : tuple of str
        The claims that are wanted; none means all.
    """

    overrides: list[str]
    config_dirs: list[str]
    account: int | None = None
    typed: tuple[str, ...] = ()
    job_number: int | None = None
    ids: tuple[str, ...] = ()


def run_verb(verb: str, words: Sequence[str]) -> list[BadInput | Failed]:
    """Run a verb under Hydra and return what was refused or failed, at most one entry per job of a multirun.

    Raises
    ------
    BadInput
        Where nothing could be started.
    """
    from marketsim.cli import verbs

    typed = ("marketsim", verb, *words)
    words = list(words)
    account = _account(words) if verb == "story" and not {"-h", "--help"} & set(words) else None
    ids = take_ids(words) if verb == "claims" else ()
    arguments = read_arguments(words)
    if verb in _WITHOUT_SETTINGS and arguments.overrides:
        raise BadInput(f"{verb} takes no settings, got {arguments.overrides[0]}. Did you mean marketsim show?")
    body: Callable[[Request], None] = getattr(verbs, verb if verb != "list" else "list_choices")
    if ids:
        body = functools.partial(_for_ids, body, ids)
    if arguments.plain:  # Hydra would compose everything once more before it hands over
        return _alone(body, Request(arguments.overrides, arguments.folders, account, typed))
    refused: list[BadInput | Failed] = []
    broke: list[Exception] = []
    sweeps: list[Path] = []

    @hydra.main(version_base="1.3", config_path=f"pkg://{CONF_PACKAGE}", config_name="config")
    def job(_: DictConfig) -> None:
        if HydraConfig.get().mode == RunMode.MULTIRUN:
            sweeps.append(Path(HydraConfig.get().sweep.dir))
        try:
            _body(body, account, typed)
        except (BadInput, Failed) as error:
            if multiprocessing.parent_process() is not None:
                raise  # a launcher's worker process: Hydra carries the error home
            refused.append(error)
        except Exception as error:
            if sweeps:
                raise
            broke.append(error)  # raised again outside Hydra, which would announce it with a line of its own

    _under_hydra(job, arguments.words)
    if broke:
        raise broke[0]
    if sweeps and len(refused) == len(sweeps):
        _leave_nothing(sweeps[0])
    return refused


def _for_ids(body: Callable[[Request], None], ids: tuple[str, ...], request: Request) -> None:
    body(dataclasses.replace(request, ids=ids))


def _alone(body: Callable[[Request], None], request: Request) -> list[BadInput | Failed]:
    try:
        _do(body, request)
    except (BadInput, Failed) as error:
        return [error]
    return []


def _body(body: Callable[[Request], None], account: int | None, typed: tuple[str, ...]) -> None:
    config = HydraConfig.get()
    folders = [source.path for source in config.runtime.config_sources if source.schema == "file"]
    number = config.job.num if config.mode == RunMode.MULTIRUN else None
    task = OmegaConf.to_container(config.overrides.task, resolve=False)
    assert isinstance(task, list)
    _do(body, Request([str(word) for word in task], folders, account, typed, number))


def _do(body: Callable[[Request], None], request: Request) -> None:
    try:
        body(request)
    except OSError as error:
        if error.errno in _CANNOT_WRITE and error.filename is not None:
            raise BadInput(cannot_write(error)) from None
        raise


def cannot_write(error: OSError) -> str:
    """Say which folder cannot be written, and how to choose another."""
    name = os.fsdecode(error.filename) if error.filename is not None else "the results"
    return f"cannot write to {name}: {(error.strerror or 'no reason given').lower()}. Choose another with output_dir="


def _under_hydra(job: Callable[[], None], words: Sequence[str]) -> None:
    """Call a Hydra application with these words, its errors raised rather than printed."""
    argv, full = sys.argv, os.environ.get("HYDRA_FULL_ERROR")
    sys.argv = [argv[0], *words]
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        job()
    except TRANSLATED as error:
        raise BadInput(in_one_line(error)) from None
    finally:
        sys.argv = argv
        if full is None:
            os.environ.pop("HYDRA_FULL_ERROR", None)
        else:
            os.environ["HYDRA_FULL_ERROR"] = full


def _leave_nothing(sweep: Path) -> None:
    """Remove the folder Hydra made for a multirun of which nothing was played, and results/ if it is empty then."""
    (sweep / _SWEEP_FILE).unlink(missing_ok=True)
    for folder in (*sweep.glob("*"), sweep, sweep.parent, sweep.parent.parent):
        try:
            folder.rmdir()
        except OSError:
            if folder.parent != sweep:
                return


def take_ids(words: list[str]) -> tuple[str, ...]:
    """Take the ids of claims out of the words: they stand first, and have no equals sign."""
    ids = []
    while words and "=" not in words[0] and not words[0].startswith("-"):
        ids.append(words.pop(0))
    return tuple(dict.fromkeys(ids))


def _account(words: list[str]) -> int:
    """Take the number of the account out of the words."""
    number = next((word for word in words if word.isdecimal()), None)
    if number is None:
        given = next((word for word in words if "=" not in word and not word.startswith("-")), None)
        got = f", got {given!r}" if given else ""
        raise BadInput(f"story needs the number of an account, such as marketsim story {_EXAMPLE_ACCOUNT}{got}")
    words.remove(number)
    return int(number)
