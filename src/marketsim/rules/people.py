"""People who burn out and leave."""

from marketsim.rules.compiling import compiled


@compiled
def leaving_hazard(
    base: float, load: float, load_limit: float, load_span: float, waste: float, waste_limit: float, waste_span: float
) -> float:
    """Return the hazard to leave (unit of `base`), raised by load and by fruitless work beyond their limits."""
    strain = max(0.0, (load - load_limit) / load_span) + max(0.0, (waste - waste_limit) / waste_span)
    return base * (1.0 + strain)
