"""Whether the model's formulas still have to be compiled on this machine."""

from pathlib import Path

from marketsim.rules.compiling import CACHE_FOLDER


def compile_ahead() -> bool:
    """Tell whether the next run compiles the formulas first: once after an install, an upgrade or an edit."""
    return CACHE_FOLDER is None or next(Path(CACHE_FOLDER).rglob("*.nbi"), None) is None
