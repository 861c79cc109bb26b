"""Balanced on a balanced past stays where an independent check model says it is, and stays flat.

The check model knows the core alone, so the core is what is compared with it.
"""

import numpy as np
import pytest
from backtest.playing import Run

from marketsim.analysis.calibration import mean_measure
from marketsim.analysis.steady_state import STEADY_STATE, steady_state

TOLERANCE = 0.10
# figures of the check model that are rounded coarsely against 10 %
ROUNDED_BY = {"response_hours": 0.05, "quits": 0.05, "hot_share_won": 0.005}


def _band(name: str) -> tuple[float, float]:
    figure, rounded_by = STEADY_STATE[name], ROUNDED_BY.get(name, 0.0)
    return (figure - rounded_by) * (1.0 - TOLERANCE), (figure + rounded_by) * (1.0 + TOLERANCE)


@pytest.mark.parametrize("name", STEADY_STATE)
def test_every_figure(core_runs: list[Run], name: str) -> None:
    """Within 10 %, or not to be told apart from it: rare things such as people leaving vary by more."""
    found = mean_measure([steady_state(run.monthly, run.accounts)[name] for run in core_runs])
    low, high = _band(name)
    assert found.low <= high, found
    assert found.high >= low, found


def _by_year(runs: list[Run], column: str) -> np.ndarray:
    return np.array([run.monthly.query("month >= 0")[column].to_numpy().reshape(-1, 12).sum(axis=1) for run in runs])


@pytest.mark.parametrize("column", ["leads", "good_leads", "customers_won"])
def test_leads_and_wins_stay_flat(core_runs: list[Run], column: str) -> None:
    years = _by_year(core_runs, column)
    slope = mean_measure([np.polyfit(np.arange(len(row)), row / row.mean(), 1)[0] for row in years])
    assert abs(slope.mean) < 0.03, slope  # per year
    assert slope.low <= 0.01, slope
    assert slope.high >= -0.01, slope
