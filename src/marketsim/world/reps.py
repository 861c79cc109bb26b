"""Development reps: seats on which people work leads, leave one day, and are replaced."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

import simpy

from marketsim.state.calendar import tenure_threshold, vacancy_ends
from marketsim.state.events import Event
from marketsim.state.work import start_work
from marketsim.world.shared_clock import LeavableClock
from marketsim.world.waiting import WaitingLeads

if TYPE_CHECKING:
    from marketsim.scenario.scenario import Plan
    from marketsim.world.floor import Floor
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]

_WORK_DONE, _SEAT_FILLED = int(Event.WORK_DONE), int(Event.SEAT_FILLED)


class Reps:
    """A lead waits for a rep; a rep without a lead waits for one."""

    def __init__(self, stage: Stage, floor: Floor) -> None:
        self._stage = stage
        self._floor = floor
        self._clock = stage.clock
        self._finite = stage.scenario.world.sales.finite_hands
        self._queue = WaitingLeads(stage.plan.queue)
        self._idle: list[int] = []
        self._waiting: dict[int, simpy.Event] = {}
        self._seats: set[int] = set()
        self._closing: set[int] = set()
        self._leaving: set[int] = set()
        self.quits = LeavableClock(stage.clock, int(Event.QUIT), self._quit)

    def open(self, tenure_days: float) -> list[Process]:
        """Return the processes of the first team, whose reps have been here for `tenure_days`."""
        return [self._seat(seat, tenure_days) for seat in self._new_seats(self._stage.plan)]

    def set_plan(self, plan: Plan) -> None:
        """Bring seats and queue to what the plan says; new reps start without experience."""
        for seat in self._new_seats(plan):
            self._clock.process(self._seat(seat, 0.0))
        wanted = self._wanted_seats(plan)
        for seat in sorted(self._seats - self._closing)[wanted:]:
            self._closing.add(seat)
            self._send_home(seat)
        self._queue.set_discipline(plan.queue)

    def take(self, lead: int, front: bool, score: float) -> None:
        """Give a lead to an idle rep, or let it wait."""
        if self._idle:
            self._waiting.pop(heappop(self._idle)).succeed(lead)
        else:
            self._queue.add(lead, front, score)

    def _wanted_seats(self, plan: Plan) -> int:
        return plan.development_reps if plan.present and self._finite else 0

    def _new_seats(self, plan: Plan) -> list[int]:
        """Take the lowest free seat numbers up to the plan's number of seats."""
        self._stage.company["seats"] = plan.development_reps if plan.present else 0
        missing = self._wanted_seats(plan) - len(self._seats - self._closing)
        free = (seat for seat in range(len(self._seats) + max(missing, 0) + 1) if seat not in self._seats)
        new = [seat for _, seat in zip(range(missing), free, strict=False)]
        self._seats.update(new)
        return new

    def _seat(self, seat: int, tenure_days: float) -> Process:
        """One seat on the floor: somebody works, leaves one day, and is replaced."""
        stage, clock = self._stage, self._clock
        tenure = 0
        hired = clock.now - tenure_days
        while seat not in self._closing:
            stage.company["reps"] += 1
            self.quits.join(seat, tenure_threshold(stage.p, seat, tenure))
            yield from self._work(seat, hired)
            self.quits.leave(seat)
            stage.company["reps"] -= 1
            if seat in self._closing:
                break
            yield clock.at(vacancy_ends(stage.p, seat, tenure, clock.now), _SEAT_FILLED, seat)
            stage.record(_SEAT_FILLED, seat)
            tenure += 1
            hired = clock.now
        self._closing.discard(seat)
        self._seats.discard(seat)

    def _work(self, seat: int, hired: float) -> Process:
        """Work lead after lead, or wait for one, until sent home."""
        stage, clock, floor = self._stage, self._clock, self._floor
        p, company, accounts, leads = stage.p, stage.company, stage.accounts, stage.leads
        while seat not in self._leaving and seat not in self._closing:
            if self._queue:
                lead = self._queue.take()
            else:
                call = simpy.Event(clock)
                self._waiting[seat] = call
                heappush(self._idle, seat)
                lead = yield call
                if lead is None:
                    break
            days = start_work(p, company, accounts, leads.rows, lead, clock.now - hired, clock.now)
            if days < 0.0:
                floor.drop(lead)
                continue
            yield clock.at(clock.now + days, _WORK_DONE, seat)
            floor.finish(lead)
            stage.record(_WORK_DONE, seat, lead)
        self._leaving.discard(seat)

    def _quit(self, seat: int) -> None:
        """Let the person on a seat leave, after the lead in hand."""
        self._stage.company["month"]["quits"] += 1.0
        self._stage.record(Event.QUIT, seat)
        self._leaving.add(seat)
        self._send_home(seat)

    def _send_home(self, seat: int) -> None:
        """Wake a waiting rep without a lead."""
        if seat in self._waiting:
            self._idle.remove(seat)
            heapify(self._idle)
            self._waiting.pop(seat).succeed(None)
