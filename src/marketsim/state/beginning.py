"""The tables that every run begins with, before anybody is in a phase."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from marketsim.scenario.scenario import DAYS_PER_WEEK, Scenario
from marketsim.state.books import COMPANY
from marketsim.state.layout import ACCOUNT, NOTHING
from marketsim.state.levers import Budget, monthly_cost, programme_table, set_plan
from marketsim.state.pages import zeros
from marketsim.state.parameters import pack

Array = np.ndarray[Any, Any]


@dataclass
class Beginning:
    """Parameters, programmes, accounts and the company at the start of a run, with the plan of its past.

    `start` is the day on which the run begins, `opening_cash` the money with which a plan starts at day 0.
    """

    p: Array
    programmes: Array
    accounts: Array
    company: Array
    budget: Budget
    start: float
    opening_cash: float


def begin_tables(scenario: Scenario, seed: int, replication: int) -> Beginning:
    """Return the tables of a run of a scenario; seed and replication key its random numbers."""
    world, past = scenario.world, scenario.past
    start = -scenario.past_weeks * DAYS_PER_WEEK
    p = pack(scenario, seed, replication)
    programmes = programme_table(world)
    company: Array = np.zeros(1, dtype=COMPANY)
    budget = set_plan(p, company, programmes, past, world, start, opens=True)
    company["week_start"] = company["accrued_until"] = company["known_at"] = company["busy_until"] = start
    company["trust"] = scenario.initial.trust
    company["waste"] = scenario.initial.waste
    company["structure_from"] = np.where(past.parts, -np.inf, np.inf)
    accounts = zeros(world.market.accounts, ACCOUNT)
    accounts["contract"] = accounts["deal"] = accounts["journey"] = NOTHING
    accounts["last_touch"] = NOTHING
    accounts["closed_until"] = -np.inf
    cash = scenario.history.starting_cash_months * monthly_cost(past, world)
    return Beginning(p, programmes, accounts, company, budget, start, cash)
