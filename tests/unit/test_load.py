"""Scenarios and experiments are composed as the arms, pasts and levers of the model demand."""

import itertools
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest
import yaml
from hydra.core.global_hydra import GlobalHydra

from marketsim.scenario.company import STAGES, Change, Programme
from marketsim.scenario.errors import BadInput
from marketsim.scenario.folders import available
from marketsim.scenario.load import DEFAULT_STRATEGIES, compose_plain, load_experiment, load_scenario
from marketsim.scenario.scenario import Plan

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


@pytest.mark.parametrize("group", ["run", "engine"])
def test_every_shipped_choice_composes(group: str) -> None:
    for name in available(group):
        load_scenario([f"{group}={name}"])


@pytest.mark.parametrize("group", ["decay", "economy", "policy", "structure", "schedule"])
def test_every_shipped_choice_can_be_an_arm(group: str) -> None:
    names = available(group)
    experiment = load_experiment([f"arms.{name}=[{group}={name}]" for name in names])
    assert list(experiment.arms) == names


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
        if field.name not in ("market", "programme"):
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


@pytest.mark.parametrize("factor", [-1, -0.5, "2", float("nan"), float("inf"), None, True])
def test_spend_is_scaled_by_numbers_of_0_or_more_only(factor: object) -> None:
    scenario = load_scenario()
    for scaled in (scenario.scaled, scenario.plan.scaled):
        with pytest.raises(BadInput, match=r"scaled\('brand', ...\) must be a number of 0 or more, got"):
            scaled("brand", factor)  # type: ignore[arg-type]


def test_spend_is_scaled_of_programmes_there_are_only() -> None:
    scenario = load_scenario(["strategy=switch_year_3"])
    for scaled in (scenario.scaled, scenario.plan.scaled):
        with pytest.raises(BadInput, match=r"no programme 'brnd'.* Did you mean brand\?"):
            scaled("brnd", 0)
        with pytest.raises(BadInput, match="no programme '3'"):
            scaled(3, 0)  # type: ignore[arg-type]
    without = scenario.scaled("television", 0)
    assert {plan.spend_factor["television"] for plan in (without.plan, without.later[0].plan)} == {0.0}
    assert scenario.plan.scaled("capture", 2).spend_factor == {"capture": 2.0}


@pytest.mark.parametrize("name", ["cut_in_recession", "raise_in_recession"])
def test_the_schedules_of_the_recession_last_as_long_as_it(name: str) -> None:
    scenario = load_scenario(["economy=recession", f"schedule={name}"])
    economy, (change,) = scenario.world.economy, scenario.plan.changes
    ends = economy.recession_start_month + economy.recession_months + economy.recession_ramp_months
    assert (change.from_month, change.until_month) == (economy.recession_start_month, ends)


def _strategy_file(folder: Path, text: str) -> Path:
    (folder / "strategy").mkdir()
    (folder / "strategy" / "mine.yaml").write_text(text)
    return folder


SPLIT = "budget_split: {brand: 1.0, content: 0, middle: 0, capture: 0, nurture: 0}"


def test_a_strategy_file_may_set_levers(tmp_path: Path) -> None:
    text = f"# @package _global_\ndefaults: [_levers@strategy]\nstrategy:\n  name: mine\n  {SPLIT}\n"
    text += "  policy: bookings\npolicy:\n  review_weeks: 4\nsales:\n  development_reps: 7\n"
    scenario = load_scenario(["strategy=mine"], config_dir=_strategy_file(tmp_path, text))
    assert (scenario.plan.development_reps, scenario.past.development_reps) == (7, 5)
    assert (scenario.plan.policy.kpi, scenario.plan.policy.review_weeks) == ("bookings", 4)
    assert (scenario.past.policy.kpi, scenario.past.policy.review_weeks) == ("none", 13)


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


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("strategy:\n  rescale: true\n", "strategy.rescale"),
        ("policy:\n  kpi: bookings\n", "policy.kpi"),
        ("defaults:\n  - override /policy: bookings\n", "policy"),
        ("defaults:\n  - override /schedule: go_dark\n", "schedule"),
    ],
)
def test_an_experiment_file_that_changes_the_plan_of_the_past_is_refused(text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "mine.yaml").write_text(f"# @package _global_\n{text}")
    with pytest.raises(BadInput, match=f"experiment 'mine' sets {named}, which would hold in the past too"):
        load_experiment(["experiment=mine"], config_dir=tmp_path)


# ---- what the whole company added: policies, structure, schedules, programmes, markets ----

CORE_PROGRAMMES = ("brand", "content", "middle", "capture", "nurture")


@cache
def _plan(strategy: str) -> Plan:
    return load_scenario([f"strategy={strategy}"]).plan


def test_a_strategy_names_its_policy_structure_and_schedule_and_a_typed_one_wins() -> None:
    named = load_scenario(["strategy=growth_architect"])
    assert (named.plan.policy.name, named.plan.policy.credit) == ("lifetime_value", "self_reported")
    assert named.plan.structure.name == "full"
    typed = load_scenario(["strategy=growth_architect", "policy=bookings", "structure=none", "schedule=go_dark"])
    assert (typed.plan.policy.name, typed.plan.structure.name) == ("bookings", "none")
    assert [change.programmes for change in typed.plan.changes] == [("brand", "content")]
    for scenario in (named, typed):
        assert (scenario.past.policy.name, scenario.past.structure.name) == ("fixed", "basic")
        assert scenario.past.changes == ()


def test_a_lever_may_name_the_file_too_and_single_settings_are_changed_in_it() -> None:
    plan = load_scenario(["strategy.policy=lead_count", "policy.review_weeks=4", "strategy.ratchet=true"]).plan
    assert (plan.policy.kpi, plan.policy.review_weeks, plan.policy.ratchet) == ("lead_count", 4, True)


@pytest.mark.parametrize("write", ["", "+", "++"])
def test_floors_factors_and_changes_are_typed_without_signs(write: str) -> None:
    change = "schedule.changes.pause={from_month:3,until_month:6,factor:0,programmes:[brand]}"
    lines = ["strategy.floors.brand=.1", "strategy.spend_factor.television=0", change]
    plan = load_scenario([write + line for line in lines]).plan
    assert plan.floors == {"brand": 0.1}
    assert plan.spend_factor == {"television": 0.0}
    assert plan.changes == (Change(3.0, 6.0, 0.0, ("brand",)),)
    arm = load_scenario(arm=lines)
    assert replace(arm.plan, name=plan.name) == plan
    assert (arm.past.floors, arm.past.spend_factor, arm.past.changes) == ({}, {}, ())


def test_changes_are_added_to_those_of_a_schedule() -> None:
    plan = load_scenario(["schedule=go_dark", "schedule.changes.dark.until_month=12"]).plan
    assert plan.changes == (Change(0.0, 12.0, 0.0, ("brand", "content")),)


def test_the_registry_is_every_file_of_the_folder() -> None:
    registry = load_scenario().world.programme
    assert list(registry) == available("programme")
    assert {programme.stage for programme in registry.values()} == set(STAGES)
    few = load_scenario([f"programme=[{','.join(CORE_PROGRAMMES)}]"]).world.programme
    assert set(few) == set(CORE_PROGRAMMES)
    for name in CORE_PROGRAMMES:
        carry_over = 0.5 if name in ("brand", "content") else 0.0
        assert few[name] == registry[name] == Programme(name, 1.0, carry_over, 0, 0.0)


def test_a_setting_of_any_programme_can_be_typed() -> None:
    experiment = load_experiment(["programme.television.lag_weeks=9", "strategies=[balanced]"])
    assert experiment.arms["balanced"].world.programme["television"].lag_weeks == 9
    assert yaml.safe_load(experiment.config_yaml)["programme"]["television"]["lag_weeks"] == 9
    assert compose_plain(["programme.television.lag_weeks=9"])[0]["programme"]["television"]["lag_weeks"] == 9


def test_a_programme_of_ones_own_is_one_file() -> None:
    scenario = load_scenario(["strategy=my_split"], config_dir=EXAMPLE)
    assert scenario.world.programme["trade_fair"].stage == "middle"
    assert scenario.plan.budget_split == {**_plan("balanced").budget_split, "middle": 0.06, "trade_fair": 0.06}
    typed = load_scenario(["strategy.budget_split.trade_fair=.1", "strategy.rescale=true"], config_dir=EXAMPLE)
    assert typed.plan.budget_split["trade_fair"] == pytest.approx(0.1 / 1.1)


def test_a_policy_a_structure_and_a_schedule_of_ones_own_can_be_chosen_and_named(tmp_path: Path) -> None:
    files = {
        "policy": "defaults: [bookings]\nname: mine\nreview_weeks: 52\n",
        "structure": "defaults: [basic]\nname: mine\nmatching: true\n",
        "schedule": "defaults: [none]\nname: mine\n"
        "changes:\n  cut: {from_month: 6, until_month: 9, factor: 0.5, programmes: []}\n",
        "strategy": "defaults: [balanced]\nname: mine\npolicy: mine\nstructure: mine\nschedule: mine\n",
    }
    for group, text in files.items():
        (tmp_path / group).mkdir()
        (tmp_path / group / "mine.yaml").write_text(text)
    named = load_scenario(["strategy=mine"], config_dir=tmp_path).plan
    typed = load_scenario(["policy=mine", "structure=mine", "schedule=mine"], config_dir=tmp_path).plan
    for plan in (named, typed):
        assert (plan.policy.kpi, plan.policy.review_weeks) == ("bookings", 52)
        assert plan.structure.matching
        assert plan.changes == (Change(6.0, 9.0, 0.5, ()),)


def test_variants_of_the_lead_factory_have_its_split() -> None:
    driven, counted = _plan("lead_factory_driven"), _plan("lead_factory_counted")
    for plan in (driven, counted):
        assert plan.budget_split == _plan("lead_factory").budget_split
    assert (driven.policy.kpi, driven.policy.ratchet) == ("qualified_leads", True)
    assert (counted.policy.kpi, counted.policy.ratchet) == ("lead_count", False)


def test_the_three_stonecutters_start_from_the_balanced_split() -> None:
    balanced, architect = _plan("balanced"), _plan("growth_architect")
    for name, kpi in (("volume_leads", "qualified_leads"), ("quality_leads", "sales_qualified_leads")):
        assert _plan(name).policy.kpi == kpi
        assert replace(_plan(name), name=balanced.name, policy=balanced.policy) == balanced
    assert architect.budget_split["listening"] == 0.05
    for name, share in balanced.budget_split.items():
        assert architect.budget_split[name] == pytest.approx(0.95 * share)
    assert architect.floors == {
        name: pytest.approx(architect.budget_split[name] / 2) for name in ("brand", "content", "listening")
    }


def test_a_switch_brings_the_whole_plan_of_the_other_strategy() -> None:
    scenario = load_scenario(["strategy=switch_year_3", "sales.development_reps=7"])
    (later,) = scenario.later
    assert scenario.plan.budget_split == _plan("lead_factory").budget_split
    assert later.month == 36.0
    assert later.plan == replace(_plan("balanced"), development_reps=7)


def test_markets_differ_as_they_say_and_the_past_lives_in_them() -> None:
    shares = {"b2b_enterprise": (0.0, 0.4, 0.6), "smb_software": (1.0, 0.0, 0.0), "consumer_durables": (1.0, 0.0, 0.0)}
    assert sorted([*shares, "b2b_software"]) == available("market")
    for name, wanted in shares.items():
        scenario = load_scenario([f"market={name}"])
        assert tuple(segment.share for segment in scenario.world.market.segments) == wanted
        assert scenario.past.budget_per_year == scenario.plan.budget_per_year
        assert scenario.past.development_reps == scenario.plan.development_reps
    assert {segment.group_size for segment in scenario.world.market.segments} == {1.0}
    assert not scenario.world.customers.renewals_enabled
    assert scenario.plan.budget_per_year == 6.0e4


def test_a_file_chosen_beside_a_market_wins_over_what_the_market_brings() -> None:
    for lines in (["market=consumer_durables", "sales=standard"], ["sales=standard", "market=consumer_durables"]):
        scenario = load_scenario([*lines, "money.marketing_budget_per_year=7e4"])
        assert (scenario.plan.executives, scenario.plan.deals_per_executive) == (13, 15)
        assert scenario.plan.budget_per_year == 7.0e4
        assert scenario.world.customers.gross_margin == 0.45


def test_a_market_of_ones_own_and_an_experiment_may_start_from_a_shipped_market(tmp_path: Path) -> None:
    for group, text in {
        "market": "# @package _global_\ndefaults: [consumer_durables]\nmarket:\n  accounts: 5000\n",
        "experiment": "# @package _global_\n"
        "defaults:\n  - override /market: mine\nmoney: {discount_rate_per_year: 0.2}\n",
    }.items():
        (tmp_path / group).mkdir()
        (tmp_path / group / "mine.yaml").write_text(text)
    scenario = load_scenario(["market=mine"], config_dir=tmp_path)
    assert scenario.world.market.accounts == 5000
    assert not scenario.world.customers.renewals_enabled
    asked = load_experiment(["experiment=mine"], config_dir=tmp_path).arms["balanced"]
    money = replace(scenario.world.money, discount_rate_per_year=0.2)
    assert asked.world == replace(scenario.world, money=money)


def test_what_is_typed_outlasts_a_switch_of_strategy() -> None:
    typed = ["strategy=switch_year_3", "policy=lead_count", "strategy.spend_factor.brand=0", "structure=full"]
    scenario = load_scenario([*typed, "strategy.qualification_threshold=1.2", "strategy.floors.capture=0.2"])
    (later,) = scenario.later
    for plan in (scenario.plan, later.plan):
        assert (plan.policy.name, plan.structure.name) == ("lead_count", "full")
        assert plan.spend_factor == {"brand": 0.0}
        assert plan.qualification_threshold == 1.2
    assert later.plan.name == "balanced"
    assert (scenario.plan.floors, later.plan.floors) == ({"capture": 0.2}, {})


@pytest.mark.parametrize("line", ["strategies=[lead_factory]", "arms.x=[strategy=lead_factory]"])
def test_one_scenario_is_one_plan(line: str) -> None:
    with pytest.raises(BadInput, match="one scenario is one plan"):
        load_scenario([line])
