"""What marketing's money does between the weeks: idle clicks, webinars, and contacts that are kept warm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketsim.state.events import Event
from marketsim.state.inquiries import attend_webinar, inquire_idly, low_intent_threshold, refresh
from marketsim.state.layout import (
    FROM_ADS_LOW_INTENT,
    FROM_NURTURE,
    FROM_ORGANIC,
    FROM_WEBINAR,
    FROM_WEBINAR_LOW_INTENT,
)
from marketsim.state.pool import can_be_harvested
from marketsim.world.shared_clock import LeavableClock, SharedClock

if TYPE_CHECKING:
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage


class IdleClicks:
    """One source of inquiries without intent: every account clicks at its time, and is not fresh for a while after."""

    def __init__(self, stage: Stage, model: Model, which: int, source: int, rings: Event, refreshes: Event) -> None:
        self._stage = stage
        self._model = model
        self._which, self._source = which, source
        self._rings, self._refreshes = int(rings), int(refreshes)
        self.clock = SharedClock(stage.clock, self._rings, self._inquire)

    def open(self) -> None:
        """Make every account fresh."""
        p, accounts = self._stage.p, self._stage.accounts
        entities = list(range(len(accounts)))
        distances = [low_intent_threshold(p, accounts, account, self._which, self._source) for account in entities]
        if self._source == FROM_ADS_LOW_INTENT:
            self._stage.company["fresh_ads"] = len(accounts)
        self.clock.join_all(entities, distances)

    def _inquire(self, account: int) -> None:
        stage = self._stage
        now = stage.clock.now
        is_lead, cycle, fresh_at = inquire_idly(
            stage.p, stage.company, stage.accounts, account, self._which, self._source, now
        )
        stage.record(self._rings, account, is_lead)
        stage.clock.call_at(fresh_at, self._refreshes, account, self._refresh)
        if is_lead:
            self._model.floor.take_lead(account, self._source, cycle)

    def _refresh(self, account: int) -> None:
        stage = self._stage
        stage.record(self._refreshes, account)
        self.clock.join(account, refresh(stage.p, stage.company, stage.accounts, account, self._which, self._source))


class Programmes:
    """The shared clocks that marketing drives. Rates come from the week's spend."""

    def __init__(self, stage: Stage, model: Model) -> None:
        self._stage = stage
        self._model = model
        self.webinars = LeavableClock(stage.clock, int(Event.WEBINAR), self._attend)
        self.nurture = LeavableClock(stage.clock, int(Event.NURTURE), self._find)
        self.idle_clicks = [
            IdleClicks(stage, model, which, source, rings, refreshes)
            for which, (source, rings, refreshes) in enumerate(
                (
                    (FROM_ADS_LOW_INTENT, Event.LOW_INTENT_ADS, Event.REFRESH_ADS),
                    (FROM_ORGANIC, Event.LOW_INTENT_ORGANIC, Event.REFRESH_ORGANIC),
                    (FROM_WEBINAR_LOW_INTENT, Event.LOW_INTENT_WEBINAR, Event.REFRESH_WEBINAR),
                )
            )
        ]

    def open(self) -> None:
        """Make every account fresh for idle clicks."""
        for source in self.idle_clicks:
            source.open()

    def set_rates(self, webinars: float, nurture: float, idle_clicks: tuple[float, float, float]) -> None:
        """Run the clocks at this week's rates (per day)."""
        self.webinars.set_rate(webinars)
        self.nurture.set_rate(nurture)
        for source, rate in zip(self.idle_clicks, idle_clicks, strict=True):
            source.clock.set_rate(rate)

    def invite(self, account: int, threshold: float) -> None:
        """Let an account on its journey come to webinars, once."""
        self.webinars.join(account, threshold)

    def uninvite(self, account: int) -> None:
        """End the journey's part of webinars."""
        self.webinars.leave(account)

    def keep_warm(self, account: int, threshold: float) -> None:
        """Let nurture find an active account whose contact is known, once."""
        self.nurture.join(account, threshold)

    def stop_warming(self, account: int) -> None:
        """End it: the account has decided."""
        self.nurture.leave(account)

    def _attend(self, account: int) -> None:
        stage = self._stage
        attends = attend_webinar(stage.p, stage.company, stage.accounts, account, stage.clock.now)
        stage.record(Event.WEBINAR, account)
        if attends:
            self._model.floor.take_lead(account, FROM_WEBINAR, 0)

    def _find(self, account: int) -> None:
        stage = self._stage
        answers = can_be_harvested(stage.accounts, account, stage.clock.now)
        stage.record(Event.NURTURE, account, answers)
        if answers:
            self._model.floor.take_lead(account, FROM_NURTURE, 0)
