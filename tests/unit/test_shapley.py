"""Shapley values of games whose answer is known."""

import itertools
import math

import numpy as np
import pytest

from marketsim.analysis.credit_error import budget_shares, misplaced
from marketsim.analysis.shapley import antithetic_orders, coalitions_of, sampled_shapley, shapley


def _game(players: int, worth: object) -> np.ndarray:
    """Return the value of every coalition: a function of the set of its players."""
    members = [[k for k in range(players) if mask >> k & 1] for mask in range(1 << players)]
    return np.array([float(worth(inside)) for inside in members])  # type: ignore[operator]


def test_in_an_additive_game_everyone_gets_their_own() -> None:
    own = [3.0, 0.0, -2.0, 7.0]
    found = shapley(_game(4, lambda inside: 5.0 + sum(own[k] for k in inside)))
    assert found.tolist() == own


def test_a_pure_interaction_is_shared_equally_by_those_it_needs() -> None:
    found = shapley(_game(3, lambda inside: 12.0 * ({0, 2} <= set(inside))))
    assert found.tolist() == [6.0, 0.0, 6.0]


def test_one_glove_is_worth_nothing_without_the_other() -> None:
    """The glove game: player 0 owns the left glove, 1 and 2 a right one each; known to give 2/3, 1/6, 1/6."""
    found = shapley(_game(3, lambda inside: 0 in inside and len(inside) > 1))
    assert found * 6 == pytest.approx([4.0, 1.0, 1.0], abs=1e-14)


@pytest.mark.parametrize("players", [1, 2, 5, 6])
def test_the_values_add_up_to_the_whole_to_the_last_digit(players: int) -> None:
    random = np.random.default_rng(players)
    values = random.integers(-1000, 1000, size=(1 << players, 4)).astype(float)
    times = math.factorial(players)  # so that every Shapley value is a whole number, and no digit is rounded
    assert (shapley(values * times).sum(axis=0) == (values[-1] - values[0]) * times).all()


def test_it_is_the_mean_over_all_orders() -> None:
    random = np.random.default_rng(7)
    values = random.normal(size=16)
    orders = list(itertools.permutations(range(4)))
    pairs = tuple(order for one in orders if one < one[::-1] for order in (one, one[::-1]))
    sampled = sampled_shapley(dict(enumerate(values)), pairs)
    assert len(sampled) == len(orders) // 2
    assert sampled.mean(axis=0) == pytest.approx(shapley(values), abs=1e-12)


def test_every_pair_of_orders_shares_out_the_whole() -> None:
    random = np.random.default_rng(3)
    orders = antithetic_orders(9, 4, random)
    assert all(second == first[::-1] for first, second in zip(orders[::2], orders[1::2], strict=True))
    values = {mask: random.normal(size=5) for mask in coalitions_of(orders)}
    whole = values[(1 << 9) - 1] - values[0]
    for pair in sampled_shapley(values, orders):
        assert pair.sum(axis=0) == pytest.approx(whole, abs=1e-12)


def test_the_standard_error_over_pairs_tells_how_far_the_sample_is_off() -> None:
    """Means of sampled pairs lie around the exact value as far as their standard error says."""
    values = _game(7, lambda inside: 20.0 * ({1, 4, 5} <= set(inside)) + 7.0 * ({1, 2, 3, 6} <= set(inside)))
    exact = shapley(values)
    table = dict(enumerate(values))
    far = []
    for seed in range(200):
        sampled = sampled_shapley(table, antithetic_orders(7, 12, np.random.default_rng(seed)))
        error = sampled[:, 1].std(ddof=1) / math.sqrt(len(sampled))
        far.append((sampled[:, 1].mean() - exact[1]) / error if error > 0 else 0.0)
    assert 0.8 < float(np.std(far)) < 1.3


def test_an_incomplete_game_is_refused() -> None:
    with pytest.raises(ValueError, match="coalitions"):
        shapley(np.zeros(6))


def test_credit_that_is_the_truth_misplaces_nothing() -> None:
    truth = np.array([4.0, 0.0, -1.0, 6.0])
    assert budget_shares(truth).tolist() == [0.4, 0.0, 0.0, 0.6]
    assert misplaced(budget_shares(truth), budget_shares(3.0 * truth)) == 0.0
    assert misplaced([1.0, 0.0], [0.0, 1.0]) == 1.0
    assert misplaced([0.5, 0.5, 0.0], [0.25, 0.5, 0.25]) == 0.25
    assert np.isnan(budget_shares([0.0, -1.0])).all()
