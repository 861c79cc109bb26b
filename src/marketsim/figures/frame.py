"""The frame of a picture: figure, panels, title and footer, axes in years, lines with bands and labels at the ends."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from marketsim.analysis.paired import CONFIDENCE
from marketsim.analysis.words import joined, number, scale_of
from marketsim.figures.data import Compared, Played, horizon_years, insolvent, pick
from marketsim.figures.style import (
    BAND_ALPHA,
    DOTS_PER_INCH,
    FAINT,
    GREY,
    INK,
    LABEL_GAP,
    PAST,
    SMALL_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    colours,
    label,
    lighter,
    line_styles,
    text_colour,
)

UNIT_GAP = re.compile(r"(?<=\d) (?=(?:M|k|%|h|min|days)(?!\w))|(?<=month) (?=\d)")
FOOTER = "footer"
"""Name of the text under a picture, in its file and for whoever sets it elsewhere."""
LABEL_ABOVE = 7.0  # points between the frame and the name of the y axis


def host(ax: Axes | None, size: tuple[float, float], right: float = 0.25, top: float = 1.1) -> Axes:
    """Return the given axes, or axes of a new figure, none of pyplot's; size and margins are in inches."""
    if ax is not None:
        return ax
    width, height = size
    left, bottom = 0.75, 0.95
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH)
    return figure.add_axes(
        (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height),
    )


def split(
    ax: Axes, rows: int, columns: int, gap: tuple[float, float], margin_right: float = 0.0, frame_right: float = 0.0
) -> list[Axes]:
    """Turn axes into an empty frame with a grid of panels in it.

    Parameters
    ----------
    ax : the frame; its title, its panels (`ax.child_axes`) and its footer are the picture.
    gap : inches between panels, across and down.
    margin_right : inches left free at the right of every panel, for labels at the ends of lines.
    frame_right : inches left free at the right of the grid.
    """
    ax.set_axis_off()
    width, height = size_inches(ax)
    across, down = gap[0] / width, gap[1] / height
    wide, high = (1 - frame_right / width - across * (columns - 1)) / columns, (1 - down * (rows - 1)) / rows
    panels: list[Axes] = []
    for row in range(rows):
        for place in range(columns):
            bounds = (place * (wide + across), 1 - (row + 1) * high - row * down, wide - margin_right / width, high)
            panels.append(ax.inset_axes(bounds))
    return panels


def size_inches(ax: Axes) -> tuple[float, float]:
    """Return width and height of axes in inches."""
    locate = ax.get_axes_locator()
    if locate is not None:
        # An inset learns its place only when it is drawn; labels need to know it now.
        ax.apply_aspect(locate(ax, None))  # type: ignore[arg-type]
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.get_position()
    width, height = figure.get_size_inches()
    return float(place.width * width), float(place.height * height)


def title(ax: Axes, sentence: str, above: float = 24.0) -> None:
    """Set the message of a picture, `above` points over the frame; long ones are set smaller, to fit on two lines."""
    width = size_inches(ax)[0] * 72
    whole = UNIT_GAP.sub("\N{NO-BREAK SPACE}", sentence)  # no line break between a number and its unit
    text = whole
    for size in (TITLE_SIZE, 0.88 * TITLE_SIZE, 0.76 * TITLE_SIZE):
        text = textwrap.fill(whole, max(20, int(width / (0.585 * size)) + 2))
        if text.count("\n") < 2:
            break
    ax.set_title(text, loc="left", fontsize=size, fontweight="bold", color=INK, pad=above)


def panel_title(ax: Axes, text: str, colour: str) -> None:
    """Name a panel of small multiples, in the colour of its arm."""
    ax.set_title(text, loc="left", fontsize=TEXT_SIZE + 0.5, fontweight="bold", color=text_colour(colour), pad=23)


def footer(ax: Axes, comparison: Played, *notes: str, below: float = 36.0, bands: bool = True) -> None:
    """Say under a picture what was averaged, what the bands are, and the seed."""
    count = comparison.replications
    if count > 1:
        parts = [f"Means of {count} paired replications, seed {comparison.seed}"]
        if bands:
            parts[0] += f"; bands: {100 * CONFIDENCE:.0f} % Student-t intervals over replications, month by month"
    else:
        parts = [f"One replication, seed {comparison.seed}: no intervals"]
    past = getattr(comparison, "past", "")
    if past:
        parts.append(f"past: {past.replace('_', ' ')}")
    parts += insolvency_note(comparison)
    text = " ".join(f"{part[0].upper()}{part[1:]}." for part in (*parts, *notes))
    letters = int(size_inches(ax)[0] * 72 / (0.53 * SMALL_SIZE))
    ax.annotate(
        textwrap.fill(text, letters),
        (0, 0),
        xytext=(0, -below),
        xycoords="axes fraction",
        textcoords="offset points",
        va="top",
        fontsize=SMALL_SIZE,
        color=GREY,
        linespacing=1.35,
        annotation_clip=False,
        gid=FOOTER,
    )


def insolvency_note(comparison: Played) -> list[str]:
    """Return the note on arms that became insolvent, those with the same count together; empty if there is none."""
    together: dict[str, list[str]] = {}
    for one in insolvent(comparison):
        together.setdefault(f"{one.count} of {one.replications} replications", []).append(label(one.arm))
    said = [f"{joined(names)} ended insolvent in {count}" for count, names in together.items()]
    return [f"{', '.join(said)}; zero afterwards"] if said else []


def year_axis(ax: Axes, years: float, past: float = 0.0, name: bool = True) -> None:
    """Draw the x axis in years after day 0; the common past, `past` years of it, lies on grey ground."""
    ax.set_xlim(-past, years)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)  # axes given by the caller were not made under our style
    ax.tick_params(colors=GREY, labelsize=TEXT_SIZE - 0.5)
    ax.tick_params(axis="y", which="both", length=0)
    if past > 0:
        ax.axvspan(-past, 0, color=PAST, lw=0, zorder=0)
    ax.axvline(0, color=GREY, lw=0.8, zorder=1)
    step = 1 if size_inches(ax)[0] > 3.2 or years <= 5 else 2 if years <= 12 else 5
    if years / step > 12:
        step = int(np.ceil(years / 10))
    ticks = [tick for tick in range(0, int(years) + 1, step)]
    ax.set_xticks(ticks, ["day 0" if tick == 0 else f"{tick}" for tick in ticks])
    if name:
        ax.set_xlabel("years after day 0")


def value_axis(ax: Axes, name: str, write: Callable[[float], str], ticks: int = 6) -> None:
    """Name the y axis with its unit, above it and level, and draw light lines at its ticks."""
    ax.set_ylabel(name, rotation=0, ha="left", va="bottom")
    ax.yaxis.set_label_coords(0.0, 1 + LABEL_ABOVE / 72 / size_inches(ax)[1])
    ax.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    ax.grid(axis="y", color=FAINT, lw=0.6)


def level_axis(ax: Axes, name: str, ticks: int = 7) -> None:
    """Draw an x axis of signed money, with light lines at its ticks."""
    ax.set_xlabel(name)
    ax.xaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    write = money_ticks(ax, signed=True, across=True)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    ax.grid(axis="x", color=FAINT, lw=0.6)


def money_ticks(ax: Axes, signed: bool = False, across: bool = False) -> Callable[[float], str]:
    """Return how to write ticks of money: in one unit for the whole axis, with as few decimals as they need."""

    def write(value: float) -> str:
        scale, letter = scale_of(max(abs(limit) for limit in (ax.get_xlim() if across else ax.get_ylim())))
        scaled = round(value / scale, 6)
        decimals = next((d for d in range(3) if abs(scaled - round(scaled, d)) < 1e-6), 3)
        return number(scaled, decimals, signed=signed) + (f" {letter}" if letter and scaled else "")

    return write


def draw_line(ax: Axes, part: pd.DataFrame, colour: str, **how: Any) -> None:
    """Draw the mean of one arm with its band."""
    ax.fill_between(part["year"], part["low"], part["high"], color=colour, alpha=BAND_ALPHA, lw=0, zorder=2)
    ax.plot(part["year"], part["mean"], color=colour, zorder=3, **how)


def trajectories(ax: Axes, comparison: Compared, table: pd.DataFrame, panel: str) -> None:
    """Draw the lines of all arms with their bands, the common past as one grey line."""
    palette, dashes = colours(comparison.arms), line_styles(comparison.arms)
    rows = table[table["panel"] == panel]
    earliest = float(rows.loc[rows["mean"].notna(), "year"].min())
    year_axis(ax, horizon_years(comparison), min(1.0, max(0.0, -earliest)))
    arms = [arm for arm in comparison.arms if arm != comparison.baseline] + [comparison.baseline]
    for arm in arms:
        part = pick(table, panel, arm)
        after = part[part["month"] >= -1]  # month -1 ends on day 0, where the lines part
        draw_line(ax, after, palette[arm], ls=dashes[arm])
    past = pick(table, panel, comparison.baseline)
    past = past[past["month"] <= -1]
    ax.plot(past["year"], past["mean"], color=GREY, lw=1.4, zorder=4)


def name_lines(ax: Axes, comparison: Compared, table: pd.DataFrame, panel: str) -> None:
    """Write the name of each arm at the end of its line; the limits of the y axis must be final."""
    palette = colours(comparison.arms)
    ends = []
    for arm in comparison.arms:
        means = pick(table, panel, arm)["mean"].dropna()
        if len(means):
            ends.append((float(means.iloc[-1]), label(arm), palette[arm]))
    end_labels(ax, ends)


def end_labels(ax: Axes, ends: Sequence[tuple[float, str, str]], size: float = TEXT_SIZE) -> None:
    """Write labels at the right edge, each near the end of its line, none over another.

    Parameters
    ----------
    ends : value at the end of the line, text, colour. The limits of the y axis must be final.
    """
    ends = [end for end in ends if np.isfinite(end[0])]
    height = size_inches(ax)[1] * 72
    to_points = ax.transAxes.inverted().transform
    wanted = [float(to_points(ax.transData.transform((ax.get_xlim()[1], y)))[1]) * height for y, _, _ in ends]
    placed = spread(wanted, [LABEL_GAP * (1 + text.count("\n")) for _, text, _ in ends], height)
    for (_, text, colour), at, put in zip(ends, wanted, placed, strict=True):
        moved = abs(put - at) > 1.0
        ax.annotate(
            text,
            (1.0, at / height),
            xytext=(14 if moved else 6, put - at),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
            fontsize=size,
            color=text_colour(colour),
            linespacing=1.1,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": lighter(colour, 0.6), "lw": 0.7, "shrinkA": 0, "shrinkB": 1,
                        "relpos": (0.0, 0.5)} if moved else None,
        )  # fmt: skip


def spread(wanted: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """Move labels as little as needed for none to overlap; all in points.

    Groups of labels that touch share the mean of what they want, from the lowest upwards, and stay inside [0, `room`]
    where they fit.
    """
    order = sorted(range(len(wanted)), key=lambda k: (wanted[k], k))
    groups: list[list[int]] = []

    def base(group: list[int]) -> float:
        total, offset, ideal = sum(heights[k] for k in group), 0.0, 0.0
        for k in group:
            ideal += wanted[k] - offset - heights[k] / 2
            offset += heights[k]
        low = ideal / len(group)
        return max(min(low, room + LABEL_GAP / 2 - total), -LABEL_GAP / 2)

    for k in order:
        groups.append([k])
        while len(groups) > 1 and base(groups[-2]) + sum(heights[j] for j in groups[-2]) > base(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    placed = list(wanted)
    for group in groups:
        at = base(group)
        for k in group:
            placed[k] = at + heights[k] / 2
            at += heights[k]
    return placed
