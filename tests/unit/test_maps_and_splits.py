"""The charts of experiments 17 to 19: tables and sentences on invented findings, panels, and the same bytes twice."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from marketsim.analysis.paired import paired_difference
from marketsim.experiments.worlds import Axis, designed
from marketsim.figures import save_figure
from marketsim.figures.healing import COLUMNS, LOST_COLUMNS, Healed, healing, healing_sentence
from marketsim.figures.maps import Phases, phase_map, phase_table, when_leads_win, worlds_table
from marketsim.figures.splits import Splits, best_share, best_share_table, shares_text

SHARES = (0.0, 0.5, 1.0)
WORTHS = ("net_present_value", "net_present_value_with_contracts")


def title_of(ax: Axes) -> str:
    return ax.get_title(loc="left").replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")


def splits() -> Splits:
    rng = np.random.default_rng(1)
    luck = rng.normal(size=(8, 1)) * 5e6

    def worth(*means: float) -> dict[str, np.ndarray]:
        values = luck + np.array(means) * 1e6 + rng.normal(size=(8, 3)) * 1e4
        return dict.fromkeys(WORTHS, values)

    short = worth(0, -1, -2)
    del short["net_present_value_with_contracts"]
    return Splits(SHARES, {"balanced": {0.5: short, 10: worth(0, 3, -4)}, "start_up": {10: worth(0, 5, 5)}}, 1)


def healed(course: str = "lead_factory") -> Healed:
    rows, lost = [], []
    for years in (1, 3):
        for label, hurt, month in (("memory", True, 12.0 * years), ("trust", False, 0.0), ("revenue", True, math.inf)):
            for level in (0.10, 0.05):
                rows.append((course, years, label, label, level, -0.3, -0.4, -0.2, hurt, month, month - 2, month + 3))
        lost.append((course, years, "net_present_value", -2e6 * years, -3e6 * years, -1e6 * years))
    return Healed(pd.DataFrame(rows, columns=COLUMNS), pd.DataFrame(lost, columns=LOST_COLUMNS), 15, 1, 20, "balanced")


def phases() -> Phases:
    """Return worlds in which harvest wins by 2 M where the first axis is below a quarter, else loses 1 M."""
    axes = (Axis("weight", 0, 2, 1, "weight (1: default)"), Axis("size", 1e3, 1e5, 2e4, "accounts", log=True))
    places = designed(2, 64, 1)
    ahead = np.where(places[:, 0] < 0.25, 2e6, -1e6)
    worth = np.column_stack([ahead - 1e5, ahead, np.zeros(64)])
    matched = places[:, 1] > 0.8
    names = ("lead_factory", "harvest_mix", "balanced")
    return Phases(axes, places, names, {1: -worth, 10: worth}, ["balanced"] * 64, matched, 1, 2)


def test_shares_are_written_with_neighbours_together() -> None:
    every = [0.0, 0.1, 0.2, 0.3, 0.4]
    assert shares_text([0.0, 0.1, 0.2, 0.4], every) == "0 to 20 and 40 %"
    assert shares_text([0.3], every) == "30 %"


def test_the_table_of_shares_has_paired_differences_and_the_best() -> None:
    runs = splits()
    table = best_share_table(runs)
    ten = table[(table["past"] == "balanced") & (table["horizon_years"] == 10) & (table["worth"] == WORTHS[0])]
    values = runs.worth["balanced"][10][WORTHS[0]]
    expected = paired_difference(values[:, 1], values[:, 0])
    assert ten["mean"].tolist()[1] == pytest.approx(expected.mean)
    assert (ten["low"].tolist()[1], ten["high"].tolist()[1]) == pytest.approx((expected.low, expected.high))
    assert ten["best"].tolist() == ten["not_told_from_best"].tolist() == [False, True, False]
    later = table[(table["past"] == "start_up") & (table["worth"] == WORTHS[0])]
    assert later["not_told_from_best"].tolist() == [False, True, True]


def test_the_sentence_of_shares_follows_the_numbers() -> None:
    ax = best_share(splits())
    assert title_of(ax).startswith(
        "Brand's best share of the budget is 0 % over 6 months and 50 % over 10 years (all others are worse): +3.0 M ["
    )
    assert len(ax.child_axes) == 4


def test_the_sentence_of_healing_names_what_is_hurt_and_what_is_lost() -> None:
    assert healing_sentence(healed()) == (
        "After 3 years of lead factory healing takes 36 months [34, 39] for memory and longer than was played for "
        "revenue; 6.0 M [3.0, 9.0] are lost for good"
    )
    ax = healing(healed())
    said = [text.get_text() for panel in ax.child_axes for text in panel.texts]
    assert any(text.startswith("not hurt (\N{MINUS SIGN}30 % after 3 years)") for text in said)
    assert any("after 1 year away: \N{MINUS SIGN}2.0 M" in text for text in said)


def test_the_map_finds_the_boundary_and_the_table_holds_every_world() -> None:
    table = worlds_table(phases())
    ten = table[table["horizon_years"] == 10]
    assert (ten["winner"] == np.where(ten["weight"] < 0.5, "harvest_mix", "balanced")).all()
    assert ten["harvest_mix_ahead"].tolist() == pytest.approx(np.where(ten["weight"] < 0.5, 2e6, -1e6).tolist())
    grid = phase_table(phases(), "weight", "size", 10)
    assert grid.loc[grid["x_value"] == 0, "mean"].min() > 0
    assert grid.loc[grid["x_value"] == 2, "high"].max() < 0.5e6
    assert (grid["low"] <= grid["high"]).all()
    ax = when_leads_win(phases(), [("weight", "size")], 10)
    assert title_of(ax).startswith("Over 10 years harvest wins in 25 % of the worlds: in 100 % where weight < 0.5")
    assert "in 0 % elsewhere" in title_of(ax)


def test_charts_draw_into_axes_they_are_given_and_give_the_same_bytes(tmp_path: Path) -> None:
    figure = Figure(figsize=(11, 6))
    ax = figure.add_axes((0.1, 0.2, 0.8, 0.6))
    assert phase_map(phases(), "weight", "size", 10, ax) is ax
    for draw in (lambda: best_share(splits()), lambda: healing(healed()),
                 lambda: when_leads_win(phases(), [("weight", "size")], 10)):  # fmt: skip
        files = []
        for name in ("one.svg", "two.svg"):
            made = draw().get_figure(root=True)
            assert made is not None
            files.append(save_figure(made, tmp_path / name).read_bytes())
        assert files[0] == files[1]
