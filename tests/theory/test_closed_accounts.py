"""Accounts that closed themselves answer nothing that marketing sends; webinars without journey content do half."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.engines import Session, begin
from marketsim.experiments.bench import CONFIDENCE, each
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.state.closed import close_account
from marketsim.state.layout import (
    FROM_ADS_LOW_INTENT,
    FROM_HAND_RAISE,
    FROM_NURTURE,
    FROM_ORGANIC,
    FROM_SEARCH,
    FROM_WEBINAR,
    FROM_WEBINAR_LOW_INTENT,
)
from marketsim.state.tables import RunTables

ANSWERS = (
    FROM_HAND_RAISE, FROM_SEARCH, FROM_ADS_LOW_INTENT, FROM_ORGANIC, FROM_WEBINAR, FROM_WEBINAR_LOW_INTENT,
    FROM_NURTURE,
)  # fmt: skip
MARKET = [
    "history.years=0",
    "market.accounts=2000",
    "market.entry_interval_months=36",
    "run.horizon_years=2",
    "initial.memory=0.5",
    "memory.half_life_days=1e9",
    "initial.known_share=0.5",
    "scorched.probability_per_call=1e-12",
    "money.insolvency_enabled=false",
    "strategy=balanced",
]


def assert_share(hits: float, trials: float, theory: float) -> None:
    """Assert that the 99.9 % interval covers: each list is a draw of its own."""
    half = stats.norm.ppf(0.5 + CONFIDENCE / 2) * math.sqrt(theory * (1.0 - theory) / trials)
    assert abs(hits / trials - theory) < half, (hits / trials, half)
    assert half < 0.1


def half_closed(replication: int, engine: str) -> RunTables:
    """Play a market in which every other account is closed for good from the start."""
    scenario = load_scenario(MARKET)
    session = begin(scenario, 69, replication, engine)
    company, accounts = tables_of(session)
    for account in range(0, len(accounts), 2):
        close_account(company, accounts, account, math.inf)
    session.play_past()
    return session.play_on(scenario).tables


def tables_of(session: Session) -> tuple[np.ndarray, np.ndarray]:
    """Return the company and the accounts of a run that has not begun yet."""
    if session._model is not None:
        return session._model.stage.company, session._model.stage.accounts
    assert session._run is not None
    return session._run.memory.arrays["company"], session._run.memory.arrays["accounts"]


@pytest.fixture(scope="module")
def played(engine: str) -> list[RunTables]:
    return [half_closed(replication, engine) for replication in range(3)]


def test_closed_accounts_answer_nothing(played: list[RunTables]) -> None:
    for tables in played:
        closed = tables.leads["account"] % 2 == 0
        for source in ANSWERS:
            own = tables.leads["source"] == source
            assert not (closed & own).any(), source
            assert (~closed & own).any(), source
        assert not tables.accounts["webinar"][::2].any()
        assert tables.months["closed_accounts"][-1] == 1000.0


def test_closed_accounts_list_us_half_as_often(played: list[RunTables]) -> None:
    hits, trials = 0, 0
    for tables in played:
        active = tables.journeys[~np.isnan(tables.journeys["active_at"])]
        assert (active["closed"] == (active["account"] % 2 == 0)).all()
        closed = active[(active["closed"] == 1) & (active["remembers"] == 1)]
        hits += int(closed["listed"].sum())
        trials += len(closed)
    assert_share(hits, trials, 0.5)


WEBINARS = [
    "history.years=0",
    "market.accounts=3000",
    "market.entry_interval_months=36",
    "run.horizon_years=2",
    "memory.enabled=false",
    "organic.enabled=false",
    "nurture.enabled=false",
    "referral.enabled=false",
    "scorched.enabled=false",
    "money.insolvency_enabled=false",
    "strategy=harvest_mix",
    "buying.list_from_webinar=0.6",
]


@pytest.mark.parametrize("content", [True, False])
def test_webinars_without_journey_content_do_half_as_much(content: bool, engine: str) -> None:
    def listed(outcome: Outcome) -> tuple[float, float]:
        journeys = outcome.tables.journeys
        seen = journeys[(journeys["webinar"] == 1) & (journeys["active_at"] > 0.0)]
        return float(seen["listed"].sum()), float(len(seen))

    settings = [*WEBINARS, f"structure.journey_content={str(content).lower()}"]
    hits, trials = each(settings, 3, 70, listed, engine=engine).sum(axis=0)
    assert_share(hits, trials, 0.6 if content else 0.3)
