"""Figures: their sentences match the numbers, the same comparison gives the same bytes, colours belong to names."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from marketsim import figures
from marketsim.figures import data, frame, messages, style

NAMES = [
    "leads_by_quality",
    "cost_per_good_lead",
    "memory_and_pool",
    "response_and_trust",
    "recurring_revenue",
    "cumulative_profit",
    "chain",
]

# Where an arm tends to: leads, share active and fit, memory, pool, hours, trust, recurring revenue, profit a month.
ENDS = {
    "lead_factory": (880.0, 0.06, 0.04, 500.0, 60.0, 0.35, 14e6, 150e3),
    "harvest_mix": (820.0, 0.09, 0.05, 520.0, 8.0, 0.55, 21e6, 240e3),
    "balanced": (770.0, 0.11, 0.25, 560.0, 0.3, 0.80, 40e6, 330e3),
    "brand_only": (330.0, 0.14, 0.33, 640.0, 0.1, 0.90, 26e6, 210e3),
}
DAY_0 = (770.0, 0.11, 0.25, 560.0, 0.3, 0.80, 34e6, 260e3)
SPEND_PER_MONTH = 180e3


@dataclass(frozen=True)
class Synthetic:
    """What a chart asks of a comparison."""

    baseline: str
    arms: tuple[str, ...]
    monthly: pd.DataFrame
    seed: int
    replications: int


def synthetic(
    arms: tuple[str, ...] = tuple(ENDS),
    replications: int = 12,
    years: int = 10,
    profit_gain: dict[str, float] | None = None,
) -> Synthetic:
    """Return an invented comparison; `profit_gain` sets what an arm earns a month more than the first (noise 20 k)."""
    frames = []
    months = np.arange(-12, 12 * years)
    after = np.maximum(months + 1, 0) / 12
    for place, arm in enumerate(arms):
        end = ENDS.get(arm, ENDS["balanced"])
        way = 1 - np.exp(-after / 2.0)
        tend = [start + (stop - start) * way for start, stop in zip(DAY_0, end, strict=True)]
        for replication in range(replications):
            luck = np.random.default_rng(replication)
            common = luck.normal(size=(9, len(months)))
            level = luck.normal(size=3)
            own = np.random.default_rng([replication, place + 1]).normal(size=(3, len(months))) * (months >= 0)
            leads = np.round(tend[0] * (1 + 0.05 * common[0]))
            active = np.round(leads * tend[1] * (1 + 0.1 * common[1]))
            unfit = np.round(leads * 0.05 * (1 + 0.1 * common[2]))
            research = np.round(leads * 0.2 * (1 + 0.05 * common[3]))
            growth = np.cumsum(own[0]) * 12e4 + np.cumsum(common[4]) * 15e4
            if profit_gain is None:
                dip = -150e3 * np.exp(-after / 0.4) * (months >= 0) * (end[2] > DAY_0[2] - 0.01)
                profit = tend[7] + dip + 40e3 * common[5] + 25e3 * own[1] + 15e3 * level[0] * way * place
            else:
                profit = 200e3 + 40e3 * common[5] + (months >= 0) * (profit_gain.get(arm, 0.0) + 20e3 * own[1])
            frames.append(
                pd.DataFrame(
                    {
                        "arm": arm,
                        "replication": replication,
                        "month": months,
                        "leads": leads,
                        "leads_active_fit": active,
                        "leads_active_unfit": unfit,
                        "leads_research": research,
                        "leads_not_buying": leads - active - unfit - research,
                        "good_leads": active * 0.85,
                        "marketing_spend": SPEND_PER_MONTH,
                        "memory_reported": tend[2] * (1 + 0.01 * common[6]),
                        "pool_accounts": np.round(tend[3] * (1 + 0.02 * common[7])),
                        "response_hours": tend[4] * np.exp(0.2 * common[8]),
                        "customers": np.round(tend[6] / 30e3),
                        "quits": (common[0] > 1.5).astype(float),
                        "trust": np.clip(tend[5] + 0.01 * own[2], 0, 1),
                        "recurring_revenue": tend[6] + growth + 8e5 * level[1],
                        "profit": profit,
                    }
                )
            )
    return Synthetic(arms[0], arms, pd.concat(frames, ignore_index=True), 1, replications)


@pytest.fixture(scope="module")
def four() -> Synthetic:
    return synthetic()


def title_of(ax: Axes) -> str:
    return ax.get_title(loc="left").replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for panel in (ax, *ax.child_axes) for text in panel.texts]


@pytest.mark.parametrize("name", [*NAMES, "headline"])
def test_a_chart_returns_axes_of_a_figure_with_title_units_and_footer(four: Synthetic, name: str) -> None:
    ax = getattr(figures, name)(four)
    assert isinstance(ax, Axes)
    assert title_of(ax)
    panels = ax.child_axes or [ax]
    assert any(panel.get_xlabel() == "years after day 0" for panel in panels)
    assert panels[0].get_ylabel()
    footer = next(text for text in texts(ax) if "seed 1" in text)
    assert "12 paired replications" in footer


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_draws_into_the_axes_it_is_given(four: Synthetic, name: str) -> None:
    figure = Figure(figsize=(11, 6))
    ax = figure.add_axes((0.1, 0.2, 0.8, 0.6))
    assert getattr(figures, name)(four, ax) is ax
    assert getattr(figures, name)(four, ax=figure.add_axes((0.1, 0.2, 0.8, 0.6))).figure is figure


def test_the_same_comparison_gives_the_same_bytes(four: Synthetic, tmp_path: Path) -> None:
    first, second = (figures.save_all(four, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == [f"{n}.{kind}" for n in NAMES for kind in ("svg", "png", "csv")]
    for one, other in zip(first, second, strict=True):
        assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest(), one.name
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(path.name for path in first)
    svg = (tmp_path / "a" / "cumulative_profit.svg").read_text()
    assert "<dc:date>" not in svg
    assert str(tmp_path) not in svg


def test_a_figure_leaves_nothing_behind(four: Synthetic) -> None:
    before = dict(matplotlib.rcParams)
    figures.headline(four)
    assert dict(matplotlib.rcParams) == before
    code = (
        "import sys, marketsim.figures as f; assert 'matplotlib' not in sys.modules; f.headline; "
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_strategy_keeps_its_colour_whoever_else_is_there() -> None:
    alone = {arm: style.colours([arm])[arm] for arm in [*style.STRATEGY_COLOURS, "more_hands", "recession"]}
    for arms in (["balanced", "more_hands"], ["more_hands", "lead_factory", "brand_only", "harvest_mix"]):
        assert style.colours(arms) == {arm: alone[arm] for arm in arms}
    assert len(set(style.STRATEGY_COLOURS.values()) | set(style.OTHER_COLOURS)) == 8
    many = [f"arm_{k}" for k in range(11)]
    looks = {(style.colours(many)[arm], str(style.line_styles(many)[arm])) for arm in many}
    assert len(looks) == len(many)
    assert style.colours(reversed(many)) == style.colours(many)


TWO = ("lead_factory", "balanced")


def test_title_says_ahead_from_the_start() -> None:
    ax = figures.cumulative_profit(synthetic(TWO, years=3, profit_gain={"balanced": 100e3}))
    assert title_of(ax).startswith("The balanced strategy is ahead of the lead factory from the start, and by 3.6 M [")


def test_title_says_from_which_month_arms_are_apart() -> None:
    comparison = synthetic(TWO, years=3, profit_gain={"balanced": 100e3})
    monthly = comparison.monthly
    early = monthly["month"] < 24
    monthly.loc[early & (monthly["arm"] == "balanced"), "profit"] = monthly.loc[
        early & (monthly["arm"] == "lead_factory"), "profit"
    ].to_numpy()
    text = title_of(figures.cumulative_profit(comparison))
    assert text.startswith("The balanced strategy is ahead of the lead factory from month 25 on, and by 1.19 M [")


@dataclass(frozen=True)
class WithScenarios(Synthetic):
    """A comparison that also tells in which world each arm plays."""

    scenarios: dict[str, SimpleNamespace]


def test_an_insolvent_arm_is_named_under_the_picture_and_has_no_good_lead() -> None:
    plain = synthetic(TWO, 3, 3)
    monthly = plain.monthly.assign(cash=1e6)
    late = (monthly["arm"] == "lead_factory") & (monthly["month"] >= 12)
    monthly.loc[late, "cash"] = -1.0
    monthly.loc[late, ["good_leads", "marketing_spend"]] = 0.0
    for enabled in (True, False):
        world = SimpleNamespace(money=SimpleNamespace(insolvency_enabled=enabled))
        scenarios = {arm: SimpleNamespace(world=world) for arm in TWO}
        comparison = WithScenarios(TWO[0], TWO, monthly, 1, 3, scenarios)
        for name in NAMES:
            shown = texts(getattr(figures, name)(comparison))
            footer = " ".join(next(text for text in shown if "seed 1" in text).split())
            told = "Lead factory ended insolvent in 3 of 3 replications; zero afterwards." in footer
            assert told == enabled
    text = title_of(figures.cost_per_good_lead(comparison))
    assert text.startswith("In the last year there is no good lead under the lead factory; one costs ")
    assert text.endswith(" under the balanced strategy")


def test_title_says_behind() -> None:
    comparison = synthetic(TWO, years=3, profit_gain={"balanced": -100e3})
    text = title_of(figures.cumulative_profit(comparison))
    assert text.startswith("The balanced strategy never overtakes the lead factory and is 3.6 M [")
    assert text.endswith("behind after three years")


def test_title_says_undecided_and_how_to_settle_it() -> None:
    comparison = synthetic(TWO, years=3, profit_gain={"balanced": 0.0})
    last = figures.cumulative_profit_table(comparison).iloc[-1]
    assert last["low"] < 0 < last["high"]
    ax = figures.cumulative_profit(comparison)
    assert title_of(ax).startswith("Undecided after three years: the balanced strategy")
    assert any("replications would" in text.replace("\n", " ") for text in texts(ax))


def test_title_and_ring_give_the_month_of_crossing(four: Synthetic) -> None:
    ax = figures.cumulative_profit(four)
    mean = data.pick(figures.cumulative_profit_table(four), "cumulative_profit_against_baseline", "balanced")
    behind = mean.loc[(mean["month"] >= 0) & (mean["mean"] <= 0), "month"].max()
    month = int(behind) + 2  # the next month, counted from 1
    assert f"overtakes the lead factory in month {month} [" in title_of(ax)
    assert any(text.startswith(f"month {month} [") for text in texts(ax))
    rings = [line for line in ax.lines if line.get_marker() == "o"]
    assert any(line.get_xdata()[0] == pytest.approx(month / 12) for line in rings)


def test_one_replication_and_one_arm_decide_nothing(tmp_path: Path) -> None:
    text = title_of(figures.cumulative_profit(synthetic(TWO, 1, 2)))
    assert text.endswith("one replication decides nothing")
    alone = synthetic(("balanced",), 2, 2)
    assert "cumulative_profit.csv" not in [path.name for path in figures.save_all(alone, tmp_path)]
    with pytest.raises(ValueError, match="at least two arms"):
        figures.cumulative_profit(alone)


def test_equal_arms_are_called_equal() -> None:
    comparison = synthetic(TWO, 3, 2)
    same = comparison.monthly[comparison.monthly["arm"] == "balanced"]
    monthly = pd.concat([same.assign(arm=arm) for arm in TWO], ignore_index=True)
    ax = figures.cumulative_profit(Synthetic("lead_factory", TWO, monthly, 1, 3))
    assert title_of(ax) == "The balanced strategy earns exactly what the lead factory earns"


def test_a_notebook_shows_the_headline_or_with_one_arm_the_recurring_revenue() -> None:
    for arms in (TWO, ("balanced",)):
        assert figures.picture(synthetic(arms, 2, 2)).startswith(b"\x89PNG")


def test_other_titles_follow_their_numbers(four: Synthetic) -> None:
    assert "falls to 4 % under the lead factory and stays near 25 %" in title_of(figures.memory_and_pool(four))
    swapped = synthetic(("balanced", "lead_factory"))
    assert "cheaper under the balanced" in title_of(figures.cost_per_good_lead(four))
    assert "dearer under the lead factory" in title_of(figures.cost_per_good_lead(swapped))
    assert " more than the lead factory" in title_of(figures.recurring_revenue(four))
    assert " less than the balanced strategy" in title_of(figures.recurring_revenue(swapped))


def test_the_table_beside_a_figure_holds_what_is_drawn(four: Synthetic, tmp_path: Path) -> None:
    figures.save_all(four, tmp_path)
    table = pd.read_csv(tmp_path / "cumulative_profit.csv")
    drawn = {line.get_color(): line for line in figures.cumulative_profit(four).lines if len(line.get_xdata()) > 2}
    for arm in ("harvest_mix", "balanced", "brand_only"):
        rows = table[table["arm"] == arm]
        line = drawn[style.STRATEGY_COLOURS[arm]]
        np.testing.assert_allclose(rows["mean"], line.get_ydata(), rtol=1e-8, atol=1e-6)
        np.testing.assert_allclose(rows["year"], line.get_xdata(), rtol=1e-8)
    assert (table.groupby("arm")["year"].min() == 0).all()
    assert (table.loc[table["year"] == 0, "mean"] == 0).all()


def test_the_band_is_students_interval_of_the_paired_difference(four: Synthetic) -> None:
    profit = four.monthly[four.monthly["month"] >= 0].pivot_table(
        index=["arm", "replication"], values="profit", aggfunc="sum"
    )["profit"]
    gap = (profit["balanced"] - profit["lead_factory"]).to_numpy()
    low, high = stats.t.interval(0.95, len(gap) - 1, loc=gap.mean(), scale=stats.sem(gap))
    last = data.pick(figures.cumulative_profit_table(four), "cumulative_profit_against_baseline", "balanced").iloc[-1]
    assert (last["mean"], last["low"], last["high"]) == pytest.approx((gap.mean(), low, high))


def test_memory_tells_every_day_0_and_calls_undecided_what_is() -> None:
    comparison = synthetic(TWO, 4, 3)
    monthly = comparison.monthly
    ours = monthly["arm"] == "balanced"
    monthly.loc[ours & (monthly["month"] == -1), "memory_reported"] = 0.5
    assert "to 9 % from 25 % under the lead factory" in messages.memory_sentence(comparison)
    assert "falls to 25 % from 50 % under the balanced strategy" in messages.memory_sentence(comparison)
    monthly.loc[ours & (monthly["month"] == -1), "memory_reported"] = 0.25
    last = ours & (monthly["month"] == monthly["month"].max())
    monthly.loc[last, "memory_reported"] = [0.1, 0.4, 0.15, 0.36]
    assert "ends at 25 % (change undecided) under the balanced strategy" in messages.memory_sentence(comparison)
    monthly.loc[last, "memory_reported"] = [0.10, 0.10, 0.10, 0.11]
    assert "falls to 9 % under the lead factory and to 10 % under the bal" in messages.memory_sentence(comparison)


def test_waits_within_a_minute_and_arms_that_never_answer() -> None:
    comparison = synthetic(TWO, 3, 2)
    monthly = comparison.monthly
    monthly["response_hours"] = 0.001
    monthly.loc[(monthly["arm"] == "balanced") & (monthly["month"] >= 0), "response_hours"] = np.nan
    ax = figures.response_and_trust(comparison)
    assert "answers a lead within a minute under the lead factory, never under the balanced" in title_of(ax)
    hours = ax.child_axes[0]
    shown = [hours.yaxis.get_major_formatter()(tick, 0) for tick in hours.yaxis.get_major_locator()()]
    assert [text for text in shown if "1 min" in text] == ["\N{LESS-THAN OR EQUAL TO} 1 min"]
    assert any(text.endswith("never answers") for text in texts(ax))


def test_missing_values_leave_gaps_not_errors(tmp_path: Path) -> None:
    comparison = synthetic(TWO, 3, 2)
    monthly = comparison.monthly
    monthly.loc[(monthly["arm"] == "balanced") & (monthly["month"] > 5), "response_hours"] = np.nan
    monthly.loc[monthly["arm"] == "balanced", "good_leads"] = 0.0
    figures.save_all(comparison, tmp_path)
    table = pd.read_csv(tmp_path / "response_and_trust.csv")
    rows = table[(table["arm"] == "balanced") & (table["panel"] == "response_hours") & (table["month"] > 5)]
    assert rows["mean"].isna().all()


def test_without_a_past_the_charts_begin_on_day_0(tmp_path: Path) -> None:
    comparison = synthetic(TWO, 2, 2)
    stocks = ["memory_reported", "pool_accounts", "trust", "recurring_revenue"]
    monthly = comparison.monthly[comparison.monthly["month"] >= -1].copy()
    flows = [name for name in monthly.columns if name not in [*stocks, "arm", "replication", "month"]]
    monthly.loc[monthly["month"] == -1, flows] = np.nan
    figures.save_all(Synthetic("lead_factory", TWO, monthly, 1, 2), tmp_path)
    table = pd.read_csv(tmp_path / "cost_per_good_lead.csv")
    assert table.dropna(subset="mean")["month"].min() == 11


def test_labels_do_not_overlap_and_move_as_little_as_needed() -> None:
    placed = frame.spread([50.0, 51.0, 52.0, 90.0], [10.0] * 4, 100.0)
    assert placed == pytest.approx([41.0, 51.0, 61.0, 90.0])
    crowd = frame.spread([99.0, 98.0, 97.0], [12.0] * 3, 100.0)
    assert np.diff(sorted(crowd)) == pytest.approx([12.0, 12.0])
    assert max(crowd) <= 100.0 + style.LABEL_GAP / 2


def test_waits_are_told_in_the_unit_people_use() -> None:
    assert [messages.wait(hours) for hours in (0.2, 4.46, 60.0, 124.8)] == ["12 min", "4.5 h", "60 h", "5.2 days"]
