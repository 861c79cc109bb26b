"""The director's table: what it says, and that it fits."""

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from marketsim.analysis import best, words
from marketsim.experiments import Comparison
from marketsim.experiments.console import report, sentences
from marketsim.experiments.director_table import _fine_enough, shown_years
from marketsim.experiments.opening import expectation, opening
from marketsim.experiments.playing import assemble, keys_of, pasts_of
from marketsim.experiments.store import Store
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.scenario import Later

FAKE = "fake_engines"
ARMS = ("lead_factory", "harvest_mix", "balanced", "brand_only")
Make = Callable[..., Experiment]


def put_together(experiment: Experiment) -> Comparison:
    """Play in this process; what is tested here is only what is said about the runs."""
    simulate = importlib.import_module(FAKE).simulate
    keys = keys_of(experiment, FAKE)
    frames = {}
    for past, arms, _ in pasts_of(experiment):
        for (name, arm, replication), key in keys.items():
            if name == past:
                monthly = simulate(arms[arm], experiment.run.seed, replication).monthly
                frames[key] = pa.Table.from_pandas(monthly, preserve_index=False)
    return assemble(experiment, keys, frames, Store(Path("store")))


@pytest.fixture
def runs(experiment: Make) -> Comparison:
    return put_together(experiment(ARMS, pasts=True, replications=6, horizon_years=10.0))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_every_line_fits_and_every_arm_is_there(runs: Comparison, width: int) -> None:
    text = report(runs, width=width)
    assert max(map(len, text.splitlines())) <= width
    assert all(arm in text for arm in ARMS)
    for title in (
        "Good leads",
        "Cost per good lead",
        "Recurring revenue",
        "Net present value with remaining contracts",
    ):
        assert title in text
    assert text.count("year 10 ") >= 8
    assert not re.search(r"(?<![\w-])-\d", text), "a hyphen stands where a minus sign should"


def test_it_ends_with_sentences_that_carry_their_uncertainty(runs: Comparison) -> None:
    text = " ".join(report(runs, width=100).split())
    assert "Lead factory or balanced?" in text
    for past in ("balanced, 12 years", "lead_factory, 12 years", "start_up, 12 years"):
        assert past in text
    assert "after ten years (net present value)" in text
    assert "overtakes lead_factory in month" in text
    assert "preading the same budget" in text
    assert "balanced only continues the past: it is the control" in text
    assert "Seed 1, 6 paired replications on the past balanced, 2 on lead_factory, 2 on start_up." in text
    assert "variance ratio of" in text


def test_the_table_shows_the_numbers_of_the_summary(runs: Comparison) -> None:
    row = runs.difference("good_leads").query("arm == 'balanced' and year == 10").iloc[0]
    mean = runs.summary().query("arm == 'balanced' and year == 10 and metric == 'good_leads'")["mean"].iloc[0]
    line = next(line for line in report(runs, width=120).splitlines() if line.strip().startswith("year 10"))
    assert f"{mean:,.0f}  +{row['mean']:,.0f}" in line.replace("+ ", "+") or f"{mean:,.0f}" in line
    assert f"{row['mean']:+,.0f}" in line


def test_it_says_how_likely_each_arm_is_best_and_never_certain(runs: Comparison) -> None:
    chances = runs.probability_best()
    assert list(chances) == list(runs.arms)
    assert sum(chances.values()) == pytest.approx(1.0)
    assert chances == best.probability_best(runs.values("net_present_value", 10))
    text = " ".join(sentences(runs))
    said = re.search(
        r"Chance of being worth most after ten years on the past balanced, as far as luck decides: (.*?)\.", text
    )
    assert said is not None
    leader = max(chances, key=lambda arm: chances[arm])
    assert said[1].startswith(f"{leader} {words.chance(chances[leader])}")
    assert "100 %" not in said[1]
    assert max(runs.probability_best("good_leads", 1).values()) <= 1.0


def test_one_arm_and_a_short_window(experiment: Make) -> None:
    single = put_together(experiment(("balanced",), replications=2, horizon_years=1.0))
    text = report(single, width=80)
    assert "year 1" in text
    assert "against" not in text.split("Seed")[0].replace("read the others against it", "")
    short = put_together(experiment(replications=2, horizon_years=0.5))
    assert "shorter than a year" in repr(short)


def test_without_a_past_the_state_is_the_initial_one(experiment: Make) -> None:
    base = experiment(replications=2)
    history = replace(next(iter(base.arms.values())).history, years=0.0)
    runs = put_together(replace(base, arms={a: replace(s, history=history) for a, s in base.arms.items()}))
    assert "no past: initial state" in repr(runs)
    assert "only continues the past" not in repr(runs)


def test_an_arm_from_a_past_of_its_own_is_named_and_no_control(experiment: Make) -> None:
    base = experiment(("lead_factory", "balanced"), replications=3)
    other = base.arms["balanced"]
    world = replace(other.world, market=replace(other.world.market, good_fit_share=0.5))
    runs = put_together(replace(base, arms={**base.arms, "elsewhere": replace(other, world=world)}))
    assert runs.own_pasts == ("elsewhere",)
    assert runs.controls() == ["balanced"]
    for width in (80, 120):
        text = report(runs, width=width)
        assert max(map(len, text.splitlines())) <= width
        assert "elsewhere (own past)" in text
        flat = " ".join(text.split())
        assert "elsewhere does not share the past of lead_factory" in flat
        assert "on the past balanced (elsewhere on a past of its own)" in flat
        assert "elsewhere only continues the past" not in flat


def test_the_control_starts_from_its_own_day_0(runs: Comparison) -> None:
    monthly = runs.monthly.copy()
    day_0 = (monthly["arm"] == "balanced") & (monthly["month"] == -1)
    monthly.loc[day_0, "recurring_revenue"] = 77e6
    assert "moves from 77.0 M" in " ".join(sentences(replace(runs, monthly=monthly)))


def test_small_numbers_show_what_they_differ_by() -> None:
    assert [_fine_enough(1, half) for half in (3.0, 0.06, 0.01, 0.0001)] == [1, 1, 2, 3]


def test_years_shown() -> None:
    assert shown_years(10) == (1, 3, 5, 10)
    assert shown_years(2) == (1, 2)
    assert shown_years(20) == (1, 3, 5, 10, 20)
    assert shown_years(0) == ()


def test_the_opening_says_how_much_and_how_long(experiment: Make) -> None:
    asked = experiment(ARMS, pasts=True, workers=1)
    text = opening(asked)
    assert text.splitlines()[0] == "Lead factory or balanced?"
    assert "4 strategies × 3 replications × (12 years of common past + 3 years), 20,000 accounts" in text
    assert "2 more on each of two other pasts" in text
    assert expectation(asked, 2.4) == "About 3 min on 1 core. Stop any time with Ctrl-C; the same command continues."


def test_a_notebook_shows_the_table_and_the_picture(runs: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Comparison, "picture", None)  # as long as nobody has asked for ms.compare
    assert runs._repr_png_() is None
    assert "<pre>" in runs._repr_html_()
    monkeypatch.setattr(Comparison, "picture", staticmethod(lambda comparison: b"png"))
    assert runs._repr_png_() == b"png"
    assert "data:image/png;base64," in runs._repr_html_()


def with_insolvency(runs: Comparison, arm: str) -> Comparison:
    """Let an arm end in month 13, in worlds where cash below zero stops it."""
    monthly = runs.monthly.copy()
    late = (monthly["arm"] == arm) & (monthly["month"] >= 12)
    monthly.loc[late, ["marketing_spend", "payroll", "profit", "recurring_revenue"]] = 0.0
    monthly.loc[late, "cash"] = -1.0
    scenarios = {
        name: replace(s, world=replace(s.world, money=replace(s.world.money, insolvency_enabled=True)))
        for name, s in runs.scenarios.items()
    }
    return replace(runs, monthly=monthly, scenarios=scenarios)


def test_an_insolvent_arm_is_called_so(runs: Comparison) -> None:
    text = " ".join(report(replace(with_insolvency(runs, "lead_factory"), pasts={}), width=100).split())
    said = "lead_factory is insolvent in 6 of 6 replications, first in month 13; its later months are zero."
    assert said in text
    assert "stopped by that" not in text
    assert "balanced only continues the past" in text
    assert "preading the same budget" not in text
    assert "Marketing money differs: lead_factory 2.4 M, harvest_mix 24.0 M" in text
    control = " ".join(report(with_insolvency(runs, "balanced"), width=100).split())
    assert "balanced on the past balanced is insolvent in 6 of 6 replications" in control
    assert "balanced only continues the past" not in control


def test_ordinary_runs_say_nothing_of_money_or_likeness(runs: Comparison) -> None:
    text = " ".join(sentences(runs))
    assert "Marketing money" not in text
    assert "nothing that distinguishes them" not in text


def test_equal_arms_are_named(runs: Comparison) -> None:
    monthly = runs.monthly
    copied = monthly[monthly["arm"] == "lead_factory"].assign(arm="harvest_mix")
    same = replace(runs, monthly=pd.concat([monthly[monthly["arm"] != "harvest_mix"], copied], ignore_index=True))
    assert "lead_factory and harvest_mix are equal in every figure of every month: nothing" in " ".join(sentences(same))


def test_an_arm_that_changes_its_plan_within_the_horizon_is_no_control(runs: Comparison) -> None:
    balanced = runs.scenarios["balanced"]
    assert runs.controls() == ["balanced"]
    for month, controls in ((36.0, []), (balanced.horizon_months + 12.0, ["balanced"])):
        later = replace(balanced, later=(Later(month, balanced.plan),))
        assert replace(runs, scenarios={**runs.scenarios, "balanced": later}).controls() == controls
