"""Equality on random valid scenarios; hypothesis reports the simplest one that differs, and where it differs."""

import pytest
from equality.compare import HAS_COMPILED, assert_equal
from equality.drawing import hundred, seeds, thousand_new
from hypothesis import given, note
from property.scenarios import scenarios, told

from marketsim.scenario.scenario import Scenario

pytestmark = pytest.mark.skipif(not HAS_COMPILED, reason="there is no compiled engine yet")


@hundred
@given(scenarios(), seeds)
def test_random_scenarios_are_played_alike(scenario: Scenario, seed: int) -> None:
    note(told(scenario))
    assert_equal(scenario, seed, 0)


@hundred
@given(scenarios(max_years=3.0), seeds)
def test_random_scenarios_of_up_to_three_years_are_played_alike(scenario: Scenario, seed: int) -> None:
    note(told(scenario))
    assert_equal(scenario, seed, 1)


@pytest.mark.nightly
@thousand_new
@given(scenarios(max_years=3.0), seeds)
def test_a_thousand_new_random_scenarios_are_played_alike(scenario: Scenario, seed: int) -> None:
    note(told(scenario))
    assert_equal(scenario, seed, 2)
