"""One run on the compiled engine: Python opens it, hands it plans, makes room, and reads its tables at the end."""

import ctypes
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from marketsim.compiled import buyers, calendar, clients, executives, floor, loop, management, opening, programmes, reps
from marketsim.compiled.layout import (
    CONTINUES,
    DONE,
    IDLE_ADS,
    IDLE_WEBINARS,
    NEEDS_PLAN,
    NEEDS_ROOM,
    NONE,
)
from marketsim.compiled.memory import Memory
from marketsim.compiled.mode import COMPILED
from marketsim.compiled.steps import (
    ADOPT_PLAN,
    ADVANCE,
    CLOSE_MONTH,
    OPEN_ACCOUNTS,
    OPEN_CLIENTS,
    OPEN_COMPANY,
    OPEN_IDLE_CLICKS,
    OPEN_MARKET,
    STEPS,
    call_plain,
)
from marketsim.compiled.waiting import DISCIPLINES
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK, Plan, Scenario
from marketsim.state.beginning import begin_tables
from marketsim.state.calendar import leave_month_empty
from marketsim.state.customers import accrue, settle_contracts
from marketsim.state.events import Event
from marketsim.state.levers import Budget, set_plan
from marketsim.state.tables import RunTables

Array = np.ndarray[Any, Any]
_STORIES = (buyers, calendar, clients, executives, floor, loop, management, opening, programmes, reps)
_NEVER = 1 << 40  # a week that does not come
_EVENTS_AT_ONCE = 1 << 15  # a few hundredths of a second
_OPENED_AT_ONCE = 1 << 17  # accounts
_MIN_SEATS = 192
_CLOCK_KINDS = (
    Event.WEBINAR, Event.NURTURE, Event.LOW_INTENT_ADS, Event.LOW_INTENT_ORGANIC, Event.LOW_INTENT_WEBINAR, Event.QUIT,
)  # fmt: skip
# Enough that a bucket of a large market is not too large to sort: of the clocks of journeys, whose readings are days,
# and of those of idle clicks, whose readings are about a click.
_BUCKETS_PER_READING = (16.0, 64.0, 256.0, 256.0, 256.0, 1.0)
_CALL = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * 6)  # lets other threads run meanwhile


class Stopped(Exception):
    """Somebody asked the run to stop."""


class Run:
    """One run, opened at the start of its past.

    Parameters
    ----------
    scenario
        The world, the past, and the plan that is played from day 0.
    seed, replication
        Together they key every random number.
    record
        Keep a log of all events.
    grid_days
        Snap all times to a grid of this many days (tests force ties with it).
    logs
        Keep the tables of leads, deals, contracts, journeys and touches. Without, their rows are used again.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        replication: int,
        *,
        record: bool = False,
        grid_days: float | None = None,
        logs: bool = True,
    ) -> None:
        self.scenario = scenario
        self._asked_to_stop = False
        begun = begin_tables(scenario, seed, replication)
        self.start, self.opening_cash = begun.start, begun.opening_cash
        self._coming: list[tuple[int, Plan]] = []
        self.memory = Memory(
            {"p": begun.p, "company": begun.company, "accounts": begun.accounts, "programmes": begun.programmes}
        )
        self._set_switches(record=record, grid_days=grid_days, logs=logs or needs_logs(scenario))
        self._set_clocks()
        self.memory.open(max(_MIN_SEATS, 4 * scenario.past.development_reps))
        self._set_budget(begun.budget)
        self._set_horizon()
        self._bind_steps()
        self._open()

    # ---- opening ----

    def _set_switches(self, *, record: bool, grid_days: float | None, logs: bool) -> None:
        scenario, hub, p = self.scenario, self.memory.hub, self.memory.arrays["p"]
        world = scenario.world
        finite = world.sales.finite_hands
        hub["now"] = hub["until"] = hub["start"] = self.start
        hub["day"] = math.floor(self.start)
        hub["free_block"] = NONE
        hub["grid_days"] = 0.0 if grid_days is None else grid_days
        hub["logs"], hub["recording"] = int(logs), int(record)
        hub["finite"] = int(finite)
        hub["has_hours"] = int(bool(p["business_hours"][0]) and finite)
        hub["closes_at"] = -math.inf if hub["has_hours"][0] else math.inf
        hub["response_target"] = p["response_target_days"]
        hub["ages"] = int(p["response_target_days"][0] < math.inf)
        hub["outbound"] = p["outbound_enabled"]
        hub["hires"] = int(world.people.hiring_enabled and finite)
        hub["own_length"] = int(world.sales.deal_ends == "own_length")
        hub["batch_size"] = world.inquiries.batch_size
        hub["batch_every_days"] = world.inquiries.batch_every_days
        hub["batch_inquiry"] = calendar.FIRST_OF_BATCHES
        hub["opening_cash"] = self.opening_cash
        hub["past_weeks"], hub["past_months"] = scenario.past_weeks, scenario.past_months
        hub["month"] = 1 - scenario.past_months
        hub["first_hired"] = self.start - scenario.initial.rep_tenure_days
        hub["discipline"] = DISCIPLINES.index(scenario.past.queue)
        hub["slots"] = self._slots(scenario.past)
        hub["next_plan_week"] = _NEVER

    def _set_clocks(self) -> None:
        clocks = self.memory.clocks
        clocks["since"] = self.start
        clocks["due"] = math.inf
        clocks["kind"] = _CLOCK_KINDS
        clocks["bucket"] = -1
        clocks["buckets_per_reading"] = _BUCKETS_PER_READING
        self.memory.hub["next_due"] = math.inf

    def _bind_steps(self) -> None:
        if COMPILED:
            for step in STEPS:
                self.memory.hub["steps"][0, list(step.numbers)] = step.machine_code.address

    def _open(self) -> None:
        arrays, scenario = self.memory.arrays, self.scenario
        for which in range(IDLE_WEBINARS - IDLE_ADS + 1):
            self._step(OPEN_IDLE_CLICKS, which)
        accounts = len(arrays["accounts"])
        first = np.empty((min(accounts, _OPENED_AT_ONCE), 2))
        for begin in range(0, accounts, _OPENED_AT_ONCE):
            self._step(OPEN_ACCOUNTS, begin, first.ctypes.data, min(len(first), accounts - begin))
        self._step(OPEN_MARKET)
        if arrays["p"]["initial_customer_share"][0] > 0.0:
            self.memory._grow("contracts", len(arrays["accounts"]) + self.memory.rows_wanted())
            self.memory.bind()
            self._step(OPEN_CLIENTS)
        self._step(OPEN_COMPANY, self._reps(scenario.past), self._present_reps(scenario.past))

    # ---- plans ----

    def _slots(self, plan: Plan) -> float:
        if not self.scenario.world.sales.finite_hands:
            return math.inf
        return float(plan.executives * plan.deals_per_executive) if plan.present else 0.0

    def _reps(self, plan: Plan) -> int:
        return plan.development_reps if plan.present and self.scenario.world.sales.finite_hands else 0

    @staticmethod
    def _present_reps(plan: Plan) -> int:
        return plan.development_reps if plan.present else 0

    def _set_budget(self, budget: Budget) -> None:
        hub, arrays = self.memory.hub, self.memory.arrays
        hub["per_year"], hub["share_of_revenue"] = budget.per_year, budget.share_of_revenue
        hub["structure_share"] = budget.structure_share
        hub["plan_changes"] = len(budget.weeks)
        arrays["plan_weeks"] = np.ascontiguousarray(budget.weeks, dtype=np.int64)
        arrays["plan_factors"] = np.ascontiguousarray(budget.factors, dtype=np.float64)
        arrays["plan_common"] = np.ascontiguousarray(budget.common, dtype=np.float64)
        self.memory.bind()

    def _set_horizon(self) -> None:
        months = self.scenario.past_months + self.scenario.horizon_months
        weeks = self.scenario.past_weeks + math.ceil(self.scenario.horizon_months * DAYS_PER_MONTH / DAYS_PER_WEEK)
        self.memory.hub["horizon_months"] = self.scenario.horizon_months
        self.memory.make_months(months + 1)
        self.memory.make_weeks(weeks + 1)

    def _expect_plan(self) -> None:
        self.memory.hub["next_plan_week"] = self._coming[0][0] if self._coming else _NEVER

    def _adopt_plans(self) -> None:
        """Take over the plans whose week has come, in the midst of that week's start."""
        hub, arrays = self.memory.hub, self.memory.arrays
        week = int(hub["week"][0]) - self.scenario.past_weeks
        now = float(hub["now"][0])
        while self._coming and self._coming[0][0] <= week:
            plan = self._coming.pop(0)[1]
            accrue(arrays["p"], arrays["company"], now)
            budget = set_plan(arrays["p"], arrays["company"], arrays["programmes"], plan, self.scenario.world, now)
            self._set_budget(budget)
            self.memory.make_seats(plan.development_reps + _MIN_SEATS)
            hub["slots"] = self._slots(plan)
            self._step(ADOPT_PLAN, self._reps(plan), self._present_reps(plan), DISCIPLINES.index(plan.queue))
        hub["plan_adopted"] = 1
        self._expect_plan()

    # ---- playing ----

    def _step(self, number: int, a: int = 0, b: int = 0, c: int = 0) -> int:
        memory = self.memory
        if COMPILED:
            return int(_CALL(int(memory.h["steps"][number]))(memory.address, a, b, c, 0, 0))
        return call_plain(memory.h, number, a, b, c)

    def stop(self) -> None:
        """Ask the run to stop; from any thread."""
        self._asked_to_stop = True

    def play(self, until: float) -> None:
        """Let everything happen that lies before a day (exclusive), and set the time to it (unless insolvent).

        Raises
        ------
        Stopped
            If `stop` was called.
        """
        hub = self.memory.hub
        hub["until"] = until
        how = CONTINUES
        while how in (CONTINUES, NEEDS_ROOM, NEEDS_PLAN):
            if self._asked_to_stop:
                raise Stopped
            how = self._step(ADVANCE, _EVENTS_AT_ONCE)
            if how == NEEDS_ROOM:
                self.memory.make_room()
            elif how == NEEDS_PLAN:
                self._adopt_plans()
        if how == DONE:
            hub["now"] = until

    def play_past(self) -> None:
        """Play everything before day 0."""
        self.play(0.0)

    def go_on_as(self, scenario: Scenario, coming: list[tuple[int, Plan]]) -> None:
        """Play a scenario that shares this past from now on: its horizon, and plans to come at week starts.

        Raises
        ------
        ValueError
            If somebody steers by logs that this run has not kept.
        """
        if not self.keeps_logs and needs_logs(scenario):
            raise ValueError(f"scenario '{scenario.name}' is steered by what is logged, and this run keeps no logs")
        mine = self.scenario
        self.scenario = replace(scenario, world=mine.world, history=mine.history, initial=mine.initial)
        self._set_horizon()
        self._coming = sorted(coming, key=lambda entry: entry[0])
        self._expect_plan()

    def finish(self) -> None:
        """Play to the horizon, and close the books."""
        scenario, arrays, hub = self.scenario, self.memory.arrays, self.memory.hub
        self.play(scenario.horizon_months * DAYS_PER_MONTH)
        if arrays["company"]["insolvent"][0]:
            past, horizon = scenario.past_months, scenario.horizon_months
            while int(hub["months_count"][0]) < past + horizon:
                row = int(hub["months_count"][0])
                hub["months_count"] = row + 1
                leave_month_empty(arrays["company"], arrays["months"], row, past, horizon)
        else:
            self._step(CLOSE_MONTH)
        if hub["logs"][0]:
            settle_contracts(arrays["p"], self._used("contracts"), float(hub["now"][0]))

    def branch(self) -> "Run":
        """Return an independent run that goes on from here."""
        other = Run.__new__(Run)
        other.__dict__.update(self.__dict__)
        other.memory = self.memory.copy()
        other._coming = list(self._coming)
        other._asked_to_stop = False
        return other

    # ---- what comes out ----

    def _used(self, table: str) -> Array:
        return self.memory.arrays[table][: int(self.memory.h[f"{table}_count"])]

    @property
    def timed_events(self) -> int:
        """Number of events that have moved the clock so far."""
        return int(self.memory.h["timed_events"])

    @property
    def log(self) -> list[tuple[float, int, int, float]] | None:
        """The log of events, if one was kept."""
        if not self.memory.h["recording"]:
            return None
        rows = self._used("records")
        return list(zip(*(rows[name].tolist() for name in ("time", "kind", "entity", "detail")), strict=True))

    @property
    def keeps_logs(self) -> bool:
        """Whether every lead, deal, contract, journey and touch is kept."""
        return bool(self.memory.h["logs"])

    def tables(self) -> RunTables:
        """Return all tables of the finished run."""
        arrays, scenario = self.memory.arrays, self.scenario
        return RunTables(
            p=arrays["p"],
            company=arrays["company"],
            accounts=arrays["accounts"],
            leads=self._used("leads"),
            deals=self._used("deals"),
            contracts=self._used("contracts"),
            journeys=self._used("journeys"),
            months=self._used("months"),
            touches=self._used("touches"),
            people=self._used("people"),
            reviews=self._used("reviews"),
            spend_weeks=arrays["spend_weeks"],
            named_weeks=arrays["named_weeks"],
            programmes=tuple(scenario.world.programme),
            past_months=scenario.past_months,
            opening_cash=self.opening_cash,
            starts_at=self.start,
            ends_at=scenario.horizon_months * DAYS_PER_MONTH,
        )


def needs_logs(scenario: Scenario) -> bool:
    """Tell whether anybody who steers reads the logs."""
    plans = (scenario.past, scenario.plan, *(entry.plan for entry in scenario.later))
    return any(plan.policy.kpi != "none" or plan.policy.funding for plan in plans)


def parts_to_compile() -> list[str]:
    """Return the names of the steps whose machine code is not there yet."""
    return [step.name for step in STEPS if not step.machine_code.is_compiled]


def compile_parts(on_part: Callable[[str, int, int], None] | None = None) -> None:
    """Compile what is missing; `on_part` is told the name, the number, and of how many, before each."""
    missing = [step for step in STEPS if not step.machine_code.is_compiled]
    for number, step in enumerate(missing, start=1):
        if on_part is not None:
            on_part(step.name, number, len(missing))
        assert step.machine_code.address
