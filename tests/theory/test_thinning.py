"""Market entries are thinned from candidate needs: their number and times follow the integrated rate."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis import oracles
from marketsim.engines import simulate
from marketsim.experiments.bench import SILENT_MARKET, measured
from marketsim.experiments.bench_market import (
    ACTIVE_DAYS,
    JOURNEY_PER_ACTIVE_DAY,
    dormant_days,
    entries,
    market_without_awareness,
    spells,
)
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK, DAYS_PER_YEAR

REPLICATIONS = 12
LOCK = 365.0


@pytest.mark.parametrize("lock", [0.0, LOCK])
def test_entries_without_awareness_come_at_a_constant_hazard(lock: float, engine: str) -> None:
    scenario = market_without_awareness(f"market.lock_after_purchase_days={lock:g}")
    runs = [entries(scenario, 31, replication, engine=engine) for replication in range(REPLICATIONS)]
    for segment in range(3):
        excess = [run.found[segment] / run.expected[segment] - 1.0 for run in runs]
        found = measured(f"entries of segment {segment} beyond the integrated rate", excess, 0.0)
        assert found.covers, found
        assert found.half_width < (0.1, 0.1, 0.2)[segment]


def test_entries_spread_over_time_as_the_integrated_rate(engine: str) -> None:
    # Random time change: the hazard integrated over each spell is a unit exponential number, cut off at the end.
    short = [f"market.segments.{name}.active_days=60" for name in ("mid_market", "enterprise")]
    scenario = market_without_awareness("market.entry_interval_months=12", "market.lock_after_purchase_days=0", *short)
    own = spells(simulate(scenario, 32, 0, record=True, engine=engine))
    mean = 12 * DAYS_PER_MONTH - ACTIVE_DAYS[0] * JOURNEY_PER_ACTIVE_DAY
    # the exposure of all accounts, laid end to end, is one Poisson process
    ends = np.cumsum(own["exposed"].to_numpy())
    places = ends[own["entered"] == 1] / mean
    gaps = np.diff(places, prepend=0.0)
    assert len(gaps) > 2000
    assert stats.kstest(gaps, "expon").pvalue > 0.001


def test_candidates_come_at_the_ceiling_for_everybody(engine: str) -> None:
    # busy or locked or not: the calendar of candidate needs is a Poisson process that nothing stops
    scenario = market_without_awareness()
    hazard = [1.5 / dormant_days(segment, LOCK) for segment in range(3)]
    ratios = []
    for k in range(REPLICATIONS):
        outcome = simulate(scenario, 33, k, record=True, engine=engine)
        events = outcome.events
        assert events is not None
        count = int((events["event"] == "need").sum())
        sizes = np.bincount(outcome.tables.accounts["segment"], minlength=3)
        ratios.append(count / (sizes @ hazard * outcome.tables.ends_at))
    found = measured("candidates against the ceiling", ratios, 1.0)
    assert found.covers, found
    assert found.half_width < 0.05


def teaching_by_hand(content: float, weeks: int) -> list[float]:
    """Return the rate per day at which awareness is learnt, week by week."""
    forgetting, base = math.log(2.0) / 720.0, 0.60
    rates, stock = [], 0.0
    for _ in range(weeks):
        stock = 0.5 * stock + 0.5 * content
        rates.append(forgetting * base / (1 - base) * (1 + 0.30 * stock / (stock + 0.5e6)))
    return rates


@pytest.mark.parametrize("teaching", [0.0, 0.6], ids=["usual teaching", "much teaching"])
def test_first_needs_with_awareness_are_a_modulated_poisson_process(teaching: float, engine: str) -> None:
    # An account that opens free and dormant meets its first need as a Markov-modulated Poisson process: aware accounts
    # at the full hazard, others at .4 of it. Looking it up at refused candidates must not bias this.
    years = (1.0, 3.0)
    split = (
        f"strategy.budget_split={{brand: {1 - teaching:g}, content: {teaching:g}, middle: 0, capture: 0, nurture: 0}}"
    )
    settings = [text for text in SILENT_MARKET if not text.startswith(("market.accounts", "awareness.enabled"))]
    more = [
        "market.accounts=1000",
        "run.horizon_years=3",
        split,
        "money.marketing_budget_per_year=4e6",
        "strategy.name=teacher",
        "market.lock_after_purchase_days=0",
        "awareness.hazard_ratio_unaware=0.1",
        "market.entry_interval_months=30",
    ]
    scenario = load_scenario([*settings, *more])
    rates = teaching_by_hand(4e6 * teaching, 330)
    dormant = 30 * DAYS_PER_MONTH - ACTIVE_DAYS[0] * JOURNEY_PER_ACTIVE_DAY
    aware = 1.0 / (dormant * (0.6 + 0.4 * 0.1))
    forgetting = math.log(2.0) / 720.0
    shares = np.array(
        [shares_entered(simulate(scenario, 34, k, record=True, engine=engine), years) for k in range(REPLICATIONS)]
    )
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
