"""The economy: demand relative to its mean, at every instant."""

from marketsim.rules.arithmetic import power, sine_of_turn
from marketsim.rules.compiling import compiled


@compiled
def recession_level(day: float, depth: float, start: float, length: float, ramp: float) -> float:
    """Return demand in a recession: it falls by `depth` over a ramp, and recovers over a ramp from start + length."""
    if depth <= 0.0 or day <= start or day >= start + length + ramp:
        return 1.0
    down = 1.0 if ramp <= 0.0 else min(1.0, (day - start) / ramp)
    up = 0.0
    if day > start + length:
        up = 1.0 if ramp <= 0.0 else (day - start - length) / ramp
    return 1.0 - depth * max(0.0, down - up)


@compiled
def growth_level(day: float, growth_per_year: float, days_per_year: float) -> float:
    """Return demand under steady growth from day 0."""
    if growth_per_year == 0.0 or day <= 0.0:
        return 1.0
    return power(1.0 + growth_per_year, day / days_per_year)


@compiled
def rivals_spend_ratio(economy: float, follows: float) -> float:
    """Return the rivals' spend relative to their usual one: a share `follows` of a fall in demand is cut from it."""
    return 1.0 - follows * max(0.0, 1.0 - economy)


@compiled
def season_level(day: float, amplitude: float, days_per_year: float) -> float:
    """Return the yearly wave of demand, 1 on average; it rises from day 0."""
    if amplitude == 0.0:
        return 1.0
    return 1.0 + amplitude * sine_of_turn(day / days_per_year)
