"""From whom: random utility with Gumbel tastes (multinomial logit, McFadden 1974)."""

from marketsim.rules.compiling import compiled


@compiled
def own_utility(
    base: float, listed_weight: float, webinar_weight: float, fit_weight: float, time_weight: float,
    listed: float, webinar: float, fit: float, time_share: float,
) -> float:  # fmt: skip
    """Return our utility before taste; flags are 0 or 1, `time_share` the part of the active phase with us."""
    return (
        base + listed_weight * listed + webinar_weight * webinar + fit_weight * fit + time_weight * min(1.0, time_share)
    )
