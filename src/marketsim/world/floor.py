"""The sales floor: development reps with finite hands work the queue, executives hold a finite number of deals."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

import simpy

from marketsim.state.calendar import tenure_threshold, vacancy_ends
from marketsim.state.events import Event
from marketsim.state.leads import (
    CLOSED_AT_ONCE,
    TO_FRONT,
    finish_deal,
    finish_work,
    hand_raise_after,
    raise_lead,
    start_deal,
    start_work,
)
from marketsim.world.shared_clock import LeavableClock

if TYPE_CHECKING:
    from marketsim.scenario.scenario import Plan
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]
Place = tuple[float, float, int]

_WORK_DONE, _SEAT_FILLED, _DEAL_DONE = int(Event.WORK_DONE), int(Event.SEAT_FILLED), int(Event.DEAL_DONE)
_RAMPED = math.inf


def place_in_queue(discipline: str, front: bool, score: float, lead: int) -> Place:
    """Return where a lead stands: smallest first. Leads are numbered in the order of arrival."""
    if discipline == "first_in_first_out":
        return 0.0, float(lead), lead
    if discipline == "newest_first":
        return 0.0, -float(lead), lead
    if discipline == "best_score_first":
        return (0.0 if front else 1.0), -score, lead
    return (0.0 if front else 1.0), float(lead), lead


class Floor:
    """Reps and executives. A lead waits for a rep, an opportunity for a free slot of an executive."""

    def __init__(self, stage: Stage, model: Model) -> None:
        self._stage = stage
        self._model = model
        self._clock = stage.clock
        self._finite = stage.scenario.world.sales.finite_hands
        self._own_length = stage.scenario.world.sales.deal_ends == "own_length"
        self._queue: list[Place] = []
        self._judged: dict[int, tuple[bool, float]] = {}
        self._idle: list[int] = []
        self._waiting: dict[int, simpy.Event] = {}
        self._seats: set[int] = set()
        self._closing: set[int] = set()
        self._leaving: set[int] = set()
        self._line: deque[int] = deque()
        self._slots = 0.0
        self._slots_used = 0
        self._discipline = stage.plan.queue
        self.quits = LeavableClock(stage.clock, int(Event.QUIT), self._quit)

    def open(self, tenure_days: float) -> list[Process]:
        """Return the processes of the first team, whose reps have been here for `tenure_days`."""
        plan = self._stage.plan
        self._set_slots(plan)
        return [self._seat(seat, tenure_days) for seat in self._new_seats(plan)]

    def set_plan(self, plan: Plan) -> None:
        """Bring seats, slots and queue to what the plan says; new reps start without experience."""
        for seat in self._new_seats(plan):
            self._clock.process(self._seat(seat, 0.0))
        wanted = self._wanted_seats(plan)
        for seat in sorted(self._seats - self._closing)[wanted:]:
            self._closing.add(seat)
            self._send_home(seat)
        self._set_slots(plan)
        self._discipline = plan.queue
        self._queue = [place_in_queue(plan.queue, *self._judged[lead], lead) for _, _, lead in self._queue]
        heapify(self._queue)
        self._fill_slots()

    # ---- leads ----

    def take_lead(self, account: int, source: int, k: int) -> None:
        """Judge a new lead; what is qualified and trusted goes to a rep or to the queue."""
        stage = self._stage
        lead = stage.leads.free_row()
        stage.leads.keep()
        route, score = raise_lead(
            stage.p, stage.company, stage.accounts, stage.leads.rows, lead, account, source, k, self._clock.now
        )
        if route == CLOSED_AT_ONCE:
            return
        if not self._finite:
            self._clock.process(self._work_alone(lead))
        elif self._idle:
            self._waiting.pop(heappop(self._idle)).succeed(lead)
        else:
            self._judged[lead] = (route == TO_FRONT, score)
            heappush(self._queue, place_in_queue(self._discipline, route == TO_FRONT, score, lead))

    def _next_lead(self) -> int:
        lead = heappop(self._queue)[2]
        del self._judged[lead]
        return lead

    def _finish(self, lead: int) -> None:
        """End the work on a lead: it may become a deal, or its account may raise a hand again."""
        stage = self._stage
        deal = stage.deals.free_row()
        converted, hand_raise = finish_work(
            stage.p, stage.company, stage.accounts, stage.leads.rows, stage.deals.rows, lead, deal, self._clock.now
        )
        if converted:
            stage.deals.keep()
            self._line.append(deal)
            self._fill_slots()
        else:
            self._wait_for_hand(lead, hand_raise)

    def _drop(self, lead: int) -> None:
        """Let a lead go that went cold before anybody had time for it."""
        stage = self._stage
        self._wait_for_hand(lead, hand_raise_after(stage.p, stage.accounts, stage.leads.rows, lead, self._clock.now))

    def _wait_for_hand(self, lead: int, time: float) -> None:
        """Expect another raised hand from the account of a lead that came to nothing."""
        if time < math.inf:
            self._model.buyers.raise_hand_later(int(self._stage.leads.rows[lead]["account"]), time)

    def _work_alone(self, lead: int) -> Process:
        """Work a lead at once, where hands are not finite."""
        stage = self._stage
        days = start_work(stage.p, stage.company, stage.accounts, stage.leads.rows, lead, _RAMPED, self._clock.now)
        if days >= 0.0:
            yield self._clock.at(self._clock.now + days, _WORK_DONE, lead)
            self._finish(lead)
            stage.record(_WORK_DONE, lead)

    # ---- development reps ----

    def _wanted_seats(self, plan: Plan) -> int:
        return plan.development_reps if plan.present and self._finite else 0

    def _new_seats(self, plan: Plan) -> list[int]:
        """Take the lowest free seat numbers up to the plan's number of seats."""
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
        stage, clock = self._stage, self._clock
        p, company, accounts, leads = stage.p, stage.company, stage.accounts, stage.leads
        while seat not in self._leaving and seat not in self._closing:
            if self._queue:
                lead = self._next_lead()
            else:
                call = simpy.Event(clock)
                self._waiting[seat] = call
                heappush(self._idle, seat)
                lead = yield call
                if lead is None:
                    break
            days = start_work(p, company, accounts, leads.rows, lead, clock.now - hired, clock.now)
            if days < 0.0:
                self._drop(lead)
                continue
            yield clock.at(clock.now + days, _WORK_DONE, seat)
            self._finish(lead)
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

    # ---- executives ----

    def _set_slots(self, plan: Plan) -> None:
        self._slots = float(plan.executives * plan.deals_per_executive) if plan.present else 0.0
        if not self._finite:
            self._slots = math.inf

    def _fill_slots(self) -> None:
        """Give waiting deals to executives with a free slot, first in first out; some have left the line."""
        stage, clock = self._stage, self._clock
        while self._line and self._slots_used < self._slots:
            deal = self._line.popleft()
            ends = start_deal(stage.p, stage.company, stage.leads.rows, stage.deals.rows, deal, clock.now)
            if ends < clock.now:
                continue
            self._slots_used += 1
            if ends < math.inf:
                clock.process(self._own_deal(deal, ends))

    def _own_deal(self, deal: int, ends: float) -> Process:
        """Hold a deal for a length of its own."""
        yield self._clock.at(ends, _DEAL_DONE, deal)
        finish_deal(self._stage.company, self._stage.deals.rows, deal, self._clock.now)
        self._stage.record(_DEAL_DONE, deal)
        self._free_slot()

    def close_deal(self) -> None:
        """Free the slot of a deal that an account's decision has ended."""
        if not self._own_length:
            self._free_slot()

    def _free_slot(self) -> None:
        self._slots_used -= 1
        self._fill_slots()
