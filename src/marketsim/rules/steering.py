"""The one steering rule: what a review makes of the credit that each programme got, whatever it is credit for.

The rule knows programmes only as rows of arrays. The same functions serve every policy.
"""

from typing import Any

import numpy as np

from marketsim.rules.arithmetic import exp
from marketsim.rules.compiling import allocating, compiled

Values = np.ndarray[Any, Any]
WEEKS_PER_QUARTER = 13
WEEKS_PER_YEAR = 52


@allocating
def steer_split(
    shares: Values, is_open: Values, floors: Values, credits: Values, spends: Values,
    step: float, prior: float, smallest: float,
) -> None:  # fmt: skip
    """Move the split (in place) toward programmes with more credit per unit of money.

    The return of a programme is drawn toward the average of all: with `prior` times the mean spend at the average
    return. Each share grows by exp(step (return / average - 1)); then the floors are kept, and the sum of the shares
    that take part is what it was. Without any credit or spend the split stays.

    Parameters
    ----------
    shares, is_open, floors, credits, spends
        By programme: share of the budget, whether it takes part, its lower bound, its credit and its spend within the
        look-back. Credit below 0 counts as 0.
    step, prior, smallest
        Strength of the step, weight of the average, smallest share of every programme that takes part.
    """
    whole, credit, money = 0.0, 0.0, 0.0
    count = 0
    for k in range(len(shares)):
        if is_open[k]:
            whole += shares[k]
            credit += max(0.0, credits[k])
            money += spends[k]
            count += 1
    if whole <= 0.0 or credit <= 0.0 or money <= 0.0:
        return
    average = credit / money
    pull = prior * money / count
    for k in range(len(shares)):
        weight = spends[k] + pull
        if is_open[k] and weight > 0.0:
            found = (max(0.0, credits[k]) + average * pull) / weight
            shares[k] *= exp(step * (found / average - 1.0))
    keep_floors(shares, is_open, floors, smallest, whole)


@allocating
def keep_floors(shares: Values, is_open: Values, floors: Values, smallest: float, whole: float) -> None:
    """Scale the shares that take part (in place) so that they add up to `whole` and none is below its bound.

    Programmes that take no part keep what they have. Those below their bound are lifted to it, and the others scaled;
    bounds that do not fit are themselves scaled.
    """
    bounds = np.zeros(len(shares))
    pinned = np.zeros(len(shares), dtype=np.bool_)
    need = 0.0
    for k in range(len(shares)):
        if is_open[k]:
            bounds[k] = whole * max(floors[k], smallest)
            need += bounds[k]
        else:
            pinned[k] = True
    if need >= whole:
        for k in range(len(shares)):
            if is_open[k]:
                shares[k] = bounds[k] * whole / need
        return
    again = True
    while again:
        again = False
        free, left = 0.0, whole
        for k in range(len(shares)):
            if not pinned[k]:
                free += shares[k]
            elif is_open[k]:
                left -= shares[k]
        for k in range(len(shares)):
            if not pinned[k] and free > 0.0:
                shares[k] *= left / free
        for k in range(len(shares)):
            if not pinned[k] and shares[k] < bounds[k]:
                shares[k] = bounds[k]
                pinned[k] = True
                again = True


@compiled
def steer_bid(
    bid: float, credit: float, inquiries: float, reference_credit: float, reference_inquiries: float,
    step: float, smallest: float,
) -> float:  # fmt: skip
    """Return the bid for one tier of inquiries, moved toward what they bring relative to the reference tier.

    Both tiers are credited with one average inquiry more than they had. Without any credit the bid stays.
    """
    credit, reference_credit = max(0.0, credit), max(0.0, reference_credit)
    count = inquiries + reference_inquiries
    if count <= 0.0 or credit + reference_credit <= 0.0:
        return bid
    mean = (credit + reference_credit) / count
    worth = ((credit + mean) / (inquiries + 1.0)) / ((reference_credit + mean) / (reference_inquiries + 1.0))
    return bid + step * (min(max(worth, smallest), 1.0) - bid)


@compiled
def steer_threshold(
    threshold: float, kpi: float, target: float, step: float, lowest: float, highest: float, only_falls: bool
) -> float:
    """Return the threshold of qualification: a step down below target, up above it (unless it only falls)."""
    if kpi < target:
        return min(max(threshold - step, lowest), highest)
    if kpi > target and not only_falls:
        return min(max(threshold + step, lowest), highest)
    return threshold


@compiled
def steer_funding(
    funding: float, believed_return: float, hurdle: float, step: float, lowest: float, highest: float
) -> float:
    """Return the budget relative to the first one: it grows by at most `step` with the return one believes in."""
    grown = funding * (1.0 + step * min(max(believed_return / hurdle - 1.0, -1.0), 1.0))
    return min(max(grown, lowest), highest)
