"""Outbound as a queue of its own: reps without other work call all day, and some calls make work."""

import numpy as np
import pytest

from marketsim.engines import simulate
from marketsim.experiments.bench import PLAIN_FLOOR, each, measured
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.state.layout import FROM_OUTBOUND, TOUCH_OUTBOUND, TRUE_NOT_BUYING

CONTACT = 0.2
CALLERS = (
    *(text for text in PLAIN_FLOOR if not text.startswith("market.accounts")),
    "market.accounts=1500",
    "+programme.calls={stage:outbound,effectiveness:1,carry_over_per_week:0.5,lag_weeks:0,least_spend_per_year:0}",
    "strategy=lead_factory",
    "strategy.budget_split.capture=0",
    "strategy.budget_split.nurture=0",
    "+strategy.budget_split.calls=1",
    "outbound.cost_per_call=1",
    "outbound.calls_per_rep_day=1000",
    f"outbound.contact_probability={CONTACT}",
    "sales.conversation_hours=0",
    "sales.qualify_fit=0",
    "sales.qualify_unfit=0",
    "scorched.enabled=false",
    "contacts.second_contacts_enabled=false",
    "run.horizon_years=1",
)


@pytest.mark.parametrize(
    ("calendar", "days_per_year", "hours"), [("always_open", 365.25, 5.71), ("business_hours", 365.25 * 5 / 7, 8.0)]
)
def test_calls_and_contacts_follow_from_the_time_they_take(
    calendar: str, days_per_year: float, hours: float, engine: str
) -> None:
    # renewal-reward: a rep's time goes by in cycles of one call and, with its chance, the work on one lead
    def rates(outcome: Outcome) -> tuple[float, float, float]:
        months = outcome.monthly.iloc[1:]
        return months["outbound_calls"].sum(), months["leads_outbound"].sum(), months["load"].iloc[3:].mean()

    settings = (*CALLERS, "sales.development_reps=2", f"sales.calendar={calendar}")
    rows = each(settings, 8, 71, rates, engine=engine)
    cycle = (0.2 + CONTACT * 0.9) / hours
    calls = 2 * days_per_year / cycle
    for what, values, theory in (("calls", rows[:, 0], calls), ("contacts", rows[:, 1], CONTACT * calls)):
        seen = measured(what, values, theory)
        assert seen.covers, seen
        assert seen.half_width < 0.03 * theory, seen
    assert rows[:, 2].min() > 0.98  # nobody is idle


def test_the_budget_pays_for_so_many_calls_and_no_more(engine: str) -> None:
    budget = ("outbound.cost_per_call=30", "money.marketing_budget_per_year=60000", "sales.development_reps=3")
    for calendar in ("always_open", "business_hours"):
        outcome = simulate(load_scenario([*CALLERS, *budget, f"sales.calendar={calendar}"]), 72, 0, engine=engine)
        assert outcome.monthly["outbound_calls"].iloc[1:].sum() == pytest.approx(2000, rel=0.03)


def test_blind_calls_find_accounts_on_their_journey_by_chance_and_lead_to_front_leads(engine: str) -> None:
    outcome = simulate(
        load_scenario([*CALLERS, "sales.development_reps=4", "sales.calendar=always_open"]), 73, 0, engine=engine
    )
    run = outcome.tables
    leads = run.leads[run.leads["source"] == FROM_OUTBOUND]
    assert len(leads) == run.months["outbound_contacts"].sum() == (run.touches["kind"] == TOUCH_OUTBOUND).sum()
    assert (leads["front"] == 1).all()
    assert (leads["programme"] == run.programmes.index("calls")).all()
    share = (leads["truth"] != TRUE_NOT_BUYING).mean()
    assert share == pytest.approx(0.17, abs=4 * np.sqrt(0.17 * 0.83 / len(leads)))
    assert len(leads) > 4000
    trust = outcome.monthly["trust"]
    assert trust.iloc[-1] == trust.iloc[0]  # calls are sales' own; they say nothing about marketing's leads


def test_who_remembers_us_talks_twice_as_often(engine: str) -> None:
    # everybody remembers, or nobody: the same calls, twice the contacts
    def contacts(memory: int) -> float:
        settings = (
            *(text for text in CALLERS if not text.startswith("memory.enabled")), "sales.development_reps=2",
            "sales.calendar=always_open", "memory.enabled=true", "memory.half_life_days=1e9", "memory.set_by_call=0",
            "memory.learning_base_per_year=0", f"initial.memory={memory}",
        )  # fmt: skip
        months = simulate(load_scenario(settings), 74, 0, engine=engine).monthly
        return float(months["leads_outbound"].sum() / months["outbound_calls"].sum())

    assert contacts(0) == pytest.approx(CONTACT, rel=0.06)
    assert contacts(1) == pytest.approx(2 * CONTACT, rel=0.06)


def test_narrow_targeting_leaves_accounts_that_do_not_fit_alone(engine: str) -> None:
    settings = ("sales.development_reps=4", "sales.calendar=always_open", "strategy.targeting=1")
    run = simulate(load_scenario([*CALLERS, *settings]), 75, 0, engine=engine).tables
    unfit_weight, fit_weight = run.company["reach_weight"][0]
    ratio = unfit_weight / fit_weight
    assert 0.0 < ratio < 0.9
    leads = run.leads[(run.leads["source"] == FROM_OUTBOUND) & (run.leads["arrived"] > 0)]
    unfit = (run.accounts["fit"] == 0).mean()
    expected = unfit * ratio / (unfit * ratio + 1 - unfit)
    found = (run.accounts["fit"][leads["account"]] == 0).mean()
    assert found == pytest.approx(expected, abs=5 * np.sqrt(expected * (1 - expected) / len(leads)))
