"""Why it comes out as it does, in small pictures: pool, leads by true quality, trust, people, memory, customers.

Each compares the baseline with one other arm, the one the titles speak of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis.words import money, number
from marketsim.figures import frame, style
from marketsim.figures.data import (
    MIDDLE_OF_MONTH,
    MONTHS_PER_YEAR,
    Compared,
    Panel,
    Wide,
    column,
    cumulative,
    horizon_years,
    less_baseline,
    narrowed,
    others,
    tidy,
)
from marketsim.figures.market import QUALITIES, QUALITY_GREYS, QUALITY_SHADES
from marketsim.figures.messages import (
    answers,
    at_end,
    capital,
    leader,
    leads_sentence,
    memory_sentence,
    share,
    sign,
    spoken,
    years_text,
)

SIZE = (3.9, 2.9)
LABEL_ROOM = 1.15  # inches at the right, for the names at the ends of the lines
SHORT_QUALITIES = ("buying, good fit", "buying, poor fit", "in research", "not buying")
LEGEND_ROWS = 2
SHARES = ("trust", "memory")


def arms_told(comparison: Compared) -> list[str]:
    """Return the baseline and the arm the pictures set beside it, or the baseline alone."""
    return [comparison.baseline, leader(comparison)] if others(comparison) else [comparison.baseline]


def chain_table(comparison: Compared) -> pd.DataFrame:
    """Return mean and interval of what the pictures show, for the two arms they show."""
    panels = [
        Panel("pool_accounts", column("pool_accounts"), "accounts"),
        *(Panel(name, column(name), "leads a month", MIDDLE_OF_MONTH) for name in QUALITIES),
        Panel("trust", column("trust"), "share"),
        Panel("quits_since_day_0", cumulative("quits"), "people"),
        Panel("memory", column("memory_reported"), "share"),
        Panel("customers", column("customers"), "customers"),
    ]
    return tidy(narrowed(comparison, arms_told(comparison)), panels)


def _told(comparison: Compared, wide: Wide, write: Callable[[float], str], months: int = 1) -> str:
    """Say the value of both arms at the end, and whether they differ."""
    arms = arms_told(comparison)
    parts = [f"{write(at_end(comparison, wide, arm, months).mean)} under {spoken(arm)}" for arm in arms]
    if len(arms) > 1:
        gap = at_end(comparison, less_baseline(wide), arms[1], months)
        known = np.isfinite(gap.low)
        if known and sign(gap) == 0 and gap.high > gap.low:
            return f"{' and '.join(parts)}, a difference that is undecided"
    return " and ".join(parts)


def pool_sentence(comparison: Compared) -> str:
    """Say how many accounts that buy now nobody of ours has spoken to, at the end."""
    told = _told(comparison, column("pool_accounts"), number)
    return f"Accounts that buy now and are not yet in our hands: {told}"


def trust_sentence(comparison: Compared) -> str:
    """Say how far sales trusts the leads at the end, and how fast it answers them in the last year."""
    arms = arms_told(comparison)
    hours = [answers(at_end(comparison, column("response_hours"), arm, MONTHS_PER_YEAR).mean) for arm in arms]
    trust = [share(at_end(comparison, column("trust"), arm).mean) for arm in arms]
    told = [f"{part} under {spoken(arm)}" for part, arm in zip(trust, arms, strict=True)]
    return f"The trust of sales in leads ends at {' and '.join(told)}; a lead is answered {' and '.join(hours)}"


def people_sentence(comparison: Compared) -> str:
    """Say how many people left since day 0."""
    told = _told(comparison, cumulative("quits"), lambda value: number(value, 1 if value < 10 else 0))
    return f"In {years_text(horizon_years(comparison))}, development reps who left: {told}"


def customers_sentence(comparison: Compared) -> str:
    """Say how many customers there are at the end, and what they pay a year."""
    told = _told(comparison, column("customers"), number)
    pay = [money(at_end(comparison, column("recurring_revenue"), arm).mean) for arm in arms_told(comparison)]
    return f"Customers at the end: {told}; they pay {' and '.join(pay)} a year"


def _lines(
    comparison: Compared, ax: Axes | None, wide: Wide, key: str, name: str, sentence: str, at: float = 1.0
) -> Axes:
    """Draw one quantity of both arms as lines."""
    ax = frame.host(ax, SIZE, right=LABEL_ROOM, top=0.75)
    two = narrowed(comparison, arms_told(comparison))
    table = tidy(two, [Panel(key, wide, name, at)])
    frame.trajectories(ax, two, table, key)
    ax.set_ylim(bottom=0)
    frame.value_axis(ax, name, share if key in SHARES else "{:,.0f}".format, ticks=4)
    frame.name_lines(ax, two, table, key)
    frame.title(ax, capital(sentence), above=26)
    return ax


@style.styled
def chain_pool(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw the accounts that buy now and are not in hand, under the baseline and the leading arm."""
    wide = column("pool_accounts")
    return _lines(comparison, ax, wide, "pool_accounts", "accounts", pool_sentence(comparison))


@style.styled
def chain_leads(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw the leads a month of the last year as one bar per arm, by what their accounts truly are."""
    ax = frame.host(ax, SIZE, right=0.15, top=0.75)
    arms = arms_told(comparison)
    palette = style.colours(comparison.arms)
    stacks = {arm: [at_end(comparison, column(name), arm, MONTHS_PER_YEAR).mean for name in QUALITIES] for arm in arms}
    longest = max(sum(stack) for stack in stacks.values()) or 1.0
    ax.set_xlim(0, longest * 1.02)
    ax.set_ylim(len(arms) - 0.25 + LEGEND_ROWS * 0.42, -0.75)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])
    for row, arm in enumerate(arms):
        left = 0.0
        shades = [style.lighter(palette[arm], part) for part in QUALITY_SHADES] + list(QUALITY_GREYS)
        for amount, shade in zip(stacks[arm], shades, strict=True):
            ax.barh(row, amount, left=left, color=shade, height=0.42, lw=0)
            left += amount
        name = f"{style.label(arm)}: {number(left)} leads a month"
        ax.text(0, row - 0.29, name, fontsize=style.SMALL_SIZE, color=style.text_colour(palette[arm]), va="bottom")
    _key_of_qualities(ax, palette[arms[-1]], len(arms))
    frame.title(ax, leads_sentence(comparison), above=26)
    return ax


def _key_of_qualities(ax: Axes, colour: str, below: int) -> None:
    """Write which shade is which kind of lead, two to a row, below the bars."""
    shades = [style.lighter(colour, part) for part in QUALITY_SHADES] + list(QUALITY_GREYS)
    wide = ax.get_xlim()[1]
    for place, (name, shade) in enumerate(zip(SHORT_QUALITIES, shades, strict=True)):
        x, y = wide * (0.5 * (place % 2)), below - 0.35 + 0.4 * (place // 2)
        ax.barh(y, wide * 0.03, left=x, height=0.2, color=shade, lw=0)
        ax.text(x + wide * 0.045, y, name, fontsize=style.SMALL_SIZE, color=style.GREY, va="center")


@style.styled
def chain_trust(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw how far sales trusts what marketing hands over, under the baseline and the leading arm."""
    return _lines(comparison, ax, column("trust"), "trust", "trust (share)", trust_sentence(comparison))


@style.styled
def chain_people(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw how many development reps have left since day 0, under the baseline and the leading arm."""
    wide = cumulative("quits")
    return _lines(comparison, ax, wide, "quits_since_day_0", "people who left since day 0", people_sentence(comparison))


@style.styled
def chain_memory(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw the share of accounts that remember us, under the baseline and the leading arm."""
    wide = column("memory_reported")
    name, sentence = (
        "brand memory (share of all accounts)",
        memory_sentence(narrowed(comparison, arms_told(comparison))),
    )
    return _lines(comparison, ax, wide, "memory", name, sentence)


@style.styled
def chain_customers(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw how many customers there are, under the baseline and the leading arm."""
    return _lines(comparison, ax, column("customers"), "customers", "customers", customers_sentence(comparison))


LINKS: dict[str, Callable[[Compared, Axes | None], Axes]] = {
    "pool": chain_pool,
    "leads": chain_leads,
    "trust": chain_trust,
    "people": chain_people,
    "memory": chain_memory,
    "customers": chain_customers,
}
"""The pictures in the order of cause and effect."""
HEADINGS = {
    "pool": "1 Who can buy now",
    "leads": "2 What the leads are",
    "trust": "3 How far sales trusts them",
    "people": "4 Who stays",
    "memory": "5 Who remembers us",
    "customers": "6 Who buys and remains",
}
COLUMNS = {
    "pool": ("pool_accounts",),
    "leads": ("leads", *QUALITIES),
    "trust": ("trust", "response_hours"),
    "people": ("quits",),
    "memory": ("memory_reported",),
    "customers": ("customers", "recurring_revenue"),
}
"""What each picture reads of the monthly table."""
ALL_COLUMNS = tuple(dict.fromkeys(name for names in COLUMNS.values() for name in names))


@style.styled
def chain(comparison: Compared, ax: Axes | None = None) -> Axes:
    """Draw the pictures in one frame, from the pool to the customers.

    Parameters
    ----------
    comparison : the runs.
    ax : frame for the picture; without it, a figure of its own. Its panels are `ax.child_axes`.
    """
    ax = frame.host(ax, (12.0, 6.9), top=1.35)
    panels = frame.split(ax, 2, 3, gap=(0.35, 0.95), margin_right=0.95)
    for panel, (name, draw) in zip(panels, LINKS.items(), strict=False):
        draw(comparison, panel)
        panel.set_title(HEADINGS[name], loc="left", fontsize=style.TEXT_SIZE + 0.5, fontweight="bold", pad=23)
    for panel in panels[len(LINKS) :]:
        panel.set_axis_off()
    frame.title(ax, chain_sentence(comparison), above=46)
    frame.footer(ax, comparison)
    return ax


def chain_sentence(comparison: Compared) -> str:
    """Say in one sentence how leads, memory and customers hang together under the two arms."""
    arms: Sequence[str] = arms_told(comparison)
    told = []
    for arm in arms:
        good = at_end(comparison, column("leads_active_fit"), arm, MONTHS_PER_YEAR).mean
        known = share(at_end(comparison, column("memory_reported"), arm).mean)
        customers = number(at_end(comparison, column("customers"), arm).mean)
        told.append(f"{number(good)} good leads a month, {known} memory and {customers} customers under {spoken(arm)}")
    return f"In the end: {'; '.join(told)}"
