"""Market entries are thinned from candidate needs: their number and times follow the integrated rate."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from marketsim.analysis import oracles
from marketsim.engines import simulate
from marketsim.experiments.bench import SILENT_MARKET, measured
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK, DAYS_PER_YEAR, Scenario
from marketsim.state.layout import JOURNEY_OURS, JOURNEY_RIVAL

REPLICATIONS = 12
LOCK = 365.0
ACTIVE_DAYS = (60.0, 105.0, 210.0)
GROUPS = (2.5, 5.0, 8.0)
ENTRY_DAYS = 60 * DAYS_PER_MONTH


def market(*more: str, accounts: int = 1000) -> Scenario:
    settings = [text for text in SILENT_MARKET if not text.startswith(("market.accounts", "awareness.enabled"))]
    return load_scenario([*settings, f"market.accounts={accounts}", "run.horizon_years=6", *more])


def dormant_days(segment: int, lock: float) -> float:
    """EQUATIONS, market: D_s by hand."""
    buys = oracles.purchase_chance(GROUPS[segment], 0.30, 1.36, 1.17)
    return ENTRY_DAYS - ACTIVE_DAYS[segment] * 10 / 3 - buys * lock


def spells(outcome: Outcome) -> pd.DataFrame:
    """Return (segment, since, exposed, entered) of each stretch in which an account was free to meet a need.

    In the order in which they began. From the event log alone, and only from an account's first decision on: what it was at the opening is not logged.
    """
    events = outcome.events
    assert events is not None
    lock = outcome.scenario.world.market.lock_after_purchase_days
    segment = outcome.tables.accounts["segment"]
    free: dict[int, float] = {}
    rows = []
    relevant = events[events["event"].isin(["need", "decision"])]
    for day, event, account, detail in relevant.itertuples(index=False):
        if event == "decision":
            assert detail != JOURNEY_OURS
            free[account] = day + (lock if detail == JOURNEY_RIVAL else 0.0)
        elif detail and account in free:
            rows.append((segment[account], free[account], day - free.pop(account), 1))
    end = outcome.tables.ends_at
    rows += [(segment[account], since, end - since, 0) for account, since in free.items() if since < end]
    return pd.DataFrame(rows, columns=["segment", "since", "exposed", "entered"]).sort_values("since")


@pytest.mark.parametrize("lock", [0.0, LOCK])
def test_entries_without_awareness_come_at_a_constant_hazard(lock: float) -> None:
    scenario = market("awareness.enabled=false", f"market.lock_after_purchase_days={lock:g}")
    rows = [spells(simulate(scenario, 31, k, record=True)) for k in range(REPLICATIONS)]
    for segment in range(3):
        hazard = 1.0 / dormant_days(segment, lock)
        excess = []
        for row in rows:
            own = row[row["segment"] == segment]
            assert (own["exposed"] >= 0.0).all()
            expected = oracles.integrated_rate([0.0], [hazard], float(own["exposed"].sum()))
            excess.append((own["entered"].sum() - expected) / expected)
        found = measured(f"entries of segment {segment} beyond the integrated rate", excess, 0.0)
        assert found.covers, found
        assert found.half_width < (0.1, 0.1, 0.2)[segment]


def test_entries_spread_over_time_as_the_integrated_rate() -> None:
    # Random time change: the hazard integrated over each spell is a unit exponential number, cut off at the end.
    short = [f"market.segments.{name}.active_days=60" for name in ("mid_market", "enterprise")]
    scenario = market(
        "awareness.enabled=false", "market.entry_interval_months=12", "market.lock_after_purchase_days=0", *short
    )
    own = spells(simulate(scenario, 32, 0, record=True))
    mean = 12 * DAYS_PER_MONTH - ACTIVE_DAYS[0] * 10 / 3
    # the exposure of all accounts, laid end to end, is one Poisson process
    ends = np.cumsum(own["exposed"].to_numpy())
    places = ends[own["entered"] == 1] / mean
    gaps = np.diff(places, prepend=0.0)
    assert len(gaps) > 2000
    assert stats.kstest(gaps, "expon").pvalue > 0.001


def test_candidates_come_at_the_ceiling_for_everybody() -> None:
    # busy or locked or not: the calendar of candidate needs is a Poisson process that nothing stops
    scenario = market("awareness.enabled=false")
    hazard = [1.5 / dormant_days(segment, LOCK) for segment in range(3)]
    ratios = []
    for k in range(REPLICATIONS):
        outcome = simulate(scenario, 33, k, record=True)
        events = outcome.events
        assert events is not None
        count = int((events["event"] == "need").sum())
        sizes = np.bincount(outcome.tables.accounts["segment"], minlength=3)
        ratios.append(count / (sizes @ hazard * outcome.tables.ends_at))
    found = measured("candidates against the ceiling", ratios, 1.0)
    assert found.covers, found
    assert found.half_width < 0.05


def teaching_by_hand(content: float, weeks: int) -> list[float]:
    """EQUATIONS, two-state chains: the rate per day at which awareness is learnt, week by week."""
    forgetting, base = math.log(2.0) / 720.0, 0.60
    rates, stock = [], 0.0
    for _ in range(weeks):
        stock = 0.5 * stock + 0.5 * content
        rates.append(forgetting * base / (1 - base) * (1 + 0.30 * stock / (stock + 0.5e6)))
    return rates


@pytest.mark.parametrize("teaching", [0.0, 0.6], ids=["usual teaching", "much teaching"])
def test_first_needs_with_awareness_are_a_modulated_poisson_process(teaching: float) -> None:
    # An account that opens free and dormant meets its first need as a Markov-modulated Poisson process: aware accounts
    # at the full hazard, others at .4 of it. Looking it up at refused candidates must not bias this.
    years = (1.0, 3.0, 6.0)
    split = (
        f"strategy.budget_split={{brand: {1 - teaching:g}, content: {teaching:g}, middle: 0, capture: 0, nurture: 0}}"
    )
    scenario = market(
        split,
        "money.marketing_budget_per_year=4e6",
        "strategy.name=teacher",
        "market.lock_after_purchase_days=0",
        "awareness.hazard_ratio_unaware=0.1",
        "market.entry_interval_months=30",
    )
    rates = teaching_by_hand(4e6 * teaching, 330)
    dormant = 30 * DAYS_PER_MONTH - ACTIVE_DAYS[0] * 10 / 3
    aware = 1.0 / (dormant * (0.6 + 0.4 * 0.1))
    forgetting = math.log(2.0) / 720.0
    shares = np.array([shares_entered(simulate(scenario, 34, k, record=True), years) for k in range(REPLICATIONS)])
    for column, year in enumerate(years):
        theory = oracles.chance_of_a_need(
            0.6, rates, forgetting, (0.1 * aware, aware), DAYS_PER_WEEK, year * DAYS_PER_YEAR
        )
        found = measured(f"entered within {year:g} years", shares[:, column], theory)
        assert found.covers, found
        assert found.half_width < 0.03


def shares_entered(outcome: Outcome, years: tuple[float, ...]) -> list[float]:
    """Return which share of the small accounts that opened dormant had met a need by the end of so many years."""
    events = outcome.events
    assert events is not None
    accepted = (events["event"] == "need") & (events["detail"] > 0)
    first = events[accepted | events["event"].isin(["active", "decision"])].drop_duplicates("entity")
    busy = first.loc[first["event"] != "need", "entity"]
    segment = outcome.tables.accounts["segment"]
    entered = np.full(len(segment), math.inf)
    needs = first[first["event"] == "need"]
    entered[needs["entity"]] = needs["day"]
    small = segment == 0
    small[busy] = False
    return [float((entered[small] <= year * DAYS_PER_YEAR).mean()) for year in years]
