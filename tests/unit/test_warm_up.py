"""Truncation points that are known: by hand, on a decay that is known, and where there is nothing to cut."""

import numpy as np
import pytest

from marketsim.analysis.warm_up import mser, welch


def test_by_hand() -> None:
    found = mser([9.0, 1.0, 2.0, 1.0, 2.0], batch=1)
    # none left out: mean 3, squares 36 + 4 + 1 + 4 + 1 = 46, over 25; one: mean 1.5, squares 1, over 16; and so on
    np.testing.assert_allclose(found.statistic, [46 / 25, 1 / 16, (4 / 9 + 1 / 9 + 1 / 9) / 9])
    assert (found.length, found.mean, found.settled) == (1, 1.5, True)


def test_a_step_is_cut_where_it_is() -> None:
    steps = np.r_[np.full(15, 4.0), np.tile([1.0, 1.2, 0.8, 1.1, 0.9, 1.1, 1.3, 0.9, 1.2, 1.0], 8)]
    assert mser(steps).length == 15
    assert mser(np.r_[steps, 7.0]).length == 15  # a batch that is not full does not count


def test_a_series_without_warm_up_is_kept_and_a_trend_is_not_settled() -> None:
    flat = np.tile([0.0, 1.0], 40)
    assert mser(flat, batch=1).length == 0
    assert not mser(np.arange(100.0)).settled


def autoregressive(start: float, seed: int, months: int = 400) -> np.ndarray:
    """Return the mean of twenty first-order autoregressions of mean 0 that begin at `start`; memory 0.9."""
    rng = np.random.default_rng(seed)
    level, series = np.full(20, start), np.empty(months)
    for month in range(months):
        level = 0.9 * level + rng.normal(0.0, 1.0, 20)
        series[month] = level.mean()
    return series


def test_a_known_bias_is_taken_away() -> None:
    """The bias at month t is 50·0.9^t, its mean over 400 months 50·0.9/(0.1·400) = 1.125."""
    found = [mser(autoregressive(50.0, seed)) for seed in range(40)]
    whole = np.mean([autoregressive(50.0, seed).mean() for seed in range(40)])
    error = 10.0 / np.sqrt(20 * 400 * 40)  # standard error of the mean of such series
    assert abs(whole - 1.125) < 4 * error
    assert abs(np.mean([one.mean for one in found])) < 5 * error
    assert 20 <= np.median([one.length for one in found]) <= 70
    assert all(one.settled for one in found)


def test_welch_by_hand() -> None:
    np.testing.assert_allclose(welch([5.0, 1.0, 3.0, 2.0, 4.0], 1), [5.0, 3.0, 2.0, 3.0])
    np.testing.assert_allclose(welch([5.0, 1.0, 3.0, 2.0, 4.0], 2), [5.0, 3.0, 3.0])
    np.testing.assert_allclose(welch(np.arange(9.0), 3), np.arange(6.0))  # a straight line stays what it is


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 20"):
        mser(np.zeros(19))
    with pytest.raises(ValueError, match="finite"):
        mser([np.nan] * 30)
    with pytest.raises(ValueError, match="half"):
        welch(np.zeros(4), 2)
