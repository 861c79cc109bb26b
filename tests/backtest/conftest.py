"""Runs for back tests at full size, each played once per session, on the compiled engine."""

import pytest
from backtest.playing import Run, balanced, gone_dark, play_all

YEARS, REPLICATIONS = 5.0, 12


@pytest.fixture(scope="session")
def runs() -> tuple[list[Run], list[Run]]:
    """Balanced on a balanced past, and the same gone dark on day 0."""
    usual = balanced(YEARS)
    going_on, dark = play_all([usual, gone_dark(usual)], REPLICATIONS)
    return going_on, dark


@pytest.fixture(scope="session")
def usual_runs(runs: tuple[list[Run], list[Run]]) -> list[Run]:
    """Balanced on a balanced past."""
    return runs[0]


@pytest.fixture(scope="session")
def core_runs() -> list[Run]:
    """Balanced on a balanced past, with the core's mechanisms alone."""
    return play_all([balanced(YEARS, "experiment=core")], REPLICATIONS)[0]
