"""Which parts of the company's structure work now."""

from marketsim.rules.compiling import compiled
from marketsim.state.layout import Rows


@compiled
def structure_works(w: Rows, part: int, now: float) -> bool:
    """Tell whether a part of the structure works: it has been switched on long enough (never, if it is missing)."""
    return bool(now >= w[0].structure_from[part])
