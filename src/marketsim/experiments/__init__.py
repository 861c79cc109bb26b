"""Play arms on the same luck, keep what is finished, and put it side by side."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marketsim.experiments.comparison import ArmRuns, Comparison
    from marketsim.experiments.counterfactual import Truth, find_truth, truth
    from marketsim.experiments.errors import Interrupted, RunFailed
    from marketsim.experiments.estimate import estimate_minutes
    from marketsim.experiments.playing import compare, play
    from marketsim.experiments.run_folder import publish
    from marketsim.experiments.selecting import select_best

__all__ = [
    "ArmRuns", "Comparison", "Interrupted", "RunFailed", "Truth", "compare", "estimate_minutes", "find_truth", "play",
    "publish", "select_best", "truth",
]  # fmt: skip
# Loaded on first use: a worker process needs none of them, and should start at once.
_ROOMS = {
    "ArmRuns": "comparison",
    "Comparison": "comparison",
    "Interrupted": "errors",
    "RunFailed": "errors",
    "Truth": "counterfactual",
    "compare": "playing",
    "estimate_minutes": "estimate",
    "find_truth": "counterfactual",
    "play": "playing",
    "publish": "run_folder",
    "select_best": "selecting",
    "truth": "counterfactual",
}


def __getattr__(name: str) -> Any:
    """Load the module a name lives in when it is first asked for."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
