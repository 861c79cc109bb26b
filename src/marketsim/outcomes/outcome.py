"""What a run hands back."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from marketsim.outcomes import frames
from marketsim.scenario.scenario import MONTHS_PER_YEAR, Scenario
from marketsim.state.events import Event
from marketsim.state.tables import RunTables

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
    """

    scenario: Scenario
    seed: int
    replication: int
    engine: str
    tables: RunTables = field(repr=False)
    log: list[EventRecord] | None = field(default=None, repr=False)
    timed_events: int = 0

    @cached_property
    def monthly(self) -> pd.DataFrame:
        """One row per month; months before day 0 are negative. See docs/data_dictionary.md."""
        return frames.monthly(self.tables)

    @cached_property
    def leads(self) -> pd.DataFrame:
        """One row per lead."""
        return frames.leads(self.tables)

    @cached_property
    def deals(self) -> pd.DataFrame:
        """One row per deal."""
        return frames.deals(self.tables)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """One row per contract."""
        return frames.customers(self.tables)

    @cached_property
    def journeys(self) -> pd.DataFrame:
        """One row per journey of any account, whoever won it."""
        return frames.journeys(self.tables)

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
        """The whole time after day 0 in one table: metric, value, unit."""
        after = self.monthly[self.monthly["month"] >= 0]
        years = len(after) / MONTHS_PER_YEAR
        spend, good, won = (float(after[name].sum()) for name in ("marketing_spend", "good_leads", "customers_won"))
        payroll = float(after["payroll"].sum())
        rate = 1.0 + self.scenario.world.money.discount_rate_per_year
        at_day_zero = rate ** (-(after["month"] + 0.5) / MONTHS_PER_YEAR)
        present_value = float((after["profit"] * at_day_zero).sum())
        last = after.iloc[-1]
        below_zero = after.loc[after["cash"] < 0.0, "month"]
        rows: list[tuple[str, float, str]] = [
            ("leads", float(after["leads"].sum()) / years, "per year"),
            ("good_leads", good / years, "per year"),
            ("cost_per_good_lead", spend / good if good else np.nan, "money"),
            ("customers_won", won / years, "per year"),
            ("acquisition_cost", (spend + payroll) / won if won else np.nan, "money"),
            ("recurring_revenue", float(last["recurring_revenue"]), "money per year, at the end"),
            ("profit", float(after["profit"].sum()) / years, "money per year"),
            ("net_present_value", present_value, "money"),
            (
                "net_present_value_with_remaining_contracts",
                present_value + float(last["remaining_contracts"]) * rate ** (-years),
                "money",
            ),
            ("cash_low_point", float(after["cash"].min()), "money"),
            ("first_month_below_zero", float(below_zero.iloc[0]) if len(below_zero) else np.nan, "month"),
        ]
        return pd.DataFrame(rows, columns=["metric", "value", "unit"])
