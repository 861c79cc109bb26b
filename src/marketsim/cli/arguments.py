"""The words after a verb: flags and settings apart, checked before Hydra sees them."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from hydra._internal.utils import get_args_parser

from marketsim.scenario.build import no_such
from marketsim.scenario.errors import BadInput
from marketsim.scenario.folders import own_folders
from marketsim.scenario.overrides import read_overrides


@dataclass(frozen=True)
class Arguments:
    """What was typed after the verb."""

    overrides: list[str]
    flags: list[str]
    config_dir: str | None = None

    @property
    def plain(self) -> bool:
        """Whether they only say what is to be played, so that nothing of Hydra is asked for but composing."""
        hydras = any(line.lstrip("+~").startswith("hydra") for line in self.overrides)
        return not hydras and set(self.flags) <= {"--config-dir", self.config_dir}

    @property
    def folders(self) -> list[str]:
        """Folders of the person's own settings."""
        return [] if self.config_dir is None else [os.path.abspath(self.config_dir)]

    @property
    def words(self) -> list[str]:
        """The words Hydra reads: settings first, because its parser takes them in one block only."""
        return [*self.overrides, *self.flags]


def read_arguments(words: Sequence[str]) -> Arguments:
    """Take flags and settings apart and check both.

    Raises
    ------
    BadInput
        For flags that do not exist, a missing folder, and settings that do not exist.
    """
    parser = get_args_parser()
    parser.__class__ = _Parser
    given, unknown = parser.parse_known_intermixed_args(list(words))
    if unknown:
        flags = [flag for action in parser._actions for flag in action.option_strings if flag.startswith("--")]
        raise no_such("option", unknown[0], flags)
    if given.resolve and not given.cfg:
        raise BadInput("--resolve goes with --cfg job only")
    if given.experimental_rerun:
        raise BadInput("--experimental-rerun is not offered. config.yaml in the run folder holds every setting")
    options = vars(given)
    overrides = options.pop("overrides")
    flags = []
    for name, value in options.items():
        if value is not None and value is not False:
            flags += [f"--{name.replace('_', '-')}", *([] if value is True else [value])]
    if given.shell_completion:
        return Arguments(overrides, flags)
    return Arguments(
        read_overrides(overrides, own_folders(given.config_dir), sweep=given.multirun), flags, given.config_dir
    )


class _Parser(argparse.ArgumentParser):
    """Hydra's parser of flags, which refuses in one line."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(message)
