"""A market without memory has no history: demand comes at a constant hazard, whatever anybody advertises."""

import numpy as np
import pytest
from scipy import stats

from marketsim.engines import simulate
from marketsim.experiments.bench import each, measured
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import MONTHS_PER_YEAR

SETTINGS = (
    "market.accounts=1000",
    "money.marketing_budget_per_year=1.2e5",
    "history.years=1",
    "run.horizon_years=4",
    "memory.enabled=false",
    "awareness.enabled=false",
    "market.lock_after_purchase_days=0",
)


@pytest.fixture(scope="module")
def monthly_entries(engine: str) -> np.ndarray:
    """Return entries by replication and month. Without customers of ours nobody is out of the market."""
    settings = (*SETTINGS, "buying.utility_base=-50")
    return each(
        settings, 12, 61, lambda outcome: outcome.monthly["market_entries"].to_numpy()[MONTHS_PER_YEAR:], engine=engine
    )


def test_demand_is_the_same_in_every_year(monthly_entries: np.ndarray) -> None:
    # renewal rate: one entry per 60 months and account, at any time, because the opening is stationary
    by_year = monthly_entries.reshape(len(monthly_entries), -1, MONTHS_PER_YEAR).sum(axis=2)
    for year in range(by_year.shape[1]):
        found = measured(f"entries in year {year + 1}", by_year[:, year] / 1000, 12 / 60)
        assert found.covers, found
        assert found.half_width < 0.03
    slope = [np.polyfit(np.arange(len(row)), row, 1)[0] for row in monthly_entries]
    trend = measured("change of monthly entries from month to month", slope, 0.0)
    assert trend.covers, trend


def test_a_month_says_nothing_about_the_next(monthly_entries: np.ndarray) -> None:
    lag = [np.corrcoef(row[:-1], row[1:])[0, 1] for row in monthly_entries]
    # the sample correlation of independent numbers is biased by -1/n
    found = measured("correlation of neighbouring months", lag, -1 / monthly_entries.shape[1])
    assert found.covers, found
    # at most as many per month as a Poisson number varies (an account just met cannot enter at once)
    dispersion = monthly_entries.var() / monthly_entries.mean()
    freedom = monthly_entries.size - 1
    assert dispersion < stats.chi2.ppf(0.9995, freedom) / freedom


@pytest.mark.parametrize("strategy", ["lead_factory", "brand_only"])
def test_no_strategy_changes_who_needs_when(strategy: str, engine: str) -> None:
    tables = []
    for arm in ("balanced", strategy):
        settings = [*SETTINGS, "buying.utility_base=-50", f"strategy={arm}"]
        journeys = simulate(load_scenario(settings), 62, 0, engine=engine).tables.journeys
        tables.append([journeys[name].tobytes() for name in ("account", "need", "started", "active_at", "decided")])
    assert tables[0] == tables[1]


def test_nobody_remembers(engine: str) -> None:
    outcome = simulate(load_scenario([*SETTINGS, "strategy=brand_only"]), 63, 0, engine=engine)
    assert (outcome.monthly["memory"] == 0.0).all()
    assert not outcome.journeys["remembers_us"].any()
