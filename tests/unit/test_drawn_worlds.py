"""Drawn and miniature worlds: only weak evidence moves, within its range, and what belongs together stays together."""

from dataclasses import replace

import pytest

import marketsim as ms
from marketsim import Scenario
from marketsim.scenario.catalogue import notes
from marketsim.scenario.errors import BadInput
from marketsim.scenario.load import compose_plain
from marketsim.scenario.schema import LEVERS
from marketsim.scenario.worlds import (
    Uncertain,
    drawn,
    keeps_proportions,
    miniature,
    perturbed,
    uncertain_settings,
    value_of,
    with_settings,
)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return ms.load_scenario(["strategy=balanced"])


@pytest.fixture(scope="module")
def choices() -> dict[str, str | None]:
    return {name: choice if isinstance(choice, str) else None for name, choice in compose_plain([])[1].items()}


@pytest.fixture(scope="module")
def settings(scenario: Scenario, choices: dict[str, str | None]) -> tuple[Uncertain, ...]:
    return uncertain_settings(scenario.world, choices)


def test_settings_are_replaced_by_name_and_nothing_else_changes(scenario: Scenario) -> None:
    world = with_settings(scenario.world, {"market.segments.small.share": 0.5, "programme.brand.lag_weeks": 3})
    assert world.market.segments.small.share == 0.5
    assert world.programme["brand"].lag_weeks == 3
    back = with_settings(world, {"market.segments.small.share": 0.6, "programme.brand.lag_weeks": 0})
    assert back == scenario.world
    with pytest.raises(BadInput, match=r"no setting 'memory\.half_life'"):
        with_settings(scenario.world, {"memory.half_life": 1.0})


def test_only_weak_evidence_with_a_range_is_drawn(
    settings: tuple[Uncertain, ...], choices: dict[str, str | None]
) -> None:
    names = [one.name for one in settings]
    assert len(names) == len(set(names)) > 100
    assert {"memory.hill_shape", "memory.half_life_days", "buying.utility_base", "people.vacancy_days"} <= set(names)
    assert not {"market.accounts", "market.entry_interval_months", "buying.utility_listed"} & set(names)
    assert not LEVERS & set(names)
    for one in settings:
        group = one.name.split(".")[0]
        note = notes(group, choices[group])[one.name]
        assert note.grade in "VJ"
        assert note.range == (one.low, one.high)


def test_drawn_values_stay_in_range_and_hang_on_nothing_but_their_name(settings: tuple[Uncertain, ...]) -> None:
    first, again = drawn(settings, 1, 7), drawn(settings[::-1], 1, 7)
    assert first == again
    assert first != drawn(settings, 1, 8) != drawn(settings, 2, 8)
    for number in range(50):
        values = drawn(settings, 1, number)
        assert all(one.low <= values[one.name] <= one.high for one in settings)
        assert all(isinstance(values[one.name], int) == one.whole for one in settings)


def test_wide_ranges_are_drawn_by_factors_and_whole_numbers_evenly() -> None:
    wide = Uncertain("a", 1.0, 16.0, "J", whole=False)
    assert [wide.at(chance) for chance in (0.0, 0.5, 1.0)] == pytest.approx([1.0, 4.0, 16.0])
    narrow = Uncertain("a", 1.0, 3.0, "J", whole=False)
    assert narrow.at(0.5) == 2.0
    whole = Uncertain("a", 1.0, 4.0, "J", whole=True)
    assert [whole.at((k + 0.5) / 8) for k in range(8)] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_what_an_arm_itself_changes_stays_as_it_says(scenario: Scenario) -> None:
    own = with_settings(scenario.world, {"memory.half_life_days": 1e6})
    values = {"memory.half_life_days": 300.0, "memory.hill_shape": 2.0}
    world = perturbed(own, scenario.world, values)
    assert world.memory.half_life_days == 1e6
    assert world.memory.hill_shape == 2.0
    assert perturbed(scenario.world, scenario.world, values).memory.half_life_days == 300.0


def test_a_miniature_keeps_everything_per_account(scenario: Scenario) -> None:
    small = miniature(scenario, 0.2)
    full, world = scenario.world, small.world
    assert world.market.accounts == 4000
    assert small.plan.development_reps == small.past.development_reps == 1
    assert small.plan.executives == 3
    assert small.plan.budget_per_year == pytest.approx(0.2 * scenario.plan.budget_per_year)
    assert world.rivals.brand_spend_per_year == pytest.approx(0.2 * full.rivals.brand_spend_per_year)
    payroll = [
        plan.development_reps * money.development_rep_cost_per_year + plan.executives * money.executive_cost_per_year
        for plan, money in ((small.plan, world.money), (scenario.plan, full.money))
    ]
    assert payroll[0] == pytest.approx(0.2 * payroll[1])
    deals = [plan.executives * plan.deals_per_executive for plan in (small.plan, scenario.plan)]
    assert deals[0] == 0.2 * deals[1]
    assert value_of(world, "memory.half_life_days") == value_of(full, "memory.half_life_days")
    assert miniature(scenario, 1.0) == scenario


def test_hands_that_cannot_be_shrunk_are_noticed(scenario: Scenario) -> None:
    assert keeps_proportions(scenario, 0.2)
    assert not keeps_proportions(replace(scenario, plan=replace(scenario.plan, development_reps=6)), 0.2)
