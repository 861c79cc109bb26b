"""Accounts and their clocks: how long phases take, how often needs come, whether a group buys at all."""

import numpy as np

from marketsim.rules.arithmetic import exp, log
from marketsim.rules.compiling import compiled
from marketsim.rules.draws import lognormal

_GROUP_QUANTILES = 4096
_SMALL_GROUPS = 64
_uncompiled_log = getattr(log, "py_func", log)
_LOG_OF_SIZE = np.array([_uncompiled_log(float(max(1, size))) for size in range(_SMALL_GROUPS)])


@compiled
def group_size(mean: float, sigma: float, u: float) -> int:
    """Return the number of people in a buying group (at least one)."""
    return max(1, int(lognormal(mean, sigma, u) + 0.5))


@compiled
def log_of_size(group: int) -> float:
    """Return the logarithm of a group's size (at least one), looked up where it is usual."""
    return _LOG_OF_SIZE[group] if group < _SMALL_GROUPS else log(float(group))


@compiled
def no_decision_probability(group: int, intercept: float, slope: float, consensus: float) -> float:
    """Return the chance that a group of this size buys from nobody (logistic in log size; fit to CEB rates).

    `consensus` lowers the log of the size, to no less than that of a single buyer.
    """
    return 1.0 / (1.0 + exp(intercept - slope * max(0.0, log_of_size(group) - consensus)))


@compiled
def coverage(contacts: int, group: int) -> float:
    """Return the share of a buying group that is in touch with us."""
    return min(1.0, contacts / group)


@compiled
def mean_purchase_probability(mean: float, sigma: float, intercept: float, slope: float) -> float:
    """Return the chance to buy, averaged over the group sizes of a segment (midpoint rule over quantiles)."""
    total = 0.0
    for k in range(_GROUP_QUANTILES):
        size = group_size(mean, sigma, (k + 0.5) / _GROUP_QUANTILES)
        total += 1.0 - no_decision_probability(size, intercept, slope, 0.0)
    return total / _GROUP_QUANTILES


@compiled
def dormant_days(
    entry_interval_days: float, journey_days: float, purchase_probability: float, lock_days: float
) -> float:
    """Return the mean days an account is dormant and free between two journeys."""
    return entry_interval_days - journey_days - purchase_probability * lock_days


@compiled
def mean_hazard_aware(dormant: float, aware_share: float, hazard_ratio_unaware: float) -> float:
    """Return the hazard per day of an aware account, such that the mean over aware and unaware is 1/dormant."""
    return 1.0 / (dormant * (aware_share + (1.0 - aware_share) * hazard_ratio_unaware))


@compiled
def need_is_met(u: float, economy: float, relative_hazard: float, ceiling: float) -> bool:
    """Thin the candidate needs: accept with the ratio of the hazard now to the ceiling (Lewis & Shedler 1979)."""
    return u < economy * relative_hazard / ceiling
