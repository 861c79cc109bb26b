"""Runs for back tests, each played once per session: `small_runs` always, `full_runs` (minutes) in nightly tests."""

import pytest
from backtest.playing import Run, balanced, gone_dark, play_all, smaller_balanced

SMALL_ACCOUNTS, SMALL_PAST_YEARS, SMALL_YEARS, SMALL_REPLICATIONS = 5_000, 8.0, 5.0, 2
FULL_YEARS, FULL_REPLICATIONS = 5.0, 12


@pytest.fixture(scope="session")
def small_runs() -> list[Run]:
    """Balanced on a balanced past in a quarter of the market."""
    return play_all([smaller_balanced(SMALL_ACCOUNTS, SMALL_PAST_YEARS, SMALL_YEARS)], SMALL_REPLICATIONS)[0]


@pytest.fixture(scope="session")
def full_runs() -> tuple[list[Run], list[Run]]:
    """Balanced on a balanced past at full size, and the same gone dark on day 0."""
    usual = balanced(FULL_YEARS)
    going_on, dark = play_all([usual, gone_dark(usual)], FULL_REPLICATIONS)
    return going_on, dark


@pytest.fixture(scope="session")
def small_core_runs() -> list[Run]:
    """Balanced in a quarter of the market, with the core's mechanisms alone."""
    scenario = smaller_balanced(SMALL_ACCOUNTS, SMALL_PAST_YEARS, SMALL_YEARS, core_alone=True)
    return play_all([scenario], SMALL_REPLICATIONS)[0]


@pytest.fixture(scope="session")
def full_core_runs() -> list[Run]:
    """Balanced on a balanced past at full size, with the core's mechanisms alone."""
    return play_all([balanced(FULL_YEARS, "experiment=core")], FULL_REPLICATIONS)[0]
