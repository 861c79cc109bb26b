"""What all processes share: the clock, the packed parameters, the tables, and the log of events."""

from collections.abc import Callable
from typing import Any

import numpy as np

from marketsim.scenario.scenario import DAYS_PER_WEEK, Scenario
from marketsim.state.books import COMPANY, MONTH
from marketsim.state.funding import fund_programmes
from marketsim.state.layout import (
    ACCOUNT,
    CONTRACT,
    DEAL,
    JOURNEY,
    LEAD,
    NOTHING,
    PERSON,
    REVIEW,
    TOUCH,
)
from marketsim.state.levers import monthly_cost, programme_table, set_plan
from marketsim.state.parameters import pack
from marketsim.state.tables import Table
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
        self.start = -scenario.past_weeks * DAYS_PER_WEEK
        self.clock = Clock(self.start, grid_days)
        self.p: np.ndarray[Any, Any] = pack(scenario, seed, replication)
        self.programmes = programme_table(scenario.world)
        self.plan = scenario.past
        self.opening_cash = scenario.history.starting_cash_months * monthly_cost(scenario.past, scenario.world)
        self.accounts: np.ndarray[Any, Any] = np.zeros(scenario.world.market.accounts, dtype=ACCOUNT)
        self.company: np.ndarray[Any, Any] = np.zeros(1, dtype=COMPANY)
        self.budget = set_plan(self.p, self.company, self.programmes, self.plan, scenario.world, self.start, opens=True)
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
        present = self.company
        present["week_start"] = present["accrued_until"] = present["known_at"] = present["busy_until"] = self.start
        present["trust"] = scenario.initial.trust
        present["waste"] = scenario.initial.waste
        present["structure_from"] = np.where(scenario.past.parts, -np.inf, np.inf)
        self.accounts["contract"] = self.accounts["deal"] = self.accounts["journey"] = NOTHING
        self.accounts["last_touch"] = NOTHING
        self.accounts["closed_until"] = -np.inf

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

    def _record(self, kind: int, entity: int, detail: float = 0.0) -> None:
        """Log what happens now."""
        if self.log is not None:
            self.log.append((self.clock.now, int(kind), entity, float(detail)))


def _forget(kind: int, entity: int, detail: float = 0.0) -> None:
    """Log nothing, because nobody wants to know."""
