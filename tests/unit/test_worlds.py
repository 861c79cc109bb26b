"""Worlds of a designed sample: axes, places, and settings put into frozen scenarios."""

import numpy as np
import pytest

from marketsim import BadInput, load_experiment, load_scenario
from marketsim.experiments.matching import gone_dark
from marketsim.experiments.worlds import Axis, designed, in_world
from marketsim.scenario.worlds import with_settings

LINEAR = Axis("growth", -0.05, 0.10, 0.0, "growth")
LOG = Axis("half_life", 100, 1600, 400, "half-life", log=True)


def test_an_axis_goes_from_place_to_value_and_back() -> None:
    assert LINEAR.value(np.array([0.0, 0.5, 1.0])) == pytest.approx([-0.05, 0.025, 0.10])
    assert LOG.value(np.array([0.0, 0.5, 1.0])) == pytest.approx([100, 400, 1600])
    for axis in (LINEAR, LOG):
        places = np.linspace(0, 1, 7)
        assert axis.place(axis.value(places)) == pytest.approx(places)


def test_a_sample_is_the_same_for_a_seed_and_fills_every_axis_evenly() -> None:
    places = designed(5, 64, 1)
    assert (places == designed(5, 64, 1)).all()
    assert (places != designed(5, 64, 2)).any()
    for column in places.T:
        assert (np.bincount((column * 64).astype(int), minlength=64) == 1).all()


def test_settings_are_put_into_a_copy() -> None:
    scenario = load_scenario(["strategy=balanced"])
    other = in_world(scenario, {"memory.half_life_days": 100.0, "market.accounts": 5000})
    assert (other.world.memory.half_life_days, other.world.market.accounts) == (100.0, 5000)
    assert scenario.world.memory.half_life_days != 100.0
    assert (other.plan, other.past, other.world.buying) == (scenario.plan, scenario.past, scenario.world.buying)
    with pytest.raises(BadInput, match="half_live"):
        with_settings(scenario.world, {"memory.half_live": 1.0})


def test_going_dark_stops_brand_and_leaves_the_money_of_the_rest() -> None:
    usual = load_scenario(["strategy=balanced"])
    dark = gone_dark(usual)
    for name, share in usual.plan.budget_split.items():
        spent = dark.plan.budget_split[name] * dark.plan.budget_per_year
        kept = 0.0 if name in ("brand", "content") else share * usual.plan.budget_per_year
        assert spent == pytest.approx(kept)
    assert (dark.world, dark.past) == (usual.world, usual.past)


@pytest.mark.parametrize(("name", "arms"), [("budget_split", 11), ("healing", 15), ("when_leads_win", 3)])
def test_the_experiments_compose(name: str, arms: int) -> None:
    experiment = load_experiment([f"experiment={name}"])
    assert len(experiment.arms) == arms
    assert experiment.question


def test_the_split_of_the_budget_runs_from_no_brand_to_nothing_else() -> None:
    arms = load_experiment(["experiment=budget_split"]).arms
    harvest = load_scenario(["strategy=harvest_mix"]).plan
    for name, scenario in arms.items():
        split, share = scenario.plan.budget_split, int(name.removeprefix("brand_")) / 100
        assert split["brand"] + split["content"] == pytest.approx(share)
        assert split["content"] * 36 == pytest.approx(split["brand"] * 10, rel=5e-3, abs=1e-9)
        for other in ("middle", "capture", "nurture"):
            assert split[other] == pytest.approx((1 - share) * harvest.budget_split[other])


def test_those_who_come_back_follow_their_course_until_then() -> None:
    arms = load_experiment(["experiment=healing"]).arms
    for course in ("lead_factory", "lead_factory_counted", "sales_led"):
        for years in (1, 3, 5):
            arm = arms[f"{course}_{years}"]
            assert arm.plan.budget_split == arms[course].plan.budget_split
            assert arm.plan.policy == arms[course].plan.policy
            (later,) = arm.later
            assert later.month == 12 * years
            assert later.plan.budget_split == arms["balanced"].plan.budget_split
            assert later.plan.policy == arms["balanced"].plan.policy
