"""The one steering rule on hand-made credits: fixed points, equal returns, floors; bids, threshold and funding."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketsim.rules.steering import keep_floors, steer_bid, steer_funding, steer_split, steer_threshold

STEP, PRIOR, SMALLEST = 0.2, 0.25, 0.01


def _steered(
    shares: list[float],
    credits: list[float],
    spends: list[float],
    *,
    is_open: list[int] | None = None,
    floors: list[float] | None = None,
    smallest: float = SMALLEST,
    prior: float = PRIOR,
    rounds: int = 1,
) -> np.ndarray:
    found = np.array(shares)
    opened = np.array(is_open if is_open is not None else [1] * len(shares), dtype=np.int64)
    bounds = np.array(floors if floors is not None else [0.0] * len(shares))
    for _ in range(rounds):
        steer_split(found, opened, bounds, np.array(credits), np.array(spends), STEP, prior, smallest)
    return found


def test_equal_returns_leave_the_split_alone() -> None:
    split = [0.5, 0.3, 0.15, 0.05]
    found = _steered(split, [50.0, 30.0, 15.0, 5.0], [500.0, 300.0, 150.0, 50.0], rounds=40)
    np.testing.assert_allclose(found, split, rtol=1e-12)


def test_one_step_by_hand() -> None:
    """Two programmes, 100 each; credits 3 and 1: average .02, each drawn toward it with 25 of money."""
    up = math.exp(STEP * ((3.0 + 0.02 * 25.0) / 125.0 / 0.02 - 1.0))
    down = math.exp(STEP * ((1.0 + 0.02 * 25.0) / 125.0 / 0.02 - 1.0))
    found = _steered([0.5, 0.5], [3.0, 1.0], [100.0, 100.0])
    np.testing.assert_allclose(found, [up / (up + down), down / (up + down)], rtol=1e-12)


@pytest.mark.parametrize(("credits", "spends"), [([0.0, 0.0], [1.0, 2.0]), ([1.0, 2.0], [0.0, 0.0])])
def test_without_credit_or_spend_the_split_stays(credits: list[float], spends: list[float]) -> None:
    assert _steered([0.7, 0.3], credits, spends).tolist() == [0.7, 0.3]


def test_a_programme_without_credit_ends_at_the_smallest_share_and_stays_there() -> None:
    """Fixed point: credit in proportion to spend of all but one, which never gets any."""
    split = np.array([0.4, 0.4, 0.2])
    for _ in range(60):
        split = _steered(split.tolist(), [*split[:2], 0.0], (100.0 * split).tolist())
    np.testing.assert_allclose(split, [0.495, 0.495, 0.01], rtol=1e-9)


def test_saturating_programmes_settle_where_their_average_returns_are_equal() -> None:
    """Returns a_k / (b_k + s_k) of two programmes: the fixed point without prior equalises them."""
    strength, half = np.array([1.0, 2.0]), np.array([0.2, 0.9])
    split = np.array([0.5, 0.5])
    for _ in range(400):
        split = _steered(split.tolist(), (strength * split / (half + split)).tolist(), split.tolist(), prior=0.0)
    returns = strength / (half + split)
    assert returns[0] == pytest.approx(returns[1], rel=1e-9)
    assert split.sum() == pytest.approx(1.0)


def test_a_strategy_s_floor_holds_and_the_rest_shares_what_is_left() -> None:
    found = _steered([0.4, 0.3, 0.3], [0.0, 10.0, 10.0], [40.0, 30.0, 30.0], floors=[0.38, 0.0, 0.0])
    np.testing.assert_allclose(found, [0.38, 0.31, 0.31], rtol=1e-12)


def test_a_closed_programme_gets_nothing_and_does_not_count() -> None:
    """What a programme of the past brought does not move the split of those that are open now."""
    with_past = _steered([0.6, 0.4, 0.0], [3.0, 1.0, 90.0], [60.0, 40.0, 5.0], is_open=[1, 1, 0])
    without = _steered([0.6, 0.4], [3.0, 1.0], [60.0, 40.0])
    np.testing.assert_allclose(with_past, [*without, 0.0], rtol=1e-15)


def test_an_open_programme_without_a_share_gets_the_smallest_one() -> None:
    found = _steered([1.0, 0.0], [5.0, 0.0], [100.0, 0.0])
    np.testing.assert_allclose(found, [0.99, 0.01], rtol=1e-12)


def test_negative_credit_counts_as_none() -> None:
    np.testing.assert_array_equal(
        _steered([0.5, 0.5], [-7.0, 4.0], [50.0, 50.0]), _steered([0.5, 0.5], [0.0, 4.0], [50.0, 50.0])
    )


amounts = st.floats(0.0, 1e7).map(lambda value: round(value, 3))


@given(st.integers(1, 20).flatmap(lambda n: st.tuples(*[st.lists(amounts, min_size=n, max_size=n)] * 4)), st.data())
def test_whatever_the_credits_the_sum_stays_and_the_floors_hold(
    table: tuple[list[float], ...], data: st.DataObject
) -> None:
    weights, credits, spends, rough = (np.array(column) for column in table)
    if weights.sum() <= 0.0:
        weights[:] = 1.0
    floors = 0.75 * rough / max(1.0, rough.sum())
    is_open = np.array(data.draw(st.lists(st.integers(0, 1), min_size=len(weights), max_size=len(weights))))
    is_open[int(np.argmax(weights))] = 1
    shares = np.where(is_open == 1, weights, 0.0) / weights[is_open == 1].sum()
    before = shares.copy()
    steer_split(shares, is_open, floors, credits, spends, STEP, PRIOR, SMALLEST)
    assert shares.sum() == pytest.approx(1.0, rel=1e-9)
    assert (shares[is_open == 0] == 0.0).all()
    if not np.array_equal(shares, before):
        bounds = np.where(is_open == 1, np.maximum(floors, SMALLEST), 0.0)
        assert (shares >= bounds / max(1.0, bounds.sum()) * (1.0 - 1e-9)).all()


def test_floors_that_do_not_fit_are_scaled() -> None:
    shares = np.array([0.2, 0.8])
    keep_floors(shares, np.array([1, 1]), np.array([0.9, 0.3]), 0.0, 1.0)
    np.testing.assert_allclose(shares, [0.75, 0.25])


def test_bids_follow_what_inquiries_bring() -> None:
    assert steer_bid(0.2, 100.0, 100.0, 30.0, 30.0, 0.3, 0.02) == pytest.approx(0.2 + 0.3 * 0.8)  # all count the same
    mean = 10.0 / 130.0
    worth = (mean / 101.0) / ((10.0 + mean) / 31.0)
    assert steer_bid(0.2, 0.0, 100.0, 10.0, 30.0, 0.3, 0.0) == pytest.approx(0.2 + 0.3 * (worth - 0.2))
    assert steer_bid(0.2, 0.0, 100.0, 1e6, 30.0, 1.0, 0.02) == pytest.approx(0.02)
    assert steer_bid(0.2, 0.0, 100.0, 0.0, 30.0, 0.3, 0.02) == 0.2
    assert steer_bid(0.2, 0.0, 0.0, 0.0, 0.0, 0.3, 0.02) == 0.2


def test_the_threshold_moves_toward_the_target_and_only_falls_with_a_ratchet() -> None:
    assert steer_threshold(0.6, 90.0, 100.0, 0.05, 0.0, 1.5, False) == pytest.approx(0.55)
    assert steer_threshold(0.6, 110.0, 100.0, 0.05, 0.0, 1.5, False) == pytest.approx(0.65)
    assert steer_threshold(0.6, 110.0, 100.0, 0.05, 0.0, 1.5, True) == 0.6
    assert steer_threshold(0.02, 90.0, 100.0, 0.05, 0.0, 1.5, False) == 0.0
    assert steer_threshold(1.49, 190.0, 100.0, 0.05, 0.0, 1.5, False) == 1.5


def test_funding_follows_the_believed_return_within_bounds() -> None:
    assert steer_funding(1.0, 1.5, 1.0, 0.1, 0.25, 2.0) == pytest.approx(1.05)
    assert steer_funding(1.0, 1.0, 1.0, 0.1, 0.25, 2.0) == 1.0
    assert steer_funding(1.0, 9.0, 1.0, 0.1, 0.25, 2.0) == pytest.approx(1.1)
    assert steer_funding(1.95, 9.0, 1.0, 0.1, 0.25, 2.0) == 2.0
    assert steer_funding(0.26, 0.0, 1.0, 0.1, 0.25, 2.0) == 0.25


def test_a_programme_that_takes_no_part_keeps_its_share() -> None:
    found = _steered([0.3, 0.2, 0.5], [3.0, 1.0, 90.0], [60.0, 40.0, 5.0], is_open=[1, 1, 0])
    assert found[2] == 0.5
    assert found[:2].sum() == pytest.approx(0.5)
    np.testing.assert_allclose(found[:2] * 2.0, _steered([0.6, 0.4], [3.0, 1.0], [60.0, 40.0]), rtol=1e-12)
