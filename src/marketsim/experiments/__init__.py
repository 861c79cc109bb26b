"""Play arms on the same luck, keep what is finished, and put it side by side."""

from marketsim.experiments.compare import compare, play
from marketsim.experiments.comparison import ArmRuns, Comparison
from marketsim.experiments.errors import Interrupted, RunFailed
from marketsim.experiments.estimate import estimate_minutes

__all__ = ["ArmRuns", "Comparison", "Interrupted", "RunFailed", "compare", "estimate_minutes", "play"]
