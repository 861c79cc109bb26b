"""What all processes share: the clock, the packed parameters, the tables, and the log of events."""

from collections.abc import Callable
from typing import Any

import numpy as np

from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK, Scenario
from marketsim.state.beginning import begin_tables
from marketsim.state.books import MONTH
from marketsim.state.funding import fund_programmes
from marketsim.state.layout import CONTRACT, DEAL, JOURNEY, LEAD, PERSON, REVIEW, TOUCH
from marketsim.state.tables import RunTables, Table
from marketsim.world.clock import Clock

_FEW_ROWS = 64
EventRecord = tuple[float, int, int, float]


class Stage:
    """The tables of one run. `p`, `now`, `accounts` keep their identity; growing tables are read through `rows`.

    `spend_weeks` and `named_weeks` have one row per week since the run's start and one column per programme: money
    spent (in a last column: on structure), and how a customer who remembers us would share out the credit for it.
    """

    def __init__(
        self, scenario: Scenario, seed: int, replication: int, *, record: bool = False, grid_days: float | None = None
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.replication = replication
        begun = begin_tables(scenario, seed, replication)
        self.start, self.opening_cash = begun.start, begun.opening_cash
        self.clock = Clock(self.start, grid_days)
        self.p, self.programmes, self.budget = begun.p, begun.programmes, begun.budget
        self.accounts, self.company = begun.accounts, begun.company
        self.plan = scenario.past
        self.leads = Table(LEAD)
        self.deals = Table(DEAL)
        self.contracts = Table(CONTRACT)
        self.journeys = Table(JOURNEY)
        self.months = Table(MONTH)
        self.touches = Table(TOUCH)
        self.people = Table(PERSON, _FEW_ROWS)
        self.reviews = Table(REVIEW, _FEW_ROWS)
        self.spend_weeks: np.ndarray[Any, Any] = np.zeros((_FEW_ROWS, len(self.programmes) + 1))
        self.named_weeks: np.ndarray[Any, Any] = np.zeros((_FEW_ROWS, len(self.programmes)))
        self.log: list[EventRecord] | None = [] if record else None
        self.record: Callable[..., None] = self._record if record else _forget

    def _make_room(self, week: int) -> None:
        """Let the tables of weeks have a row for this week (counted from the run's start)."""
        if week >= len(self.spend_weeks):
            self.spend_weeks = np.concatenate([self.spend_weeks, np.zeros_like(self.spend_weeks)])
            self.named_weeks = np.concatenate([self.named_weeks, np.zeros_like(self.named_weeks)])

    def fund(self, week: int) -> None:
        """Set what is spent from this week start on (`week` counts from the run's start)."""
        self._make_room(week)
        self.company["week"] = week - self.scenario.past_weeks
        budget = self.budget
        fund_programmes(
            self.p, self.company, self.programmes,
            budget.per_year, budget.share_of_revenue, budget.structure_share,
            budget.weeks, budget.factors, budget.common, self.spend_weeks[week],
            self.start + week * DAYS_PER_WEEK,
        )  # fmt: skip

    def tables(self) -> RunTables:
        """Return all tables of the finished run."""
        return RunTables(
            p=self.p,
            company=self.company,
            accounts=self.accounts,
            leads=self.leads.used(),
            deals=self.deals.used(),
            contracts=self.contracts.used(),
            journeys=self.journeys.used(),
            months=self.months.used(),
            touches=self.touches.used(),
            people=self.people.used(),
            reviews=self.reviews.used(),
            spend_weeks=self.spend_weeks,
            named_weeks=self.named_weeks,
            programmes=tuple(self.scenario.world.programme),
            past_months=self.scenario.past_months,
            opening_cash=self.opening_cash,
            starts_at=self.start,
            ends_at=self.scenario.horizon_months * DAYS_PER_MONTH,
        )

    def _record(self, kind: int, entity: int, detail: float = 0.0) -> None:
        """Log what happens now."""
        if self.log is not None:
            self.log.append((self.clock.now, int(kind), entity, float(detail)))


def _forget(kind: int, entity: int, detail: float = 0.0) -> None:
    """Log nothing, because nobody wants to know."""
