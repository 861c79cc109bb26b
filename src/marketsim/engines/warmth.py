"""Whether the model's formulas still have to be compiled on this machine."""

from pathlib import Path

from marketsim.rules.compiling import CACHE_FOLDER, cache_of

_LAST_COMPILED = "marketsim.state.calendar"  # imports most of the others, hence is stale when they are


def compile_ahead() -> bool:
    """Tell whether the next run compiles the formulas first: once after an install, an upgrade or an edit."""
    return CACHE_FOLDER is None or next(Path(cache_of(_LAST_COMPILED)).rglob("*.nbi"), None) is None
