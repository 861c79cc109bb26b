"""Chart of courses: a few quantities of a few arms over the years, each in a panel of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from marketsim.figures import frame, style
from marketsim.figures.data import MONTHS_PER_YEAR, Compared, Panel, Wide, column, horizon_years, pick, tidy

LABEL_ROOM = 1.3  # inches at the right of a panel, for the names of arms
SAME = 0.01  # of the axis: lines that end nearer to each other are told by one label


def over_a_year(name: str) -> Wide:
    """Return a function that adds the flow `name` up over the last 12 months."""

    def spread(comparison: Compared, arm: str) -> pd.DataFrame:
        return column(name)(comparison, arm).T.rolling(MONTHS_PER_YEAR).sum().T.dropna(axis="columns", how="all")

    return spread


def courses_table(comparison: Compared, flows: Sequence[str], stocks: Sequence[str] = ()) -> pd.DataFrame:
    """Return mean and interval of flows (over the last 12 months) and stocks, by arm and month."""
    panels = [Panel(name, over_a_year(name), "in 12 months") for name in flows]
    return tidy(comparison, [*panels, *(Panel(name, column(name), "at month end") for name in stocks)])


@style.styled
def courses(
    comparison: Compared, table: pd.DataFrame, sentence: str, *notes: str,
    names: Mapping[str, str] | None = None, colours: Mapping[str, str] | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the quantities of `courses_table`, money all of them, one panel each.

    Parameters
    ----------
    comparison : the runs.
    table : from `courses_table`.
    sentence : the message, with its uncertainty.
    notes : what else the line under the picture should say.
    names, colours : of arms, where their own do not do.
    ax : frame for the picture; without it, a figure of its own. Its panels are `ax.child_axes`.
    """
    keys = list(dict.fromkeys(table["panel"]))
    palette = {**style.colours(comparison.arms), **(colours or {})}
    ax = frame.host(ax, (4.2 * len(keys), 4.9), top=1.25)
    panels = frame.split(ax, 1, len(keys), (0.35, 0.0), LABEL_ROOM)
    for panel, key in zip(panels, keys, strict=True):
        unit = table.loc[table["panel"] == key, "unit"].iloc[0]
        frame.year_axis(panel, horizon_years(comparison))
        ends: list[tuple[float, str, str]] = []
        for arm in comparison.arms:
            part = pick(table, key, arm)
            frame.draw_line(panel, part[part["month"] >= -1], palette[arm])
            ends.append((float(part["mean"].iloc[-1]), (names or {}).get(arm, style.label(arm)), palette[arm]))
        panel.axhline(0, color=style.GREY, lw=0.8)
        lowest, highest = panel.get_ylim()
        write = frame.money_ticks(panel, signed=lowest < 0 and bool((table[table["panel"] == key]["mean"] < 0).any()))
        frame.value_axis(panel, f"{style.label(key)} (money {unit})", write)
        values = [end for end, _, _ in ends]
        if len(ends) > 1 and max(values) - min(values) < SAME * (highest - lowest):
            ends = [(values[0], "the same for\nall of them" if len(ends) > 2 else "the same\nfor both", style.INK)]
        frame.end_labels(panel, ends, size=style.SMALL_SIZE)
    frame.title(ax, sentence, above=30)
    frame.footer(ax, comparison, *notes)
    return ax
