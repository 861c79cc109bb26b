"""Laws of every run, whatever the scenario. The audit inside `simulate` adds its own: it raises ConservationError."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from property.scenarios import scenarios, told

from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.outcomes.metrics import METRICS
from marketsim.scenario.company import STAGES
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_YEAR, Scenario
from marketsim.state.layout import DEAL_WON, SOURCES, TRUTHS

seeds = st.integers(0, 2**40)
few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

MAY_BE_UNDEFINED = {
    "response_hours", "day_one_list_share", "clearing_price", "remaining_contracts", "touches_recorded_share",
    "ignored_share", "win_rate", "share_of_market", "pool_harvested_share", "brand_clearing_price", "cycle_days",
    *(f"{stock}_{name}" for stock in ("day_one_list_share", "memory") for name in SEGMENT_NAMES),
}  # fmt: skip
MAY_BE_UNDEFINED_IN_A_YEAR = {name for name, metric in METRICS.items() if metric.how in ("ratio", "mean")}
MAY_BE_NEGATIVE = {"profit", "cash", "gross_profit", "budget_not_spent", "remaining_contracts"}
MAY_BE_NEGATIVE |= {
    "marketing_spend",
    "budget_per_year",
    "spend_structure",
    "expected_lifetime_value_won",
    "qualification_threshold",
}
TABLES = (
    "accounts", "leads", "deals", "contracts", "journeys", "months", "touches", "people", "reviews", "company",
    "spend_weeks",
)  # fmt: skip
SHARES = ("memory", "memory_reported", "awareness", "trust", "waste", "load", "hot_share_won", "nurture_strength")


def _check_months(outcome: Outcome) -> None:
    scenario = outcome.scenario
    monthly = outcome.monthly
    first = -min(12, scenario.past_months)
    assert monthly["month"].tolist() == list(range(first, scenario.horizon_months))
    for name in set(monthly.columns) - MAY_BE_UNDEFINED:
        assert np.isfinite(monthly[name]).all(), name
    for name in set(monthly.columns) - MAY_BE_NEGATIVE - {"month"}:
        assert (monthly[name].dropna() >= -1e-9).all(), name
    for name in SHARES:
        assert monthly[name].between(-1e-9, 1.0 + 1e-9).all(), name
    ends = (monthly["month"] % 12 == 11) | (monthly["month"] == scenario.horizon_months - 1)
    assert (monthly["remaining_contracts"].notna() == ends).all()


def _lived(outcome: Outcome) -> pd.DataFrame:
    """Give the months up to the one in which an insolvent company ends: those after it are empty."""
    monthly = outcome.monthly
    if outcome.tables.company["insolvent"][0] == 0:
        return monthly
    ended = monthly.loc[(monthly["month"] >= 0) & (monthly["cash"] < 0.0), "month"].iloc[0]
    return monthly[monthly["month"] <= ended]


def _check_identities(outcome: Outcome) -> None:
    m = _lived(outcome)
    np.testing.assert_array_equal(m["leads"], m[[f"leads_{name}" for name in SOURCES]].sum(axis=1))
    np.testing.assert_array_equal(m["leads"], m[[f"leads_{name}" for name in TRUTHS]].sum(axis=1))
    np.testing.assert_allclose(m["gross_profit"], m["revenue"] - m["cost_of_goods"] - m["cost_to_serve"], atol=1e-6)
    np.testing.assert_allclose(
        m["profit"], m["gross_profit"] - m["payroll"] - m["overhead"] - m["marketing_spend"], atol=1e-6
    )
    spend = m[[*(f"spend_{stage}" for stage in STAGES), "spend_structure"]].sum(axis=1)
    np.testing.assert_allclose(m["marketing_spend"], spend, atol=1e-6)
    np.testing.assert_allclose(
        m["recurring_revenue"], m["recurring_revenue_fit"] + m["recurring_revenue_unfit"], atol=1e-6
    )
    np.testing.assert_allclose(
        np.diff(m["cash"].loc[m["month"] >= -1]), m.loc[m["month"] >= 0, "profit"], rtol=1e-9, atol=1e-3
    )
    np.testing.assert_array_equal(np.diff(m["customers"]), (m["customers_won"] - m["customers_churned"]).to_numpy()[1:])
    assert (m["customers_won"] == m["deals_won"]).all()
    assert (m["deals_won"] <= m["market_purchases"]).all()
    assert (m["good_leads"] <= m["leads_active_fit"]).all()
    assert (m["qualified_leads"] <= m["leads"]).all()
    assert (m["ignored_leads"] <= m["qualified_leads"]).all()
    assert (m["deals_opened"] == m["sales_qualified_leads"]).all()
    assert (m["deals_won_listed"] <= m["deals_won"]).all()
    assert (m["customers_fit"] <= m["customers"]).all()
    assert (m["pool_accounts"] <= m["active_accounts"]).all()


def _check_market(outcome: Outcome) -> None:
    """Decisions, over the whole run, cannot outnumber entries and the journeys the market opened with."""
    months, accounts = outcome.tables.months, outcome.tables.accounts
    decided = months["market_purchases"] + months["market_no_decisions"]
    behind = np.cumsum(months["market_entries"] - decided)
    assert behind.min() >= -len(accounts)
    last = _lived(outcome).iloc[-1]
    at_end = int(last["active_accounts"] + last["research_accounts"])
    opened_on_journey = at_end - behind[-1]
    assert 0 <= opened_on_journey <= len(accounts)
    assert (behind + opened_on_journey >= 0).all()
    assert months["market_entries"].sum() == len(outcome.journeys)
    won = outcome.tables.deals[outcome.tables.deals["state"] == DEAL_WON]
    assert months["deals_won"].sum() == len(won)
    np.testing.assert_allclose(months["won_days_sum"].sum(), (won["closed"] - won["opened"]).sum(), atol=1e-6)
    journeys = outcome.journeys
    assert not journeys.duplicated(["account", "need"]).any()
    assert (journeys["research_day"] <= journeys["active_day"].fillna(np.inf)).all()
    assert (journeys["active_day"] <= journeys["decided_day"]).loc[journeys["decided_day"].notna()].all()
    assert (journeys["decided_day"].notna() == (journeys["outcome"] != "open")).all()


def _check_tables(outcome: Outcome) -> None:
    leads, deals, customers = outcome.leads, outcome.deals, outcome.customers
    horizon = outcome.scenario.horizon_months * DAYS_PER_MONTH
    assert leads["arrived_day"].is_monotonic_increasing
    for frame, name in ((leads, "ended_day"), (deals, "closed_day"), (customers, "ended_day")):
        assert (frame[name].dropna() <= horizon).all()
    worked = leads[leads["work_started_day"].notna()]
    assert (worked["work_started_day"] >= worked["arrived_day"]).all()
    cold_at_start = worked["response_hours"] / 24.0 >= worked["reachable_days"]
    np.testing.assert_array_equal(cold_at_start.to_numpy(), ~worked["reached"].to_numpy())
    converted = leads[leads["state"] == "converted"]
    assert converted["deal"].is_unique
    assert sorted(converted["deal"]) == deals["deal"].tolist()
    won = deals[deals["state"] == "won"]
    signed = customers[customers["source"] != "outside"]
    assert len(won) == len(signed)
    np.testing.assert_allclose(won["value_per_year"].sum(), signed["first_value_per_year"].sum(), rtol=1e-9)
    if outcome.scenario.world.sales.finite_hands:
        _check_slots(outcome)


def _check_slots(outcome: Outcome) -> None:
    """Nobody holds more deals than there are slots, from the first change of plan that all deals have outlived."""
    deals, scenario = outcome.deals, outcome.scenario
    plans = [scenario.past, scenario.plan, *(entry.plan for entry in scenario.later)]
    slots = max(plan.executives * plan.deals_per_executive * plan.present for plan in plans)
    held = deals[deals["started_day"].notna() & deals["account"].notna()]
    if outcome.scenario.world.sales.deal_ends == "account_decides" and len(held):
        edges = pd.concat(
            [
                pd.DataFrame({"day": held["closed_day"].fillna(np.inf), "change": -1}),
                pd.DataFrame({"day": held["started_day"], "change": 1}),
            ]
        ).sort_values(["day", "change"])
        assert edges["change"].cumsum().max() <= slots


@few
@given(scenarios(), seeds)
def test_every_run_ends_and_adds_up(scenario: Scenario, seed: int) -> None:
    note(told(scenario))
    outcome = simulate(scenario, seed, 0)
    _check_months(outcome)
    _check_identities(outcome)
    _check_market(outcome)
    _check_tables(outcome)
    defined = outcome.summary[~outcome.summary["metric"].isin(MAY_BE_UNDEFINED_IN_A_YEAR)]
    assert defined.loc[~np.isfinite(defined["value"]), "metric"].tolist() == []


@few
@given(scenarios(max_years=1.0), seeds, st.sampled_from([None, 0.25, 7.0 / 8.0, 1.0, 7.0]))
def test_the_order_in_which_processes_start_changes_nothing(
    scenario: Scenario, seed: int, grid_days: float | None
) -> None:
    note(told(scenario))
    forward = simulate(scenario, seed, 1, "simpy", record=True, grid_days=grid_days)
    backward = simulate(scenario, seed, 1, "simpy", record=True, grid_days=grid_days, reverse_start=True)
    assert forward.log == backward.log
    for name in TABLES:
        assert getattr(forward.tables, name).tobytes() == getattr(backward.tables, name).tobytes(), name


@few
@given(scenarios(max_years=1.0), seeds)
def test_what_the_log_says_is_in_the_order_of_time_and_class(scenario: Scenario, seed: int) -> None:
    log = simulate(scenario, seed, 2, record=True).log
    assert log is not None
    days = [day for day, *_ in log]
    assert days == sorted(days)
    assert days[-1] < scenario.horizon_months * DAYS_PER_YEAR / 12.0 + 1e-9
