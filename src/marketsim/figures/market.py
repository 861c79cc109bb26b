"""Charts of what happens outside: leads by true quality, brand memory and the active pool, response time and trust."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from marketsim.figures import frame, style
from marketsim.figures.data import MIDDLE_OF_MONTH, Compared, Panel, column, horizon_years, pick, tidy
from marketsim.figures.messages import leads_sentence, memory_sentence, response_sentence, share, wait

PAST_YEARS = 1.0  # of the common past, its last year is drawn
QUALITIES = {
    "leads_active_fit": "buying now,\ngood fit",
    "leads_active_unfit": "buying now,\npoor fit",
    "leads_research": "still in research",
    "leads_not_buying": "not buying",
}
QUALITY_SHADES = (1.0, 0.5)  # share of the strategy's own colour for the two kinds of buyers
QUALITY_GREYS = ("#B8B8B8", "#E4E4E4")
SHORTEST_HOURS = 1.0 / 60.0
# Response times span minutes to weeks: marks people know, in hours, on a logarithmic axis.
HOUR_MARKS = {1 / 60: "1 min", 0.1: "6 min", 1.0: "1 h", 8.0: "8 h", 24.0: "1 day", 168.0: "1 week", 672.0: "4 weeks"}
HOUR_TICKS = {**HOUR_MARKS, SHORTEST_HOURS: f"\N{LESS-THAN OR EQUAL TO} {HOUR_MARKS[SHORTEST_HOURS]}"}
COLUMNS_AT_MOST = 4
GROUND = 0.7  # the lowest response time shown, relative to the lowest mean


def leads_by_quality_table(comparison: Compared) -> pd.DataFrame:
    """Return mean and interval of the leads a month by true quality at arrival, per arm."""
    return tidy(comparison, [Panel(name, column(name), "leads a month", MIDDLE_OF_MONTH) for name in QUALITIES])


@style.styled
def leads_by_quality(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw the monthly leads of every arm as stacked areas, by what the buyer's account truly is at arrival.

    Parameters
    ----------
    comparison : the runs.
    ax : frame for the picture; without it, a figure of its own. Its panels, one per arm, are `ax.child_axes`.
    """
    table = leads_by_quality_table(comparison)
    arms = list(comparison.arms)
    across = min(len(arms), COLUMNS_AT_MOST)
    down = -(-len(arms) // across)
    ax = frame.host(ax, (11.0, 2.25 + 3.2 * down), top=1.3)
    panels = frame.split(ax, down, across, gap=(0.35, 1.1), frame_right=1.1)
    palette, years = style.colours(arms), horizon_years(comparison)
    past = min(PAST_YEARS, max(0.0, -(float(table["month"].min())) / 12))
    stacks = {arm: np.array([pick(table, name, arm)["mean"] for name in QUALITIES]) for arm in arms}
    top = 1.08 * max(float(np.nanmax(stack.sum(axis=0))) for stack in stacks.values())
    for place, (panel, arm) in enumerate(zip(panels, arms, strict=False)):
        x = pick(table, "leads_active_fit", arm)["year"].to_numpy()
        shades = [style.lighter(palette[arm], part) for part in QUALITY_SHADES] + list(QUALITY_GREYS)
        frame.year_axis(panel, years, past, name=place + across >= len(arms))
        panel.set_ylim(0, top)
        panel.stackplot(x, *stacks[arm], colors=shades, lw=0, zorder=2)
        panel.plot(x, stacks[arm][0], color=style.text_colour(palette[arm]), lw=0.8, zorder=3)
        frame.value_axis(panel, "leads a month" if place % across == 0 else "", "{:,.0f}".format)
        if place % across:
            panel.tick_params(labelleft=False)
        frame.panel_title(panel, style.label(arm), palette[arm])
        if place == len(arms) - 1:
            edges = np.concatenate([[0.0], np.cumsum(stacks[arm][:, -12:].mean(axis=1))])
            middle = (edges[1:] + edges[:-1]) / 2
            names = list(QUALITIES.values())
            inks = [palette[arm], palette[arm], style.GREY, style.GREY]
            frame.end_labels(panel, [(float(middle[k]), names[k], inks[k]) for k in range(4)], size=style.SMALL_SIZE)
    for panel in panels[len(arms) :]:
        panel.set_axis_off()
    frame.title(ax, leads_sentence(comparison), above=46)
    frame.footer(
        ax, comparison, "areas are stacked; true quality is what the account is when its lead arrives", bands=False
    )
    return ax


def memory_and_pool_table(comparison: Compared) -> pd.DataFrame:
    """Return mean and interval of brand memory and of the active accounts not yet in hand, per arm."""
    panels = [
        Panel("memory", column("memory_reported"), "share of accounts"),
        Panel("pool_accounts", column("pool_accounts"), "accounts"),
    ]
    return tidy(comparison, panels)


@style.styled
def memory_and_pool(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw the share of accounts that remember us, and the pool of accounts that buy now and are not in hand.

    Parameters
    ----------
    comparison : the runs.
    ax : frame for the picture; without it, a figure of its own. Its two panels are `ax.child_axes`.
    """
    table = memory_and_pool_table(comparison)
    ax = frame.host(ax, (11.0, 5.2))
    memory, pool = frame.split(ax, 1, 2, gap=(0.5, 0.0), margin_right=1.0)
    frame.trajectories(memory, comparison, table, "memory")
    frame.value_axis(memory, "brand memory (share of all accounts)", share)
    frame.trajectories(pool, comparison, table, "pool_accounts")
    frame.value_axis(pool, "active pool (accounts that buy now, not yet in our hands)", "{:,.0f}".format)
    memory.set_ylim(bottom=0)
    pool.set_ylim(bottom=0)
    frame.name_lines(memory, comparison, table, "memory")
    frame.name_lines(pool, comparison, table, "pool_accounts")
    frame.title(ax, memory_sentence(comparison), above=32)
    frame.footer(ax, comparison)
    return ax


def response_and_trust_table(comparison: Compared) -> pd.DataFrame:
    """Return mean and interval of the hours until a lead is worked and of the trust of sales, per arm."""
    panels = [
        Panel("response_hours", column("response_hours"), "hours", MIDDLE_OF_MONTH),
        Panel("trust", column("trust"), "share"),
    ]
    return tidy(comparison, panels)


@style.styled
def response_and_trust(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw how long leads wait for sales, and how far sales trusts what marketing hands over.

    Parameters
    ----------
    comparison : the runs.
    ax : frame for the picture; without it, a figure of its own. Its two panels are `ax.child_axes`.
    """
    table = response_and_trust_table(comparison)
    ax = frame.host(ax, (11.0, 5.2))
    hours, trust = frame.split(ax, 1, 2, gap=(0.5, 0.0), margin_right=1.0)
    numbers = ["mean", "low", "high"]
    drawn = table.assign(**table[numbers].clip(lower=SHORTEST_HOURS))  # a logarithmic axis has no zero
    means = drawn.loc[drawn["panel"] == "response_hours", "mean"]
    lowest, highest = float(means.min()), float(means.max())
    silent = [arm for arm in comparison.arms if not _answers(table, arm)]
    after = (drawn["panel"] == "response_hours") & drawn["arm"].isin(silent) & (drawn["month"] >= -1)
    drawn.loc[after, numbers] = np.nan  # nor is the last month of the past a line
    frame.trajectories(hours, comparison, drawn, "response_hours")
    if np.isfinite(lowest):
        hours.set_yscale("log")
        hours.set_ylim(lowest * GROUND, highest / GROUND)
    frame.value_axis(hours, "mean time from a lead's arrival to the start of work", _wait_tick)
    if hours.get_yscale() == "log":
        marks = [mark for mark in HOUR_MARKS if lowest * GROUND <= mark <= highest / GROUND]
        if lowest <= SHORTEST_HOURS or len(marks) > 1:
            hours.yaxis.set_major_locator(FixedLocator(marks))
            hours.yaxis.set_major_formatter(FuncFormatter(lambda value, _: HOUR_TICKS.get(value, "")))
        hours.yaxis.set_minor_locator(NullLocator())
    frame.trajectories(trust, comparison, table, "trust")
    trust.set_ylim(0, 1)
    frame.value_axis(trust, "trust of sales in the leads it is given (share)", share)
    frame.name_lines(hours, comparison, drawn, "response_hours")
    _name_silent(hours, comparison, silent)
    frame.name_lines(trust, comparison, table, "trust")
    frame.title(ax, response_sentence(comparison), above=32)
    frame.footer(
        ax,
        comparison,
        "time to respond is the mean over the leads whose work began in the month, on a logarithmic axis; "
        "a minute stands for anything shorter",
    )
    return ax


def _wait_tick(hours: float) -> str:
    return HOUR_TICKS[SHORTEST_HOURS] if hours <= SHORTEST_HOURS else wait(hours)


def _answers(table: pd.DataFrame, arm: str) -> bool:
    """Return whether an arm ever answers a lead after day 0."""
    part = pick(table, "response_hours", arm)
    return bool(part.loc[part["month"] >= 0, "mean"].notna().any())


def _name_silent(ax: Axes, comparison: Compared, arms: list[str]) -> None:
    """Write the arms that answer no lead in the upper left corner: they have no line."""
    palette = style.colours(comparison.arms)
    for place, arm in enumerate(arms):
        ax.annotate(
            f"{style.label(arm)}: never answers",
            (0, 1),
            xytext=(6, -4 - place * style.LABEL_GAP),
            xycoords="axes fraction",
            textcoords="offset points",
            va="top",
            fontsize=style.TEXT_SIZE,
            color=style.text_colour(palette[arm]),
        )
