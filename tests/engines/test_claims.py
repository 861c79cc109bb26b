"""Every claim has a mechanism that can be switched off, and the switch does something: the rows of docs/claims.md."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.scenario.build import matches
from marketsim.scenario.folders import groups
from marketsim.scenario.load import load_scenario
from marketsim.scenario.schema import SETTINGS

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"
SEED = 3
# A tenth of the default market, with everything that is money in proportion.
SMALL = (
    "market.accounts=1000", "run.horizon_years=2", "history.years=1", "money.marketing_budget_per_year=2.4e5",
    "sales.development_reps=2", "sales.executives=2", "rivals.brand_spend_per_year=2.0e5",
    "rivals.usual_brand_spend_per_year=2.0e5", "rivals.usual_brand_spend_of_ours_per_year=8.64e4",
    "rivals.content_spend_per_year=5.0e4", "rivals.usual_content_spend_per_year=5.0e4",
    "middle.half_saturation_per_year=2.5e4", "money.fixed_overhead_per_year=3.0e5",
    "targeting.half_saturation_per_year=2.0e4", "insight.half_saturation_per_year=1.5e4",
    "advocacy.half_saturation_per_year=1.5e4", "enablement.half_saturation_per_year=1.5e4",
)  # fmt: skip
MORE, LESS, OTHER = "more", "less", "other"
LISTENING = ("strategy.rescale=true", "strategy.budget_split.listening=0.3")


class Switch(NamedTuple):
    """One switch: what is set besides, how it is turned, which monthly column shows it, and in which direction."""

    turned: tuple[str, ...]
    column: str
    change: str
    besides: tuple[str, ...] = ()


SWITCHES: dict[str, Switch] = {
    "policy": Switch(
        ("policy=lead_count",), "spend_brand", LESS, ("policy.review_weeks=4", "strategy=even_split")
    ),
    "policy.review_weeks": Switch(("policy.review_weeks=52",), "spend_capture", OTHER, ("policy=lead_count",)),
    "policy.funding": Switch(
        ("policy.funding=false",), "budget_per_year", OTHER, ("policy=bookings", "steering.funding_hurdle=5")
    ),
    "policy.ratchet": Switch(
        ("policy.ratchet=true",), "qualification_threshold", LESS,
        ("policy=qualified_leads", "policy.review_weeks=1", "policy.target_growth_per_year=0"),
    ),
    "strategy.credit": Switch(("strategy.credit=first",), "spend_capture", OTHER, ("policy=bookings",)),
    "harvest.enabled": Switch(("harvest.enabled=false",), "leads_search", LESS),
    "harvest.low_intent_enabled": Switch(("harvest.low_intent_enabled=false",), "leads_ads_low_intent", LESS),
    "harvest.brand_terms_enabled": Switch(("harvest.brand_terms_enabled=false",), "clearing_price", OTHER),
    "harvest.pool_depletes": Switch(("harvest.pool_depletes=false",), "leads_search", MORE, ("strategy=lead_factory",)),
    "harvest.diminishing_returns": Switch(("harvest.diminishing_returns=false",), "leads_search", MORE),
    "memory.half_life_days": Switch(("memory.half_life_days=1e9",), "memory", MORE),
    "memory.enabled": Switch(("memory.enabled=false",), "memory", LESS),
    "awareness.enabled": Switch(("awareness.enabled=false",), "market_entries", OTHER),
    "middle.enabled": Switch(("middle.enabled=false",), "leads_webinar", LESS),
    "nurture.enabled": Switch(("nurture.enabled=false",), "leads_nurture", LESS),
    "referral.enabled": Switch(("referral.enabled=false",), "leads_referral", LESS, ("referral.per_year=2",)),
    "leads.trust_enabled": Switch(("leads.trust_enabled=false",), "ignored_leads", LESS),
    "leads.scoring_enabled": Switch(("leads.scoring_enabled=false",), "qualified_leads", MORE),
    "strategy.definition=engagement": Switch(("strategy.definition=engagement",), "qualified_leads", MORE),
    "strategy.definition=sales_ready": Switch(("strategy.definition=sales_ready",), "leads", LESS),
    "decay": Switch(("decay=none",), "cold_leads", LESS),
    "people.enabled": Switch(("people.enabled=false",), "quits", LESS, ("people.attrition_per_year=4",)),
    "people.hiring_enabled": Switch(("people.hiring_enabled=true",), "seats", MORE, ("sales.work_hours=40",)),
    "scorched.enabled": Switch(("scorched.enabled=false",), "accounts_closed", LESS),
    "structure": Switch(("structure=none",), "spend_structure", LESS),
    "structure.matching": Switch(
        ("structure.matching=true",), "second_contacts_joined", MORE, ("process.months_until_it_works=0",)
    ),
    "structure.automation": Switch(("structure.automation=false",), "leads_nurture", LESS),
    "structure.journey_content": Switch(("structure.journey_content=false",), "turned_active_listed_share", OTHER),
    "structure.qualification": Switch(("structure.qualification=false",), "refused_leads", MORE),
    "structure.hand_over": Switch(("structure.hand_over=false",), "lost_leads", MORE),
    "structure.feedback": Switch(
        ("structure.feedback=true",), "qualified_leads", OTHER, ("process.months_until_it_works=0",)
    ),
    "schedule": Switch(("schedule=go_dark",), "spend_brand", LESS),
    "economy": Switch(("economy=recession",), "market_entries", LESS, ("economy.recession_start_month=1",)),
    "rivals.memory_enabled": Switch(
        ("rivals.memory_enabled=false",), "rival_list_probability", OTHER, ("rivals.brand_spend_per_year=4.0e5",)
    ),
    "money.insolvency_enabled": Switch(
        ("money.insolvency_enabled=true",), "overhead", LESS, ("money.fixed_overhead_per_year=5.0e7",)
    ),
    "insight.enabled": Switch(("insight.enabled=false",), "insight", LESS, LISTENING),
    "insight.churn_enabled": Switch(("insight.churn_enabled=false",), "customers_churned", OTHER, LISTENING),
    "insight.referral_enabled": Switch(
        ("insight.referral_enabled=false",), "leads_referral", LESS, (*LISTENING, "referral.per_year=2")
    ),
    "insight.score_enabled": Switch(("insight.score_enabled=false",), "qualified_leads", OTHER, LISTENING),
    "insight.offer_enabled": Switch(
        ("insight.offer_enabled=false",), "customers_won", LESS, (*LISTENING, "insight.offer_effect=2")
    ),
    "advocacy.enabled": Switch(
        ("advocacy.enabled=false",), "leads_referral", LESS,
        ("strategy.rescale=true", "strategy.budget_split.advocacy=0.3", "referral.per_year=2"),
    ),
    "customers.loyalty_enabled": Switch(
        ("customers.loyalty_enabled=false",), "customers_churned", MORE, ("customers.loyalty_effect=0.9",)
    ),
    "targeting.enabled": Switch(("targeting.enabled=false",), "leads", OTHER, ("strategy.targeting=1",)),
    "outbound.enabled": Switch(("outbound.enabled=false",), "leads_outbound", LESS, ("strategy=sales_led",)),
    "outbound.remembered_ratio": Switch(
        ("outbound.remembered_ratio=1",), "outbound_contacts", LESS,
        ("strategy=sales_led", "outbound.remembered_ratio=8"),
    ),
    "enablement.enabled": Switch(
        ("enablement.enabled=false",), "customers_won", LESS,
        ("strategy.rescale=true", "strategy.budget_split.sales_enablement=0.3", "enablement.utility_effect=3"),
    ),
    "contacts.second_contacts_enabled": Switch(
        ("contacts.second_contacts_enabled=false",), "leads_second_contact", LESS
    ),
    "contacts.coverage_enabled": Switch(
        ("contacts.coverage_enabled=false",), "customers_won", LESS, ("contacts.utility_coverage=4",)
    ),
    "contacts.consensus_enabled": Switch(
        ("contacts.consensus_enabled=true",), "market_no_decisions", LESS, ("contacts.consensus_per_coverage=4",)
    ),
    "crm.recording_rate": Switch(("crm.recording_rate=0",), "touches_recorded", LESS),
    "crm.recording_rate_sales": Switch(
        ("crm.recording_rate_sales=0",), "spend_capture", OTHER, ("policy=attributed_return",)
    ),
    "sales.ignore": Switch(("sales.ignore=lowest_score_first",), "sales_qualified_leads", OTHER),
    "sales.ignored_leads": Switch(("sales.ignored_leads=lost",), "known_contacts", LESS),
    "sales.incentive": Switch(("sales.incentive=lifetime_value",), "customers_unfit_won", LESS),
    "sales.calendar": Switch(("sales.calendar=always_open",), "response_hours", LESS),
    "sales.response_target_enabled": Switch(
        ("sales.response_target_enabled=false",), "response_hours", OTHER, ("sales.work_hours=4",)
    ),
    "customers.cost_to_serve_unfit": Switch(("customers.cost_to_serve_unfit=0.03",), "cost_to_serve", LESS),
    "market": Switch((), "market_entries", OTHER),
    "strategy.price_ratio": Switch(("strategy.price_ratio=0.7",), "customers_won", MORE),
}  # fmt: skip


@cache
def _played(overrides: tuple[str, ...]) -> Outcome:
    return simulate(load_scenario([*SMALL, *overrides]), SEED, 0)


def _reading(outcome: Outcome, column: str) -> float:
    """Sum a column of the months after day 0."""
    monthly: pd.DataFrame = outcome.monthly[outcome.monthly["month"] >= 0]
    if column == "customers_unfit_won":
        return float((monthly["customers_won"] - monthly["deals_won_fit"]).sum())
    if column == "turned_active_listed_share":
        column = "day_one_list_share"
    return float(np.nansum(monthly[column].to_numpy(dtype=float)))


@pytest.mark.parametrize("name", [name for name, switch in SWITCHES.items() if switch.turned])
def test_the_switch_does_something(name: str) -> None:
    switch = SWITCHES[name]
    before = _reading(_played(switch.besides), switch.column)
    after = _reading(_played((*switch.besides, *switch.turned)), switch.column)
    if switch.change == LESS:
        assert after < before
    elif switch.change == MORE:
        assert after > before
    else:
        assert after != before


@pytest.mark.parametrize("market", ["b2b_enterprise", "smb_software", "consumer_durables"])
def test_every_market_plays_and_differs_in_its_sales_cycle(market: str) -> None:
    other = simulate(load_scenario([f"market={market}", *SMALL]), SEED, 0)
    usual = _played(())
    assert len(other.journeys) > 0
    length = (other.journeys["decided_day"] - other.journeys["active_day"]).mean()
    assert length != (usual.journeys["decided_day"] - usual.journeys["active_day"]).mean()


def _rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| [A-E]\d+[ab]? \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_has_every_claim_once() -> None:
    ids = [row[0] for row in _rows()]
    wanted = (
        ["A1", "A2a", "A2b", "A3a", "A3b", *(f"A{k}" for k in range(4, 15))]
        + [f"B{k}" for k in range(1, 9)]
        + [f"C{k}" for k in range(1, 7)]
        + [f"D{k}" for k in range(1, 13)]
        + [f"E{k}" for k in range(1, 9)]
    )
    assert ids == wanted
    assert all(0 < len(row[1].split()) <= 12 for row in _rows())  # what each says, in a few words of our own


def test_every_switch_on_the_page_exists_and_is_tested() -> None:
    for claim, _, _, _, switches, tests in _rows():
        named = re.findall(r"`([^`]+)`", switches)
        assert named, claim
        for name in named:
            setting = name.partition("=")[0]
            assert setting in groups() or any(matches(setting, known) for known in SETTINGS), (claim, name)
        tested = re.findall(r"`([^`]+)`", tests)
        assert tested, claim
        for name in tested:
            assert name in SWITCHES, (claim, name)
