"""Buyers on their own clocks: needs that come, the journey, searches, raised hands, and the decision."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np

from marketsim.state.decision import decide
from marketsim.state.events import Event
from marketsim.state.journeys import meet_need, raise_hand, search, turn_active, webinar_threshold
from marketsim.state.layout import ACTIVE, FROM_HAND_RAISE, FROM_SEARCH, JOURNEY_OURS
from marketsim.state.opening import open_accounts, open_minds

if TYPE_CHECKING:
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]
Opening = tuple[float, float, float, float]

_NEED, _ACTIVE, _DECISION = int(Event.NEED), int(Event.ACTIVE), int(Event.DECISION)
_SEARCH, _HAND_RAISE = int(Event.SEARCH), int(Event.HAND_RAISE)


class Buyers:
    """The market's accounts. Nobody moves them but their own clocks."""

    def __init__(self, stage: Stage, model: Model) -> None:
        self._stage = stage
        self._model = model
        self._clock = stage.clock
        self._p, self._company, self._accounts = stage.p, stage.company, stage.accounts

    def open(self) -> list[Process]:
        """Put every account into a phase of the stationary market; return the processes that follow from there."""
        stage, p, company, accounts, now = self._stage, self._p, self._company, self._accounts, self._clock.now
        first = np.empty((len(accounts), 2))
        open_accounts(p, company, accounts, 0, first, now)
        open_minds(p, company)
        needs, research_ends = first.T.tolist()
        processes = []
        for account, time in enumerate(needs):
            self._clock.call_at(time, _NEED, account, self._meet_need)
        phases = accounts["phase"].tolist()
        for account, phase in enumerate(phases):
            if phase == ACTIVE:
                opening = turn_active(p, company, accounts, stage.journeys.rows, account, now)
                processes.append(self._buy(account, opening))
            elif research_ends[account] < math.inf:
                self._model.programmes.invite(account, webinar_threshold(p, company, accounts, account, now))
                processes.append(self._journey(account, research_ends[account]))
        return processes

    def raise_hand_later(self, account: int, time: float) -> None:
        """Let an account whose first raised hand came to nothing try again."""
        self._clock.process(self._raise_hand(account, time))

    def _meet_need(self, account: int) -> None:
        """Meet a candidate need; an account that is free and finds the need pressing starts a journey."""
        stage, clock = self._stage, self._clock
        journeys = stage.journeys
        row = journeys.free_row()
        following, research_ends, webinar = meet_need(
            self._p, self._company, self._accounts, journeys.rows, row, account, clock.now
        )
        clock.call_at(following, _NEED, account, self._meet_need)
        accepted = research_ends < math.inf
        stage.record(_NEED, account, accepted)
        if accepted:
            journeys.keep()
            self._model.programmes.invite(account, webinar)
            clock.process(self._journey(account, research_ends))

    def _journey(self, account: int, research_ends: float) -> Process:
        """Research on its own; then talk to vendors and decide."""
        yield self._clock.at(research_ends, _ACTIVE, account)
        self._model.programmes.uninvite(account)
        rows = self._stage.journeys.rows
        opening = turn_active(self._p, self._company, self._accounts, rows, account, self._clock.now)
        self._stage.record(_ACTIVE, account, opening[0])
        yield from self._buy(account, opening)

    def _buy(self, account: int, opening: Opening) -> Process:
        """Search, perhaps raise a hand, and decide when the time has come."""
        decides, hand_raise, first_search, nurture = opening
        clock, model, stage = self._clock, self._model, self._stage
        if hand_raise < decides:
            clock.process(self._raise_hand(account, hand_raise))
        if first_search < decides:
            clock.process(self._search(account, first_search, decides))
        if nurture < math.inf:
            model.programmes.keep_warm(account, nurture)
        yield clock.at(decides, _DECISION, account)
        if nurture < math.inf:
            model.programmes.stop_warming(account)
        outcome, deal, led = decide(
            self._p, self._company, self._accounts, stage.journeys.rows, stage.deals.rows, account, clock.now
        )
        stage.record(_DECISION, account, outcome)
        if outcome == JOURNEY_OURS:
            model.clients.win(account, deal)
        if led:
            model.floor.close_deal()

    def _search(self, account: int, time: float, decides: float) -> Process:
        """Search again and again until the decision; some searches become leads of ours."""
        clock, stage, p, company, accounts = self._clock, self._stage, self._p, self._company, self._accounts
        while time < decides:
            yield clock.at(time, _SEARCH, account)
            ours, k, time, named = search(p, company, accounts, account, clock.now)
            stage.record(_SEARCH, account, ours)
            if ours:
                self._model.floor.take_lead(account, FROM_SEARCH, k, named)

    def _raise_hand(self, account: int, time: float) -> Process:
        """Ask for a conversation, or wait while we are in talks already."""
        while time < math.inf:
            yield self._clock.at(time, _HAND_RAISE, account)
            asks, k, time = raise_hand(self._p, self._accounts, account, self._clock.now)
            self._stage.record(_HAND_RAISE, account, asks)
            if asks:
                self._model.floor.take_lead(account, FROM_HAND_RAISE, k)
