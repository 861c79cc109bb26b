"""Pictures of a comparison. Every chart is `NAME(comparison, ax=None) -> Axes`.

Without `ax` a chart makes a figure of its own (`axes.figure`; nothing is left in pyplot). Charts of several panels
use the axes as a frame: title and footer belong to it, the panels are its `child_axes`. `NAME_table(comparison)` gives
the numbers a chart plots, `save_all(comparison, folder)` writes every chart as SVG, PNG and CSV,
`picture(comparison)` is the PNG a notebook shows.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marketsim.figures.alive import survival, survival_table
    from marketsim.figures.credit import (
        credit_and_truth,
        credit_and_truth_table,
        draw_truths,
        true_returns,
        true_returns_table,
    )
    from marketsim.figures.files import picture, save_all, save_figure, save_study
    from marketsim.figures.forest import effects, effects_table
    from marketsim.figures.links import (
        chain,
        chain_customers,
        chain_leads,
        chain_memory,
        chain_people,
        chain_pool,
        chain_table,
        chain_trust,
    )
    from marketsim.figures.market import (
        leads_by_quality,
        leads_by_quality_table,
        memory_and_pool,
        memory_and_pool_table,
        response_and_trust,
        response_and_trust_table,
    )
    from marketsim.figures.money import (
        cost_per_good_lead,
        cost_per_good_lead_table,
        cumulative_profit,
        cumulative_profit_table,
        headline,
        recurring_revenue,
        recurring_revenue_table,
    )
    from marketsim.figures.opening import warm_up, warm_up_table
    from marketsim.figures.plays import risk, risk_table
    from marketsim.figures.response import Staffed, staffing, staffing_table
    from marketsim.figures.steering import Steered, policies, policies_table

__all__ = [
    "Staffed",
    "Steered",
    "chain",
    "chain_customers",
    "chain_leads",
    "chain_memory",
    "chain_people",
    "chain_pool",
    "chain_table",
    "chain_trust",
    "cost_per_good_lead",
    "cost_per_good_lead_table",
    "credit_and_truth",
    "credit_and_truth_table",
    "cumulative_profit",
    "cumulative_profit_table",
    "draw_truths",
    "effects",
    "effects_table",
    "headline",
    "leads_by_quality",
    "leads_by_quality_table",
    "memory_and_pool",
    "memory_and_pool_table",
    "picture",
    "policies",
    "policies_table",
    "recurring_revenue",
    "recurring_revenue_table",
    "response_and_trust",
    "response_and_trust_table",
    "risk",
    "risk_table",
    "save_all",
    "save_figure",
    "save_study",
    "staffing",
    "staffing_table",
    "survival",
    "survival_table",
    "true_returns",
    "true_returns_table",
    "warm_up",
    "warm_up_table",
]
# Loaded on first use: `import marketsim` must not pay for matplotlib.
_ROOMS = {
    "effe": "forest",
    "save": "files",
    "pict": "files",
    "lead": "market",
    "memo": "market",
    "resp": "market",
    "chai": "links",
    "risk": "plays",
    "poli": "steering",
    "Stee": "steering",
    "cred": "credit",
    "draw": "credit",
    "true": "credit",
    "Staf": "response",
    "staf": "response",
    "surv": "alive",
    "warm": "opening",
}


def __getattr__(name: str) -> Any:
    """Load the module a chart lives in when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS.get(name[:4], 'money')}"), name)


def __dir__() -> list[str]:
    """List the charts."""
    return __all__
