"""The calendar: weeks, at whose start rates change; months, at whose end books are closed; and outside inquiries."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK
from marketsim.state.calendar import close_month, next_inquiry, turn_week
from marketsim.state.events import Event
from marketsim.state.layout import FROM_OUTSIDE, NOBODY

if TYPE_CHECKING:
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]

_MONTH, _WEEK = int(Event.MONTH), int(Event.WEEK)
_INQUIRY, _INQUIRY_BATCH = int(Event.INQUIRY), int(Event.INQUIRY_BATCH)
_FIRST_OF_BATCHES = 1 << 30  # ordinals of inquiries in batches, apart from those of the Poisson stream
_MONTHS_PER_YEAR = 12


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
        month = row - stage.scenario.past_months
        valued = self._values_contracts(month)
        close_month(stage.p, stage.company, stage.accounts, stage.months.rows, row, valued, self._clock.now)
        if month == -1:  # the cash with which the plan starts, whatever the past left
            stage.company["cash"] = stage.months.rows["cash"][row] = stage.opening_cash
        flows = stage.company["month"]
        for name in flows.dtype.names or ():
            stage.months.rows[name][row] = flows[name][0]
        stage.company["month"] = 0
        if stage.p["insolvency_enabled"][0] and month >= 0 and stage.company["cash"][0] < 0.0:
            stage.company["insolvent"] = 1
        stage.record(_MONTH, row, float(stage.company["cash"][0]))

    def write_empty_months(self) -> None:
        """Write a row without anything but the last cash for each month that an insolvent company does not see."""
        stage = self._stage
        last = stage.scenario.horizon_months - 1
        while (month := stage.months.free_row() - stage.scenario.past_months) <= last:
            row = stage.months.keep()
            stage.months.rows["cash"][row] = stage.company["cash"][0]
            if not self._values_contracts(month):
                stage.months.rows["remaining_contracts"][row] = math.nan

    def _values_contracts(self, month: int) -> bool:
        """Tell whether the contracts are valued at the end of a month: of every year, and of the last month."""
        year_ends = (month + 1) % _MONTHS_PER_YEAR == 0 and month >= -1
        return year_ends or month == self._stage.scenario.horizon_months - 1

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
