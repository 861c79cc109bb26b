"""Demand relative to its mean, at every instant."""

from marketsim.rules.compiling import compiled
from marketsim.rules.economy import growth_level, recession_level, season_level
from marketsim.state.layout import Rows


@compiled
def economy_at(p: Rows, now: float) -> float:
    """Return demand relative to its mean, at most the ceiling; recession and growth count from day 0."""
    level = recession_level(now, p[0].recession_depth, p[0].recession_start, p[0].recession_days, p[0].recession_ramp)
    level *= growth_level(now, p[0].economy_growth, p[0].days_per_year)
    return min(p[0].demand_ceiling, level * season_level(now, p[0].season_amplitude, p[0].days_per_year))
