"""Equality where events tie: random scenarios with all times snapped to a coarse grid."""

import pytest
from equality.compare import HAS_COMPILED, assert_equal
from equality.drawing import grids, hundred, seeds, thousand_new
from hypothesis import given, note
from property.scenarios import scenarios, told

from marketsim.scenario.scenario import Scenario

pytestmark = pytest.mark.skipif(not HAS_COMPILED, reason="there is no compiled engine yet")


@hundred
@given(scenarios(), seeds, grids)
def test_random_scenarios_with_ties_are_played_alike(scenario: Scenario, seed: int, grid_days: float) -> None:
    note(told(scenario))
    assert_equal(scenario, seed, 0, grid_days=grid_days)


@hundred
@given(scenarios(max_years=3.0), seeds, grids)
def test_random_scenarios_of_up_to_three_years_with_ties_are_played_alike(
    scenario: Scenario, seed: int, grid_days: float
) -> None:
    note(told(scenario))
    assert_equal(scenario, seed, 1, grid_days=grid_days)


@pytest.mark.nightly
@thousand_new
@given(scenarios(max_years=3.0), seeds, grids)
def test_a_thousand_new_random_scenarios_with_ties_are_played_alike(
    scenario: Scenario, seed: int, grid_days: float
) -> None:
    note(told(scenario))
    assert_equal(scenario, seed, 2, grid_days=grid_days)
