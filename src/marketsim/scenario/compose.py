"""Composition with Hydra, without leaving a trace in it, and its errors in one line."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from hydra import compose, initialize_config_module, version
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import OmegaConf, open_dict
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from marketsim.scenario.build import folder
from marketsim.scenario.errors import BadInput
from marketsim.scenario.folders import CONF_PACKAGE
from marketsim.scenario.plain_values import merged, with_values, without_experiment, without_values
from marketsim.scenario.swapping import NotPlain, Plain, Swapper, apart

CONFIG_NAME = "config"
TRANSLATED = (HydraException, OmegaConfBaseException, yaml.YAMLError)
"""What Hydra and the libraries under it raise for input that cannot be composed."""


class Composer:
    """Composes plain dictionaries from overrides, each list of overrides once.

    Parameters
    ----------
    config_dirs : sequence of Path
        Folders searched after conf/.
    """

    def __init__(self, config_dirs: Sequence[Path] = ()) -> None:
        self._dirs = config_dirs
        self._search = [f"hydra.searchpath=[{','.join(_quoted_url(path) for path in config_dirs)}]"]
        self._search = self._search if config_dirs else []
        self._known: dict[tuple[str, ...], tuple[Plain, Plain]] = {}
        self._hydras: dict[tuple[str, ...], tuple[Plain, Plain]] = {}
        self._swapper = Swapper(config_dirs)

    def __call__(self, overrides: Sequence[str]) -> Plain:
        """Return the composed, resolved configuration. Callers must not change it.

        Raises
        ------
        BadInput
            For everything Hydra refuses, in one line.
        """
        return self._composed(overrides)[0]

    def choices(self, overrides: Sequence[str]) -> Plain:
        """Return the file chosen for each group."""
        return self._composed(overrides)[1]

    def _composed(self, overrides: Sequence[str]) -> tuple[Plain, Plain]:
        key = tuple(overrides)
        if key not in self._known:
            try:
                self._known[key] = self._laid_over(overrides)
            except (NotPlain, BadInput):
                self._known[key] = self._by_hydra(overrides)
        return self._known[key]

    def _laid_over(self, overrides: Sequence[str]) -> tuple[Plain, Plain]:
        """Compose what only Hydra can read, and lay everything else over it in Hydra's order."""
        others, values = without_values(overrides)
        others, experiment, name = without_experiment(others, self._dirs)
        rest, chosen = apart(others)
        settings, choices = self._swapper.swap(*self._by_hydra(rest), chosen)
        if experiment is not None:
            settings, choices = merged(settings, experiment), {**choices, "experiment": name}
        return with_values(settings, values), choices

    def _by_hydra(self, overrides: Sequence[str]) -> tuple[Plain, Plain]:
        key = tuple(overrides)
        if key not in self._hydras:
            try:
                composed = compose(CONFIG_NAME, overrides=[*self._search, *overrides], return_hydra_config=True)
                choices = {str(group): choice for group, choice in composed.hydra.runtime.choices.items()}
                with open_dict(composed):
                    del composed["hydra"]
                plain = OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)
            except TRANSLATED as error:
                raise BadInput(in_one_line(error)) from None
            assert isinstance(plain, dict)
            self._hydras[key] = {str(name): value for name, value in plain.items()}, choices
        return self._hydras[key]


@contextlib.contextmanager
def composing(config_dirs: Sequence[Path] = ()) -> Iterator[Composer]:
    """Provide a `Composer`; a Hydra job that is running around it finds its own state again afterwards."""
    surrounding = GlobalHydra.instance().hydra
    base = version.getbase()
    GlobalHydra.instance().clear()
    try:
        with initialize_config_module(config_module=CONF_PACKAGE, version_base="1.3"):
            yield Composer(config_dirs)
    finally:
        GlobalHydra.instance().hydra = surrounding
        version.VersionBase.instance().version_base = base


def in_one_line(error: Exception) -> str:
    """Say what Hydra, OmegaConf or YAML refused in one line, with its place where that is known."""
    while isinstance(error.__cause__, TRANSLATED):
        error = error.__cause__
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"cannot read the YAML in {mark.name}, line {mark.line + 1}: {error.problem}"
    if isinstance(error, MissingMandatoryValue) and error.full_key:
        return f"{error.full_key} has no value ({folder(error.full_key)})"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0].rstrip(".") if lines else type(error).__name__
    name = getattr(error, "full_key", None)
    if name and text.startswith("Cannot merge"):
        return f"{name} must be a group of settings, not a list ({folder(name)})"
    return f"{name}: {text[0].lower()}{text[1:]} ({folder(name)})" if name else text


def _quoted_url(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"file://{escaped}"'
