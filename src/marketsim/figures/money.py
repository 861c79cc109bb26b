"""Charts of money: cost per good lead, recurring revenue, and cumulative profit against the baseline."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis.crossing import Course
from marketsim.analysis.words import money
from marketsim.figures import frame, style
from marketsim.figures.data import (
    MONTHS_PER_YEAR,
    Compared,
    Panel,
    column,
    cumulative,
    horizon_years,
    less_baseline,
    others,
    pick,
    rolling_ratio,
    tidy,
)
from marketsim.figures.messages import (
    at_end,
    cost_sentence,
    crossing_of,
    month_text,
    profit_sentence,
    recurring_sentence,
    sign,
    undecided_note,
)

COST_PER_GOOD_LEAD = rolling_ratio("marketing_spend", "good_leads")
RAW, AGAINST = "recurring_revenue", "recurring_revenue_against_baseline"
PROFIT_AGAINST = "cumulative_profit_against_baseline"
SMALL_PANELS_AT_MOST = 6
LETTER_POINTS, ROW_POINTS = 5.8, 17.0  # width of a letter and height of a row of marks
END_ROOM = 0.7  # inches at the right of a small panel, for its last value
LABEL_ROOM = 1.25  # inches at the right of a line chart


def cost_per_good_lead_table(comparison: Compared) -> pd.DataFrame:
    """Return mean and interval of the marketing spend per good lead over the last 12 months, per arm."""
    return tidy(comparison, [Panel("cost_per_good_lead", COST_PER_GOOD_LEAD, "money per good lead")])


@style.styled
def cost_per_good_lead(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw marketing spend per good lead, both summed over the last twelve months.

    Parameters
    ----------
    comparison : the runs.
    ax : axes to draw in; without it, a figure of its own.
    """
    table = cost_per_good_lead_table(comparison)
    ax = frame.host(ax, (9.5, 5.4), right=LABEL_ROOM)
    frame.trajectories(ax, comparison, table, "cost_per_good_lead")
    ax.set_ylim(bottom=0)
    frame.value_axis(ax, "marketing spend per good lead, over the last 12 months (money)", frame.money_ticks(ax))
    frame.name_lines(ax, comparison, table, "cost_per_good_lead")
    frame.title(ax, cost_sentence(comparison, COST_PER_GOOD_LEAD), above=32)
    note = "a good lead is the first of a need whose account is buying, fits and is not a customer"
    frame.footer(ax, comparison, note)
    return ax


def recurring_revenue_table(comparison: Compared) -> pd.DataFrame:
    """Return mean and interval of recurring revenue per arm, and of its paired difference from the baseline."""
    panels = [Panel(RAW, column("recurring_revenue"), "money a year")]
    if others(comparison):
        panels.append(Panel(AGAINST, column("recurring_revenue"), "money a year", paired=True))
    return tidy(comparison, panels)


@style.styled
def recurring_revenue(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw recurring revenue of all arms, and beside it the paired difference from the baseline, one panel per arm.

    Parameters
    ----------
    comparison : the runs.
    ax : frame for the picture; without it, a figure of its own. Its panels are `ax.child_axes`, the raw lines first.
    """
    table = recurring_revenue_table(comparison)
    arms = others(comparison)[:SMALL_PANELS_AT_MOST]
    ax = frame.host(ax, (11.0, max(5.6, 2.0 + 1.35 * len(arms))))
    width = frame.size_inches(ax)[0]
    share = 0.56 if arms else 1.0
    ax.set_axis_off()
    raw = ax.inset_axes((0.0, 0.0, share - (LABEL_ROOM + 0.5 * bool(arms)) / width, 1.0))
    frame.trajectories(raw, comparison, table, RAW)
    raw.set_ylim(bottom=0)
    frame.value_axis(raw, "recurring revenue (money a year)", frame.money_ticks(raw))
    frame.name_lines(raw, comparison, table, RAW)
    palette, years = style.colours(comparison.arms), horizon_years(comparison)
    shown = table[(table["panel"] == AGAINST) & table["arm"].isin(arms)]
    low, high = min(0.0, float(shown["low"].min())), max(0.0, float(shown["high"].max()))
    gap = 0.22 / max(1, len(arms))
    tall = (1 - gap * (len(arms) - 1)) / max(1, len(arms))
    for place, arm in enumerate(arms):
        panel = ax.inset_axes((share, 1 - (place + 1) * tall - place * gap, 1 - share - END_ROOM / width, tall))
        part = pick(table, AGAINST, arm)
        frame.year_axis(panel, years, name=place == len(arms) - 1)
        if high > low:
            panel.set_ylim(low - 0.06 * (high - low), high + 0.06 * (high - low))
        frame.value_axis(panel, "", frame.money_ticks(panel, signed=True), ticks=3)
        panel.axhline(0, color=palette[comparison.baseline], lw=1.2, zorder=1.5)
        frame.draw_line(panel, part[part["month"] >= -1], palette[arm])
        end = float(part["mean"].iloc[-1])
        frame.end_labels(panel, [(end, money(end, signed=True), palette[arm])])
        if place < len(arms) - 1:
            panel.tick_params(labelbottom=False)
        text = f"{style.label(arm)} less {style.label(comparison.baseline)} (money a year)"
        panel.set_title(text, loc="left", fontsize=style.TEXT_SIZE, color=style.text_colour(palette[arm]), pad=5)
    frame.title(ax, recurring_sentence(comparison), above=32)
    frame.footer(ax, comparison)
    return ax


def cumulative_profit_table(comparison: Compared) -> pd.DataFrame:
    """Return mean and interval of the paired difference of cumulative profit from the baseline; month -1 is day 0."""
    return tidy(comparison, [Panel(PROFIT_AGAINST, cumulative("profit"), "money", paired=True)])


@style.styled
def cumulative_profit(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw profit added up from day 0 as paired difference from the baseline, with its band and where the lines cross.

    Parameters
    ----------
    comparison : the runs, at least two arms.
    ax : axes to draw in; without it, a figure of its own.

    Raises
    ------
    ValueError : if there is only one arm.
    """
    table = cumulative_profit_table(comparison)
    base, palette, dashes = comparison.baseline, style.colours(comparison.arms), style.line_styles(comparison.arms)
    ax = frame.host(ax, (9.5, 5.6), right=LABEL_ROOM + 0.35)
    frame.year_axis(ax, horizon_years(comparison))
    ends = [(0.0, style.label(base), palette[base])]
    ax.axhline(0, color=palette[base], lw=2.0, zorder=2.5)
    for arm in others(comparison):
        part = pick(table, PROFIT_AGAINST, arm)
        frame.draw_line(ax, part, palette[arm], ls=dashes[arm])
        last = part.iloc[-1]
        ends.append(
            (float(last["mean"]), f"{style.label(arm)}\n{money(float(last['mean']), signed=True)}", palette[arm])
        )
    frame.value_axis(
        ax, f"profit since day 0 less that of {style.label(base)} (money)", frame.money_ticks(ax, signed=True)
    )
    notes = ["ring: the month from which on the mean stays ahead, with a 95 % bootstrap interval"]
    notes = notes if _mark_crossings(ax, comparison) else []
    if (open_question := undecided_note(comparison)) is not None:
        notes.append(open_question)
    frame.end_labels(ax, ends)
    frame.title(ax, profit_sentence(comparison), above=32)
    frame.footer(ax, comparison, *notes)
    return ax


headline = cumulative_profit


def _mark_crossings(ax: Axes, comparison: Compared) -> bool:
    """Ring the month in which an arm overtakes the baseline for good, for arms that are surely ahead at the end.

    Returns whether there is one. The text stands in rows of its own below the lines, at the foot of a thread from its
    ring. Earlier marks take lower rows: so no thread runs through a text.
    """
    palette = style.colours(comparison.arms)
    low, high = ax.get_ylim()
    ax.set_ylim(low, high)
    marks: list[tuple[float, str, str]] = []
    for arm in others(comparison):
        found = crossing_of(comparison, arm)
        decided = sign(at_end(comparison, less_baseline(cumulative("profit")), arm)) > 0
        if found.course is Course.CROSSES and found.month is not None and decided:
            marks.append((found.month / MONTHS_PER_YEAR, arm, month_text(found)))
    if not marks:
        return False
    width, height = frame.size_inches(ax)
    first, last = ax.get_xlim()
    ends: list[float] = []  # right end of the text in each row so far, in years
    rows: list[int] = []
    for year, _, text in sorted(marks):
        wide = (len(text) * LETTER_POINTS + 14) / 72 / width * (last - first)
        row = next((k for k, end in enumerate(ends) if end < year), len(ends))
        ends[row:] = [year + wide, *ends[row + 1 :]]
        rows.append(row)
    room = (ROW_POINTS * len(ends) + 4) / 72 / height  # share of the height to add below the lines
    bottom = high - (high - low) / (1 - room)
    ax.set_ylim(bottom, high)
    for (year, arm, text), row in zip(sorted(marks), rows, strict=True):
        foot = bottom + (row + 0.25) / len(ends) * (low - bottom)
        ax.plot([year, year], [0, foot], color=palette[arm], lw=0.8, zorder=1.8)
        ax.plot([year], [0], "o", ms=7, mfc="white", mec=palette[arm], mew=1.8, zorder=6, clip_on=False)
        ax.annotate(
            text,
            (year, foot),
            xytext=(4, 0),
            textcoords="offset points",
            va="bottom",
            fontsize=style.TEXT_SIZE,
            color=style.text_colour(palette[arm]),
            zorder=6,
        )
    return True
