"""Charts of survival and of staffing: shares and differences of known answer, their sentences, the same bytes twice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from marketsim.analysis.paired import paired_difference
from marketsim.figures import (
    Staffed,
    save_figure,
    staffing,
    staffing_table,
    style,
    survival,
    survival_table,
)
from marketsim.figures.alive import survival_difference, survival_sentence
from marketsim.figures.data import Narrowed
from marketsim.figures.response import staffing_sentence, steps

MONTHS = 24
DEATHS = {
    "hold": [5, 15],
    "cut_brand": [3, 4, 5, 6, 20],
}  # the month in which cash falls below zero, one per replication


def played(deaths: dict[str, list[int]], replications: int = 10, past: int = 2) -> Narrowed:
    """Return companies whose cash falls below zero in a month of `deaths`, and recovers two months later."""
    month = np.arange(-past, MONTHS)
    frames = []
    for arm, dying in deaths.items():
        for replication in range(replications):
            cash = np.full(len(month), 1e6)
            if replication < len(dying):
                cash[(month >= dying[replication]) & (month < dying[replication] + 2)] = -1.0
            frames.append(pd.DataFrame({"arm": arm, "replication": replication, "month": month, "cash": cash}))
    arms = tuple(deaths)
    return Narrowed(arms[0], arms, pd.concat(frames, ignore_index=True), 3, replications, {}, "balanced")


@pytest.fixture(scope="module")
def runs() -> Narrowed:
    return played(DEATHS)


@pytest.fixture(scope="module")
def staffed() -> Staffed:
    """Return two ways of going cold: the third rep is worth 2 M and the fourth hardly anything, or none is any."""
    luck = np.random.default_rng(5).normal(0.0, 1e6, 12)
    wiggle = 1e4 * (np.arange(12) % 2)
    quick = {2: 10e6 + luck, 3: 12e6 + luck + wiggle, 4: 12.02e6 + luck + 1e5 * np.where(np.arange(12) % 2, 1.0, -1.0)}
    slow = {2: 10e6 + luck, 3: 9.8e6 + luck + wiggle, 4: 9.5e6 + luck - wiggle}
    hours = {reps: np.full(12, 24.0 / reps) for reps in (2, 3, 4)}
    hours[2] = np.r_[12.0, np.nan, np.full(10, 12.0)]  # nobody was ever called in one replication
    return Staffed({"quick_to_cool": quick, "slow_to_cool": slow}, {"quick_to_cool": hours, "slow_to_cool": hours}, 2,
                   seed=3, replications=12)  # fmt: skip


def texts(ax: Axes) -> str:
    return " ".join(text.get_text() for text in ax.texts).replace("\n", " ")


def title(ax: Axes) -> str:
    return ax.get_title(loc="left").replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")


def same_bytes(first: Axes, second: Axes, folder: Path) -> bool:
    files = []
    for place, ax in enumerate((first, second)):
        figure = ax.get_figure(root=True)
        assert figure is not None
        files.append(save_figure(figure, folder / f"{place}.svg").read_bytes())
    return files[0] == files[1]


# ---- survival ----


def test_who_was_once_without_cash_is_not_alive_again(runs: Narrowed) -> None:
    table = survival_table(runs).set_index(["arm", "month"])
    hold, cut = table.loc["hold"], table.loc["cut_brand"]
    assert hold["alive"].loc[[-1, 4, 5, 14, 15, 23]].tolist() == [1.0, 1.0, 0.9, 0.9, 0.8, 0.8]
    assert cut["alive"].loc[[2, 3, 6, 20, 23]].tolist() == [1.0, 0.9, 0.6, 0.5, 0.5]
    assert hold["year"].loc[[-1, 11, 23]].tolist() == [0.0, 1.0, 2.0]
    assert (table["replications"] == 10).all()


def test_cash_of_the_past_does_not_count() -> None:
    early = played({"hold": [-2], "cut_brand": []})
    assert (survival_table(early).query("arm == 'hold'")["alive"] == 1.0).all()


def test_shares_have_wilson_intervals(runs: Narrowed) -> None:
    """Of ten, eight: 0.4902 to 0.9433; ten: 0.7225 to 1 (Wilson 1927; Brown, Cai & DasGupta 2001)."""
    hold = survival_table(runs).query("arm == 'hold'").set_index("month")
    assert hold.loc[23, ["low", "high"]].tolist() == pytest.approx([0.4902, 0.9433], abs=1e-4)
    assert hold.loc[-1, ["low", "high"]].tolist() == pytest.approx([0.7225, 1.0], abs=1e-4)


def test_differences_in_survival_are_paired(runs: Narrowed) -> None:
    found = survival_difference(runs, "cut_brand", MONTHS)
    wanted = paired_difference([0.0] * 5 + [1.0] * 5, [0.0] * 2 + [1.0] * 8)
    assert (found.mean, found.low, found.high) == (wanted.mean, wanted.low, wanted.high)
    assert found.mean == pytest.approx(-0.3)
    assert survival_difference(runs, "cut_brand", 3).mean == 0.0  # nobody has died by the end of three months
    assert survival_difference(runs, "cut_brand", 4).mean == pytest.approx(-0.1)


def test_the_sentence_of_survival_is_that_of_the_differences(runs: Narrowed) -> None:
    found = survival_difference(runs, "cut_brand", MONTHS)
    sentence = survival_sentence(runs, "cut_brand", [MONTHS])
    low, high = (f"{abs(100 * end):.0f}" for end in (found.low, found.high))
    assert found.low < 0.0 < found.high
    ends = f"[\N{MINUS SIGN}{low}, {high}]"
    assert sentence == f"Cut brand: \N{MINUS SIGN}30 {ends} points of survival by month 24, against hold"


def test_the_chart_of_survival(runs: Narrowed, tmp_path: Path) -> None:
    axes = survival(runs, told="cut_brand", shaded=(6, 12, "recession"))
    assert title(axes) == survival_sentence(runs, "cut_brand", [12, MONTHS])
    assert {"hold 80 %", "cut brand 50 %", "recession"} <= {text.get_text() for text in axes.texts}
    assert "ended insolvent" not in texts(axes)  # the picture itself shows it
    assert same_bytes(axes, survival(runs, told="cut_brand", shaded=(6, 12, "recession")), tmp_path)


def test_every_arm_has_a_colour_of_its_own() -> None:
    arms = {"lead_factory": [], "hold": [], "cut_brand": [], "raise_brand": [], "go_dark": [2]}
    axes = survival(played(arms, replications=3))
    steps_drawn = [line for line in axes.lines if line.get_drawstyle() == "steps-post"]
    used = {str(line.get_color()) for line in steps_drawn}
    assert len(steps_drawn) == len(used) == len(arms)
    assert style.STRATEGY_COLOURS["lead_factory"] in used


# ---- staffing ----


def test_values_are_paired_differences_from_the_usual_number(staffed: Staffed) -> None:
    table = staffing_table(staffed).set_index(["decay", "reps"])
    quick = staffed.values["quick_to_cool"]
    wanted = paired_difference(quick[4], quick[2])
    row = table.loc[("quick_to_cool", 4)]
    assert (row["value"], row["low"], row["high"]) == (wanted.mean, wanted.low, wanted.high)
    assert row["value"] == pytest.approx(2.02e6)
    assert table.loc[("quick_to_cool", 2), "value"] == 0.0
    assert row["net_present_value"] == pytest.approx(float(quick[4].mean()))
    assert table.loc[("slow_to_cool", 2), "response_hours"] == 12.0  # of those replications that have one
    assert (table["replications"] == 12).all()


def test_each_step_is_measured_against_the_one_before(staffed: Staffed) -> None:
    found = steps(staffed.values["quick_to_cool"])
    assert list(found) == [3, 4]
    assert found[3].mean == pytest.approx(2.005e6)
    assert found[4].mean == pytest.approx(15e3)  # more on average, but not surely
    assert found[4].low < 0.0 < found[4].high


def test_the_sentence_names_the_last_rep_who_surely_pays(staffed: Staffed) -> None:
    assert staffing_sentence(staffed) == (
        "The last development rep who surely pays for himself, by how soon leads go cold: "
        "number 3 (quick to cool) and none beyond 2 (slow to cool)"
    )


def test_the_chart_of_staffing(staffed: Staffed, tmp_path: Path) -> None:
    axes = staffing(staffed)
    assert title(axes) == staffing_sentence(staffed)
    said = texts(axes)
    assert "quick to cool (response 12 h)" in said
    assert "12 paired replications, seed 3" in said
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["2", "3", "4"]
    assert same_bytes(axes, staffing(staffed), tmp_path)
