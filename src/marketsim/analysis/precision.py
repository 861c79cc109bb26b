"""Replications until a difference is known precisely enough: when to look, and when to stop.

The sequential procedure of Law (2015), section 9.4.1, for a relative half-width, and of Chow & Robbins (1965) for a
fixed one: play on until Student's interval is narrow enough. Both cover at their level as the wanted width becomes
small (Chow & Robbins 1965; Nádas 1969 for the relative one). With a width that a few replications already give they
cover a little less, since a sample that happens to vary little stops early. docs/concepts/how_sure.md says how much.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from marketsim.analysis.paired import PairedDifference, replications_to_settle

FEWEST = 20
"""Replications before the first look: with fewer the spread is too badly known to stop by (Law 2015 asks for ten)."""
LEAST_STEP = 0.1
"""Replications are added by at least this share, so that there are few looks, and each plays many at once."""
MOST_STEP = 1.0
"""And at most doubled: what today's spread promises may be far off."""


@dataclass(frozen=True)
class Goal:
    """How precisely a difference is to be known; where both are given, reaching one is enough.

    `share` is the largest relative error, `amount` the largest half-width in the unit of the values.
    """

    share: float | None = None
    amount: float | None = None

    def half_width(self, mean: float) -> float:
        """Return the half-width that is narrow enough around this mean.

        An interval of half-width γ/(1+γ)·|mean| that covers lies within the share γ of the *true* difference (Law 2015,
        section 9.4.1).
        """
        relative = 0.0 if self.share is None else self.share / (1.0 + self.share) * abs(mean)
        return max(relative, self.amount or 0.0)

    def reached(self, difference: PairedDifference) -> bool:
        """Whether the interval of a difference is narrow enough; one without spread always is."""
        return difference.pairs >= 2 and difference.half_width <= self.half_width(difference.mean)


def first_count(asked: int, at_most: int) -> int:
    """Return the replications before the first look: those asked for, at least `FEWEST`, no more than the most."""
    return min(max(asked, FEWEST), at_most)


def next_count(differences: Iterable[PairedDifference], count: int, goal: Goal, at_most: int) -> int:
    """Return how many replications to have at the next look; `count` itself where it is time to stop.

    It depends on the replications seen and on nothing else, so that the same seed always stops at the same number.

    Parameters
    ----------
    differences
        Of each other arm from the baseline, over the first `count` replications.
    count
        Replications so far.
    goal
        What every difference has to reach.
    at_most
        Replications to stop at in any case.

    """
    open_ = [difference for difference in differences if not goal.reached(difference)]
    if not open_ or count >= at_most:
        return min(count, at_most)
    most = count + math.ceil(MOST_STEP * count)
    wanted = max(_replications_for(goal, difference) or most for difference in open_)
    step = count + math.ceil(LEAST_STEP * count)
    return min(max(step, min(wanted, most)), at_most)


def _replications_for(goal: Goal, difference: PairedDifference) -> int | None:
    """Return the replications at which this mean and spread would reach the goal; None if nobody can say."""
    return replications_to_settle(goal.half_width(difference.mean), difference.standard_deviation)
