"""How a report calls things: arms as people say them, plays for replications, and which arm the answer speaks of."""

from __future__ import annotations

import re

from marketsim.analysis.paired import Estimate, PairedDifference, estimate, paired_difference
from marketsim.experiments.comparison import NPV, Comparison
from marketsim.experiments.console import leading_arm
from marketsim.figures.data import MONTHS_PER_YEAR, cumulative, less_baseline
from marketsim.figures.messages import leader
from marketsim.figures.style import label


def told_arm(comparison: Comparison) -> str | None:
    """Return the arm the report speaks of, the same as the console's; None with a single arm."""
    if not comparison.others:
        return None
    return leading_arm(comparison) if comparison.years else leader(comparison)


def named(comparison: Comparison, text: str) -> str:
    """Return a sentence of the console with the names of arms and pasts as people write them."""
    for name in sorted({*comparison.arms, comparison.past, *comparison.pasts}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", label(name), text)
    return text


def plain(comparison: Comparison, text: str) -> str:
    """Return a sentence of the console as this page says it: names without underscores, plays for replications.

    Its numbers stay as they are.
    """
    return named(comparison, text).replace("paired replications", "plays").replace("replication", "play")


def npv_difference(comparison: Comparison, arm: str, year: int) -> PairedDifference:
    """Return the paired difference of net present value from the baseline after a year."""
    values = comparison.values(NPV, year)
    return paired_difference(values[arm], values[comparison.baseline])


def profit_difference(comparison: Comparison, arm: str, months: int) -> Estimate:
    """Return the paired difference of profit since day 0 from the baseline's, after so many months."""
    wide = less_baseline(cumulative("profit"))(comparison, arm)
    return estimate(wide[months - 1].to_numpy())


def year_months(year: int) -> int:
    """Return the months of so many years."""
    return year * MONTHS_PER_YEAR
