"""Values and experiments laid over a composed configuration give what Hydra composes, or are left to Hydra."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from marketsim.scenario.compose import Composer, composing
from marketsim.scenario.folders import available
from marketsim.scenario.overrides import read_overrides
from marketsim.scenario.plain_values import NotPlain, with_values, without_experiment, without_values


@pytest.fixture(scope="module")
def compose() -> Iterator[Composer]:
    with composing() as composer:
        yield composer


def without_hydra(choices: dict[str, Any]) -> dict[str, Any]:
    return {group: choice for group, choice in choices.items() if not group.startswith("hydra")}


@pytest.mark.parametrize("name", available("experiment"))
def test_every_shipped_experiment_is_laid_over_as_hydra_composes_it(compose: Composer, name: str) -> None:
    overrides = read_overrides([f"experiment={name}", "market.accounts=700", "strategy=lead_factory"])
    laid, choices = compose._laid_over(overrides)
    expected, chosen = compose._by_hydra(overrides)
    assert repr(laid) == repr(expected)
    assert without_hydra(choices) == without_hydra(chosen)


@pytest.mark.parametrize(
    "typed",
    [
        ["policy=bookings", "policy.funding=false", "policy.review_weeks=4", "policy.review_weeks=52"],
        ["strategy=lead_factory", "strategy.budget_split.capture=0.5", "strategy.budget_split.listening=0.42"],
        ["memory.half_life_days=1e6", "market.accounts=700", "strategy.definition=engagement", "crm.recording_rate=.2"],
        ["schedule=go_dark", "schedule.changes.dark.from_month=24", "schedule.changes.mine.factor=0.5"],
        ["experiment=core", "memory.enabled=true", "economy=recession", "economy.recession_depth=0.3"],
        ["strategy.credit=null", "strategy.switch_to=balanced", "strategy.switch_month=36", "history.years=3"],
        ["run.horizon_years=2", "ledger.worlds=3", "sales.executives=+7", "money.discount_rate_per_year=-0.05"],
    ],
)
def test_values_are_laid_over_as_hydra_composes_them(compose: Composer, typed: list[str]) -> None:
    overrides = read_overrides(typed)
    assert repr(compose(overrides)) == repr(compose._by_hydra(overrides)[0])


@pytest.mark.parametrize(
    "line",
    ["market=smb_software", "a.b=[1,2]", "a.b={c: 1}", "a.b=null", "a.b=nan", "a.b=Yes", "~a.b", "hydra.verbose=true",
     "a.b='1'", "a.b=1,2", "a.b=", "+a.b=1", "a.b=0x1f", "a.b=1_000"],
)  # fmt: skip
def test_what_hydra_reads_in_a_way_of_its_own_is_left_to_it(line: str) -> None:
    assert without_values([line]) == ([line], [])


def test_a_value_inside_something_that_hydra_sets_is_left_to_it_as_well() -> None:
    lines = ["strategy.floors={brand: 0.1}", "strategy.floors.brand=0.2", "market.accounts=700"]
    assert without_values(lines) == (lines[:2], lines[2:])


def test_names_that_are_not_there_are_left_to_hydra() -> None:
    with pytest.raises(NotPlain):
        with_values({"a": {"b": 1}}, ["a.c=2"])
    with pytest.raises(NotPlain):
        with_values({"a": {"b": 1}}, ["a.b.c=2"])
    with pytest.raises(NotPlain):
        with_values({"a": {"b": {"c": 1}}}, ["a.b=2"])
    before = {"a": {"b": 1}}
    assert with_values(before, ["a.b=2", "++a.c=word"]) == {"a": {"b": 2, "c": "word"}}
    assert before == {"a": {"b": 1}}


@pytest.mark.parametrize(
    "text",
    [
        "# @package _global_\ndefaults:\n  - core\n",
        "# @package _global_\ndefaults:\n  - _self_\n",
        "# @package _global_\nquestion: ${run.seed}\n",
        "question: mine\n",
    ],
)
def test_experiments_that_say_more_than_settings_are_left_to_hydra(tmp_path: Path, text: str) -> None:
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "mine.yaml").write_text(text)
    overrides = ["experiment=mine", "market=smb_software"]
    assert without_experiment(overrides, (tmp_path,)) == (overrides, None, None)
    twice = ["experiment=core", "experiment=long_run"]
    assert without_experiment(twice, ()) == (twice, None, None)
