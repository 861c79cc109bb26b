"""Under any economy, market entries follow the rate that is integrated over it."""

import math

import numpy as np
import pytest

from marketsim.engines import simulate
from marketsim.experiments.bench import measured
from marketsim.experiments.bench_market import dormant_days, market_without_awareness, spells
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_YEAR

REPLICATIONS = 14
LOCK = 365.0
STEP = DAYS_PER_MONTH / 8


def recession(day: np.ndarray) -> np.ndarray:
    months = day / DAYS_PER_MONTH
    return np.interp(months, [24.0, 27.0, 36.0, 39.0], [1.0, 0.5, 0.5, 1.0])


def growth(day: np.ndarray) -> np.ndarray:
    return np.minimum(1.5, 1.12 ** (day / DAYS_PER_YEAR))


def season(day: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 + 0.4 * np.sin(2.0 * math.pi * day / DAYS_PER_YEAR))


CASES = {
    "recession": (recession, ["economy=recession", "economy.recession_depth=0.5"], [(24.0, 39.0)]),
    "growth": (growth, ["economy=growth", "economy.growth_per_year=0.12"], [(48.0, 72.0)]),
    "season": (
        season,
        ["economy=seasonal", "economy.season_amplitude=0.4"],
        [(12.0 * year + 6.0, 12.0 * year + 12.0) for year in range(1, 6)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_entries_follow_the_integrated_rate_of_the_economy(case: str, engine: str) -> None:
    # counted within the windows in which the economy is far from its mean, over the time for which accounts were free
    economy, settings, windows = CASES[case]
    grid = np.arange(0.0, 6 * DAYS_PER_YEAR + STEP, STEP)
    level = economy(grid)
    integral = np.append(0.0, np.cumsum(0.5 * (level[1:] + level[:-1]) * STEP))
    scenario = market_without_awareness(*settings)
    hazard = np.array([1.0 / dormant_days(segment, LOCK) for segment in range(3)])
    excess, against_steady = [], []
    for replication in range(REPLICATIONS):
        rows = spells(simulate(scenario, 35, replication, record=True, engine=engine))
        since, until = rows["since"].to_numpy(), (rows["since"] + rows["exposed"]).to_numpy()
        own = hazard[rows["segment"].to_numpy()]
        found, expected, steady = 0, 0.0, 0.0
        for start, end in (np.array(window) * DAYS_PER_MONTH for window in windows):
            low, high = np.clip(since, start, end), np.clip(until, start, end)
            expected += own @ (np.interp(high, grid, integral) - np.interp(low, grid, integral))
            steady += own @ (high - low)
            found += int(((rows["entered"] == 1) & (until >= start) & (until < end)).sum())
        excess.append(found / expected - 1.0)
        against_steady.append(found / steady - 1.0)
    result = measured(f"entries in a {case} beyond the integrated rate", excess, 0.0)
    assert result.covers, result
    assert result.half_width < 0.15
    assert not measured("entries beyond those of a steady economy", against_steady, 0.0).covers
