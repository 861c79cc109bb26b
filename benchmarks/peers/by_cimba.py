"""Cimba in the leanest form found: a process per hand, not per lead, which takes the number of a lead from a store.

What there is to know of a lead stands in arrays used as ring buffers. That a lead goes cold is no event: a rep who
picks up a cold one drops it. Cimba compiles its models with numba and wants to be imported before other compiled code,
so it gets a process of its own.
"""

import cimba as cb
from cimba import random

from peers.funnel import FUNNEL, HOURS_PER_MONTH, Play, Played

_RING = 1 << 14
_BATCH, _BATCH_EVERY = FUNNEL.batch_size, FUNNEL.batch_every_hours
_GAP, _PATIENCE, _FIRST_SHARE = 1.0 / FUNNEL.leads_per_hour, FUNNEL.cold_after_hours, FUNNEL.first_share
_LOG_WORK, _LOG_DEAL, _SIGMA = FUNNEL.log_work, FUNNEL.log_deal, FUNNEL.work_sigma
_CHANCE = FUNNEL.opportunity_chance


class LeadFunnel(cb.Model):
    """The funnel."""

    queue: cb.PriorityStore[int]
    deals: cb.Store[int]
    arrived: cb.Array[float] = cb.Array(_RING)
    cold_at: cb.Array[float] = cb.Array(_RING)
    first: cb.Array[int] = cb.Array(_RING)
    idle: int = 0
    count: int = 0
    cold: int = 0
    worked: int = 0
    worked_first: int = 0
    won: int = 0
    waited: float = 0.0
    waited_first: float = 0.0
    out_leads: cb.Output[float]
    out_cold: cb.Output[float]
    out_worked: cb.Output[float]
    out_wait: cb.Output[float]
    out_worked_first: cb.Output[float]
    out_wait_first: cb.Output[float]
    out_wins: cb.Output[float]

    @cb.process
    def arrivals(self) -> None:
        """Let leads arrive one by one."""
        while True:
            cb.hold(random.exponential(_GAP))
            place = self.count & (_RING - 1)
            self.count = self.count + 1
            self.arrived[place] = cb.now()
            self.cold_at[place] = cb.now() + random.exponential(_PATIENCE)
            goes_first = 1 if random.uniform(0.0, 1.0) < _FIRST_SHARE else 0
            self.first[place] = goes_first
            self.queue.put(place, goes_first)

    @cb.process
    def batches(self) -> None:
        """Let a batch of leads arrive at once."""
        while True:
            cb.hold(_BATCH_EVERY)
            for _ in range(_BATCH):
                place = self.count & (_RING - 1)
                self.count = self.count + 1
                self.arrived[place] = cb.now()
                self.cold_at[place] = cb.now() + random.exponential(_PATIENCE)
                goes_first = 1 if random.uniform(0.0, 1.0) < _FIRST_SHARE else 0
                self.first[place] = goes_first
                self.queue.put(place, goes_first)
                if self.idle > 0:
                    cb.hold(0.0)  # or the reps who wake would see the whole batch, and choose from it

    @cb.process(copies=FUNNEL.reps)
    def rep(self) -> None:
        """Work lead after lead."""
        while True:
            self.idle = self.idle + 1
            place = self.queue.get()
            self.idle = self.idle - 1
            if self.cold_at[place] <= cb.now():
                self.cold = self.cold + 1
            else:
                wait = cb.now() - self.arrived[place]
                self.worked = self.worked + 1
                self.waited = self.waited + wait
                if self.first[place] == 1:
                    self.worked_first = self.worked_first + 1
                    self.waited_first = self.waited_first + wait
                cb.hold(random.lognormal(_LOG_WORK, _SIGMA))
                if random.uniform(0.0, 1.0) < _CHANCE:
                    self.deals.put(place)

    @cb.process(copies=FUNNEL.executives)
    def executive(self) -> None:
        """Lead deal after deal to its end."""
        while True:
            self.deals.get()
            cb.hold(random.lognormal(_LOG_DEAL, _SIGMA))
            self.won = self.won + 1

    @cb.on_end
    def report(self) -> None:
        """Write what came of it."""
        self.out_leads = float(self.count)
        self.out_cold = float(self.cold)
        self.out_worked = float(self.worked)
        self.out_wait = self.waited
        self.out_worked_first = float(self.worked_first)
        self.out_wait_first = self.waited_first
        self.out_wins = float(self.won)


_OUTPUTS = ("out_leads", "out_cold", "out_worked", "out_wait", "out_worked_first", "out_wait_first", "out_wins")


def play(months: int, seed: int) -> Played:
    """Play one run."""
    model = LeadFunnel()
    window = cb.Window(duration=months * HOURS_PER_MONTH)
    results = cb.Experiment(model, replications=1, window=window, seed=seed).run(workers=1)
    if results.failed.any():
        raise RuntimeError(f"cimba: {results.failure_reasons}")
    found = results[model]
    return Played(*(float(getattr(found, name).values.mean()) for name in _OUTPUTS))


def ready(_name: str) -> Play:
    """Return the contender; its first run compiles it."""
    return play
