"""Development reps: seats on which people work leads and call accounts, leave one day, and are replaced."""

from __future__ import annotations

import math
from collections.abc import Generator
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

import simpy

from marketsim.state.customers import accrue
from marketsim.state.events import Event
from marketsim.state.hours import next_opening
from marketsim.state.layout import FROM_OUTBOUND, HAND_OVER, LEFT_COMPANY, NOBODY, NOTHING, OUTBOUND, SEAT_CLOSED
from marketsim.state.outbound import finish_call, fund_calls, start_call
from marketsim.state.people import (
    ADD_SEAT,
    CLOSE_SEAT,
    judge_load,
    new_seat_filled,
    tenure_threshold,
    vacancy_ends,
    write_person,
)
from marketsim.state.work import start_work
from marketsim.world.shared_clock import LeavableClock
from marketsim.world.waiting import WaitingLeads

if TYPE_CHECKING:
    from marketsim.scenario.scenario import Plan
    from marketsim.world.floor import Floor
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]

_WORK_DONE, _SEAT_FILLED = int(Event.WORK_DONE), int(Event.SEAT_FILLED)
_OPENING, _CALL_DONE = int(Event.OPENING), int(Event.CALL_DONE)
_DAYS_PER_WEEK, _WEEKS_PER_QUARTER = 7, 13


class Reps:
    """A lead waits for a rep, and for the floor to open; a rep without a lead calls somebody, or waits for a lead."""

    def __init__(self, stage: Stage, floor: Floor) -> None:
        world = stage.scenario.world
        self._stage = stage
        self._floor = floor
        self._clock = stage.clock
        self._finite = world.sales.finite_hands
        self._has_hours = bool(stage.p["business_hours"][0]) and self._finite
        self._closes_at = -math.inf if self._has_hours else math.inf
        self._response_target = float(stage.p["response_target_days"][0])
        self._queue = WaitingLeads(stage.plan.queue, ages=self._response_target < math.inf)
        self._outbound = bool(stage.p["outbound_enabled"][0])
        self._days_begin = False
        self._hires = world.people.hiring_enabled and self._finite
        self._idle: list[int] = []
        self._waiting: dict[int, simpy.Event] = {}
        self._seats: set[int] = set()
        self._closing: set[int] = set()
        self._leaving: set[int] = set()
        self._to_close = False  # the next seat that empties is not filled again
        self._tenures: dict[int, int] = {}
        self._calls: dict[int, int] = {}
        self.quits = LeavableClock(stage.clock, int(Event.QUIT), self._quit)

    def open(self, tenure_days: float) -> list[Process]:
        """Return the processes of the first team, whose reps have been here for `tenure_days`."""
        if self._has_hours:
            self._expect_opening()
        hired = self._clock.now - tenure_days
        seats = self._new_seats(self._stage.plan)
        people = [self._sit_down(seat, 0, hired) for seat in seats]  # here, because processes start in any order
        return [self._seat(seat, hired, person) for seat, person in zip(seats, people, strict=True)]

    def set_plan(self, plan: Plan) -> None:
        """Bring seats and queue to what the plan says; new reps start without experience."""
        now = self._clock.now
        self._to_close = False
        for seat in self._new_seats(plan):
            self._clock.process(self._seat(seat, now))
        wanted = self._wanted_seats(plan)
        for seat in sorted(self._seats - self._closing)[wanted:]:
            self._closing.add(seat)
            self._send_home(seat)
        self._queue.set_discipline(plan.queue)

    # ---- the day ----

    def _expect_opening(self) -> None:
        self._clock.call_at(next_opening(self._stage.p, self._clock.now), _OPENING, 0, self._open_floor)

    def _open_floor(self, _entity: int) -> None:
        """Begin a day: grant its calls, and let everybody who waits look for work."""
        stage, now = self._stage, self._clock.now
        stage.record(_OPENING, 0)
        if self._has_hours:
            self._closes_at = math.floor(now) + float(stage.p["closes_at"][0])
        if self._outbound:
            fund_calls(stage.p, stage.company)
        if self._has_hours or self._pays_calls():
            self._expect_opening()
        else:
            self._days_begin = False
        for seat in sorted(self._idle):
            self._waiting.pop(seat).succeed(NOTHING)
        self._idle.clear()

    def _pays_calls(self) -> bool:
        return self._outbound and bool(self._stage.company["stage_spend_per_day"][0, OUTBOUND] > 0.0)

    def start_week(self) -> None:
        """Look at the number of seats once a quarter, and at whether the days of an open floor must begin."""
        now = self._clock.now
        if self._hires and now > 0.0 and round(now / _DAYS_PER_WEEK) % _WEEKS_PER_QUARTER == 0:
            self._judge_seats()
        if not self._has_hours and not self._days_begin and self._pays_calls():
            self._days_begin = True
            self._clock.call_at(now, _OPENING, 0, self._open_floor)

    def take(self, lead: int, front: bool, score: float, arrived: float) -> None:
        """Give a lead to an idle rep, or let it wait."""
        if self._idle and self._clock.now < self._closes_at:
            self._waiting.pop(heappop(self._idle)).succeed(lead)
        else:
            self._queue.add(lead, front, score, arrived)

    def _next_lead(self) -> int:
        """Take a lead from the queue; one that has waited too long goes first, if there is a rule for the hand-over."""
        now = self._clock.now
        if (
            now - self._queue.oldest_arrived() > self._response_target
            and now >= self._stage.company["structure_from"][0, HAND_OVER]
        ):
            return self._queue.take_oldest()
        return self._queue.take()

    # ---- seats ----

    def _wanted_seats(self, plan: Plan) -> int:
        return plan.development_reps if plan.present and self._finite else 0

    def _new_seats(self, plan: Plan) -> list[int]:
        """Take the lowest free seat numbers up to the plan's number of seats."""
        self._stage.company["seats"] = plan.development_reps if plan.present else 0
        missing = self._wanted_seats(plan) - len(self._seats - self._closing)
        return [self._free_seat() for _ in range(missing)]

    def _free_seat(self) -> int:
        """Take the lowest free seat number."""
        seat = next(seat for seat in range(len(self._seats) + 1) if seat not in self._seats)
        self._seats.add(seat)
        return seat

    def _judge_seats(self) -> None:
        """Add a seat, or until the next verdict let one go that empties, if the quarter's load calls for it."""
        stage, now = self._stage, self._clock.now
        verdict = judge_load(stage.p, stage.company)
        self._to_close = verdict == CLOSE_SEAT and len(self._seats - self._closing) > 1
        if verdict == ADD_SEAT:
            seat = self._free_seat()
            stage.company["seats"] += 1
            stage.company["month"]["hires"] += 1.0
            filled = new_seat_filled(stage.p, seat, self._tenures.get(seat, 0), now)
            self._clock.process(self._seat(seat, filled))

    def _sit_down(self, seat: int, tenure: int, hired: float) -> int:
        """Note that somebody takes a seat; return the row of the table of people."""
        people = self._stage.people
        row = people.free_row()
        people.keep()
        write_person(people.rows, row, seat, tenure, hired)
        return row

    def _seat(self, seat: int, hired: float, person: int = NOTHING) -> Process:
        """One seat on the floor: somebody works, leaves one day, and is replaced. A new one is empty until `hired`."""
        stage, clock = self._stage, self._clock
        tenure = self._tenures.get(seat, 0)
        if hired > clock.now:
            yield clock.at(hired, _SEAT_FILLED, seat)
            stage.record(_SEAT_FILLED, seat)
        while seat not in self._closing:
            if person == NOTHING:
                person = self._sit_down(seat, tenure, hired)
            stage.company["reps"] += 1
            self.quits.join(seat, tenure_threshold(stage.p, seat, tenure))
            yield from self._work(seat, hired, person)
            self.quits.leave(seat)
            stage.company["reps"] -= 1
            tenure += 1
            stage.people.rows["ended"][person] = clock.now
            stage.people.rows["departure"][person] = SEAT_CLOSED if seat in self._closing else LEFT_COMPANY
            person = NOTHING
            if seat in self._closing or self._closes_empty_seat():
                break
            yield clock.at(vacancy_ends(stage.p, seat, tenure - 1, clock.now), _SEAT_FILLED, seat)
            stage.record(_SEAT_FILLED, seat)
            hired = clock.now
        self._tenures[seat] = tenure
        self._closing.discard(seat)
        self._seats.discard(seat)

    def _closes_empty_seat(self) -> bool:
        """Close a seat that has just emptied, if there is one too many."""
        if not self._to_close:
            return False
        self._to_close = False
        stage = self._stage
        accrue(stage.p, stage.company, self._clock.now)
        stage.company["seats"] -= 1
        stage.company["month"]["seats_closed"] += 1.0
        return True

    def _work(self, seat: int, hired: float, person: int) -> Process:
        """Work lead after lead, call somebody or wait in between, until sent home."""
        stage, clock, floor = self._stage, self._clock, self._floor
        p, company, accounts, leads = stage.p, stage.company, stage.accounts, stage.leads
        while seat not in self._leaving and seat not in self._closing:
            lead = NOTHING
            if clock.now < self._closes_at:
                if self._queue:
                    lead = self._next_lead()
                elif self._outbound and company["calls_left"][0] >= 1.0:
                    yield clock.at(start_call(p, company, clock.now), _CALL_DONE, seat)
                    self._finish_call(seat)
                    continue
            if lead == NOTHING:
                wake = simpy.Event(clock)
                self._waiting[seat] = wake
                heappush(self._idle, seat)
                lead = yield wake
                if lead is None:
                    break
                if lead == NOTHING:
                    continue
            ends = start_work(p, company, accounts, leads.rows, lead, clock.now - hired, clock.now)
            if ends < clock.now:
                floor.drop(lead)
                continue
            yield clock.at(ends, _WORK_DONE, seat)
            stage.people.rows["leads_worked"][person] += 1
            floor.finish(lead)
            stage.record(_WORK_DONE, seat, lead)
        self._leaving.discard(seat)

    def _finish_call(self, seat: int) -> None:
        """End a call; whoever wants to talk becomes a lead."""
        stage = self._stage
        call = self._calls.get(seat, 0)
        self._calls[seat] = call + 1
        account, k = finish_call(stage.p, stage.company, stage.accounts, seat, call, self._clock.now)
        stage.record(_CALL_DONE, seat, account)
        if account != NOBODY:
            self._floor.take_lead(account, FROM_OUTBOUND, k)

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
