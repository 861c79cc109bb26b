"""The test bench for accounts: who remembers on any date, and how long the free wait for a need."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from marketsim.analysis import oracles
from marketsim.engines import simulate
from marketsim.experiments.bench import SILENT_MARKET, Measured, measured
from marketsim.experiments.exposure import every_exposure
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK, DAYS_PER_YEAR, Scenario
from marketsim.state.calendar import turn_week
from marketsim.state.chains import look_up_memory
from marketsim.state.layout import JOURNEY_RIVAL
from marketsim.state.levers import set_plan
from marketsim.state.opening import open_accounts, open_minds
from marketsim.world.stage import Stage

# The shipped market, once more by hand, so that a slip in the packing is found.
ENTRY_DAYS = 60 * DAYS_PER_MONTH
JOURNEY_PER_ACTIVE_DAY = 10.0 / 3.0
ACTIVE_DAYS = (60.0, 105.0, 210.0)
GROUPS = (2.5, 5.0, 8.0)
GROUP_SIGMA = 0.30
NO_DECISION = (1.36, 1.17)
MEMORY_FORGETTING = math.log(2.0) / 320.0
_START = 0.25
_BRAND_BUDGET = 6e6


def learning_by_hand(brand: float, content: float, weeks: int) -> list[float]:
    """Return the rates per day at which memory is learnt in each week, from spend per year and the rivals' spend."""
    rates, brand_stock, content_stock = [], 0.0, 0.0
    for _ in range(weeks):
        brand_stock = 0.5 * brand_stock + 0.5 * brand
        content_stock = 0.5 * content_stock + 0.5 * content
        per_year = 0.066 + 0.54 * brand_stock / (brand_stock + 2e6) + 0.085 * content_stock / (content_stock + 0.5e6)
        rates.append(per_year / DAYS_PER_YEAR)
    return rates


def advertised_market(accounts: int) -> list[str]:
    """Return the overrides of a market that only hears our advertising: 4.8M brand and 1.2M content a year."""
    return [
        *(text for text in SILENT_MARKET if not text.startswith(("memory.enabled", "market.accounts"))),
        f"market.accounts={accounts}",
        f"initial.memory={_START}",
        "strategy=brand_only",
        f"money.marketing_budget_per_year={_BRAND_BUDGET}",
    ]


class Looker:
    """A configured market whose weeks turn by hand, so that any account can be looked up on any day."""

    def __init__(self, accounts: int, seed: int, replication: int = 0) -> None:
        scenario = load_scenario(advertised_market(accounts))
        self.stage = Stage(scenario, seed, replication)
        self._week = -1
        stage = self.stage
        stage.budget = set_plan(
            stage.p, stage.company, stage.programmes, scenario.plan, scenario.world, 0.0, opens=True
        )
        open_accounts(self.stage.p, self.stage.company, self.stage.accounts, 0, np.empty((accounts, 2)), 0.0)
        open_minds(self.stage.p, self.stage.company)

    def bits(self, date: float, accounts: Sequence[int], occasion: int) -> npt.NDArray[np.bool_]:
        """Look accounts up on a date (not before the last one); `occasion` numbers an account's looks."""
        stage = self.stage
        while (self._week + 1) * DAYS_PER_WEEK <= date:
            self._week += 1
            stage.fund(self._week)
            turn_week(stage.p, stage.company, stage.programmes, self._week * DAYS_PER_WEEK)
        found = [look_up_memory(stage.p, stage.company, stage.accounts, i, occasion, date) for i in accounts]
        return np.array(found, dtype=np.bool_)


def lazy_memory(what: str, dates: Sequence[float], accounts: int, replications: int, seed: int) -> Measured:
    """Look every account up on each date, and put the share that remembers on the last one against brute force."""
    shares = []
    for replication in range(replications):
        market = Looker(accounts, seed, replication)
        for occasion, date in enumerate(dates):
            bits = market.bits(date, range(accounts), occasion)
        shares.append(float(bits.mean()))
    weeks = int(max(dates) / DAYS_PER_WEEK) + 1
    rates = learning_by_hand(0.8 * _BRAND_BUDGET, 0.2 * _BRAND_BUDGET, weeks)
    chains = accounts * replications * 10
    brute = every_exposure(chains, _START, rates, MEMORY_FORGETTING, dates[-1:], seed)
    return measured(what, shares, float(brute.mean()))


@dataclass(frozen=True)
class Entries:
    """Accounts that met a need, and how many should have, by segment."""

    found: npt.NDArray[np.float64]
    expected: npt.NDArray[np.float64]


def market_without_awareness(*more: str, accounts: int = 1000) -> Scenario:
    """Return a market in which the hazard of a free account is constant."""
    settings = [text for text in SILENT_MARKET if not text.startswith("market.accounts")]
    return load_scenario([*settings, f"market.accounts={accounts}", "run.horizon_years=6", *more])


def dormant_days(segment: int, lock_days: float) -> float:
    """Return the mean days free between two journeys of the shipped market."""
    buys = oracles.purchase_chance(GROUPS[segment], GROUP_SIGMA, *NO_DECISION)
    return ENTRY_DAYS - ACTIVE_DAYS[segment] * JOURNEY_PER_ACTIVE_DAY - buys * lock_days


def spells(outcome: Outcome) -> pd.DataFrame:
    """Return (segment, since, exposed, entered) of each stretch in which an account was free to meet a need.

    In the order in which they began. From the event log alone, and only from an account's first decision on: what
    it was at the opening is not logged.
    """
    events = outcome.events
    if events is None:
        raise ValueError("the run was not recorded")
    lock = outcome.scenario.world.market.lock_after_purchase_days
    segment = outcome.tables.accounts["segment"]
    free: dict[int, float] = {}
    rows: list[tuple[Any, ...]] = []
    relevant = events[events["event"].isin(["need", "decision"])]
    for day, event, account, detail in relevant.itertuples(index=False):
        if event == "decision":
            free[account] = day + (lock if detail == JOURNEY_RIVAL else 0.0)
        elif detail and account in free:
            since = free.pop(account)
            rows.append((segment[account], since, day - since, 1))
    end = outcome.tables.ends_at
    rows += [(segment[account], since, end - since, 0) for account, since in free.items() if since < end]
    return pd.DataFrame(rows, columns=["segment", "since", "exposed", "entered"]).sort_values("since")


def entries(scenario: Scenario, seed: int, replication: int, *, engine: str = "compiled") -> Entries:
    """Return the entries of one run, and their integrated rate over the time for which accounts were free."""
    rows = spells(simulate(scenario, seed, replication, engine, record=True))
    lock = scenario.world.market.lock_after_purchase_days
    found, expected = np.zeros(3), np.zeros(3)
    for segment in range(3):
        own = rows[rows["segment"] == segment]
        found[segment] = own["entered"].sum()
        hazard = 1.0 / dormant_days(segment, lock)
        expected[segment] = oracles.integrated_rate([0.0], [hazard], float(own["exposed"].sum()))
    return Entries(found, expected)
