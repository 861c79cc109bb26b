"""The sales floor: leads come in, development reps work them, executives hold the deals they become."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from marketsim.state.contacts import JOINED_LEAD, NEW_LEAD, meet_next_contact
from marketsim.state.ends import hand_raise_after
from marketsim.state.events import Event
from marketsim.state.journeys import next_hand_raise
from marketsim.state.layout import FROM_HAND_RAISE, FROM_SECOND_CONTACT, NOBODY, NOTHING
from marketsim.state.leads import ABANDONED, CLOSED_AT_ONCE, ON_ITS_WAY, TO_FRONT, raise_lead, reach_sales
from marketsim.state.work import finish_work, start_work
from marketsim.world.executives import Executives
from marketsim.world.reps import Reps

if TYPE_CHECKING:
    from marketsim.scenario.scenario import Plan
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]

_WORK_DONE = int(Event.WORK_DONE)
_TRANSFER, _SECOND_CONTACT = int(Event.TRANSFER), int(Event.SECOND_CONTACT)
_RAMPED = math.inf


class Floor:
    """Reps and executives. A lead waits for a rep, an opportunity for a free slot of an executive."""

    def __init__(self, stage: Stage, model: Model) -> None:
        self._stage = stage
        self._model = model
        self._clock = stage.clock
        self._finite = stage.scenario.world.sales.finite_hands
        self._reps = Reps(stage, self)
        self._executives = Executives(stage)
        self.quits = self._reps.quits
        self.close_deal = self._executives.close_deal

    def open(self, tenure_days: float) -> list[Process]:
        """Return the processes of the first team, whose reps have been here for `tenure_days`."""
        self._executives.set_plan(self._stage.plan)
        return self._reps.open(tenure_days)

    def set_plan(self, plan: Plan) -> None:
        """Bring seats, slots and queue to what the plan says."""
        self._reps.set_plan(plan)
        self._executives.set_plan(plan)

    def take_lead(self, account: int, source: int, k: int, brand_term: bool = False, origin: int = NOTHING) -> None:
        """Judge a new lead; what is qualified and trusted goes to a rep or to the queue."""
        stage = self._stage
        lead, touch = stage.leads.free_row(), stage.touches.free_row()
        route, score, reaches_sales, next_contact = raise_lead(
            stage.p, stage.company, stage.accounts, stage.leads.rows, stage.touches.rows, stage.programmes, lead, touch,
            account, source, k, brand_term, origin, self._clock.now,
        )  # fmt: skip
        if route == ABANDONED:
            if source == FROM_HAND_RAISE:
                self._expect_hand(account, next_hand_raise(stage.p, stage.accounts, account, self._clock.now))
            return
        stage.leads.keep()
        if account != NOBODY:
            stage.touches.keep()
        if next_contact < math.inf:
            self._clock.call_at(next_contact, _SECOND_CONTACT, lead, self._meet_next_contact)
        if route == ON_ITS_WAY:
            self._clock.call_at(reaches_sales, _TRANSFER, lead, self._reach_sales)
        elif route != CLOSED_AT_ONCE:
            self._pass_on(lead, route == TO_FRONT, score, self._clock.now)
        elif source == FROM_HAND_RAISE:
            self.drop(lead)

    def _pass_on(self, lead: int, front: bool, score: float, arrived: float) -> None:
        """Give a lead to sales."""
        if self._finite:
            self._reps.take(lead, front, score, arrived)
        else:
            self._clock.process(self._work_alone(lead))

    def _reach_sales(self, lead: int) -> None:
        """Let a lead that was on its way reach sales, which may refuse it."""
        stage = self._stage
        waits = reach_sales(stage.p, stage.company, stage.accounts, stage.leads.rows, lead, self._clock.now)
        stage.record(_TRANSFER, lead, waits)
        if waits:
            row = stage.leads.rows[lead]
            self._pass_on(lead, bool(row["front"]), float(row["score"]), float(row["arrived"]))

    def _meet_next_contact(self, origin: int) -> None:
        """Let another contact of an account inquire: it joins the open lead, or makes a lead of its own."""
        stage = self._stage
        touch = stage.touches.free_row()
        comes_to, k, next_contact = meet_next_contact(
            stage.p, stage.company, stage.accounts, stage.leads.rows, stage.touches.rows, origin, touch, self._clock.now
        )
        stage.record(_SECOND_CONTACT, origin, comes_to)
        if comes_to == JOINED_LEAD:
            stage.touches.keep()
            if next_contact < math.inf:
                self._clock.call_at(next_contact, _SECOND_CONTACT, origin, self._meet_next_contact)
        elif comes_to == NEW_LEAD:
            self.take_lead(int(stage.leads.rows[origin]["account"]), FROM_SECOND_CONTACT, k, origin=origin)

    def start_week(self) -> None:
        """Look at the number of seats, and whether there are calls to be made, once a week's rates are set."""
        self._reps.start_week()

    def finish(self, lead: int) -> None:
        """End the work on a lead: it may become a deal, or its account may raise a hand again."""
        stage = self._stage
        deal, touch = stage.deals.free_row(), stage.touches.free_row()
        converted, called, hand_raise = finish_work(
            stage.p, stage.company, stage.accounts, stage.leads.rows, stage.deals.rows, stage.touches.rows,
            lead, deal, touch, self._clock.now,
        )  # fmt: skip
        if called:
            stage.touches.keep()
        if converted:
            stage.deals.keep()
            self._executives.take(deal)
        else:
            self._wait_for_hand(lead, hand_raise)

    def drop(self, lead: int) -> None:
        """Let a lead go that went cold before anybody had time for it."""
        stage = self._stage
        self._wait_for_hand(lead, hand_raise_after(stage.p, stage.accounts, stage.leads.rows, lead, self._clock.now))

    def _wait_for_hand(self, lead: int, time: float) -> None:
        """Expect another raised hand from the account of a lead that came to nothing."""
        if time < math.inf:
            self._expect_hand(int(self._stage.leads.rows[lead]["account"]), time)

    def _expect_hand(self, account: int, time: float) -> None:
        if time < math.inf:
            self._model.buyers.raise_hand_later(account, time)

    def _work_alone(self, lead: int) -> Process:
        """Work a lead at once, where hands are not finite."""
        stage = self._stage
        ends = start_work(stage.p, stage.company, stage.accounts, stage.leads.rows, lead, _RAMPED, self._clock.now)
        if ends >= self._clock.now:
            yield self._clock.at(ends, _WORK_DONE, lead)
            self.finish(lead)
            stage.record(_WORK_DONE, lead)
