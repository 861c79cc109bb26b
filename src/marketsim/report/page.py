"""Put a report together from a comparison."""

from __future__ import annotations

from marketsim.experiments.comparison import Comparison
from marketsim.figures.messages import capital
from marketsim.figures.style import label
from marketsim.report.answer import answer, lead, numbers, picture
from marketsim.report.assumptions import assumptions
from marketsim.report.belief import belief
from marketsim.report.blocks import Page
from marketsim.report.decision import decision
from marketsim.report.limits import limits
from marketsim.report.methods import methods
from marketsim.report.reasons import reasons


def page_of(comparison: Comparison) -> Page:
    """Return the report of a comparison: the same runs give the same page, played just now or read from disk."""
    title = capital(label(comparison.experiment.name))
    return Page(
        title=f"{title}: {', '.join(label(arm) for arm in comparison.arms)}",
        question=comparison.experiment.question or "",
        headline=answer(comparison),
        lead=lead(comparison),
        picture=picture(comparison),
        numbers=numbers(comparison),
        sections=(
            decision(comparison),
            reasons(comparison),
            belief(comparison),
            limits(comparison),
            assumptions(comparison),
            methods(comparison),
        ),
    )
