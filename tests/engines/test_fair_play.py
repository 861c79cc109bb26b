"""Fair play between strategies: one test per rule of the model's section 10 that the core can break."""

import math
from dataclasses import asdict, replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from property.scenarios import changed, small

from marketsim.engines import begin, past_key, simulate
from marketsim.outcomes import Outcome
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.folders import available
from marketsim.scenario.load import load_experiment, load_scenario
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_YEAR, Scenario

SEED = 5
ACCOUNTS = 1000
YEARS = 3
HEADLINE = ("lead_factory", "harvest_mix", "balanced", "brand_only")
REGIMES = ("balanced", "lead_factory", "start_up")
SPENDS = ("spend_brand", "spend_content", "spend_middle", "spend_capture", "spend_nurture")
STANDARD_CASH_MONTHS = {"balanced": 12.0, "lead_factory": 12.0, "start_up": 54.0}


@cache
def _headline() -> Experiment:
    return load_experiment(["experiment=long_run"])


def _pasts() -> dict[str, dict[str, Scenario]]:
    """Give the arms of the headline on each of its pasts."""
    return {"balanced": _headline().arms, **_headline().other_pasts}


@cache
def _arm(regime: str, strategy: str) -> Scenario:
    """Give an arm of the headline on a past, made small: the market, and with it every budget."""
    full = _pasts()[regime][strategy]
    made = small(ACCOUNTS, horizon_years=YEARS, history_years=3.0)
    smaller = {name: getattr(made.plan, name) for name in ("budget_per_year", "development_reps", "executives")}
    return replace(
        full,
        world=made.world,
        plan=replace(full.plan, **smaller),
        past=replace(full.past, **smaller),
        history=replace(full.history, years=3.0),
        horizon_years=YEARS,
    )


@cache
def _played(regime: str, strategy: str) -> Outcome:
    return simulate(_arm(regime, strategy), SEED, 0, record=True)


def _after(outcome: Outcome) -> pd.DataFrame:
    return outcome.monthly[outcome.monthly["month"] >= 0]


# ---- same budget, payroll, prices, market, past and luck ----


@pytest.mark.parametrize("regime", REGIMES)
def test_arms_differ_in_nothing_but_name_and_split(regime: str) -> None:
    arms = _pasts()[regime]
    assert tuple(arms) == HEADLINE
    first = arms[HEADLINE[0]]
    for name, arm in arms.items():
        assert (arm.world, arm.past, arm.history, arm.initial) == (
            first.world,
            first.past,
            first.history,
            first.initial,
        )
        assert arm.horizon_years == first.horizon_years
        allowed = {"name": name, "budget_split": arm.plan.budget_split}
        assert asdict(arm.plan) == {**asdict(first.plan), **allowed}
        assert math.fsum(arm.plan.budget_split.values()) == pytest.approx(1.0, abs=1e-9)


MAY_DIFFER = ("name", "budget_split", "policy", "structure", "floors", "open_programmes", "definition", "targeting")
"""What a shipped strategy is about; budget, prices, team, bids and threshold are the same for all of them."""


def test_every_shipped_strategy_sets_the_same_levers_but_what_it_is_about() -> None:
    scenarios = [load_scenario([f"strategy={name}"]) for name in available("strategy")]
    plans = [plan for s in scenarios for plan in (s.plan, *(later.plan for later in s.later))]
    assert len(plans) >= len(HEADLINE)
    first = asdict(plans[0])
    same = {"budget_per_year", "development_reps", "executives", "price_ratio", "incentive", "changes"}
    assert same | {"qualification_threshold", "low_intent_bid_weight"} <= set(first) - set(MAY_DIFFER)
    for plan in plans:
        assert asdict(plan) == {**first, **{name: asdict(plan)[name] for name in MAY_DIFFER}}


@pytest.mark.parametrize("regime", REGIMES)
def test_all_arms_spend_the_same_budget_payroll_and_overhead(regime: str) -> None:
    years = YEARS * 12 * DAYS_PER_MONTH / DAYS_PER_YEAR
    budget = _arm(regime, HEADLINE[0]).plan.budget_per_year * years
    for strategy in HEADLINE:
        after = _after(_played(regime, strategy))
        spent = float((after["marketing_spend"] + after["budget_not_spent"]).sum())
        assert spent == pytest.approx(budget, rel=1e-9)
        hot, low = float(after["leads_search"].sum()), float(after["leads_ads_low_intent"].sum())
        price = float(after["clearing_price"].max()) if hot + low else 0.0  # bids 1 and .2 of it per inquiry
        chance = 4.0 * price * math.sqrt(hot + 0.2**2 * low)  # inquiries come by chance, prices clear the expected flow
        assert abs(float(after["budget_not_spent"].sum())) <= chance
        for cost in ("payroll", "overhead"):
            np.testing.assert_allclose(after[cost], _after(_played(regime, HEADLINE[0]))[cost], rtol=1e-12)
        split = _arm(regime, strategy).plan.budget_split
        for column in set(SPENDS) - {"spend_capture"}:
            share = split[column.removeprefix("spend_")]
            assert float(after[column].sum()) == pytest.approx(share * budget, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("regime", REGIMES)
def test_the_market_is_the_same_in_all_arms(regime: str) -> None:
    needs = []
    for strategy in HEADLINE:
        events = _played(regime, strategy).events
        assert events is not None
        needs.append(events.loc[events["event"] == "need", ["day", "entity"]].reset_index(drop=True))
    for other in needs[1:]:
        pd.testing.assert_frame_equal(other, needs[0], check_exact=True)


# ---- harvest as a competent manager would spread it ----


def test_harvest_mix_is_in_every_comparison_of_brand_with_lead_generation() -> None:
    mix = {name: part for name, part in load_scenario(["strategy=harvest_mix"]).plan.budget_split.items() if part}
    for name in available("experiment"):
        experiment = load_experiment([f"experiment={name}"])
        splits = [arm.plan.budget_split for arm in experiment.arms.values()]
        if any(split["brand"] > 0.0 for split in splits) and any(split["brand"] == 0.0 for split in splits):
            spent = [{key: part for key, part in split.items() if part} for split in splits]
            assert any(one == pytest.approx(mix) for one in spent), name  # under its name or another one
    assert "harvest_mix" in load_experiment([]).arms


def test_harvest_mix_has_no_brand_and_no_content_and_spreads_the_rest() -> None:
    split = load_scenario(["strategy=harvest_mix"]).plan.budget_split
    assert split == {"brand": 0.0, "content": 0.0, "middle": 0.30, "capture": 0.62, "nurture": 0.08}


# ---- the common past ----


def test_the_headline_shows_all_three_pasts_of_twelve_years() -> None:
    assert tuple(_pasts()) == REGIMES
    for regime, arms in _pasts().items():
        for arm in arms.values():
            assert arm.history.regime == regime
            assert arm.history.years == 12
            assert arm.past_weeks == 626
            assert arm.past.present == (regime != "start_up")
            assert arm.history.starting_cash_months == STANDARD_CASH_MONTHS[regime]


@pytest.mark.parametrize("regime", REGIMES)
def test_the_past_is_byte_identical_in_all_arms(regime: str) -> None:
    assert len({past_key(arm) for arm in _pasts()[regime].values()}) == 1
    assert len({past_key(_arm(regime, strategy)) for strategy in HEADLINE}) == 1
    states, pasts = set(), []
    for strategy in HEADLINE:
        session = begin(_arm(regime, strategy), SEED, 0, "simpy")
        session.play_past()
        stage = session._model.stage
        tables = (stage.accounts, stage.company, stage.leads.used(), stage.deals.used(), stage.contracts.used())
        states.add(b"".join(table.tobytes() for table in (*tables, stage.journeys.used(), stage.months.used())))
        monthly = _played(regime, strategy).monthly
        pasts.append(monthly[monthly["month"] < 0])
    assert len(states) == 1
    assert len(pasts[0]) == 12
    for past in pasts[1:]:
        pd.testing.assert_frame_equal(past, pasts[0], check_exact=True)
    logs = [[event for event in _played(regime, strategy).log or [] if event[0] < 0.0] for strategy in HEADLINE]
    assert all(log == logs[0] for log in logs)


def test_pasts_differ_from_each_other() -> None:
    assert len({past_key(_arm(regime, "balanced")) for regime in REGIMES}) == len(REGIMES)


@pytest.mark.parametrize("regime", REGIMES)
def test_nobody_is_ruined_by_the_past_the_cash_of_day_zero_is_what_the_history_says(regime: str) -> None:
    outcome = _played(regime, "balanced")
    arm, money = outcome.scenario, outcome.scenario.world.money
    cost = (
        arm.plan.budget_per_year
        + arm.plan.development_reps * money.development_rep_cost_per_year
        + arm.plan.executives * money.executive_cost_per_year
        + money.fixed_overhead_per_year
    ) / 12.0
    day_zero = outcome.monthly.set_index("month").loc[-1]
    assert day_zero["cash"] == pytest.approx(STANDARD_CASH_MONTHS[regime] * cost, rel=1e-9)


def test_a_start_up_is_absent_before_day_zero() -> None:
    outcome = _played("start_up", "balanced")
    past = outcome.monthly[outcome.monthly["month"] < 0]
    ours = ["payroll", "overhead", "revenue", "customers", "recurring_revenue", "leads", "memory", "memory_reported"]
    ours += ["reps", "open_deals", "deals_waiting", "known_contacts", "day_one_list_share", "quits", "queue_length"]
    assert (past[[*SPENDS, *ours]].fillna(0.0) == 0.0).all(axis=None)
    assert (past["market_entries"] > 0).all()
    for table, day in (
        (outcome.leads, "arrived_day"),
        (outcome.deals, "opened_day"),
        (outcome.customers, "started_day"),
    ):
        assert (table[day] >= 0.0).all()
    journeys = outcome.journeys
    before = journeys[journeys["active_day"] < 0.0]
    assert len(before)
    assert not before[["remembers_us", "listed", "webinar"]].any(axis=None)
    assert not (journeys.loc[journeys["decided_day"] < 0.0, "outcome"] == "ours").any()


def test_a_start_up_opens_with_the_standard_team_and_learns_from_nothing() -> None:
    start_up, usual = _played("start_up", "balanced"), _played("balanced", "balanced")
    np.testing.assert_allclose(_after(start_up)["payroll"], _after(usual)["payroll"], rtol=1e-12)
    events = start_up.events
    assert events is not None
    month = _after(start_up).set_index("month").loc[0]
    quits = events[(events["event"] == "quit") & (events["day"] < DAYS_PER_MONTH)]
    assert month["reps"] == start_up.scenario.plan.development_reps - len(quits)
    assert 0.0 < month["memory"] < _after(usual)["memory"].iloc[0] / 4.0


# ---- definitions ----


@pytest.mark.parametrize("strategy", HEADLINE)
def test_a_good_lead_is_the_first_of_a_need_that_is_active_and_fits(strategy: str) -> None:
    outcome = _played("balanced", strategy)
    leads = outcome.leads[outcome.leads["need"] > 0]  # need 0 is what the market opened with: no row in `journeys`
    joined = leads.merge(outcome.journeys, on=["account", "need"], how="left", suffixes=("", "_of_account"))
    is_active = (joined["active_day"] <= joined["arrived_day"]) & (
        joined["arrived_day"] <= joined["decided_day"].fillna(np.inf)
    )
    assert not joined["active_day"][is_active].isna().any()
    candidates = joined[is_active & (joined["good_fit"] == True)]  # noqa: E712 (a column with gaps)
    first = candidates.drop_duplicates(["account", "need"], keep="first")
    assert sorted(first["lead"]) == leads.loc[leads["good"], "lead"].tolist()
    contracts = outcome.customers[["account", "started_day", "ended_day"]].rename(columns={"ended_day": "churned_day"})
    held = leads[leads["good"]].merge(contracts, on="account")
    of_ours = (held["started_day"] < held["arrived_day"]) & (held["arrived_day"] < held["churned_day"].fillna(np.inf))
    assert not of_ours.any()
    good = outcome.leads.loc[outcome.leads["good"] & (outcome.leads["arrived_day"] >= 0.0), "arrived_day"]
    counted = np.bincount((good // DAYS_PER_MONTH).astype(int), minlength=outcome.scenario.horizon_months)
    np.testing.assert_array_equal(counted, _after(outcome)["good_leads"])


@pytest.mark.parametrize("strategy", ["lead_factory", "balanced"])
def test_costs_and_present_values_are_what_the_definitions_say(strategy: str) -> None:
    outcome = _played("balanced", strategy)
    after = _after(outcome).reset_index(drop=True)
    table = outcome.summary.pivot(index="year", columns="metric", values="value")
    present_value = 0.0
    for year in range(1, YEARS + 1):
        months = after.iloc[12 * (year - 1) : 12 * year]
        spend, payroll = months["marketing_spend"].sum(), months["payroll"].sum()
        row = table.loc[year]
        assert row["cost_per_good_lead"] == pytest.approx(spend / months["good_leads"].sum())
        assert row["acquisition_cost"] == pytest.approx((spend + payroll) / months["customers_won"].sum())
        for month, profit in zip(months["month"], months["profit"], strict=True):
            present_value += profit / 1.10 ** ((month + 0.5) / 12.0)
        assert row["net_present_value"] == pytest.approx(present_value)
        with_contracts = present_value + months["remaining_contracts"].iloc[-1] / 1.10**year
        assert row["net_present_value_with_contracts"] == pytest.approx(with_contracts)


def test_remaining_contracts_are_ten_years_of_expected_margin_under_each_ones_own_chances() -> None:
    # loyalty has a test of its own: each one's chance to remember would stand here too
    scenario = changed(_arm("balanced", "balanced"), world__customers__loyalty_enabled=False)
    outcome = simulate(scenario, SEED, 0)
    world = scenario.world
    rates = {
        "small": world.customers.churn_small,
        "mid_market": world.customers.churn_mid_market,
        "enterprise": world.customers.churn_enterprise,
    }
    end = outcome.scenario.horizon_months * DAYS_PER_MONTH
    held = outcome.customers[outcome.customers["ended_day"].isna()]
    assert len(held) > 10
    days = np.arange(0.5, 10 * DAYS_PER_YEAR)  # one step a day
    total = 0.0
    for contract in held.itertuples():
        fit = bool(contract.good_fit)
        serve = world.customers.cost_to_serve_fit if fit else world.customers.cost_to_serve_unfit
        ratio = 1.0 if fit else world.customers.churn_ratio_unfit
        stays = math.exp(-rates[contract.segment] * ratio)
        next_renewal = contract.started_day + (contract.renewals + 1) * DAYS_PER_YEAR - end
        renewed = np.floor((days - next_renewal) / DAYS_PER_YEAR).clip(-1) + 1
        value = np.minimum(
            contract.value_per_year * (1.0 + world.customers.expansion_per_renewal) ** renewed,
            np.where(
                renewed > 0, contract.first_value_per_year * world.customers.expansion_cap, contract.value_per_year
            ),
        )
        flow = stays**renewed * value * (world.customers.gross_margin - serve) / DAYS_PER_YEAR
        total += float((flow * 1.10 ** (-days / DAYS_PER_YEAR)).sum())
    assert outcome.monthly["remaining_contracts"].iloc[-1] == pytest.approx(total, rel=2e-3)


# ---- the pool ----


@pytest.mark.parametrize("strategy", HEADLINE)
def test_nobody_tops_up_the_pool_but_the_accounts_own_clocks(strategy: str) -> None:
    outcome = _played("balanced", strategy)
    events = outcome.events
    assert events is not None
    accepted = events[(events["event"] == "need") & (events["detail"] == 1.0)][["day", "entity"]]
    journeys = outcome.journeys
    assert sorted(zip(accepted["day"], accepted["entity"], strict=True)) == sorted(
        zip(journeys["research_day"], journeys["account"], strict=True)
    )
    turned = events[events["event"] == "active"]
    own = journeys[journeys["active_day"].notna()]
    from_journeys = set(zip(own["active_day"], own["account"], strict=True))
    others = turned[[key not in from_journeys for key in zip(turned["day"], turned["entity"], strict=True)]]
    assert others["entity"].is_unique  # the journeys the market opened with, before any need
    first_need = accepted.groupby("entity")["day"].min()
    assert (others["day"].to_numpy() < first_need.reindex(others["entity"]).fillna(np.inf).to_numpy()).all()
    assert len(turned) == len(own) + len(others)


def test_where_nobody_teaches_marketing_moves_no_account_into_the_market() -> None:
    """Awareness off, no customers, nobody to call: the journeys are the same whatever is spent."""
    arms = []
    for strategy in ("lead_factory", "brand_only"):
        arm = _arm("balanced", strategy)
        world = replace(arm.world, awareness=replace(arm.world.awareness, enabled=False))
        plan = replace(arm.plan, executives=0)
        journeys = simulate(
            replace(arm, world=world, plan=plan, past=replace(arm.past, executives=0)), SEED, 0
        ).journeys
        arms.append(journeys[["account", "need", "research_day", "active_day", "decided_day"]])
    pd.testing.assert_frame_equal(arms[0], arms[1], check_exact=True)
