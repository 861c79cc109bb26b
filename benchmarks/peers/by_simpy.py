"""SimPy twice: a process per lead, as its documentation does it, and as a mere clock that calls functions back."""

import random
from collections import deque
from collections.abc import Generator
from typing import Any

import simpy

from peers.funnel import FUNNEL, HOURS_PER_MONTH, Funnel, Play, Played

Process = Generator[Any, Any, None]


def play_processes(months: int, seed: int, funnel: Funnel = FUNNEL) -> Played:
    """Play with a process per lead, a PriorityResource and a race between its turn and its patience.

    There is no race if a rep is free: textbooks let it run always, which is slower.
    """
    draw = random.Random(seed)
    env = simpy.Environment()
    reps = simpy.PriorityResource(env, funnel.reps)
    executives = simpy.Resource(env, funnel.executives)
    leads = cold = worked = worked_first = wins = 0
    wait_hours = wait_hours_first = 0.0

    def lead() -> Process:
        nonlocal cold, worked, worked_first, wins, wait_hours, wait_hours_first
        arrived = env.now
        first = draw.random() < funnel.first_share
        with reps.request(priority=0 if first else 1) as turn:
            if not turn.triggered:
                yield turn | env.timeout(draw.expovariate(1.0 / funnel.cold_after_hours))
                if not turn.triggered:
                    cold += 1
                    return
            wait = env.now - arrived
            worked += 1
            wait_hours += wait
            if first:
                worked_first += 1
                wait_hours_first += wait
            yield env.timeout(draw.lognormvariate(funnel.log_work, funnel.work_sigma))
        if draw.random() >= funnel.opportunity_chance:
            return
        with executives.request() as turn:
            yield turn
            yield env.timeout(draw.lognormvariate(funnel.log_deal, funnel.work_sigma))
        wins += 1

    def arrivals() -> Process:
        nonlocal leads
        while True:
            yield env.timeout(draw.expovariate(funnel.leads_per_hour))
            leads += 1
            env.process(lead())

    def batches() -> Process:
        nonlocal leads
        while True:
            yield env.timeout(funnel.batch_every_hours)
            for _ in range(funnel.batch_size):
                leads += 1
                env.process(lead())

    env.process(arrivals())
    env.process(batches())
    env.run(until=months * HOURS_PER_MONTH)
    return Played(leads, cold, worked, wait_hours, worked_first, wait_hours_first, wins)


class _Floor:
    """The funnel with queues of its own: SimPy holds what is pending; cold leads are found when it is their turn."""

    def __init__(self, seed: int, funnel: Funnel) -> None:
        self._funnel = funnel
        self._draw = random.Random(seed)
        self.env = simpy.Environment()
        self._free_reps, self._free_executives = funnel.reps, funnel.executives
        self._queues: tuple[deque[tuple[float, float]], deque[tuple[float, float]]] = (deque(), deque())
        self._deals_waiting = 0
        self.leads = self.cold = self.worked = self.worked_first = self.wins = 0
        self.wait_hours = self.wait_hours_first = 0.0
        self._next_lead()
        self._after(funnel.batch_every_hours, self._batch)

    def _after(self, hours: float, then: Any) -> None:
        self.env.timeout(hours).callbacks.append(then)

    def _next_lead(self) -> None:
        self._after(self._draw.expovariate(self._funnel.leads_per_hour), self._one)

    def _one(self, _event: Any) -> None:
        self._arrive()
        self._next_lead()

    def _batch(self, _event: Any) -> None:
        for _ in range(self._funnel.batch_size):
            self._arrive()
        self._after(self._funnel.batch_every_hours, self._batch)

    def _arrive(self) -> None:
        self.leads += 1
        first = self._draw.random() < self._funnel.first_share
        if self._free_reps:
            self._free_reps -= 1
            self._work(0.0, first)
        else:
            now = self.env.now
            cold_at = now + self._draw.expovariate(1.0 / self._funnel.cold_after_hours)
            self._queues[not first].append((now, cold_at))

    def _work(self, wait: float, first: bool) -> None:
        self.worked += 1
        self.wait_hours += wait
        if first:
            self.worked_first += 1
            self.wait_hours_first += wait
        self._after(self._draw.lognormvariate(self._funnel.log_work, self._funnel.work_sigma), self._worked)

    def _worked(self, _event: Any) -> None:
        if not self._take_next():
            self._free_reps += 1
        if self._draw.random() < self._funnel.opportunity_chance:
            if self._free_executives:
                self._free_executives -= 1
                self._lead_deal()
            else:
                self._deals_waiting += 1

    def _take_next(self) -> bool:
        """Let a rep take the next lead that has not gone cold."""
        now = self.env.now
        for queue in self._queues:
            while queue:
                arrived, cold_at = queue.popleft()
                if cold_at > now:
                    self._work(now - arrived, queue is self._queues[0])
                    return True
                self.cold += 1
        return False

    def _lead_deal(self) -> None:
        self._after(self._draw.lognormvariate(self._funnel.log_deal, self._funnel.work_sigma), self._won)

    def _won(self, _event: Any) -> None:
        self.wins += 1
        if self._deals_waiting:
            self._deals_waiting -= 1
            self._lead_deal()
        else:
            self._free_executives += 1

    def played(self) -> Played:
        """Return what came of it."""
        return Played(
            self.leads, self.cold, self.worked, self.wait_hours, self.worked_first, self.wait_hours_first, self.wins
        )


def play_callbacks(months: int, seed: int, funnel: Funnel = FUNNEL) -> Played:
    """Play with SimPy as an event clock only."""
    floor = _Floor(seed, funnel)
    floor.env.run(until=months * HOURS_PER_MONTH)
    return floor.played()


def ready(name: str) -> Play:
    """Return the contender of that name."""
    return {"simpy": play_processes, "simpy_clock": play_callbacks}[name]
