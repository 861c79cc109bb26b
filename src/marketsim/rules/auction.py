"""One price clears the harvest budget over tiers of inquiries; or, without diminishing returns, each has its own."""

import math
from typing import Any

import numpy as np

from marketsim.rules.compiling import compiled

Values = np.ndarray[Any, Any]


@compiled
def share_won(price: float, bid_weight: float, reserve_price: float) -> float:
    """Return the share of a tier's inquiries won at a price level: 1 - reserve / bid, or 0 where the bid is too low."""
    bid = bid_weight * price
    if bid <= reserve_price:
        return 0.0
    return 1.0 - reserve_price / bid


@compiled
def _next_tier(flow: Values, reserve_price: Values, bid_weight: Values, last: float, last_tier: int) -> int:
    """Return the tier that opens after one at `last` = reserve / weight, equal ones by number; -1 if none does."""
    best = -1
    threshold = math.inf
    for k in range(len(flow)):
        opens_at = reserve_price[k] / bid_weight[k]
        behind = opens_at > last or (opens_at == last and k > last_tier)
        if flow[k] > 0.0 and behind and opens_at < threshold:
            threshold = opens_at
            best = k
    return best


@compiled
def clearing_price(budget: float, flow: Values, reserve_price: Values, bid_weight: Values) -> float:
    """Return the price level at which the open tiers cost exactly the budget; 0 if nothing is bought.

    Parameters
    ----------
    budget
        Money per day.
    flow, reserve_price, bid_weight
        One value per tier: inquiries per day on offer, least price, and bid relative to the price level.

    Notes
    -----
    Tiers open in the order of reserve / weight, until the price that the open ones give does not reach the next.
    """
    if budget <= 0.0:
        return 0.0
    cost_at_reserve = 0.0
    weighted_flow = 0.0
    price = 0.0
    last = -1.0
    last_tier = -1
    for _ in range(len(flow)):
        best = _next_tier(flow, reserve_price, bid_weight, last, last_tier)
        if best < 0:
            break
        threshold = reserve_price[best] / bid_weight[best]
        if weighted_flow > 0.0 and price <= threshold:
            break
        cost_at_reserve += reserve_price[best] * flow[best]
        weighted_flow += bid_weight[best] * flow[best]
        price = (budget + cost_at_reserve) / weighted_flow
        last = threshold
        last_tier = best
    return price


@compiled
def buy_at_reserve(
    budget: float, flow: Values, reserve_price: Values, bid_weight: Values, share: Values, price: Values
) -> float:
    """Buy at reserve prices, tier by tier, until the money is gone: an auction without diminishing returns.

    Parameters
    ----------
    budget
        Money per day.
    flow, reserve_price, bid_weight
        One value per tier, as for `clearing_price`.
    share, price
        Written: the share of each tier's inquiries that is bought, and what one inquiry costs.

    Returns
    -------
    Reserve / weight of the last tier bought from; 0 if nothing is bought. Money that no tier can absorb stays unspent.
    """
    left = budget
    last = -1.0
    last_tier = -1
    level = 0.0
    share[:] = 0.0
    price[:] = 0.0
    for _ in range(len(flow)):
        best = _next_tier(flow, reserve_price, bid_weight, last, last_tier)
        if best < 0 or left <= 0.0:
            break
        last = reserve_price[best] / bid_weight[best]
        last_tier = best
        cost = reserve_price[best] * flow[best]
        share[best] = min(1.0, left / cost)
        price[best] = reserve_price[best]
        left -= share[best] * cost
        level = last
    return level
