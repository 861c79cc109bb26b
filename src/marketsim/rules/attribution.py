"""Attribution: how a credit rule shares one success among the touches that led to it."""

from typing import Any

import numpy as np

from marketsim.rules.arithmetic import exp
from marketsim.rules.compiling import allocating, compiled

Values = np.ndarray[Any, Any]

# credit rules, in the order in which the scenario names them
(
    BY_CONVERTING_LEAD,
    BY_FIRST,
    BY_LAST,
    BY_LINEAR,
    BY_TIME_DECAY,
    BY_POSITION,
    BY_SELF_REPORT,
) = range(7)


@allocating
def touch_weights(
    rule: int, ages: Values, time_decay_days: float, position_first: float, position_last: float
) -> Values:
    """Return the share of credit of each touch, oldest first; the shares add up to 1 (no touch, no share).

    Parameters
    ----------
    rule
        `BY_FIRST`, `BY_LAST`, `BY_LINEAR`, `BY_TIME_DECAY` (a touch loses weight by e in `time_decay_days`) or
        `BY_POSITION` (`position_first` and `position_last` for the ends, the rest evenly for those between). Rules that
        do not look at touches give all credit to the last one.
    ages
        Days from each touch to the success, oldest touch first.
    """
    count = len(ages)
    weights = np.zeros(count)
    if count == 0:
        return weights
    if rule == BY_FIRST:
        weights[0] = 1.0
    elif rule == BY_LINEAR:
        weights[:] = 1.0
    elif rule == BY_TIME_DECAY:
        for k in range(count):
            weights[k] = exp(-(ages[k] - ages[count - 1]) / time_decay_days)
    elif rule == BY_POSITION and count > 1:
        ends = position_first + position_last
        between = max(0.0, 1.0 - ends) if count > 2 else 0.0
        for k in range(1, count - 1):
            weights[k] = between / (count - 2)
        weights[0] = position_first
        weights[count - 1] += position_last
        if ends <= 0.0 and count == 2:
            weights[:] = 1.0
    else:
        weights[count - 1] = 1.0
    total = weights.sum()
    for k in range(count):
        weights[k] /= total
    return weights


@compiled
def named(weights: Values, u: float) -> int:
    """Return the index that a uniform number falls on, in proportion to the weights; -1 if all are 0."""
    left = u * weights.sum()
    last = -1
    for k in range(len(weights)):
        if weights[k] > 0.0:
            last = k
            left -= weights[k]
            if left < 0.0:
                return k
    return last
