"""Effects: known answers for every kind, intervals that cover, and p-values that agree with the intervals."""

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis.effects import FIGURES, effect, p_values, rank_correlations
from marketsim.analysis.paired import paired_difference

TERMS = np.array([[4.0, 2.0, 9.0, 3.0]] * 3)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("level", 4.0),
        ("difference", 2.0),
        ("relative", 1.0),
        ("interaction", 2.0 - 6.0),
        ("relative_interaction", (4 / 2) / (9 / 3) - 1),
        ("share", 2 / 6),
    ],
)
def test_every_kind_of_effect_is_what_it_says(kind: str, expected: float) -> None:
    found = effect(TERMS, kind)
    assert found.value == pytest.approx(expected)
    assert found.low == pytest.approx(expected)
    assert found.high == pytest.approx(expected)
    assert set(FIGURES) == {"level", "difference", "relative", "interaction", "relative_interaction", "share"}


def test_a_difference_has_the_paired_interval() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(20, 2))
    found, usual = effect(table, "difference"), paired_difference(table[:, 0], table[:, 1])
    assert (found.value, found.low, found.high) == pytest.approx((usual.mean, usual.low, usual.high))


def test_p_values_say_what_the_interval_says() -> None:
    rng = np.random.default_rng(2)
    row = rng.normal(1.0, 1.0, size=15)
    found = effect(row[:, None], "level", smallest=0.5)
    assert found.beyond == pytest.approx(stats.ttest_1samp(row, 0.5, alternative="greater").pvalue)
    assert found.short == pytest.approx(stats.ttest_1samp(row, 0.5, alternative="less").pvalue)
    for smallest in (found.low, found.high):
        at = effect(row[:, None], "level", smallest=smallest)
        assert min(at.beyond, at.short) == pytest.approx(0.025)


def test_less_is_the_mirror_of_more() -> None:
    row = np.random.default_rng(3).normal(size=(12, 1))
    up = effect(row, "level", than=0.2, sign=1.0, smallest=0.1)
    down = effect(-row, "level", than=-0.2, sign=-1.0, smallest=0.1)
    assert (down.beyond, down.short) == pytest.approx((up.beyond, up.short))
    assert down.value == pytest.approx(-up.value)


def test_undefined_replications_are_left_out_and_counted() -> None:
    table = np.array([[1.0, 2.0], [np.nan, 2.0], [3.0, 2.0]])
    found = effect(table, "difference")
    assert (found.replications, found.dropped, found.value) == (2, 1, 0.0)
    nothing = effect(np.full((3, 2), np.nan), "difference")
    assert nothing.replications == 0
    assert np.isnan([nothing.value, nothing.beyond, nothing.short]).all()
    one = effect(table[:1], "difference")
    assert (one.value, one.replications) == (-1.0, 1)
    assert np.isnan(one.low)


def test_without_spread_the_margin_decides_and_nothing_is_not_something() -> None:
    assert p_values(0.1, 0.0, 5) == (0.0, 1.0)
    assert p_values(0.0, 0.0, 5) == (1.0, 0.0)
    assert np.isnan(p_values(np.nan, 1.0, 5)).all()
    assert np.isnan(effect(np.zeros((4, 2)), "relative").value)


def test_the_interval_of_a_ratio_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    covered = 0
    turns = 2000
    for _ in range(turns):
        shared = rng.normal(size=25)
        table = np.stack([12 + shared + rng.normal(size=25), 8 + shared], axis=1)
        found = effect(table, "relative")
        covered += found.low <= 0.5 <= found.high
    assert stats.binomtest(covered, turns, 0.95).pvalue > 0.001


def test_rank_correlations_are_spearmans() -> None:
    rng = np.random.default_rng(5)
    one, other = rng.normal(size=(3, 8)), rng.integers(0, 3, size=(3, 8)).astype(float)
    expected = [stats.spearmanr(a, b).statistic for a, b in zip(one, other, strict=True)]
    np.testing.assert_allclose(rank_correlations(one, other), expected)
    np.testing.assert_allclose(rank_correlations([[1, 2, 3, 4]], [[40, 30, 20, 10]]), [-1.0])
    assert np.isnan(rank_correlations([[1, 1, 1, 1]], [[1, 2, 3, 4]]))[0]
