"""Two hundred accounts in which every class of events happens, and ties: what mutants have to play."""

from dataclasses import replace
from typing import Any

from equality.mutants import Case
from property.scenarios import changed, default, small

from marketsim.scenario.company import Change, Structure
from marketsim.scenario.scenario import Later, Plan, Scenario

ACCOUNTS = 200
_SPLIT = {
    "television": 0.1, "articles": 0.1, "webinars": 0.1, "comparisons": 0.05, "paid_search_brand": 0.05,
    "paid_search_nonbrand": 0.15, "gated_content": 0.05, "email": 0.1, "listening": 0.1, "advocacy": 0.05,
    "outbound_prospecting": 0.1, "sales_enablement": 0.05,
}  # fmt: skip
_LIVELY = {
    "world__sales__work_hours": 10.0,
    "world__sales__ramp_days": 30.0,
    "world__people__attrition_per_year": 4.0,
    "world__people__vacancy_days": 10.0,
    "world__people__hiring_days": 20.0,
    "world__people__hiring_enabled": True,
    "world__buying__hand_raise_probability": 0.9,
    "world__buying__hand_raise_tries": 5,
    "world__buying__hand_raise_delay_share": 0.1,
    "world__harvest__low_intent_refresh_days": 5.0,
    "world__middle__low_intent_refresh_days": 5.0,
    "world__organic__refresh_days": 5.0,
    "world__referral__per_year": 6.0,
    "world__referral__to_active_probability": 0.5,
    "world__contacts__second_contact_probability": 0.7,
    "world__contacts__consensus_enabled": True,
    "world__inquiries__per_day": 0.2,
    "world__customers__churn_small": 1.0,
    "world__harvest__low_intent_inquiries_per_year": 3.0,
    "world__middle__low_intent_attendances_per_year": 3.0,
    "world__organic__inquiries_per_year": 2.0,
    "world__process__months_until_it_works": 1.0,
    "world__outbound__contact_probability": 0.3,
    "world__outbound__tries": 60,
}


def _plan(**settings: Any) -> Plan:
    plan: Plan = changed(default().plan, **{"budget_split": _SPLIT, "budget_per_year": 150_000.0, **settings})
    return plan


def _scenario(past: Plan, plan: Plan, *later: Later, years: float, history: float, **settings: Any) -> Scenario:
    made = small(ACCOUNTS, horizon_years=years, history_years=history, **{**_LIVELY, **settings})
    return replace(made, past=past, plan=plan, later=later)


def busy_floor() -> Scenario:
    """Give a floor with hours, a hand-over rule, calls and reviews; seats come and go with the plans."""
    parts = Structure("drawn", True, True, True, True, True, True)
    common = {"development_reps": 2, "executives": 1, "deals_per_executive": 2, "structure": parts}
    steered = {"policy__kpi": "bookings", "policy__review_weeks": 4, "policy__funding": True}
    many = _plan(**common, **steered, queue="best_score_first")
    few = replace(many, development_reps=1, executives=1, deals_per_executive=1, queue="newest_first")
    more = replace(
        many,
        development_reps=4,
        deals_per_executive=4,
        changes=(Change(0.0, 9.0, 0.5, ()), Change(6.0, 8.0, 0.3, ("email",))),
    )
    return _scenario(_plan(**common), many, Later(2.0, few), Later(5.0, more), years=1.0, history=0.5)


def open_house() -> Scenario:
    """Give a floor that never closes, without structure; deals have their own length, inquiries come in batches."""
    parts = Structure("drawn", False, False, False, False, False, False)
    common = {"structure": parts, "queue": "hand_raisers_first", "cold_leads": "dropped"}
    past = _plan(development_reps=3, executives=1, deals_per_executive=1, budget_per_year=0.0, **common)
    plan = _plan(development_reps=2, executives=1, deals_per_executive=2, policy__kpi="lead_count", **common)
    silent = replace(plan, spend_factor={"outbound_prospecting": 0.0})
    return _scenario(
        past,
        plan,
        Later(3.0, silent),
        Later(6.0, replace(plan, spend_factor={"outbound_prospecting": 0.004})),
        years=1.0,
        history=0.2,
        world__sales__calendar="always_open",
        world__sales__deal_ends="own_length",
        world__sales__deal_days=10.0,
        world__inquiries__batch_size=3,
        world__inquiries__batch_every_days=20.0,
        world__inquiries__hand_raiser_share=0.4,
    )


def short_of_money() -> Scenario:
    """Give an opening without a past, with customers; hands without limit, and the money runs out."""
    plan = _plan(development_reps=2, executives=1)
    return _scenario(
        plan,
        plan,
        years=1.5,
        history=0.0,
        world__sales__finite_hands=False,
        world__money__insolvency_enabled=True,
        world__money__fixed_overhead_per_year=500_000.0,
        history__starting_cash_months=2.0,
        initial__customer_share=0.3,
        initial__known_share=0.4,
    )


def newcomer() -> Scenario:
    """Give a past without us, and a plan with few hands from day 0 on."""
    past = _plan(development_reps=2, executives=1, present=False)
    plan = _plan(
        development_reps=1, executives=1, deals_per_executive=3, queue="first_in_first_out", policy__funding=True
    )
    plan = replace(plan, spend_factor={"outbound_prospecting": 0.01})
    sorted_anew = replace(plan, queue="best_score_first", spend_factor={"outbound_prospecting": 1.0})
    return _scenario(
        past,
        plan,
        Later(4.0, sorted_anew),
        years=0.75,
        history=0.25,
        history__present=False,
        world__sales__response_target_enabled=False,
    )


def cases() -> list[Case]:
    """Return all of them, those that notice most first; each also with ties."""
    busy, house, short, new = busy_floor(), open_house(), short_of_money(), newcomer()
    return [
        Case(busy, grid_days=0.25),
        Case(house, grid_days=1.0),
        Case(short, grid_days=0.25),
        Case(busy),
        Case(house),
        Case(short),
        Case(new, grid_days=7.0 / 8.0),
    ]


def cases_of_tables() -> list[Case]:
    """Return cases for what only tables do: rows that are used again without logs."""
    return [
        Case(_unsteered(busy_floor()), grid_days=0.25, logs=False),
        Case(short_of_money(), logs=False),
        Case(_unsteered(open_house()), grid_days=1.0, logs=False),
    ]


def _unsteered(scenario: Scenario) -> Scenario:
    later = tuple(replace(entry, plan=_without_policy(entry.plan)) for entry in scenario.later)
    return replace(scenario, plan=_without_policy(scenario.plan), later=later)


def _without_policy(plan: Plan) -> Plan:
    changed_plan: Plan = changed(plan, policy__kpi="none", policy__funding=False)
    return changed_plan
