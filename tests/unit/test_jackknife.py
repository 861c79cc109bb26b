"""The jackknife against Student's t, against Fieller's interval of a ratio, and against exact bias."""

import math

import numpy as np
import pytest
from scipy.special import stdtrit

from marketsim.analysis.jackknife import jackknife, pseudo_values
from marketsim.analysis.paired import paired_difference


def ratio(means: np.ndarray) -> float:
    return float(means[0] / means[1])


def test_linear_figure_gives_the_replications_themselves() -> None:
    table = np.random.default_rng(1).normal(1e9, 3.0, size=(12, 2))
    pseudo = pseudo_values(table, lambda means: float(means[0] - means[1]))
    np.testing.assert_allclose(pseudo, table[:, 0] - table[:, 1], atol=1e-4)
    found = jackknife(table, lambda means: float(means[0] - means[1]))
    student = paired_difference(table[:, 0], table[:, 1])
    assert (found.mean, found.low, found.high) == pytest.approx((student.mean, student.low, student.high), abs=1e-4)


def test_ratio_by_hand() -> None:
    table = np.array([[1.0, 2.0], [3.0, 3.0], [2.0, 4.0]])
    # all: 6/9; without each in turn: 5/7, 3/6, 4/5
    expected = [3 * 6 / 9 - 2 * 5 / 7, 3 * 6 / 9 - 2 * 3 / 6, 3 * 6 / 9 - 2 * 4 / 5]
    np.testing.assert_allclose(pseudo_values(table, ratio), expected)


def test_ratio_agrees_with_fieller() -> None:
    """Fieller (1954) is exact for a ratio of normal means; with many replications both agree."""
    rng = np.random.default_rng(2)
    below = rng.normal(10.0, 1.0, size=2000)
    table = np.column_stack([0.6 * below + rng.normal(2.0, 0.8, size=2000), below])
    (x, y), n = table.mean(axis=0), len(table)
    vx, vxy, vy = (np.cov(table.T) / n).ravel()[[0, 1, 3]]
    t = float(stdtrit(n - 1, 0.975))
    g = t * t * vy / y**2
    centre = (x / y - g * vxy / vy) / (1 - g)
    half = t / (y * (1 - g)) * math.sqrt(vx - 2 * x / y * vxy + (x / y) ** 2 * vy - g * (vx - vxy**2 / vy))
    found = jackknife(table, ratio)
    assert found.low == pytest.approx(centre - half, abs=0.01 * half)
    assert found.high == pytest.approx(centre + half, abs=0.01 * half)


def test_takes_away_the_bias_of_a_square() -> None:
    """The square of a mean is too large by s²/n; the jackknife takes away exactly that (Efron 1982, chapter 2)."""
    values = np.random.default_rng(3).exponential(size=9)
    found = jackknife(values, lambda means: float(means[0] ** 2))
    assert found.mean == pytest.approx(values.mean() ** 2 - values.var(ddof=1) / 9, rel=1e-12)


def test_covers_a_ratio_as_often_as_it_says() -> None:
    rng, hits, trials = np.random.default_rng(4), 0, 2000
    for _ in range(trials):
        below = rng.gamma(20.0, 0.5, size=25)
        table = np.column_stack([0.5 * below + rng.gamma(9.0, 1 / 3, size=25), below])
        found = jackknife(table, ratio)
        hits += found.low <= 8.0 / 10.0 <= found.high
    assert abs(hits / trials - 0.95) < 4.0 * math.sqrt(0.95 * 0.05 / trials)


def test_undefined_replications_are_left_out() -> None:
    table = np.array([[1.0, 2.0], [np.nan, 1.0], [3.0, 3.0], [2.0, 4.0]])
    pseudo = pseudo_values(table, ratio)
    assert np.isnan(pseudo[1])
    np.testing.assert_allclose(pseudo[[0, 2, 3]], pseudo_values(table[[0, 2, 3]], ratio))
    assert jackknife(table, ratio).dropped == 1
    assert np.isnan(pseudo_values(table[:1], ratio)).all()
    with pytest.raises(ValueError, match="replications and terms"):
        pseudo_values(np.zeros((2, 2, 2)), ratio)
