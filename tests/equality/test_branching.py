"""Branches: a date is played to once, and what follows from there equals playing every plan from the start."""

from dataclasses import replace

import pytest
from equality.choices import assembled, chosen_rows, lively
from equality.compare import HAS_COMPILED, KEPT_WITHOUT_LOGS, first_difference
from equality.drawing import hundred, seeds
from hypothesis import given, note
from hypothesis import strategies as st
from property.scenarios import plans, scenarios, small, told

from marketsim.engines import begin, simulate
from marketsim.outcomes import Outcome
from marketsim.scenario.errors import BadInput
from marketsim.scenario.scenario import Later, Plan, Scenario

pytestmark = pytest.mark.skipif(not HAS_COMPILED, reason="there is no compiled engine yet")

SEED = 23
ROWS = (0, 20, 40, 60, 80, 100)


def of_row(number: int) -> Scenario:
    """Give the small market of a row of the covering array."""
    return lively(assembled(chosen_rows()[number]), 500, 0.5, 2.0)


def check_alike(one: Outcome, other: Outcome) -> None:
    difference = first_difference(one, other)
    assert difference is None, difference


def from_start(scenario: Scenario, seed: int, engine: str = "compiled") -> Outcome:
    return simulate(scenario, seed, 0, engine, record=True)


def four_plans(trunk: Scenario, month: float) -> list[Scenario]:
    """Give what may follow on a trunk from a month on: nothing new, and three strategies that take over."""
    followers = [replace(of_row(row).plan, budget_per_year=trunk.plan.budget_per_year) for row in (10, 50, 90)]
    return [trunk, *(replace(trunk, later=(*trunk.later, Later(month, plan))) for plan in followers)]


@pytest.mark.parametrize("row", ROWS)
def test_four_plans_that_branch_at_a_month_equal_four_runs(row: int) -> None:
    month = 5 + row // 20
    trunk = replace(of_row(row), later=())
    session = begin(trunk, SEED, 0, "compiled", record=True)
    session.play_past()
    session.play_to(trunk, month)
    for scenario in four_plans(trunk, month):
        branch = session.branch().play_on(scenario)
        check_alike(from_start(scenario, SEED), branch)
        check_alike(from_start(scenario, SEED, "simpy"), branch)


def test_plans_that_branch_at_day_0_equal_runs() -> None:
    trunk = of_row(0)
    session = begin(trunk, SEED, 0, "compiled", record=True)
    session.play_past()
    for row in ROWS:
        arm = replace(trunk, plan=of_row(row).plan)
        check_alike(from_start(arm, SEED, "simpy"), session.branch().play_on(arm))


def test_branches_do_not_disturb_each_other_nor_the_trunk() -> None:
    trunk = of_row(0)
    one, other = four_plans(trunk, 12)[1:3]
    session = begin(trunk, SEED, 0, "compiled", record=True)
    session.play_past()
    session.play_to(trunk, 6)
    first, second = session.branch(), session.branch()
    first.play_to(one, 9)
    of_branch = first.branch()
    second_outcome = second.play_on(other)
    check_alike(from_start(one, SEED), first.play_on(one))
    check_alike(from_start(one, SEED), of_branch.play_on(one))
    check_alike(from_start(other, SEED), second_outcome)
    check_alike(from_start(trunk, SEED), session.play_on(trunk))


@hundred
@given(scenarios(), seeds, st.sampled_from([0, 1, 3, 5]), plans())
def test_random_scenarios_branch_alike(scenario: Scenario, seed: int, month: int, follower: Plan) -> None:
    note(told(scenario))
    trunk = replace(scenario, later=tuple(entry for entry in scenario.later if entry.month < month))
    arm = replace(trunk, later=(*trunk.later, Later(float(month), replace(follower, present=True))))
    session = begin(trunk, seed, 0, "compiled", record=True)
    session.play_past()
    session.play_to(trunk, month)
    for followed in (scenario, arm):
        check_alike(from_start(followed, seed, "simpy"), session.branch().play_on(followed))


def test_another_plan_than_the_one_played_so_far_is_refused() -> None:
    trunk, other = of_row(0), of_row(50)
    session = begin(trunk, SEED, 0, "compiled")
    session.play_past()
    session.play_to(trunk, 6)
    with pytest.raises(ValueError, match="plan"):
        session.branch().play_on(replace(trunk, plan=other.plan))
    with pytest.raises(ValueError, match="plan"):
        session.branch().play_on(replace(trunk, later=(*trunk.later, Later(2.0, other.plan))))


def test_a_session_of_generators_says_that_it_cannot_branch() -> None:
    session = begin(of_row(0), SEED, 0, "simpy")
    assert not session.can_branch
    assert begin(of_row(0), SEED, 0, "compiled").can_branch
    session.play_past()
    with pytest.raises(ValueError, match="branch"):
        session.branch()


@pytest.mark.parametrize("row", ROWS)
def test_without_logs_the_monthly_series_are_the_same(row: int) -> None:
    scenario = of_row(row)
    whole = simulate(scenario, SEED, 0, "compiled")
    bare = simulate(scenario, SEED, 0, "compiled", logs=False)
    difference = first_difference(whole, bare, tables=KEPT_WITHOUT_LOGS)
    assert difference is None, difference
    assert whole.monthly.equals(bare.monthly)
    assert whole.summary.equals(bare.summary)


@hundred
@given(scenarios(), seeds)
def test_without_logs_random_scenarios_have_the_same_months(scenario: Scenario, seed: int) -> None:
    note(told(scenario))
    whole, bare = (simulate(scenario, seed, 0, "compiled", logs=logs) for logs in (True, False))
    difference = first_difference(whole, bare, tables=KEPT_WITHOUT_LOGS)
    assert difference is None, difference


@pytest.mark.parametrize("table", ["leads", "deals", "customers", "journeys", "touches", "unit_economics"])
def test_a_run_without_logs_has_no_tables_of_them(table: str) -> None:
    outcome = simulate(small(200), SEED, 0, "compiled", logs=False)
    with pytest.raises(BadInput, match=f"has no .{table}; play it again with logs=True"):
        getattr(outcome, table)
    assert len(outcome.monthly) > 0
