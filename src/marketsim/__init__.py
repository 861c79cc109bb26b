"""marketsim: play a B2B market forward for years, and compare marketing strategies on the same luck.

>>> import marketsim as ms
>>> scenario = ms.load_scenario(["strategy=balanced", "market.accounts=500", "history.years=0", "run.horizon_years=1"])
>>> outcome = ms.simulate(scenario, seed=1, replication=0)
>>> len(outcome.monthly[outcome.monthly["month"] >= 0])
12
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marketsim import figures as figures
    from marketsim.engines import simulate as simulate
    from marketsim.experiments import Comparison as Comparison
    from marketsim.experiments import Truth as Truth
    from marketsim.experiments import compare as compare
    from marketsim.experiments import select_best as select_best
    from marketsim.experiments import truth as truth
    from marketsim.experiments.ledger.run import claims as claims
    from marketsim.outcomes import Outcome as Outcome
    from marketsim.scenario.errors import BadInput as BadInput
    from marketsim.scenario.load import load_experiment as load_experiment
    from marketsim.scenario.load import load_scenario as load_scenario
    from marketsim.scenario.scenario import Scenario as Scenario

# Loaded when asked for, so that the command line can answer before numpy is there.
_HOMES = {
    "BadInput": "marketsim.scenario.errors",
    "Comparison": "marketsim.experiments",
    "Outcome": "marketsim.outcomes",
    "Scenario": "marketsim.scenario.scenario",
    "Truth": "marketsim.experiments",
    "claims": "marketsim.experiments.ledger.run",
    "compare": "marketsim.experiments",
    "load_experiment": "marketsim.scenario.load",
    "load_scenario": "marketsim.scenario.load",
    "select_best": "marketsim.experiments",
    "simulate": "marketsim.engines",
    "truth": "marketsim.experiments",
}
__all__ = [*sorted(_HOMES), "figures"]


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name == "figures":
        return import_module("marketsim.figures")
    if name in _HOMES:
        found = getattr(import_module(_HOMES[name]), name)
        if name in ("Comparison", "compare"):
            _draw_in_notebooks()
        return found
    raise AttributeError(f"module 'marketsim' has no attribute '{name}'")


def _draw_in_notebooks() -> None:
    """Let a comparison show the headline picture in a notebook; experiments themselves know no figures."""
    comparison = import_module("marketsim.experiments").Comparison
    comparison.picture = staticmethod(lambda runs: import_module("marketsim.figures").picture(runs))


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)
