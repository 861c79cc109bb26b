"""Management in a run: schedules, later plans, what structure costs, reviews, funding, insolvency, counterfactuals."""

import ast
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from property.scenarios import changed, small

import marketsim
from marketsim.engines import Session, begin, past_key
from marketsim.outcomes import Outcome
from marketsim.scenario.company import CREDIT_RULES, KPIS, STAGES, Change, Policy, Structure
from marketsim.scenario.folders import available, conf_folder
from marketsim.scenario.scenario import DAYS_PER_YEAR, Later, Plan, Scenario
from marketsim.state.layout import TOUCH_INQUIRY, TOUCH_JOINED, TOUCH_OUTBOUND

SEED = 11
WEEKS_OF_PAST = 52
NO_STRUCTURE = Structure("none", False, False, False, False, False, False)
FULL_STRUCTURE = Structure("full", True, True, True, True, True, True)
SPLIT = {"brand": 0.36, "content": 0.10, "middle": 0.12, "capture": 0.34, "nurture": 0.08}
HARVEST = {"capture": 0.9, "nurture": 0.1}
TABLES = ("accounts", "leads", "deals", "contracts", "journeys", "months", "touches", "people", "reviews", "company")


def _policy(kpi: str, **settings: Any) -> Policy:
    usual = Policy("drawn", kpi, "converting_lead", 52, 13, 0.1, False, False)
    return replace(usual, **settings)


@cache
def _usual() -> Scenario:
    return small(1000, horizon_years=1.0, history_years=1.0)


def _scenario(years: float = 1.0, **levers: Any) -> Scenario:
    usual = _usual()
    return replace(usual, plan=replace(usual.plan, **levers), horizon_years=years)


def _play(scenario: Scenario) -> tuple[Outcome, Session]:
    session = begin(scenario, SEED, 0, "simpy", record=True)  # whose parts are looked at
    session.play_past()
    return session.play_on(scenario), session


def _weekly(session: Session) -> dict[str, np.ndarray]:
    """Give the money spent per year on each programme, week by week from day 0."""
    stage = session._model.stage
    weeks = int(np.ceil(stage.scenario.horizon_months * 30.4375 / 7.0))
    table = stage.spend_weeks[WEEKS_OF_PAST : WEEKS_OF_PAST + weeks] * DAYS_PER_YEAR / 7.0
    return dict(zip(stage.scenario.world.programme, table.T[:-1], strict=True))


def _bytes(outcome: Outcome) -> dict[str, bytes]:
    return {name: getattr(outcome.tables, name).tobytes() for name in TABLES}


# ---- schedules and later plans ----


def test_a_fixed_plan_spends_its_shares_every_week() -> None:
    scenario = _scenario(budget_split=SPLIT)
    spent = _weekly(_play(scenario)[1])
    for name, share in SPLIT.items():
        np.testing.assert_allclose(spent[name], share * scenario.plan.budget_per_year, rtol=1e-12)


def test_a_cut_holds_from_the_first_week_start_of_its_month_until_that_of_its_end() -> None:
    cut = Change(3.0, 6.0, 0.5, ())
    dark = Change(2.0, 1200.0, 0.0, ("brand",))
    scenario = _scenario(changes=(cut, dark), budget_split=SPLIT)
    spent = _weekly(_play(scenario)[1])
    first, last = 14, 27  # month 3 is day 91.3, month 6 day 182.6
    usual = SPLIT["capture"] * scenario.plan.budget_per_year
    np.testing.assert_allclose(spent["capture"][:first], usual)
    np.testing.assert_allclose(spent["capture"][first:last], 0.5 * usual)
    np.testing.assert_allclose(spent["capture"][last:], usual)
    assert (spent["brand"][:9] > 0.0).all()  # month 2 is day 60.9
    assert (spent["brand"][9:] == 0.0).all()


def test_going_dark_at_day_0_holds_from_the_first_week() -> None:
    spent = _weekly(_play(_scenario(changes=(Change(0.0, 1200.0, 0.0, ("brand", "content")),), budget_split=SPLIT))[1])
    assert (spent["brand"] == 0.0).all()
    assert (spent["content"] == 0.0).all()
    assert (spent["capture"] > 0.0).all()


def test_a_later_plan_takes_over_at_the_first_week_start_of_its_month() -> None:
    scenario = _scenario(budget_split=SPLIT)
    later = replace(scenario.plan, name="later", budget_split=HARVEST, qualification_threshold=0.2)
    scenario = replace(scenario, later=(Later(6.0, later),))
    _, session = _play(scenario)
    spent = _weekly(session)
    assert (spent["brand"][:27] > 0.0).all()
    assert (spent["brand"][27:] == 0.0).all()
    np.testing.assert_allclose(spent["capture"][27:], 0.9 * scenario.plan.budget_per_year)
    assert session._model.stage.p["qualification_threshold"][0] == 0.2


def test_a_budget_tied_to_revenue_follows_it() -> None:
    outcome, session = _play(_scenario(budget_share_of_revenue=0.1, budget_split=SPLIT))
    revenue = outcome.monthly.set_index("month")["recurring_revenue"]
    spent = _weekly(session)["brand"]
    assert revenue[-1] > 0.0
    assert spent[0] == pytest.approx(0.36 * 0.1 * revenue[-1], rel=1e-9)
    assert len(np.unique(spent)) > 5
    assert spent[-1] == pytest.approx(0.036 * revenue.iloc[-1], rel=0.1)


# ---- structure ----


@pytest.mark.parametrize(("structure", "share"), [(NO_STRUCTURE, -0.08), (FULL_STRUCTURE, 0.02)])
def test_structure_beyond_basic_is_paid_from_the_budget_and_less_gives_it_back(
    structure: Structure, share: float
) -> None:
    scenario = _scenario(structure=structure, budget_split=SPLIT)
    outcome, session = _play(scenario)
    stage, budget = session._model.stage, scenario.plan.budget_per_year
    for name, part in SPLIT.items():
        np.testing.assert_allclose(_weekly(session)[name], part * (1.0 - share) * budget)
    per_year = float(stage.company["structure_spend_per_day"][0]) * DAYS_PER_YEAR
    assert per_year == pytest.approx(share * budget)
    assert float(stage.company["budget_per_year"][0]) == pytest.approx(budget)
    after = outcome.tables.months[outcome.tables.past_months :]
    assert float(after["spend_structure"].sum()) == pytest.approx(share * budget)


def test_a_new_part_works_after_half_a_year_and_one_that_was_there_goes_on() -> None:
    _, session = _play(_scenario(structure=FULL_STRUCTURE))
    months = session._model.stage.scenario.world.process.months_until_it_works
    matching, automation = session._model.stage.company["structure_from"][0][:2]
    assert matching == pytest.approx(months * 30.4375)
    assert automation == -np.inf
    _, session = _play(_scenario(structure=NO_STRUCTURE))
    assert (session._model.stage.company["structure_from"] == np.inf).all()


def test_structure_is_cut_with_the_whole_budget_and_not_with_a_single_programme() -> None:
    changes = (Change(6.0, 1200.0, 0.5, ()), Change(0.0, 1200.0, 0.0, ("brand",)))
    scenario = _scenario(structure=FULL_STRUCTURE, changes=changes, budget_split=SPLIT)
    _, session = _play(scenario)
    per_year = float(session._model.stage.company["structure_spend_per_day"][0]) * DAYS_PER_YEAR
    assert per_year == pytest.approx(0.5 * 0.02 * scenario.plan.budget_per_year)


# ---- reviews ----


def test_reviews_come_in_the_rhythm_of_the_policy_and_only_after_day_0() -> None:
    for weeks, expected in ((1, 52), (4, 13), (13, 4), (52, 1)):
        policy = _policy("lead_count", review_weeks=weeks)
        reviews = _play(_scenario(policy=policy))[0].tables.reviews
        days = np.unique(reviews["at"])
        np.testing.assert_array_equal(days, 7.0 * weeks * np.arange(1, expected + 1))
    assert len(_play(_scenario())[0].tables.reviews) == 0
    past = replace(_usual(), past=replace(_usual().past, policy=_policy("lead_count")))
    assert len(_play(past)[0].tables.reviews) == 0


@pytest.mark.parametrize("kpi", KPIS[1:])
@pytest.mark.parametrize("rule", ["converting_lead", "self_reported", "time_decay"])
def test_every_policy_keeps_the_sum_of_the_split_and_the_smallest_share(kpi: str, rule: str) -> None:
    policy = _policy(kpi, credit=rule)
    reviews = _play(_scenario(policy=policy, budget_split=SPLIT))[0].tables.reviews
    for number in range(4):
        rows = reviews[reviews["review"] == number]
        shares = rows["share_after"]
        assert shares.sum() == pytest.approx(1.0)
        assert (shares[np.isin(rows["programme"], _rows_of(SPLIT))] >= 0.01 * (1.0 - 1e-12)).all()
        assert (np.delete(shares, _rows_of(SPLIT)) == 0.0).all()
        assert rows["credited"].clip(0.0).sum() <= rows["kpi"][0] + 1e-6 or kpi == "lifetime_value"


def _rows_of(names: dict[str, float]) -> list[int]:
    programmes = list(_usual().world.programme)
    return [programmes.index(name) for name in names]


def test_what_a_review_credits_is_what_the_tables_say() -> None:
    """Linear credit for leads, once more by hand from the tables of leads and touches."""
    outcome, session = _play(_scenario(policy=_policy("lead_count", credit="linear", look_back_weeks=26)))
    tables = outcome.tables
    first = tables.reviews[tables.reviews["review"] == 2]
    now = float(first["at"][0])
    credited = np.zeros(len(tables.programmes))
    inside = tables.leads[(tables.leads["arrived"] >= now - 26 * 7) & (tables.leads["arrived"] < now)]
    for lead in inside:
        touches = tables.touches
        own = touches[(touches["account"] == lead["account"]) & (touches["need"] == lead["need"])]
        own = own[(own["at"] <= lead["arrived"]) & (own["recorded"] == 1) & (own["matched"] == 1)]
        own = own[np.isin(own["kind"], (TOUCH_INQUIRY, TOUCH_JOINED, TOUCH_OUTBOUND))]
        for touch in own[own["programme"] >= 0]:
            credited[touch["programme"]] += 1.0 / len(own)
    np.testing.assert_allclose(first["credited"], credited, atol=1e-9)
    assert first["kpi"][0] == len(inside) > 0
    stage = session._model.stage
    row = WEEKS_OF_PAST + 39
    np.testing.assert_allclose(first["spent"], stage.spend_weeks[row - 26 : row, :-1].sum(axis=0), rtol=1e-12)


def test_the_reviewed_split_is_what_is_spent() -> None:
    outcome, session = _play(_scenario(policy=_policy("lead_count"), budget_split=SPLIT))
    reviews, spent = outcome.tables.reviews, _weekly(session)
    for number in range(3):
        rows = reviews[reviews["review"] == number]
        for k, name in enumerate(outcome.tables.programmes):
            weeks = spent[name][13 * (number + 1) : 13 * (number + 2)]
            np.testing.assert_allclose(weeks, rows["share_after"][k] * rows["budget_per_year"][k], atol=1e-6)


def test_where_every_inquiry_counts_the_bid_for_idle_clicks_rises_and_the_past_has_no_say_in_it() -> None:
    reviews = _play(_scenario(policy=_policy("lead_count")))[0].tables.reviews
    bids = reviews["low_intent_bid"][:: len(_usual().world.programme)]
    np.testing.assert_allclose(bids, 1.0 - 0.8 * 0.7 ** np.arange(1, 5))  # q is 1: 30 % of the way at each review


@pytest.mark.parametrize(("growth", "ratchet", "expected"), [(9.0, False, 0.4), (-1.0, False, 0.8), (-1.0, True, 0.6)])
def test_the_threshold_follows_the_target(growth: float, ratchet: bool, expected: float) -> None:
    policy = _policy("qualified_leads", target_growth_per_year=growth, ratchet=ratchet, look_back_weeks=26)
    _, session = _play(_scenario(policy=policy))
    assert session._model.stage.p["qualification_threshold"][0] == pytest.approx(expected)
    _, session = _play(_scenario(policy=replace(policy, kpi="lead_count")))
    assert session._model.stage.p["qualification_threshold"][0] == 0.6


@pytest.mark.parametrize(("hurdle", "expected"), [(1e-6, 1.1**4), (1e3, 0.9**4)])
def test_funding_follows_the_believed_return_once_a_quarter(hurdle: float, expected: float) -> None:
    policy = _policy("bookings", credit="self_reported", funding=True, review_weeks=1, look_back_weeks=104)
    scenario = changed(_scenario(policy=policy, budget_split=SPLIT), world__steering__funding_hurdle=hurdle)
    outcome, session = _play(scenario)
    grown = float(session._model.stage.company["funding"][0])
    tolerance = 1e-3 if hurdle > 1.0 else 1e-9  # far below the hurdle the step is almost whole
    assert grown == pytest.approx(expected, rel=4.0 * tolerance)
    spent = _weekly(session)
    total = np.sum(list(spent.values()), axis=0)
    np.testing.assert_allclose(total[:13], scenario.plan.budget_per_year)
    assert len(np.unique(total.round(3))) == 5
    assert outcome.tables.reviews["budget_per_year"][-1] == pytest.approx(grown * scenario.plan.budget_per_year)


# ---- insolvency ----


def _poor(enabled: bool) -> Scenario:
    scenario = _scenario(2.0)
    history = replace(scenario.history, starting_cash_months=1.0)
    return changed(
        replace(scenario, history=history), world__money__insolvency_enabled=enabled,
        world__money__fixed_overhead_per_year=20.0 * scenario.world.money.fixed_overhead_per_year,
    )  # fmt: skip


def test_cash_below_zero_ends_the_run_at_the_end_of_that_month() -> None:
    stopped, goes_on = _play(_poor(True))[0], _play(_poor(False))[0]
    months, past = stopped.tables.months, stopped.tables.past_months
    assert len(months) == len(goes_on.tables.months) == past + 24
    cash = months["cash"][past:]
    ended = int(np.argmax(cash < 0.0))
    assert 0 <= ended < 23
    assert months[: past + ended + 1].tobytes() == goes_on.tables.months[: past + ended + 1].tobytes()
    rest = months[past + ended + 1 :]
    assert (rest["cash"] == cash[ended]).all()
    for name in rest.dtype.names or ():
        if name not in ("cash", "remaining_contracts"):
            assert not rest[name].any(), name
    assert np.nan_to_num(rest["remaining_contracts"]).sum() == 0.0
    assert stopped.log is not None
    assert stopped.log[-1][0] == pytest.approx((ended + 1) * 30.4375)
    assert goes_on.tables.company["insolvent"][0] == 0


# ---- counterfactuals, and arms that share a past ----


def _steered() -> Scenario:
    scenario = _scenario(policy=_policy("lifetime_value", credit="self_reported", funding=True), budget_split=SPLIT)
    later = replace(scenario.plan, name="later", policy=_policy("qualified_leads", credit="last"))
    return replace(scenario, later=(Later(5.0, later),))


def test_a_programme_scaled_by_one_changes_no_byte() -> None:
    one, other = _play(_steered())[0], _play(_steered().scaled("capture", 1.0))[0]
    assert one.log == other.log
    assert _bytes(one) == _bytes(other)


@pytest.mark.parametrize("programme", ["brand", "capture", "nurture"])
def test_a_programme_switched_off_disturbs_no_draw(programme: str) -> None:
    """Candidate needs come to the same accounts at the same times, and the other programmes keep their spend."""
    scenario = _scenario(budget_split=SPLIT)
    (one, usual), (other, without) = _play(scenario), _play(scenario.scaled(programme, 0.0))
    for outcomes in (one, other):
        assert outcomes.log is not None
    needs = [[event[:3] for event in outcome.log or [] if event[1] == 4] for outcome in (one, other)]
    assert needs[0] == needs[1]
    spent, spent_without = _weekly(usual), _weekly(without)
    assert (spent_without.pop(programme) == 0.0).all()
    for name, money in spent_without.items():
        np.testing.assert_array_equal(money, spent[name])


def test_the_past_does_not_depend_on_what_the_plan_sets() -> None:
    key = past_key(_scenario())
    assert past_key(_steered()) == key
    assert past_key(_scenario(2.0, structure=FULL_STRUCTURE, changes=(Change(3.0, 6.0, 0.5, ()),))) == key
    assert past_key(_steered().scaled("brand", 0.0)) == key


def test_an_arm_adopts_its_plans_on_a_past_that_another_arm_began() -> None:
    arm = _steered()
    session = begin(_scenario(budget_split=HARVEST), SEED, 0, "compiled", record=True)
    session.play_past()
    assert _bytes(session.play_on(arm)) == _bytes(_play(arm)[0])


# ---- no policy names a programme ----


def _names() -> set[str]:
    return {*STAGES, *available("programme"), *available("strategy")} - {"_levers"}


def test_no_policy_names_a_programme_a_stage_or_a_strategy() -> None:
    for name in available("policy"):
        settings = yaml.safe_load((conf_folder() / "policy" / f"{name}.yaml").read_text(encoding="utf-8"))
        assert set(settings) == set(Policy.__dataclass_fields__)
        words = {value for value in settings.values() if isinstance(value, str)}
        assert words <= {name, settings["kpi"], settings["credit"]}
        assert settings["kpi"] in KPIS
        assert settings["credit"] in CREDIT_RULES
        assert not words & _names()


@pytest.mark.parametrize("room", ["rules/steering", "rules/attribution", "state/steering", "state/credit"])
def test_the_code_that_steers_names_no_programme_no_stage_no_strategy_and_no_policy(room: str) -> None:
    path = Path(marketsim.__file__).parent / f"{room}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    words: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.arg):
            words.add(node.arg)
        elif isinstance(node, ast.alias | ast.FunctionDef):
            words.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words |= set(re.findall(r"\w+", node.value)) if "\n" not in node.value and " " not in node.value else set()
    found = {word.lower().strip("_") for word in words}
    assert len(found) > 20
    assert not found & (_names() | (set(available("policy")) - set(KPIS)) - {"search"})


def test_the_plan_s_policy_reaches_compiled_code_as_numbers_only() -> None:
    """Whatever a policy is called, the same settings under another name play the same bytes."""
    plan: Plan = _scenario(policy=_policy("bookings")).plan
    one = _play(replace(_usual(), plan=plan))[0]
    other = _play(replace(_usual(), plan=replace(plan, policy=replace(plan.policy, name="another"))))[0]
    assert _bytes(one) == _bytes(other)


def test_what_is_switched_off_is_not_steered() -> None:
    scenario = _scenario(2.0, budget_split=SPLIT, policy=_policy("lead_count"), spend_factor={"capture": 0.0})
    outcome = _play(scenario)[0]
    rows = outcome.reviews[outcome.reviews["programme"] == "capture"]
    assert len(rows) > 4
    assert rows["share_after"].tolist() == [SPLIT["capture"]] * len(rows)
    middle = outcome.reviews[outcome.reviews["programme"] == "middle"]["share_after"]
    assert middle.iloc[-1] > SPLIT["middle"]
