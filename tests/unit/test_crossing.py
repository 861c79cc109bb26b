"""The month of crossing on curves whose crossing is known."""

import math

import numpy as np
import pytest

from marketsim.analysis.crossing import Course, crossing, months_ahead_for_good

MONTHS = 40


def profits(steps: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Six replications of an arm whose difference from the baseline has these monthly steps."""
    a = np.tile(np.asarray(steps), (6, 1))
    return a, np.zeros_like(a)


def test_behind_then_ahead_for_good() -> None:
    found = crossing(*profits([-3.0, 1.0, 1.0, 1.0, 1.0, 1.0]))
    assert (found.course, found.month) == (Course.CROSSES, 5)
    assert (found.low, found.high, found.share_ahead) == (5.0, 5.0, 1.0)


def test_only_the_last_crossing_counts() -> None:
    assert crossing(*profits([1.0, -3.0, 1.0, 1.0, 1.0])).month == 5


def test_always_never_falls_back_equal() -> None:
    assert crossing(*profits([0.0, 1.0, 1.0])).course is Course.ALWAYS_AHEAD
    assert crossing(*profits([0.0, 1.0, 1.0])).month == 2
    apart_late = crossing(*profits([1.0, -1.0, 0.0, 1.0, 1.0]))
    assert (apart_late.course, apart_late.month) == (Course.ALWAYS_AHEAD, 4)
    never = crossing(*profits([-1.0, 0.5, 0.2]))
    assert (never.course, never.month, never.share_ahead) == (Course.NEVER_AHEAD, None, 0.0)
    back = crossing(*profits([1.0, 1.0, -5.0]))
    assert (back.course, back.month, back.last_month_ahead) == (Course.FALLS_BACK, None, 2)
    assert crossing(*profits([0.0, 0.0])).course is Course.EQUAL


def test_rounding_is_not_a_lead() -> None:
    a = np.full((3, 12), 1e6)
    assert crossing(a + 1e-9, a).course is Course.EQUAL


def test_the_interval_covers_the_crossing_of_the_mean_curve() -> None:
    """A loss of 20 at once, then 1 a month plus noise, crosses in month 21."""
    covered = 0
    for trial in range(60):
        rng = np.random.default_rng(trial)
        a = np.zeros((20, MONTHS))
        a[:, 0] = rng.normal(-20.5, 3.0, 20)
        a[:, 1:] = rng.normal(1.0, 0.2, (20, MONTHS - 1))
        found = crossing(a, np.zeros_like(a), resamples=400)
        covered += found.low <= 22 <= found.high
    assert covered >= 48  # 95 % of 60 is 57; the percentile bootstrap of 20 is known to be a little narrow


def test_it_is_the_same_every_time_and_open_above_where_some_end_behind() -> None:
    rng = np.random.default_rng(3)
    a = rng.normal(0.2, 3.0, (6, MONTHS))
    first, second = crossing(a, np.zeros_like(a)), crossing(a, np.zeros_like(a))
    assert first == second
    assert 0.0 < first.share_ahead < 1.0
    assert math.isinf(first.high)


def test_a_shape_that_does_not_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="same shape"):
        crossing(np.zeros((2, 3)), np.zeros((3, 3)))
    with pytest.raises(ValueError, match="finite"):
        crossing(np.full((2, 3), np.nan), np.zeros((2, 3)))


def test_months_count_from_one() -> None:
    signs = np.array([[1, 1], [-1, 1], [1, -1]], dtype=np.int8)
    assert months_ahead_for_good(signs).tolist() == [1.0, 2.0, math.inf]


def test_too_few_replications_get_no_interval() -> None:
    a = np.array([[-2.0, 1.0, 1.0, 1.0]] * 4)
    found = crossing(a, np.zeros_like(a))
    assert found.month == 4
    assert math.isnan(found.low)
    assert math.isnan(found.high)
