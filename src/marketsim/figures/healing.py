"""Chart of healing: how long it takes until an arm that came back looks like one that never left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis.words import joined, money_interval, number
from marketsim.figures import frame, style

COLUMNS = (
    "course", "left_years", "measure", "label", "tolerance", "gap", "gap_low", "gap_high", "hurt", "months", "low",
    "high",
)  # fmt: skip
LOST_COLUMNS = ("course", "left_years", "worth", "mean", "low", "high")
SHADES = (0.45, 0.72, 1.0)  # of the colour, for the shortest to the longest time away
ROW = 0.26  # of a row, between the marks of one measure
COURSE_COLOURS = {"lead_factory": "#D55E00", "lead_factory_counted": "#CC79A7", "sales_led": "#000000"}


@dataclass(frozen=True)
class Healed:
    """How long arms took to heal after they came back.

    Parameters
    ----------
    table : one row per course, years away, measure and tolerance, with `COLUMNS`.
    lost : what was lost for good against the arm that never left, with `LOST_COLUMNS`.
    years_after : years that were played after the latest return.
    seed, replications : of the runs.
    """

    table: pd.DataFrame
    lost: pd.DataFrame
    years_after: float
    seed: int
    replications: int
    past: str = ""
    notes: Sequence[str] = ()


@style.styled
def healing(healed: Healed, ax: Axes | None = None) -> Axes:
    """Draw the months until each measure is back, with intervals, one panel per course and one row per measure.

    Parameters
    ----------
    healed : the findings.
    ax : frame for the picture; without it, a figure of its own. Its panels are `ax.child_axes`.
    """
    table = healed.table
    courses, measures = list(dict.fromkeys(table["course"])), list(dict.fromkeys(table["label"]))
    ax = frame.host(ax, (13.0, 2.6 + 0.62 * (len(measures) + 1)), top=1.3)
    width = frame.size_inches(ax)[0]
    names = 1.55 / width  # room at the left for the names of the measures
    gap = 0.3 / width
    wide = (1 - names - gap * (len(courses) - 1)) / len(courses)
    ax.set_axis_off()
    longest = healed.years_after
    finite = table.loc[table["hurt"] & np.isfinite(table["months"]), "months"]
    most = min(longest, math.ceil((float(finite.max()) if len(finite) else 12.0) / 12 + 2))
    for place, course in enumerate(courses):
        panel = ax.inset_axes((names + place * (wide + gap), 0.0, wide, 1.0))
        _draw(panel, healed, course, measures, most)
        rows = [*measures, "lost for good\n(net present value)"]
        panel.set_yticks([*range(len(measures)), len(measures) + 0.18], rows if place == 0 else [""] * len(rows))
        frame.panel_title(panel, style.label(course), COURSE_COLOURS.get(course, style.GREY))
    frame.title(ax, healing_sentence(healed), above=46)
    first, second = sorted(table["tolerance"].unique(), reverse=True)[:2]
    frame.footer(
        ax,
        healed,
        f"healed: for a year no more than {100 * first:.0f} % (filled; hollow: {100 * second:.0f} %) worse than the "
        "balanced strategy that never left",
        "lines: 95 % bootstrap intervals over replications; arrows: later than the panel shows",
        "counts are averaged over the 12 months around",
        *healed.notes,
        below=44,
        bands=False,
    )
    return ax


def _draw(panel: Axes, healed: Healed, course: str, measures: Sequence[str], most: float) -> None:
    """Draw the marks of one course."""
    colour = COURSE_COLOURS.get(course, style.GREY)
    rows = healed.table[healed.table["course"] == course]
    tolerances = sorted(rows["tolerance"].unique(), reverse=True)
    times = sorted(rows["left_years"].unique())
    panel.set_ylim(len(measures) + 0.75, -0.6)
    panel.set_xlim(0, most)
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.tick_params(colors=style.GREY, labelsize=style.TEXT_SIZE - 0.5, length=0)
    panel.tick_params(axis="y", labelsize=style.TEXT_SIZE, labelcolor=style.INK)
    panel.grid(axis="x", color=style.FAINT, lw=0.6)
    panel.set_xlabel("years after the return")
    for row, measure in enumerate(measures):
        part = rows[rows["label"] == measure]
        if not part["hurt"].any():
            gap = part.loc[part["left_years"] == times[-1], "gap"].iloc[0]
            text = f"not hurt ({_percent(gap)} after {times[-1]:g} years)"
            panel.text(0.01 * most, row, text, va="center", fontsize=style.SMALL_SIZE, color=style.GREY)
            continue
        for place, years in enumerate(times):
            at, shade = row + ROW * (place - (len(times) - 1) / 2), style.lighter(colour, SHADES[place % len(SHADES)])
            for level, tolerance in enumerate(tolerances[:2]):
                _mark(panel, part, years, tolerance, at, shade, most, hollow=level > 0)
    lost = healed.lost[healed.lost["course"] == course]
    first = str(lost["worth"].iloc[0])
    for place, years in enumerate(times):
        one = lost[(lost["left_years"] == years) & (lost["worth"] == first)].iloc[0]
        worth = money_interval(one["mean"], one["low"], one["high"], signed=True)
        text = f"after {years:g} year{'' if years == 1 else 's'} away: {worth}"
        panel.text(0.01 * most, len(measures) - 0.12 + 0.3 * place, text, va="center", fontsize=style.SMALL_SIZE + 0.5,
                   color=style.text_colour(style.lighter(colour, SHADES[place % len(SHADES)])))  # fmt: skip
    panel.axhline(len(measures) - 0.45, color=style.FAINT, lw=1.0)


def _mark(
    panel: Axes,
    part: pd.DataFrame,
    years: float,
    tolerance: float,
    at: float,
    colour: str,
    most: float,
    *,
    hollow: bool,
) -> None:
    """Draw one time of healing with its interval; an arrow where it lies beyond the panel."""
    one = part[(part["left_years"] == years) & (part["tolerance"] == tolerance)].iloc[0]
    if not one["hurt"]:
        return
    month, low, high = (min(float(one[name]) / 12, most) for name in ("months", "low", "high"))
    at = at + (0.09 if hollow else 0.0)
    panel.plot([low, high], [at, at], color=colour, lw=1.0 if hollow else 2.0, zorder=2, clip_on=False)
    if not float(one["high"]) / 12 <= most:
        panel.plot([most], [at], ">", ms=4.5, color=colour, zorder=3, clip_on=False)
    if float(one["months"]) / 12 <= most:
        look = {"mfc": "white", "mec": colour, "mew": 1.2} if hollow else {"color": colour}
        panel.plot([month], [at], "o", ms=4.5 if hollow else 6, zorder=4, clip_on=False, **look)


def _percent(gap: float) -> str:
    return f"{number(100 * gap, signed=True)} %"


def healing_sentence(healed: Healed) -> str:
    """Say how long the slowest and the quickest hurt measure take after the longest time away, and what is lost."""
    course = str(healed.table["course"].iloc[0])
    rows = healed.table[healed.table["course"] == course]
    years = float(rows["left_years"].max())
    rows = rows[(rows["left_years"] == years) & (rows["tolerance"] == rows["tolerance"].max()) & rows["hurt"]]
    away = f"{years:g} years of {style.label(course)}"
    if rows.empty:
        return f"After {away} nothing is hurt that could heal"
    rows = rows.sort_values("months", kind="stable")
    times = [month_text(float(one.months), float(one.low), float(one.high)) for one in rows.itertuples()]
    told = [f"{time} for {name}" for time, name in zip(times, rows["label"], strict=True)]
    lost = healed.lost[(healed.lost["course"] == course) & (healed.lost["left_years"] == years)].iloc[0]
    worth = money_interval(-lost["mean"], -lost["high"], -lost["low"])
    return f"After {away} healing takes {joined(told)}; {worth} are lost for good"


def month_text(month: float, low: float, high: float) -> str:
    """Write a number of months with its interval: 18 months [15, 21], more than was played."""
    if not math.isfinite(month):
        return "longer than was played"
    if not math.isfinite(low):
        return f"{month:.0f} months"
    end = f"{high:.0f}" if math.isfinite(high) else "beyond what was played"
    return f"{month:.0f} months [{low:.0f}, {end}]"
