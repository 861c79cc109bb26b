"""What a run hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from marketsim.lazily import Lazily
from marketsim.outcomes import economics, frames
from marketsim.outcomes.metrics import METRICS, yearly
from marketsim.outcomes.monthly import monthly
from marketsim.scenario.errors import BadInput
from marketsim.scenario.scenario import Scenario
from marketsim.state.events import Event
from marketsim.state.tables import RunTables

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Lazily("pandas")

EventRecord = tuple[float, int, int, float]


@dataclass(frozen=True)
class Outcome:
    """The outcome of one replication of one scenario. Tables are made when they are asked for.

    Attributes
    ----------
    scenario, seed, replication, engine
        What was played; together they reproduce every byte.
    tables
        The raw tables of the run.
    log
        Events as (time in days, class, entity, detail), or None if they were not recorded.
    timed_events
        Number of events that moved the clock.
    keeps_logs
        Whether leads, deals, contracts, journeys and touches were kept; without them only the monthly series, the
        summary, people and reviews can be asked for.
    """

    scenario: Scenario
    seed: int
    replication: int
    engine: str
    tables: RunTables = field(repr=False)
    log: list[EventRecord] | None = field(default=None, repr=False)
    timed_events: int = 0
    keeps_logs: bool = True

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """One row per month; months before day 0 are negative. See docs/data_dictionary.md."""
        return pd.DataFrame(self.monthly_columns)

    @cached_property
    def monthly_columns(self) -> dict[str, npt.NDArray[Any]]:
        """The same column by column: a data frame takes longer to make than all that stands in it."""
        return monthly(self.tables, self.scenario.world.crm.cost_per_thousand_impressions)

    @cached_property
    def leads(self) -> pd.DataFrame:
        """One row per lead."""
        self._require_logs("leads")
        return frames.leads(self.tables)

    @cached_property
    def deals(self) -> pd.DataFrame:
        """One row per deal."""
        self._require_logs("deals")
        return frames.deals(self.tables)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """One row per contract."""
        self._require_logs("customers")
        return frames.customers(self.tables)

    @cached_property
    def journeys(self) -> pd.DataFrame:
        """One row per journey of any account, whoever won it."""
        self._require_logs("journeys")
        return frames.journeys(self.tables)

    @cached_property
    def touches(self) -> pd.DataFrame:
        """One row per touch between an account and us, seen by the CRM or not."""
        self._require_logs("touches")
        return frames.touches(self.tables)

    @cached_property
    def reviews(self) -> pd.DataFrame:
        """One row per review and programme; none where nobody steers."""
        return frames.reviews(self.tables)

    @cached_property
    def people(self) -> pd.DataFrame:
        """One row per development rep and stay on a seat."""
        return frames.people(self.tables)

    @cached_property
    def unit_economics(self) -> pd.DataFrame:
        """What the customers won after day 0 cost and bring, by segment, source and fit."""
        self._require_logs("unit_economics")
        return economics.unit_economics(self.tables, self.scenario.world)

    def _require_logs(self, table: str) -> None:
        """Refuse a table that was not kept.

        Raises
        ------
        BadInput
            If the run was played without logs.
        """
        if not self.keeps_logs:
            raise BadInput(f"this run was played with logs=False and has no .{table}; play it again with logs=True")

    @cached_property
    def events(self) -> pd.DataFrame | None:
        """The log of events in the order in which they happened, or None if it was not kept."""
        if self.log is None:
            return None
        frame = pd.DataFrame(self.log, columns=["day", "event", "entity", "detail"])
        names = [event.name.lower() for event in Event]
        frame["event"] = pd.Categorical.from_codes(frame["event"].tolist(), categories=pd.Index(names))
        return frame

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row per metric and complete year after day 0: metric, label, unit, year, value (NaN if undefined)."""
        rate = self.scenario.world.money.discount_rate_per_year
        table = yearly(self.monthly.assign(replication=self.replication), rate)
        tidy = table.drop(columns="replication").melt("year", var_name="metric", value_name="value")
        tidy["label"] = [METRICS[name].label for name in tidy["metric"]]
        tidy["unit"] = [METRICS[name].unit for name in tidy["metric"]]
        return tidy[["metric", "label", "unit", "year", "value"]]
