"""Paired differences against published and closed-form answers."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis.paired import (
    MOST_REPLICATIONS,
    estimate,
    paired_difference,
    replications_to_settle,
    student_half_width,
)

# Student (1908): extra hours of sleep under two drugs, ten patients; mean difference 1.58, t = 4.06.
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_own_sleep_data() -> None:
    found = paired_difference(DRUG_2, DRUG_1)
    reference = stats.ttest_rel(DRUG_2, DRUG_1).confidence_interval(0.95)
    assert found.mean == pytest.approx(1.58)
    assert (found.low, found.high) == pytest.approx((reference.low, reference.high))
    assert (found.low, found.high) == pytest.approx((0.70, 2.46), abs=0.005)
    assert not found.undecided
    assert found.replications_to_settle == 0


def test_variance_ratio_is_one_without_and_large_with_correlation() -> None:
    a = np.array([1.0, 2.0, 3.0, 4.0])
    assert paired_difference(a, np.array([1.0, -1.0, -1.0, 1.0])).variance_ratio == pytest.approx(1.0)
    noise = np.array([0.1, -0.1, -0.1, 0.1])
    assert paired_difference(a, a + noise).variance_ratio == pytest.approx((2 * a.var() + noise.var()) / noise.var())


def test_the_replications_that_settle_are_the_smallest() -> None:
    for mean, deviation in ((0.1, 1.0), (0.5, 1.0), (3.0, 1.0), (0.01, 1.0)):
        needed = replications_to_settle(mean, deviation)
        assert needed is not None
        assert student_half_width(deviation, needed) < mean
        assert needed == 2 or student_half_width(deviation, needed - 1) >= mean
    assert replications_to_settle(0.1, 1.0) == 387  # (1.96/0.1)² = 384, and three more because t is wider than z


def test_what_cannot_be_settled_has_no_number() -> None:
    assert replications_to_settle(0.0, 1.0) is None
    assert replications_to_settle(1e-9, 1.0) is None
    assert replications_to_settle(1.0 / math.sqrt(MOST_REPLICATIONS) * 2.1, 1.0) is not None


def test_one_pair_gives_a_mean_and_no_interval() -> None:
    found = paired_difference([3.0], [1.0])
    assert found.mean == 2.0
    assert math.isnan(found.low)
    assert found.undecided
    assert found.replications_to_settle is None


def test_undefined_pairs_are_dropped_and_counted() -> None:
    found = paired_difference([1.0, math.nan, 3.0, 5.0], [0.0, 1.0, math.nan, 2.0])
    assert (found.pairs, found.dropped, found.mean) == (2, 2, 2.0)
    assert paired_difference([math.nan], [1.0]).pairs == 0


def test_zero_variance_is_said_plainly() -> None:
    same = paired_difference([1.0, 2.0], [1.0, 2.0])
    assert same.undecided
    assert (same.mean, same.low, same.high, same.variance_ratio) == (0.0, 0.0, 0.0, math.inf)
    shifted = paired_difference([2.0, 3.0], [1.0, 2.0])
    assert not shifted.undecided
    assert (shifted.low, shifted.high) == (1.0, 1.0)
    assert math.isnan(paired_difference([1.0, 1.0], [1.0, 1.0]).variance_ratio)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="same length"):
        paired_difference([1.0, 2.0], [1.0])


def test_an_estimate_counts_what_is_undefined() -> None:
    found = estimate([1.0, 3.0, math.nan])
    assert (found.mean, found.replications, found.dropped) == (2.0, 2, 1)
    assert estimate([math.nan]).replications == 0
    assert math.isnan(estimate([4.0]).low)


def test_intervals_cover_at_their_level() -> None:
    rng = np.random.default_rng(7)
    a = rng.normal(0.3, 1.0, size=(2000, 6))
    covered = sum(found.low <= 0.3 <= found.high for found in (paired_difference(row, np.zeros(6)) for row in a))
    low, high = stats.binom.interval(0.999, 2000, 0.95)
    assert low <= covered <= high
