"""Searches for our own name: a tier of the auction, cleared alone where they have a budget of their own."""

import numpy as np
import pytest

from marketsim.analysis import oracles
from marketsim.experiments.bench import SILENT_MARKET, each, measured
from marketsim.outcomes import Outcome
from marketsim.scenario.scenario import MONTHS_PER_YEAR
from marketsim.state.layout import BRAND_TERMS, CAPTURE, FROM_SEARCH

YEARS = 3
HOT, NAMED = 9.0e5, 1.5e5
MARKET = [
    *(t for t in SILENT_MARKET if not t.startswith(("market.accounts", "harvest", "memory.enabled"))),
    "harvest.enabled=true",
    "harvest.low_intent_enabled=false",
    "market.accounts=3000",
    "market.entry_interval_months=30",
    "initial.memory=0.5",
    "memory.half_life_days=1e9",
    "buying.list_from_webinar=0",
    "sales.finite_hands=false",
    "money.insolvency_enabled=false",
    "rivals.memory_enabled=false",
    "contacts.second_contacts_enabled=false",
    "outbound.enabled=false",
    "strategy=lead_factory",
    f"money.marketing_budget_per_year={HOT + NAMED}",
    f"run.horizon_years={YEARS}",
]


def split(capture: float) -> list[str]:
    """Return the overrides of a budget for searches in general and for searches for our name."""
    shares = {"capture": capture, "paid_search_brand": 1.0 - capture, "nurture": 0.0}
    return [f"strategy.budget_split.{name}={share!r}" for name, share in shares.items()]


APART = split(HOT / (HOT + NAMED))
TOGETHER = split(1.0)


def spent(outcome: Outcome) -> list[float]:
    by_stage = outcome.tables.months["spend_by_stage"].sum(axis=0) / YEARS
    return [float(by_stage[CAPTURE]), float(by_stage[BRAND_TERMS])]


def test_each_budget_is_cleared_by_its_own_auction(engine: str) -> None:
    found = each([*MARKET, *APART], 8, 65, spent, engine=engine)
    for column, (name, budget) in enumerate((("capture", HOT), ("brand terms", NAMED))):
        share = measured(f"spend on {name} against its budget", found[:, column] / budget, 1.0)
        assert share.covers, share
        assert share.half_width < 0.08, share


def test_without_a_budget_of_their_own_one_price_clears_both(engine: str) -> None:
    found = each([*MARKET, *TOGETHER], 8, 66, spent, engine=engine)
    assert (found[:, 1] == 0.0).all()
    share = measured("spend against the budget", found[:, 0] / (HOT + NAMED), 1.0)
    assert share.covers, share
    assert share.half_width < 0.08, share


@pytest.mark.parametrize("apart", [True, False])
def test_the_prices_are_those_of_the_oracle(apart: bool, engine: str) -> None:
    def prices(outcome: Outcome) -> list[float]:
        flow = outcome.tables.company["tier_flow"][0]
        reserve, weight = outcome.tables.p["reserve_price"][0], outcome.tables.p["bid_weight"][0]
        assert (flow[[0, 2]] > 0.0).all()
        per_day = 365.25
        if apart:
            expected = oracles.clearing_price(HOT / per_day, flow[:2], reserve[:2], weight[:2])
            named = oracles.clearing_price(NAMED / per_day, flow[2:], reserve[2:], weight[2:])
        else:
            expected = named = oracles.clearing_price((HOT + NAMED) / per_day, flow, reserve, weight)
        month = outcome.tables.months[-1]
        assert month["brand_share_won"] == pytest.approx(1.0 - reserve[2] / month["brand_clearing_price"], rel=1e-12)
        return [month["clearing_price"] / expected, month["brand_clearing_price"] / named]

    assert each([*MARKET, *(APART if apart else TOGETHER)], 1, 67, prices, engine=engine) == pytest.approx(
        1.0, rel=1e-9
    )


def test_half_of_the_searches_of_those_who_list_us_are_for_our_name(engine: str) -> None:
    # a budget for the name alone: its leads are the searches of listed accounts for it
    only = [*MARKET, *split(0.0), "money.marketing_budget_per_year=5e7"]

    def leads(outcome: Outcome) -> float:
        table = outcome.tables.leads
        assert (table["source"] == FROM_SEARCH).all()
        assert outcome.tables.months["brand_share_won"][-MONTHS_PER_YEAR:].min() > 0.99
        journeys = outcome.tables.journeys
        first = table[table["k"] == 0]
        turned = journeys[(journeys["active_at"] > 0.0) & (journeys["active_at"] < outcome.tables.ends_at - 400.0)]
        listed = {(j["account"], j["need"]) for j in turned[turned["listed"] == 1]}
        unlisted = {(j["account"], j["need"]) for j in turned[turned["listed"] == 0]}
        found = {(lead["account"], lead["need"]) for lead in first}
        assert not found & unlisted
        return len(found & listed) / len(listed)

    # at least one search before the decision, for the name, and won nearly always
    searches = oracles.lognormal_mean_of(lambda length: 1.0 - np.exp(-1.5 * length), 1.0, 0.6)
    share = measured(
        "listed accounts whose first search is ours", each(only, 6, 68, leads, engine=engine), 0.5 * searches
    )
    assert share.covers, share
    assert share.half_width < 0.06
