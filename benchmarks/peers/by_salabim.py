"""Salabim in its idiom: a component per lead requests a resource and gives up after a while."""

import random
from typing import Any

import salabim as sim

from peers.funnel import FUNNEL, HOURS_PER_MONTH, Play, Played


def play(months: int, seed: int) -> Played:
    """Play one run."""
    funnel = FUNNEL
    draw = random.Random(seed)
    sim.yieldless(False)
    env = sim.Environment(trace=False, random_seed="", print_trace_header=False)
    reps = sim.Resource("reps", capacity=funnel.reps, monitor=False)
    executives = sim.Resource("executives", capacity=funnel.executives, monitor=False)
    leads = cold = worked = worked_first = wins = 0
    wait_hours = wait_hours_first = 0.0

    class Lead(sim.Component):
        def process(self) -> Any:
            nonlocal cold, worked, worked_first, wins, wait_hours, wait_hours_first
            arrived = env.now()
            first = draw.random() < funnel.first_share
            patience = draw.expovariate(1.0 / funnel.cold_after_hours)
            yield self.request((reps, 1, 0 if first else 1), fail_delay=patience)
            if self.failed():
                cold += 1
                return
            wait = env.now() - arrived
            worked += 1
            wait_hours += wait
            if first:
                worked_first += 1
                wait_hours_first += wait
            yield self.hold(draw.lognormvariate(funnel.log_work, funnel.work_sigma))
            self.release(reps)
            if draw.random() >= funnel.opportunity_chance:
                return
            yield self.request(executives)
            yield self.hold(draw.lognormvariate(funnel.log_deal, funnel.work_sigma))
            self.release(executives)
            wins += 1

    class Arrivals(sim.Component):
        def process(self) -> Any:
            nonlocal leads
            while True:
                yield self.hold(draw.expovariate(funnel.leads_per_hour))
                leads += 1
                Lead()

    class Batches(sim.Component):
        def process(self) -> Any:
            nonlocal leads
            while True:
                yield self.hold(funnel.batch_every_hours)
                for _ in range(funnel.batch_size):
                    leads += 1
                    Lead()

    Arrivals()
    Batches()
    env.run(till=months * HOURS_PER_MONTH)
    return Played(leads, cold, worked, wait_hours, worked_first, wait_hours_first, wins)


def ready(_name: str) -> Play:
    """Return the contender."""
    return play
