"""The test bench: the configured model reduced to what theory can answer, measured with honest intervals.

Scenarios come from conf/ with overrides only, runs from `simulate`; nothing is replaced by a stand-in. Intervals are
Student's over independent replications, each with its own random numbers, so that what is correlated within a run
does no harm. A queue starts empty: the first customers of each replication are left out, and those measured are a fixed
number by order of arrival, so that no ratio of random numbers has to be taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from marketsim.analysis.paired import estimate
from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_MONTH, MONTHS_PER_YEAR
from marketsim.state.events import Event
from marketsim.state.layout import LEAD_WENT_COLD

Numbers = npt.NDArray[np.float64]

CONFIDENCE = 0.999
_SPARE = 1.15  # horizon beyond what the wanted number of arrivals takes on average

SILENT_MARKET = (
    "history.years=0",
    "market.accounts=10",
    "memory.enabled=false",
    "awareness.enabled=false",
    "buying.hand_raise_enabled=false",
    "harvest.enabled=false",
    "organic.enabled=false",
    "middle.enabled=false",
    "nurture.enabled=false",
    "referral.enabled=false",
    "initial.customer_share=0",
    "initial.known_share=0",
)
"""Nobody in the market becomes a lead of ours; what reaches the floor comes from outside."""

PLAIN_FLOOR = (
    *SILENT_MARKET,
    "people.enabled=false",
    "leads.scoring_enabled=false",
    "leads.trust_enabled=false",
    "sales.calendar=always_open",
    "sales.response_target_enabled=false",
    "sales.queue=first_in_first_out",
    "sales.ramp_days=0",
    "decay=none",
    "inquiries.active_share=0",
)
"""Reps who stay, work every lead in the order of arrival, and find nobody to talk to for long."""

EXPONENTIAL_FLOOR = (
    *PLAIN_FLOOR,
    "sales.work_distribution=exponential",
    "sales.conversation_hours=0",
    "sales.hours_per_day=24",
    "sales.work_hours=2.4",
)
"""The same with exponential work: ten leads a day and rep."""
LEADS_PER_REP_AND_DAY = 10.0

IMPATIENT = (
    "decay=exponential",
    "decay.floor=0",
    "decay.floor_hand_raiser=0",
    "sales.cold_leads=dropped",
)
"""Leads go cold after an exponential time, and then are not worked any more: Erlang-A."""


@dataclass(frozen=True)
class Measured:
    """A mean with its 99.9 % interval, and what theory says about it."""

    what: str
    mean: float
    low: float
    high: float
    theory: float

    @property
    def covers(self) -> bool:
        """Tell whether the interval covers the theory."""
        return self.low <= self.theory <= self.high

    @property
    def half_width(self) -> float:
        """Return half the width of the interval."""
        return 0.5 * (self.high - self.low)


def measured(what: str, values: npt.ArrayLike, theory: float) -> Measured:
    """Put values of independent replications against theory."""
    found = estimate(values, CONFIDENCE)
    return Measured(what, found.mean, found.low, found.high, theory)


def replicate(overrides: Sequence[str], replications: int, seed: int, **how: Any) -> list[Outcome]:
    """Play independent replications of one scenario."""
    scenario = load_scenario(overrides)
    return [simulate(scenario, seed, replication, **how) for replication in range(replications)]


def each(
    overrides: Sequence[str],
    replications: int,
    seed: int,
    measure: Callable[[Outcome], Any],
    *,
    engine: str = "compiled",
) -> Numbers:
    """Return what `measure` finds in each replication, without keeping the runs."""
    scenario = load_scenario(overrides)
    return np.array([measure(simulate(scenario, seed, replication, engine)) for replication in range(replications)])


def horizon_for(days: float) -> str:
    """Return the override for a horizon of at least so many days."""
    months = math.ceil(days / DAYS_PER_MONTH)
    return f"run.horizon_years={months / MONTHS_PER_YEAR!r}"


def waits(arrived: Numbers, served: Numbers, skip: int, count: int) -> Numbers:
    """Return the waits of `count` customers after the first `skip`, in the order of arrival.

    Raises
    ------
    ValueError
        If some of them were not served before the end: then the horizon is too short for an honest mean.
    """
    chosen = (served - arrived)[skip : skip + count]
    if len(chosen) < count or np.isnan(chosen).any():
        raise ValueError(f"{int(np.isfinite(chosen).sum())} of {count} customers were served before the end of the run")
    return chosen


@dataclass(frozen=True)
class Floor:
    """What single replications say about a queue: mean wait, share that waits, share that goes cold."""

    mean_wait: Numbers
    share_waiting: Numbers
    share_cold: Numbers


def floor_queue(
    overrides: Sequence[str],
    per_day: float,
    replications: int,
    *,
    skip: int,
    count: int,
    seed: int,
    engine: str = "compiled",
) -> Floor:
    """Measure the queue of leads before the development reps, fed by a Poisson stream from outside."""
    days = (skip + count) / per_day * _SPARE
    stream = (f"inquiries.per_day={per_day!r}", horizon_for(days))
    rows = each(
        (*overrides, *stream), replications, seed, lambda outcome: _lead_waits(outcome, skip, count), engine=engine
    )
    return Floor(*rows.T)


def _lead_waits(outcome: Outcome, skip: int, count: int) -> tuple[float, float, float]:
    leads = outcome.tables.leads
    cold = (leads["state"] == LEAD_WENT_COLD) & np.isnan(leads["started"])
    # one that went cold waited until then, though it leaves the queue only when a rep picks it up
    served = np.where(cold, leads["arrived"] + leads["reachable_days"], leads["started"])
    wait = waits(leads["arrived"], served, skip, count)
    return float(wait.mean()), float((wait > 0.0).mean()), float(cold[skip : skip + count].mean())


def executive_line(
    overrides: Sequence[str],
    per_day: float,
    deals_per_day: float,
    replications: int,
    *,
    skip: int,
    count: int,
    seed: int,
    engine: str = "compiled",
) -> Floor:
    """Measure the line of deals before the executives' slots, fed by reps who pass on `deals_per_day`."""
    days = (skip + count) / deals_per_day * _SPARE
    stream = (f"inquiries.per_day={per_day!r}", horizon_for(days))

    def measure(outcome: Outcome) -> tuple[float, float, float]:
        deals = outcome.tables.deals
        wait = waits(deals["opened"], deals["started"], skip, count)
        return float(wait.mean()), float((wait > 0.0).mean()), 0.0

    return Floor(*each((*overrides, *stream), replications, seed, measure, engine=engine).T)


def time_integral(times: Numbers, changes: Numbers, end: float, least: float = 0.0) -> float:
    """Return the integral over time of max(0, number - least), where the number changes at `times`, up to `end`."""
    order = np.argsort(times, kind="stable")
    number = np.cumsum(changes[order])
    lengths = np.diff(np.append(times[order], end))
    return float(np.maximum(number - least, 0.0) @ lengths)


def queue_by_log(outcome: Outcome, servers: int) -> float:
    """Return the integral over time of the number of leads waiting, from the event log of a recorded run alone.

    The log knows arrivals and ends of work; whoever is beyond the number of reps waits.
    """
    if outcome.log is None:
        raise ValueError("the run was not recorded")
    change = {int(Event.INQUIRY): 1.0, int(Event.WORK_DONE): -1.0}
    rows = [(time, change[kind]) for time, kind, _, _ in outcome.log if kind in change]
    times, changes = np.array(rows, dtype=np.float64).T
    return time_integral(times, changes, outcome.tables.ends_at, servers)


def waits_by_table(outcome: Outcome) -> float:
    """Return the sum of all waits for a rep within the run, from the table of leads alone."""
    leads = outcome.tables.leads
    started = np.where(np.isnan(leads["started"]), outcome.tables.ends_at, leads["started"])
    return float((started - leads["arrived"]).sum())
