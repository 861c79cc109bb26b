"""Healing: a gap that closes at a known pace is found healed in the month in which it must be."""

import math

import numpy as np
import pytest

from marketsim.analysis.healing import gaps, healing

MONTHS, SINCE, START = 120, 24, -0.5


def tables(half_life: float, noise: float = 0.0, replications: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Return an arm that is half of the other until it comes back, and then halves its gap every `half_life` months."""
    rng = np.random.default_rng(1)
    month = np.arange(MONTHS)
    gap = np.where(month < SINCE, START, START * 0.5 ** ((month - SINCE) / half_life))
    stayed = 100.0 * np.exp(0.2 * rng.normal(size=(replications, 1))) * np.ones((1, MONTHS))
    own = 1 + noise * rng.normal(size=(replications, MONTHS))
    return stayed * (1 + gap) * own, stayed


@pytest.mark.parametrize(("tolerance", "half_life"), [(0.10, 6.0), (0.05, 6.0), (0.10, 20.0)])
def test_the_month_of_healing_is_where_the_gap_has_shrunk_to_the_tolerance(tolerance: float, half_life: float) -> None:
    found = healing(*tables(half_life), SINCE, tolerance)
    expected = math.ceil(half_life * math.log2(-START / tolerance))
    assert (found.gap, found.month, found.low, found.high) == (pytest.approx(START), expected, expected, expected)
    assert found.hurt
    assert gaps(*tables(half_life))[:SINCE] == pytest.approx(np.full(SINCE, START))


def test_noise_widens_the_interval_around_the_truth() -> None:
    found = healing(*tables(20.0, noise=0.05), SINCE, 0.10, window=12)
    expected = math.ceil(20.0 * math.log2(-START / 0.10))
    assert found.low <= expected <= found.high
    assert found.low < found.high
    assert found.gap_low < START < found.gap_high


def test_what_does_not_come_back_takes_for_ever_and_what_was_never_off_takes_no_time() -> None:
    never = healing(*tables(1e9), SINCE, 0.10)
    assert never.month == never.low == never.high == math.inf
    same = tables(1.0)[1]
    whole = healing(same, same, SINCE, 0.10)
    assert (whole.month, whole.hurt, whole.gap) == (0.0, False, 0.0)


def test_what_is_better_has_nothing_to_heal_and_worse_may_be_more() -> None:
    ours, theirs = tables(6.0)
    better = healing(theirs, ours, SINCE, 0.10)
    assert (better.month, better.hurt, better.gap) == (0.0, False, pytest.approx(1.0))
    more = healing(theirs, ours, SINCE, 0.10, worse=1)  # a gap of 100 % that halves as a share of what is left
    expected = next(m for m in range(100) if 1 / (1 + START * 0.5 ** (m / 6.0)) - 1 <= 0.10)
    assert (more.month, more.hurt) == (expected, True)


def test_what_shows_only_after_the_return_hurts_too() -> None:
    ours, theirs = tables(0.1)
    ours[:, :SINCE] = theirs[:, :SINCE]
    ours[:, SINCE + 3 : SINCE + 9] *= 0.5
    found = healing(ours, theirs, SINCE, 0.10)
    assert (found.gap, found.hurt, found.month) == (0.0, True, 9.0)


def test_a_single_month_within_the_tolerance_is_not_back() -> None:
    ours, theirs = tables(1e9)
    ours[:, 40] = theirs[:, 40]
    assert healing(ours, theirs, SINCE, 0.10).month == math.inf


def test_few_replications_have_no_interval_and_bad_tables_are_refused() -> None:
    found = healing(*tables(6.0, replications=2), SINCE, 0.10)
    assert math.isnan(found.low)
    assert not found.hurt
    with pytest.raises(ValueError, match="same shape"):
        healing(np.ones((2, 5)), np.ones((2, 6)), 1, 0.1)
    with pytest.raises(ValueError, match="must lie within"):
        healing(np.ones((2, 5)), np.ones((2, 5)), 5, 0.1)
