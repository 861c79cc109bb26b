"""Scenarios and experiments are composed as the arms, pasts and levers of the model demand."""

import itertools
from dataclasses import fields, replace
from pathlib import Path

import pytest
import yaml
from hydra.core.global_hydra import GlobalHydra

from marketsim.scenario.errors import BadInput
from marketsim.scenario.folders import available
from marketsim.scenario.load import DEFAULT_STRATEGIES, load_experiment, load_scenario

EXAMPLE = Path(__file__).parents[2] / "examples" / "conf"
LEVER_FIELDS = ("development_reps", "executives", "deals_per_executive", "queue", "cold_leads")


def test_every_shipped_strategy_composes_on_every_past() -> None:
    strategies, histories = available("strategy"), available("history")
    names, pasts = f"strategies=[{','.join(strategies)}]", f"other_pasts=[{','.join(histories)}]"
    experiment = load_experiment([names, pasts])
    scenarios = {**experiment.other_pasts, "balanced": experiment.arms}
    assert sorted(scenarios) == histories
    for history, strategy in itertools.product(histories, strategies):
        scenario = scenarios[history][strategy]
        assert scenario.plan.name == strategy == scenario.name
        assert sum(scenario.plan.budget_split.values()) == pytest.approx(1.0)
        assert scenario.history.regime == history
        assert scenario.plan.present
        assert scenario.past.present is (history != "start_up")


@pytest.mark.parametrize("group", ["decay", "market", "run", "engine"])
def test_every_shipped_choice_composes(group: str) -> None:
    for name in available(group):
        load_scenario([f"{group}={name}"])


def test_shipped_strategies_differ_in_levers_only() -> None:
    experiment = load_experiment([f"strategies=[{','.join(available('strategy'))}]"])
    for one, other in itertools.pairwise(experiment.arms.values()):
        assert one.world == other.world
        assert one.past == other.past
        assert one.initial == other.initial
        assert one.plan.budget_per_year == other.plan.budget_per_year


def test_a_lever_in_an_arm_holds_from_day_0_and_in_the_overrides_always() -> None:
    arm = load_scenario(arm=["sales.development_reps=7"])
    assert (arm.past.development_reps, arm.plan.development_reps) == (5, 7)
    both = load_scenario(["sales.development_reps=7"])
    assert (both.past.development_reps, both.plan.development_reps) == (7, 7)


def test_the_world_of_an_arm_is_the_world_of_its_past() -> None:
    arm = load_scenario(arm=["decay=weibull", "strategy=lead_factory"], name="another")
    assert arm.world.decay.kind == "weibull"
    assert (arm.name, arm.plan.name, arm.past.name) == ("another", "lead_factory", "balanced")


def test_the_strategy_of_the_overrides_is_not_played_in_the_past() -> None:
    scenario = load_scenario(["strategy=lead_factory", "strategy.qualification_threshold=0.9"])
    assert scenario.plan.qualification_threshold == 0.9
    assert scenario.past.qualification_threshold == 0.6
    assert load_scenario(["history=lead_factory"]).past.name == "lead_factory"


def test_rescaling_shrinks_shares_in_proportion() -> None:
    scenario = load_scenario(["strategy.budget_split.brand=0.5", "strategy.rescale=true"])
    assert sum(scenario.plan.budget_split.values()) == pytest.approx(1.0)
    assert scenario.plan.budget_split["brand"] == pytest.approx(0.5 / 1.14)


def test_the_default_experiment_has_four_arms_and_the_lead_factory_as_baseline() -> None:
    experiment = load_experiment()
    assert tuple(experiment.arms) == DEFAULT_STRATEGIES
    assert (experiment.name, experiment.baseline) == ("compare", "lead_factory")
    assert experiment.other_pasts == {}


def test_the_headline_is_tried_on_all_pasts() -> None:
    experiment = load_experiment(["experiment=long_run"])
    assert experiment.name == "long_run"
    assert experiment.question == "Lead factory or balanced?"
    assert set(experiment.other_pasts) == {"lead_factory", "start_up"}
    for regime, arms in experiment.other_pasts.items():
        assert list(arms) == list(experiment.arms)
        for name, scenario in arms.items():
            assert scenario.history.regime == regime
            assert scenario.plan == experiment.arms[name].plan
            assert scenario == load_scenario([f"history={regime}"], arm=[f"strategy={name}"], name=name)


def test_the_past_already_played_is_not_another_past() -> None:
    assert set(load_experiment(["experiment=long_run", "history=start_up"]).other_pasts) == {"lead_factory"}
    assert load_experiment(["experiment=long_run", "history.years=0"]).other_pasts == {}


@pytest.mark.parametrize(
    "arm",
    [
        "arms.more_hands=[strategy=balanced,sales.development_reps=7]",
        "arms.more_hands=[strategy=balanced, sales.development_reps=7]",
        'arms.more_hands=["strategy=balanced","sales.development_reps=7"]',
        "++arms.more_hands=['strategy=balanced','sales.development_reps=7']",
    ],
)
def test_an_arm_is_read_as_people_type_it(arm: str) -> None:
    experiment = load_experiment([arm, "strategies=[balanced]"])
    assert list(experiment.arms) == ["balanced", "more_hands"]
    assert experiment.arms["more_hands"].plan.development_reps == 7
    assert experiment.arms["more_hands"].past == experiment.arms["balanced"].past


def test_the_configuration_written_beside_results_composes_the_same_arms() -> None:
    written = yaml.safe_load(load_experiment(["run=smoke"]).config_yaml)
    assert written["arms"] == {name: [f"strategy={name}"] for name in DEFAULT_STRATEGIES}
    assert written["run"]["replications"] == 2


def test_loading_leaves_hydra_as_it_was() -> None:
    load_scenario()
    assert not GlobalHydra.instance().is_initialized()
    with pytest.raises(BadInput):
        load_scenario(["market.accounts=abc"])
    assert not GlobalHydra.instance().is_initialized()


def test_a_company_of_ones_own_works_with_config_dir() -> None:
    scenario = load_scenario(["market=my_company"], config_dir=EXAMPLE)
    shipped = load_scenario()
    assert scenario.world.market.accounts == 8000
    assert scenario.world.market.value_sigma == shipped.world.market.value_sigma
    for field in fields(scenario.world):
        if field.name != "market":
            assert getattr(scenario.world, field.name) == getattr(shipped.world, field.name)


def test_an_experiment_of_ones_own_sets_team_and_budget_for_all_arms() -> None:
    experiment = load_experiment(["experiment=my_company"], config_dir=[EXAMPLE])
    assert list(experiment.arms) == ["lead_factory", "balanced", "more_hands", "more_money"]
    assert experiment.arms["balanced"].past.development_reps == 3
    assert experiment.arms["more_hands"].past == experiment.arms["balanced"].past
    assert experiment.arms["more_money"].plan.budget_per_year == 1.1e6


def test_levers_named_twice_agree_in_the_plan() -> None:
    scenario = load_scenario(["sales.queue=newest_first"])
    for name in LEVER_FIELDS:
        assert getattr(scenario.plan, name) == getattr(scenario.world.sales, name)
    assert replace(scenario.plan, name="x").queue == "newest_first"


def _strategy_file(folder: Path, text: str) -> Path:
    (folder / "strategy").mkdir()
    (folder / "strategy" / "mine.yaml").write_text(text)
    return folder


SPLIT = "budget_split: {brand: 1.0, content: 0, middle: 0, capture: 0, nurture: 0}"


def test_a_strategy_file_may_set_levers(tmp_path: Path) -> None:
    text = f"# @package _global_\nstrategy:\n  name: mine\n  policy: fixed\n  rescale: false\n  {SPLIT}\n"
    text += "  qualification_threshold: 1\n  low_intent_bid_weight: 0.2\nsales:\n  development_reps: 7\n"
    scenario = load_scenario(["strategy=mine"], config_dir=_strategy_file(tmp_path, text))
    assert (scenario.plan.development_reps, scenario.past.development_reps) == (7, 5)


@pytest.mark.parametrize(
    ("extra", "setting"),
    [
        ("sales:\n  work_hours: 0.1\n", "sales.work_hours"),
        ("decay:\n  floor: 0.9\n", "decay.floor"),
        ("run:\n  seed: 3\n", "run.seed"),
        ("history:\n  years: 3\n", "history.years"),
    ],
)
def test_a_strategy_file_that_sets_the_world_is_refused(tmp_path: Path, extra: str, setting: str) -> None:
    text = f"# @package _global_\ndefaults: [_levers@strategy]\nstrategy:\n  name: mine\n  {SPLIT}\n{extra}"
    with pytest.raises(BadInput, match=f"strategy 'mine' sets {setting}, which is not a lever"):
        load_scenario(["strategy=mine"], config_dir=_strategy_file(tmp_path, text))


def test_a_file_that_hydra_would_pass_over_is_refused(tmp_path: Path) -> None:
    (tmp_path / "market").mkdir()
    (tmp_path / "market" / "b2b_software.yaml").write_text("accounts: 5000\n")
    with pytest.raises(BadInput, match="has the name of a file that ships"):
        load_scenario(config_dir=tmp_path)


def test_an_experiment_file_that_changes_the_strategy_of_the_past_is_refused(tmp_path: Path) -> None:
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "mine.yaml").write_text("# @package _global_\nstrategy:\n  rescale: true\n")
    with pytest.raises(BadInput, match=r"experiment 'mine' sets strategy\.rescale"):
        load_experiment(["experiment=mine"], config_dir=tmp_path)
