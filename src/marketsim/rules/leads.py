"""Leads: hidden truth and noisy score, trust, decay, and the work they cost."""

import math

from marketsim.rules.arithmetic import log, power
from marketsim.rules.compiling import compiled
from marketsim.rules.draws import exponential, lognormal

DECAY_HYPERBOLIC, DECAY_EXPONENTIAL, DECAY_WEIBULL, DECAY_NONE = 0, 1, 2, 3
WORK_LOGNORMAL, WORK_EXPONENTIAL = 0, 1
PLAIN, ENGAGEMENT, SALES_READY = 0, 1, 2  # definitions of a qualified lead
_LOWEST_SCORE, _HIGHEST_SCORE = -4.0, 6.0


@compiled
def follow_up_probability(trust: float, floor: float, full_at: float) -> float:
    """Return the chance that sales follows up a qualified marketing lead."""
    return floor + (1.0 - floor) * min(1.0, trust / full_at)


@compiled
def score_bin(score: float, bins: int) -> int:
    """Return the bin of a score in a histogram; scores beyond its ends are in the first and the last."""
    place = (score - _LOWEST_SCORE) / (_HIGHEST_SCORE - _LOWEST_SCORE) * bins
    return int(min(bins - 1.0, max(0.0, place)))


@compiled
def moved_average(average: float, value: float, weight: float) -> float:
    """Return an exponential moving average after one more value."""
    return average + weight * (value - average)


@compiled
def cold_after(u: float, kind: int, floor: float, scale: float, shape: float) -> float:
    """Return how long a lead can be reached, in the unit of `scale`; infinite with chance `floor`.

    The inverse of the survival q(t): hyperbolic f + (1-f)/(1 + (t/scale)^b) (fitted to Oldroyd et al. 2011),
    exponential f + (1-f) exp(-t/scale), or Weibull f + (1-f) exp(-(t/scale)^b).
    """
    if kind == DECAY_NONE or u <= floor:
        return math.inf
    if kind == DECAY_HYPERBOLIC:
        return scale * power((1.0 - u) / (u - floor), 1.0 / shape)
    hazard = -log((u - floor) / (1.0 - floor))
    if kind == DECAY_EXPONENTIAL:
        return scale * hazard
    return scale * power(hazard, 1.0 / shape)


@compiled
def work_length(u: float, distribution: int, mean: float, sigma: float) -> float:
    """Return the length of a piece of work, in the unit of `mean`."""
    if distribution == WORK_EXPONENTIAL:
        return mean * exponential(u)
    return lognormal(mean, sigma, u)


@compiled
def working_speed(tenure_days: float, ramp_days: float, start_speed: float) -> float:
    """Return the speed of a rep, 1 when ramped."""
    if tenure_days >= ramp_days:
        return 1.0
    return start_speed + (1.0 - start_speed) * tenure_days / ramp_days
