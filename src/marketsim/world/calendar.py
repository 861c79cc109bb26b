"""The calendar: weeks, at whose start rates change; months, at whose end books are closed; and outside inquiries."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK
from marketsim.state.books import flows_of, numbers_of
from marketsim.state.calendar import close_books, leave_month_empty, next_inquiry, turn_week
from marketsim.state.events import Event
from marketsim.state.layout import FROM_OUTSIDE, NOBODY

if TYPE_CHECKING:
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]

_MONTH, _WEEK = int(Event.MONTH), int(Event.WEEK)
_INQUIRY, _INQUIRY_BATCH = int(Event.INQUIRY), int(Event.INQUIRY_BATCH)
_FIRST_OF_BATCHES = 1 << 30  # ordinals of inquiries in batches, apart from those of the Poisson stream


class Calendar:
    """Weeks and months of the company."""

    def __init__(self, stage: Stage, model: Model) -> None:
        self._stage = stage
        self._model = model
        self._clock = stage.clock

    def open(self) -> list[Process]:
        """Return the processes of weeks, months and outside inquiries."""
        return [self._weeks(), self._months(), self._inquiries(), self._inquiry_batches()]

    def _weeks(self) -> Process:
        stage, clock = self._stage, self._clock
        week = 0
        while True:
            yield clock.at(stage.start + week * DAYS_PER_WEEK, _WEEK, 0)
            self._model.management.start_week(week)
            rates = turn_week(stage.p, stage.company, stage.programmes, clock.now)
            self._model.management.note_week(week)
            stage.record(_WEEK, week, rates[2])
            self._model.programmes.set_rates(rates[0], rates[1], rates[2:5])
            self._model.floor.quits.set_rate(rates[5])
            self._model.floor.start_week()
            week += 1

    def _months(self) -> Process:
        stage = self._stage
        month = 1 - stage.scenario.past_months
        while True:
            yield self._clock.at(month * DAYS_PER_MONTH, _MONTH, 0)
            self.close_month()
            month += 1
            if stage.company["insolvent"][0]:
                self._clock.stop()
                return

    def close_month(self) -> None:
        """Close the books of the month that ends now."""
        stage = self._stage
        row = stage.months.free_row()
        stage.months.keep()
        months = stage.months.rows
        close_books(
            stage.p, stage.company, flows_of(stage.company), stage.accounts, months, numbers_of(months)[row], row,
            stage.scenario.past_months, stage.scenario.horizon_months, stage.opening_cash, self._clock.now,
        )  # fmt: skip
        stage.record(_MONTH, row, float(stage.company["cash"][0]))

    def write_empty_months(self) -> None:
        """Write a row for each month that an insolvent company does not see."""
        stage = self._stage
        past, horizon = stage.scenario.past_months, stage.scenario.horizon_months
        while stage.months.free_row() < past + horizon:
            row = stage.months.keep()
            leave_month_empty(stage.company, stage.months.rows, row, past, horizon)

    def _inquiries(self) -> Process:
        """Let inquiries from outside the market arrive as a Poisson stream."""
        stage, clock = self._stage, self._clock
        k = 0
        time = next_inquiry(stage.p, k, clock.now)
        while time < float("inf"):
            yield clock.at(time, _INQUIRY, 0)
            stage.record(_INQUIRY, k)
            self._model.floor.take_lead(NOBODY, FROM_OUTSIDE, k)
            k += 1
            time = next_inquiry(stage.p, k, clock.now)

    def _inquiry_batches(self) -> Process:
        """Let batches of inquiries arrive at regular times."""
        settings = self._stage.scenario.world.inquiries
        k = _FIRST_OF_BATCHES
        batch = 1
        while settings.batch_size > 0:
            yield self._clock.at(self._stage.start + batch * settings.batch_every_days, _INQUIRY_BATCH, 0)
            self._stage.record(_INQUIRY_BATCH, batch, settings.batch_size)
            for _ in range(settings.batch_size):
                self._model.floor.take_lead(NOBODY, FROM_OUTSIDE, k)
                k += 1
            batch += 1
