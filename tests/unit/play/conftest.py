"""A small experiment on a made-up engine, in a folder of its own."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from marketsim.experiments.keys import model_hash
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.load import load_experiment

FAKE = "fake_engines"
YEARS = 3.0


@pytest.fixture(autouse=True)
def _fake_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.chdir(tmp_path)
    traces = tmp_path / "traces"
    traces.mkdir()
    monkeypatch.setenv("FAKE_TRACES", str(traces))
    yield
    sys.modules.pop(FAKE, None)
    model_hash.cache_clear()


@pytest.fixture
def played(tmp_path: Path) -> Callable[[], list[str]]:
    """Give what the engine has played since the last call."""

    def read() -> list[str]:
        lines = []
        for path in sorted((tmp_path / "traces").glob("*.txt")):
            lines += path.read_text().splitlines()
            path.unlink()
        return sorted(lines)

    return read


@pytest.fixture(scope="session")
def loaded() -> Experiment:
    return load_experiment(["experiment=long_run"])


@pytest.fixture
def experiment(loaded: Experiment) -> Callable[..., Experiment]:
    """Give a short experiment; settings of `run` can be changed."""

    def make(
        arms: tuple[str, ...] = ("lead_factory", "balanced"),
        pasts: bool = False,
        engine: str = "simpy",
        **run: object,
    ) -> Experiment:
        settings = {"replications": 3, "replications_other_pasts": 2, "horizon_years": YEARS, "workers": 2, **run}
        place = settings.pop("output_dir", None)
        years = float(str(settings["horizon_years"]))
        others = loaded.other_pasts if pasts else {}
        return replace(
            loaded,
            arms={arm: replace(loaded.arms[arm], horizon_years=years) for arm in arms},
            other_pasts={
                past: {arm: replace(row[arm], horizon_years=years) for arm in arms} for past, row in others.items()
            },
            run=replace(loaded.run, **settings),
            engine=engine,
            output_dir=None if place is None else str(place),
        )

    return make
