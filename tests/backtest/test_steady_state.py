"""Balanced on a balanced past stays where an independent check model says it is, and stays flat.

The check model knows the core alone, so the core is what is compared with it.
"""

import numpy as np
import pytest
from backtest.playing import Run

from marketsim.analysis.calibration import mean_measure
from marketsim.analysis.steady_state import STEADY_STATE, steady_state

TOLERANCE = 0.10
FULL_ACCOUNTS = 20_000
# figures of the check model that are rounded coarsely against 10 %
ROUNDED_BY = {"response_hours": 0.05, "quits": 0.05, "hot_share_won": 0.005}
# shares and levels do not grow with the market; what the number of seats decides is looked at in full size only
FREQUENT = (
    "entries_share", "active_share", "memory", "memory_reported", "leads", "leads_hand_raise", "leads_ads_low_intent",
    "leads_organic", "leads_webinar", "leads_webinar_low_intent", "leads_nurture", "qualified_leads", "good_leads",
    "deals_opened", "no_decision_share", "clearing_price", "hot_share_won",
)  # fmt: skip


def _band(name: str) -> tuple[float, float]:
    figure, rounded_by = STEADY_STATE[name], ROUNDED_BY.get(name, 0.0)
    return (figure - rounded_by) * (1.0 - TOLERANCE), (figure + rounded_by) * (1.0 + TOLERANCE)


@pytest.mark.parametrize("name", FREQUENT)
def test_frequent_figures_in_a_quarter_of_the_market(small_core_runs: list[Run], name: str) -> None:
    found = []
    for run in small_core_runs:
        figure = steady_state(run.monthly, run.accounts)[name]
        is_count = STEADY_STATE[name] > 1.0 and name != "clearing_price"
        found.append(figure * FULL_ACCOUNTS / run.accounts if is_count else figure)
    low, high = _band(name)
    assert low <= np.mean(found) <= high, found


@pytest.mark.nightly
@pytest.mark.parametrize("name", STEADY_STATE)
def test_every_figure_at_full_size(full_core_runs: list[Run], name: str) -> None:
    """Within 10 %, or not to be told apart from it: rare things such as people leaving vary by more."""
    found = mean_measure([steady_state(run.monthly, run.accounts)[name] for run in full_core_runs])
    low, high = _band(name)
    assert found.low <= high, found
    assert found.high >= low, found


def _by_year(runs: list[Run], column: str) -> np.ndarray:
    return np.array([run.monthly.query("month >= 0")[column].to_numpy().reshape(-1, 12).sum(axis=1) for run in runs])


@pytest.mark.nightly
@pytest.mark.parametrize("column", ["leads", "good_leads", "customers_won"])
def test_leads_and_wins_stay_flat_at_full_size(full_core_runs: list[Run], column: str) -> None:
    years = _by_year(full_core_runs, column)
    slope = mean_measure([np.polyfit(np.arange(len(row)), row / row.mean(), 1)[0] for row in years])
    assert abs(slope.mean) < 0.03, slope  # per year
    assert slope.low <= 0.01, slope
    assert slope.high >= -0.01, slope


def test_leads_stay_flat_in_a_quarter_of_the_market(small_core_runs: list[Run]) -> None:
    leads = _by_year(small_core_runs, "leads").sum(axis=0)
    assert np.abs(leads / leads.mean() - 1.0).max() < 0.05
