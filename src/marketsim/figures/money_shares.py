"""Chart of shares of money: where the money of each arm goes in some months, and what the arm is worth beside it."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis.paired import paired_difference
from marketsim.analysis.words import money_interval
from marketsim.experiments.comparison import NPV, Comparison
from marketsim.figures import frame, style
from marketsim.figures.data import MONTHS_PER_YEAR
from marketsim.figures.steering import PROGRAMME_COLOURS

STAGES = ("brand", "content", "middle", "capture", "nurture")
OTHER = "other"
COLUMNS = ("arm", "stage", "share", "against", "difference", "low", "high", "replications")
SMALLEST_NAMED = 0.06  # share of a bar that has room for its number
NOTHING = 1e-9  # share of the whole below which a rest is an error of rounding
HIGH = 0.62  # of a row that a bar fills
LEFT, RIGHT = 1.75, 1.9  # inches for names of arms and for what they are worth


def money_shares_table(comparison: Comparison, first: int, end: int) -> pd.DataFrame:
    """Return the share of every stage in the spending of months [first, end), and the paired difference in value.

    Value is net present value after the last year, against the baseline; missing for the baseline itself. Searches for
    our own name count as capture; what belongs to none of the five stages is `other`.
    """
    values = comparison.values(NPV, comparison.years)
    rows = []
    for arm in comparison.arms:
        monthly = comparison[arm].monthly
        monthly = monthly[(monthly["month"] >= first) & (monthly["month"] < end)]
        spent = {stage: float(monthly[f"spend_{stage}"].sum()) for stage in STAGES}
        spent["capture"] += float(monthly["spend_brand_terms"].sum())
        whole = float(monthly["marketing_spend"].sum())
        rest = whole - sum(spent.values())
        spent[OTHER] = rest if abs(rest) > NOTHING * whole else 0.0
        nan = float("nan")
        worth = (nan, nan, nan)
        if arm != comparison.baseline:
            found = paired_difference(values[arm], values[comparison.baseline])
            worth = (found.mean, found.low, found.high)
        for stage, amount in spent.items():
            share = amount / whole if whole > 0 else nan
            rows.append((arm, stage, share, comparison.baseline, *worth, comparison.replications))
    return pd.DataFrame(rows, columns=list(COLUMNS))


@style.styled
def money_shares(
    comparison: Comparison, first: int, end: int, sentence: str, *notes: str,
    names: dict[str, str] | None = None, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Draw the share of every stage in the spending of months [first, end) as one bar per arm, with what it is worth.

    Parameters
    ----------
    comparison : the runs; the baseline is the first bar.
    first, end : the window, in months after day 0.
    sentence : the message, with its uncertainty.
    notes : what else the line under the picture should say.
    names : names of arms, where their own do not read well.
    ax : axes to draw in; without it, a figure of its own.
    """
    table = money_shares_table(comparison, first, end)
    arms = list(comparison.arms)
    ax = frame.host(ax, (11.0, 2.4 + 0.42 * len(arms)), top=1.15)
    width = frame.size_inches(ax)[0]
    ax.set_axis_off()
    bars = ax.inset_axes((LEFT / width, 0.0, 1 - (LEFT + RIGHT) / width, 1.0))
    bars.set_axis_off()
    bars.set_xlim(0, 1)
    bars.set_ylim(len(arms) - 0.5, -0.5)
    shown = names or {}
    for row, arm in enumerate(arms):
        part = table[table["arm"] == arm]
        left = 0.0
        for stage, share in zip(part["stage"], part["share"], strict=True):
            colour = PROGRAMME_COLOURS.get(stage, style.GREY)
            bars.barh(row, share, left=left, height=HIGH, color=colour, lw=0)
            if share >= SMALLEST_NAMED:
                middle = left + share / 2
                text = f"{100 * share:.0f} %"
                bars.text(middle, row, text, ha="center", va="center", color="white", fontsize=style.TEXT_SIZE)
                if row == 0:
                    bars.text(middle, -0.45, stage, ha="center", va="bottom", color=style.text_colour(colour))
            left += share
        bars.text(-0.012, row, shown.get(arm, style.label(arm)), ha="right", va="center", fontsize=style.TEXT_SIZE)
        worth = part.iloc[0]
        text = "the baseline"
        if arm != comparison.baseline:
            text = money_interval(worth["difference"], worth["low"], worth["high"], signed=True)
        bars.text(1.015, row, text, va="center", fontsize=style.TEXT_SIZE)
    bars.text(1.015, -0.45, f"worth after {comparison.years} years", va="bottom", color=style.GREY)
    year = f"year {end // MONTHS_PER_YEAR}" if end - first == MONTHS_PER_YEAR else f"months {first} to {end}"
    frame.title(ax, sentence, above=30)
    frame.footer(
        ax,
        comparison,
        f"bars: share of the money spent in {year}; at the right: net present value less that of "
        f"{shown.get(comparison.baseline, style.label(comparison.baseline))}, with its 95 % interval",
        *notes,
        below=12.0,
        bands=False,
    )
    return ax
