"""Selecting the best: constants by their defining equation, and the promised chance where it is hardest to keep."""

import math

import numpy as np
import pytest

from marketsim.analysis.selection import FIRST, Race, Selection, boundary, eta, survivors


def race(means: np.ndarray, factor: np.ndarray, seed: int, smallest: float = 1.0, at_most: int = 5000) -> Selection:
    """Run the procedure on normal values with these means, and this factor of their covariance."""
    rng, arms = np.random.default_rng(seed), [str(arm) for arm in range(len(means))]
    found = Race(arms, smallest, 0.95, at_most)
    table = np.empty((len(means), 0))
    while True:
        more = found.replications - table.shape[1]
        table = np.hstack([table, means[:, None] + factor @ rng.standard_normal((len(means), more))])
        if not found.look({arm: table[k] for k, arm in enumerate(arms)}):
            return found.result()


def test_the_constant_solves_its_equation() -> None:
    """g(η) = ½·(1 + 2η)^(−(n₀−1)/2) = α/(k−1) (Kim & Nelson 2001, c = 1)."""
    for arms, first, confidence in ((2, 10, 0.95), (4, 10, 0.95), (5, 20, 0.90), (100, 24, 0.99)):
        found = eta(arms, first, confidence)
        assert 0.5 * (1.0 + 2.0 * found) ** (-(first - 1) / 2.0) == pytest.approx((1.0 - confidence) / (arms - 1))
    assert eta(4, 10, 0.95) == pytest.approx(0.5 * (30.0 ** (2.0 / 9.0) - 1.0))  # 2·0.05/3 = 1/30
    # with spreads known, h² tends to 2·ln((k−1)/(2α)), Wald's boundary for a sum against the difference
    assert 2.0 * eta(4, 10**6, 0.95) * (10**6 - 1) == pytest.approx(2.0 * math.log(30.0), rel=1e-4)


def test_the_boundary_by_hand() -> None:
    first = np.array([[0.0, 2.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0]])
    rule = boundary(first, smallest=0.5, confidence=0.9)
    variance, h_squared = 4.0 / 3.0, 2.0 * 0.5 * (0.2 ** (-2.0 / 3.0) - 1.0) * 3.0
    assert rule.spread[0, 1] == rule.spread[1, 0] == pytest.approx(variance)
    assert rule.most == math.floor(h_squared * variance / 0.25) + 1
    assert rule.width(4)[0, 1] == pytest.approx(0.5 / 8.0 * (h_squared * variance / 0.25 - 4))
    assert rule.width(10**6).max() == 0.0
    edge = rule.width(4)[0, 1]
    assert survivors(np.array([0.0, edge * 0.99]), [0, 1], rule, 4) == [0, 1]
    assert survivors(np.array([0.0, edge * 1.01]), [0, 1], rule, 4) == [1]


@pytest.mark.parametrize("shared", [0.0, 0.8])
def test_it_picks_the_best_as_often_as_promised_where_that_is_hardest(shared: float) -> None:
    """All others lie exactly the smallest difference below the best (the slippage configuration)."""
    trials, arms = 400, 4
    means = np.full(arms, -1.0)
    means[2] = 0.0
    covariance = 9.0 * (shared * np.ones((arms, arms)) + (1.0 - shared) * np.eye(arms))
    factor = np.linalg.cholesky(covariance)
    found = [race(means, factor, seed) for seed in range(trials)]
    right = np.mean([one.winner == "2" for one in found])
    assert right >= 0.95 - 3.0 * math.sqrt(0.95 * 0.05 / trials)
    assert all(one.guaranteed for one in found)


def test_common_luck_and_clear_losers_save_replications() -> None:
    means, ones = np.array([0.0, -1.0, -5.0]), np.ones((3, 3))
    apart = race(means, 3.0 * np.eye(3), 1)
    paired = race(means, np.linalg.cholesky(9.0 * (0.9 * ones + 0.1 * np.eye(3))), 1)
    assert sum(paired.used.values()) < sum(apart.used.values())
    assert apart.dropped["2"] < apart.used["0"]


def test_equal_arms_end_and_so_do_identical_ones() -> None:
    found = race(np.zeros(3), np.eye(3), 5)
    assert found.guaranteed
    same = race(np.zeros(2), np.array([[1.0, 0.0], [1.0, 0.0]]), 6)
    assert (same.used, same.dropped, same.guaranteed) == ({"0": FIRST, "1": FIRST}, {}, True)


def test_a_limit_ends_it_without_a_promise() -> None:
    found = race(np.zeros(3), 50.0 * np.eye(3), 7, at_most=30)
    assert not found.guaranteed
    assert max(found.used.values()) == 30


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="two arms"):
        Race(["a"], 1.0, 0.95, 100)
    with pytest.raises(ValueError, match="blind guess"):
        Race(["a", "b"], 1.0, 0.4, 100)
    with pytest.raises(ValueError, match="above 0"):
        boundary(np.eye(2), 0.0, 0.95)
    with pytest.raises(ValueError, match="finite"):
        boundary([[1.0, np.nan], [1.0, 2.0]], 1.0, 0.95)


@pytest.mark.nightly
def test_the_promise_over_many_trials_and_arms() -> None:
    trials, arms = 5000, 6
    means = np.full(arms, -1.0)
    means[0] = 0.0
    factor = np.linalg.cholesky(9.0 * (0.5 * np.ones((arms, arms)) + 0.5 * np.eye(arms)))
    right = np.mean([race(means, factor, seed).winner == "0" for seed in range(trials)])
    assert right >= 0.95 - 3.0 * math.sqrt(0.95 * 0.05 / trials)
