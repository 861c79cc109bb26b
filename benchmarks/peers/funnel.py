"""The funnel that every contender plays, and what it reports.

Leads arrive as a Poisson stream and in a batch every day; a fifth of them go first. A lead goes cold after an
exponential time: if no rep has begun to work it by then, it leaves, so that the chance that it is won decays with its
wait as `opportunity_chance` exp(-wait / `cold_after_hours`). A quarter of the worked leads become deals, which wait for
one of the executives, first in, first out; a deal that an executive has led to its end is a win. Work is lognormal.
"""

import math
from dataclasses import dataclass, fields
from typing import Protocol

HOURS_PER_MONTH = 730.0  # a twelfth of 365 days: the unit in which marketsim's horizon is counted


@dataclass(frozen=True)
class Funnel:
    """The parameters, in hours."""

    leads_per_hour: float = 220 / 24
    batch_size: int = 20
    batch_every_hours: float = 24.0
    first_share: float = 0.2
    cold_after_hours: float = 2.0
    reps: int = 6
    work_hours: float = 0.5
    opportunity_chance: float = 0.25
    executives: int = 12
    deal_hours: float = 4.0
    work_sigma: float = 0.6

    @property
    def log_work(self) -> float:
        """The mean of the logarithm of a rep's work."""
        return math.log(self.work_hours) - 0.5 * self.work_sigma**2

    @property
    def log_deal(self) -> float:
        """The mean of the logarithm of an executive's work."""
        return math.log(self.deal_hours) - 0.5 * self.work_sigma**2


FUNNEL = Funnel()


@dataclass(frozen=True)
class Played:
    """What came of one run. Waits are hours from arrival to the start of work, of the leads that were worked."""

    leads: float
    cold: float
    worked: float
    wait_hours: float
    worked_first: float
    wait_hours_first: float
    wins: float

    def measures(self) -> dict[str, float]:
        """Return what has to agree between contenders."""
        rest = self.worked - self.worked_first
        return {
            "leads per month": self.leads,
            "share gone cold": self.cold / self.leads,
            "mean wait, hours": self.wait_hours / self.worked,
            "mean wait of those who go first, hours": self.wait_hours_first / self.worked_first,
            "mean wait of the others, hours": (self.wait_hours - self.wait_hours_first) / rest,
            "wins per month": self.wins,
        }

    def timed_events(self, months: int, funnel: Funnel = FUNNEL) -> float:
        """Return how often the model moves the clock, whatever a contender does inside.

        These are arrivals (a batch is one), ends of work and ends of deals; that a lead goes cold need not be an event.
        """
        batches = math.floor(months * HOURS_PER_MONTH / funnel.batch_every_hours)
        return self.leads - batches * funnel.batch_size + batches + self.worked + self.wins


MEASURES = tuple(Played(*([2.0] * 4 + [1.0] * (len(fields(Played)) - 4))).measures())


class Play(Protocol):
    """A contender, ready to run: plays so many months from an empty floor."""

    def __call__(self, months: int, seed: int) -> Played:
        """Play one run."""
