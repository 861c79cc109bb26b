"""One price clears the budget: the rule against a search that knows nothing of tiers that open."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketsim.analysis import oracles
from marketsim.rules.auction import buy_at_reserve, clearing_price, share_won

MONEY = st.floats(1.0, 1e5)
TIER = st.tuples(st.one_of(st.just(0.0), st.floats(1e-3, 1e4)), MONEY, st.floats(0.01, 10.0))
RELATIVE = 1e-9


@given(st.one_of(st.just(0.0), st.floats(1e-3, 1e7)), st.lists(TIER, min_size=1, max_size=5))
@example(10.0, [(10.0, 900.0, 1.0), (20.0, 150.0, 0.2)])  # opens the low-intent tier only
@example(5000.0, [(0.0, 900.0, 1.0), (20.0, 150.0, 0.2)])  # nobody searches
@example(5000.0, [(0.0, 900.0, 1.0), (0.0, 150.0, 0.2)])  # nothing on offer
@example(100.0, [(1.0, 100.0, 1.0), (3.0, 100.0, 1.0)])  # tiers that open together
def test_the_price_is_the_one_at_which_what_is_bought_costs_the_budget(
    budget: float, tiers: list[tuple[float, float, float]]
) -> None:
    flow, reserve, weight = (np.array(column) for column in zip(*tiers, strict=True))
    found = clearing_price(budget, flow, reserve, weight)
    assert found == pytest.approx(oracles.clearing_price(budget, flow, reserve, weight), rel=RELATIVE)
    if found > 0.0:
        shares = [share_won(found, v, c) for _, c, v in tiers]
        cost = sum(f * share * v * found for (f, _, v), share in zip(tiers, shares, strict=True))
        # cancellation in 1 - reserve/bid: as exact as the flow of money at the reserve price allows
        assert cost == pytest.approx(budget, rel=1e-6, abs=1e-9 * float(flow @ (weight * found)))
        assert all(0.0 <= share < 1.0 for share in shares)


@given(st.floats(1e-3, 1e6), st.lists(TIER, min_size=1, max_size=4), st.floats(1.01, 10.0))
def test_more_money_never_lowers_the_price(budget: float, tiers: list[tuple[float, float, float]], more: float) -> None:
    flow, reserve, weight = (np.array(column) for column in zip(*tiers, strict=True))
    assert clearing_price(budget * more, flow, reserve, weight) >= clearing_price(budget, flow, reserve, weight)


def test_a_small_budget_buys_low_intent_only() -> None:
    flow, reserve, weight = np.array([10.0, 20.0]), np.array([900.0, 150.0]), np.array([1.0, 0.2])
    price = clearing_price(500.0, flow, reserve, weight)
    assert share_won(price, weight[0], reserve[0]) == 0.0
    assert share_won(price, weight[1], reserve[1]) > 0.0
    assert price == pytest.approx((500.0 + 150.0 * 20.0) / (0.2 * 20.0))
    # the next tier opens where the price reaches its reserve price
    assert clearing_price(0.2 * 900.0 * 20.0 - 150.0 * 20.0, flow, reserve, weight) == pytest.approx(900.0)


def at_reserve(
    budget: float, flow: list[float], reserve: list[float], weight: list[float]
) -> tuple[float, list[float], list[float]]:
    share, price = np.full(len(flow), np.nan), np.full(len(flow), np.nan)
    level = buy_at_reserve(budget, np.array(flow), np.array(reserve), np.array(weight), share, price)
    return level, share.tolist(), price.tolist()


@pytest.mark.parametrize(
    ("budget", "level", "share", "price"),
    [
        (0.0, 0.0, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        (250.0, 200.0, [0.0, 0.0, 0.25], [0.0, 0.0, 200.0]),  # a quarter of the searches for our name
        (1_000.0, 200.0, [0.0, 0.0, 1.0], [0.0, 0.0, 200.0]),
        (2_500.0, 750.0, [0.0, 0.5, 1.0], [0.0, 150.0, 200.0]),  # 150 / .2 comes before 900
        (8_500.0, 900.0, [0.5, 1.0, 1.0], [900.0, 150.0, 200.0]),
        (99_999.0, 900.0, [1.0, 1.0, 1.0], [900.0, 150.0, 200.0]),  # the rest finds nothing to buy
    ],
)
def test_without_diminishing_returns_tiers_are_bought_in_order_at_their_reserve_price(
    budget: float, level: float, share: list[float], price: list[float]
) -> None:
    found = at_reserve(budget, [10.0, 20.0, 5.0], [900.0, 150.0, 200.0], [1.0, 0.2, 1.0])
    assert found[0] == pytest.approx(level)
    assert found[1] == pytest.approx(share)
    assert found[2] == pytest.approx(price)


def test_an_empty_tier_is_passed_over_and_equal_ones_go_by_their_number() -> None:
    assert at_reserve(1_000.0, [0.0, 10.0, 10.0], [50.0, 150.0, 150.0], [1.0, 1.0, 1.0])[1] == pytest.approx(
        [0.0, 2.0 / 3.0, 0.0]
    )


@given(st.floats(1e-3, 1e7), st.lists(TIER, min_size=1, max_size=5))
def test_reserve_prices_spend_the_budget_or_buy_all_there_is(
    budget: float, tiers: list[tuple[float, float, float]]
) -> None:
    flow, reserve, weight = (list(column) for column in zip(*tiers, strict=True))
    _, share, price = at_reserve(budget, flow, reserve, weight)
    cost = sum(f * s * c for f, s, c in zip(flow, share, price, strict=True))
    on_offer = sum(f * c for f, c in zip(flow, reserve, strict=True))
    assert cost == pytest.approx(min(budget, on_offer), rel=1e-9)
    assert all(0.0 <= s <= 1.0 for s in share)
