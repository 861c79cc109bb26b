"""A clock that many entities share: its rate changes at week starts; each entity rings at a threshold of its own."""

import math

from marketsim.rules.compiling import compiled


@compiled
def reading(reading_then: float, then: float, rate: float, now: float) -> float:
    """Return what the clock shows now."""
    return reading_then + rate * (now - then)


@compiled
def rings_at(threshold: float, reading_then: float, then: float, rate: float, now: float) -> float:
    """Return the time at which the clock reaches a threshold, never in the past; infinite while it stands still."""
    if rate <= 0.0:
        return math.inf
    return max(now, then + (threshold - reading_then) / rate)
