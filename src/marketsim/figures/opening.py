"""Chart of the warm-up: how an empty opening is forgotten, quantity by quantity, and what the past leaves unsettled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from scipy.special import stdtrit

from marketsim.analysis.jackknife import jackknife
from marketsim.analysis.paired import CONFIDENCE, Estimate
from marketsim.analysis.warm_up import BATCH, WarmUp, mser, welch
from marketsim.analysis.words import joined
from marketsim.figures import frame, style
from marketsim.figures.data import END_OF_MONTH, MIDDLE_OF_MONTH, MONTHS_PER_YEAR, Compared, column, horizon_years
from marketsim.figures.messages import capital, share, years_text

PAST_YEARS = 12.0
"""History.years of the defaults."""
LAST_YEARS = 4
"""Years at the end whose mean is called 100 %."""
WINDOW = 6  # months on either side of Welch's moving average: it covers a year
NEAR = 0.05  # of the last years' level: a quantity that is this near at the end of the past is called near in the title
QUANTITIES = {
    "leads": ("leads", MIDDLE_OF_MONTH),
    "deals_won": ("deals won", MIDDLE_OF_MONTH),
    "trust": ("trust of sales", END_OF_MONTH),
    "memory": ("brand memory", END_OF_MONTH),
    "customers": ("customers", END_OF_MONTH),
    "recurring_revenue": ("recurring revenue", END_OF_MONTH),
}
"""Monthly columns, how they are called, and where in its month a value is drawn."""
COLUMNS = ("quantity", "month", "year", "mean", "moving_average", "low", "high", "level", "cut_year", "settled",
           "replications")  # fmt: skip
ACROSS = 3
CUT_COLOUR = "#D55E00"
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Played:
    """What the line under the picture needs; there is no past."""

    seed: int
    replications: int


@dataclass(frozen=True)
class Opening:
    """How one quantity leaves an empty opening.

    Parameters
    ----------
    rows : monthly values, shape (replications, months).
    smooth : Welch's moving average of each row, shape (replications, months less `WINDOW`).
    level : mean over the last `LAST_YEARS`.
    cut : truncation by MSER-5 of the mean over replications.
    """

    rows: FloatArray
    smooth: FloatArray
    level: float
    cut: WarmUp

    @property
    def cut_year(self) -> float:
        """Years that MSER-5 leaves out."""
        return self.cut.length / MONTHS_PER_YEAR

    def share_at(self, years: float) -> Estimate:
        """Return the moving average after some years as a share of the level, with its jackknife interval."""
        at = self.smooth[:, round(years * MONTHS_PER_YEAR) - 1]
        last = self.rows[:, -LAST_YEARS * MONTHS_PER_YEAR :].mean(axis=1)
        return jackknife(np.column_stack([at, last]), lambda means: float(means[0] / means[1]))


def openings(comparison: Compared) -> dict[str, Opening]:
    """Return the course of every quantity of the baseline, which must begin empty and have no past of its own.

    Raises
    ------
    ValueError
        If fewer than eight years were played, or an arm has a past: its first years would not be those after the
        opening.

    """
    found = {}
    for name in QUANTITIES:
        wide = column(name)(comparison, comparison.baseline)
        months = wide.columns.to_numpy(dtype=int)
        if months.min() < -1:
            raise ValueError("a warm-up is shown of a run without a past: history.years=0")
        rows = wide.loc[:, months >= 0].to_numpy()
        if rows.shape[1] < 2 * LAST_YEARS * MONTHS_PER_YEAR:
            raise ValueError(f"a warm-up is shown of at least {2 * LAST_YEARS} years")
        smooth = np.array([welch(row, WINDOW) for row in rows])
        level = float(rows[:, -LAST_YEARS * MONTHS_PER_YEAR :].mean())
        found[name] = Opening(rows, smooth, level, mser(rows.mean(axis=0)))
    return found


def warm_up_table(comparison: Compared) -> pd.DataFrame:
    """Return the course of every quantity by month.

    `mean` over replications, `moving_average` with its Student-t interval `low` to `high` over replications (none in
    the last months), `level` of the last years, `cut_year` by MSER-5, and whether the quantity has `settled` by it.
    """
    parts = []
    for name, opening in openings(comparison).items():
        count, months = opening.rows.shape
        middle = opening.smooth.mean(axis=0)
        half = np.full(len(middle), np.nan)
        if count > 1:
            spread = opening.smooth.std(axis=0, ddof=1) / np.sqrt(count)
            half = stdtrit(count - 1, (1 + CONFIDENCE) / 2) * spread
        missing = np.full(months - len(middle), np.nan)
        month = np.arange(months)
        parts.append(
            pd.DataFrame(
                {"quantity": name, "month": month, "year": (month + QUANTITIES[name][1]) / MONTHS_PER_YEAR,
                 "mean": opening.rows.mean(axis=0), "moving_average": np.r_[middle, missing],
                 "low": np.r_[middle - half, missing], "high": np.r_[middle + half, missing], "level": opening.level,
                 "cut_year": opening.cut_year, "settled": opening.cut.settled, "replications": count}
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


@style.styled
def warm_up(comparison: Compared, ax: Axes | None = None, *, past_years: float = PAST_YEARS) -> Axes:
    """Draw how each quantity leaves an empty opening, as a share of its level in the last years.

    Parameters
    ----------
    comparison : a run from an opening without customers, contacts or memory, played for decades; its baseline is drawn.
    ax : frame for the picture; without it, a figure of its own. Its panels, one per quantity, are `ax.child_axes`.
    past_years : length of the past that is judged.
    """
    table, found = warm_up_table(comparison), openings(comparison)
    down = -(-len(found) // ACROSS)
    ax = frame.host(ax, (12.5, 2.45 + 2.75 * down), top=1.5)
    panels = frame.split(ax, down, ACROSS, gap=(0.4, 0.95))
    years = horizon_years(comparison)
    top = 1.04 * max(float((part["mean"] / part["level"]).max()) for _, part in table.groupby("quantity"))
    colour = style.colours([comparison.baseline])[comparison.baseline]
    for place, (panel, (name, opening)) in enumerate(zip(panels, found.items(), strict=True)):
        part = table[table["quantity"] == name]
        frame.year_axis(panel, years, name=False)
        panel.set_xticks(panel.get_xticks(), [f"{tick:g}" for tick in panel.get_xticks()])  # 0 is not day 0 of a run
        panel.axvspan(0, past_years, color=style.PAST, lw=0, zorder=0)
        panel.axvline(past_years, color=style.GREY, lw=0.8, ls=(0, (5, 2)), zorder=1)
        panel.set_ylim(0, top)
        panel.axhline(1, color=style.GREY, lw=0.8, zorder=1)
        index = part[["mean", "moving_average", "low", "high"]].div(opening.level)
        panel.plot(part["year"], index["mean"], color=style.lighter(colour, 0.4), lw=0.6, zorder=2)
        panel.fill_between(part["year"], index["low"], index["high"], color=colour, alpha=style.BAND_ALPHA, lw=0)
        panel.plot(part["year"], index["moving_average"], color=colour, lw=2.0, zorder=3)
        _mark(panel, opening, years)
        if place == 0:
            words = f"the past ends\nafter {years_text(past_years)}"
            panel.text(past_years + years / 80, 0.55, words, color=style.GREY, fontsize=style.SMALL_SIZE, va="bottom")
        frame.value_axis(panel, "of the last years' level" if place % ACROSS == 0 else "", share, ticks=5)
        if place % ACROSS:
            panel.tick_params(labelleft=False)
        if place + ACROSS >= len(found):
            panel.set_xlabel("years after the empty opening")
        at_past = opening.share_at(past_years)
        panel.set_title(
            f"{capital(QUANTITIES[name][0])}: {share(at_past.mean)}{_interval(at_past)} at year {past_years:g}",
            loc="left", fontsize=style.TEXT_SIZE + 0.5, fontweight="bold", color=style.INK, pad=23,
        )  # fmt: skip
    frame.title(ax, warm_up_sentence(found, past_years), above=48)
    notes = (
        f"lines: Welch's moving average over a year, thin ones the months; 100 %: mean of the last "
        f"{years_text(LAST_YEARS)}, which is no steady state where MSER-{BATCH} finds none",
        f"grey ground: the {years_text(past_years)} of a past",
        f"in brackets: {100 * CONFIDENCE:.0f} % jackknife intervals",
    )
    frame.footer(ax, _Played(comparison.seed, comparison.replications), *notes)
    return ax


def _interval(found: Estimate) -> str:
    """Return an interval of shares in brackets; nothing where there is none."""
    if not np.isfinite([found.low, found.high]).all():
        return ""
    return f" [{100 * found.low:.0f}, {100 * found.high:.0f}]"


def _mark(panel: Axes, opening: Opening, years: float) -> None:
    """Mark where MSER-5 cuts, or how far it searched without finding an end of the warm-up."""
    at = opening.cut_year
    panel.axvline(at, color=CUT_COLOUR, lw=1.3, ls="-" if opening.cut.settled else (0, (2, 2)), zorder=4)
    text = (
        f"MSER-{BATCH} cuts\nat year {at:.1f}"
        if opening.cut.settled
        else f"MSER-{BATCH}: still moving,\nsearched up to here"
    )
    panel.text(at + years / 80, 0.04, text, color=style.text_colour(CUT_COLOUR), fontsize=style.SMALL_SIZE, va="bottom")


def warm_up_sentence(found: Mapping[str, Opening], past_years: float) -> str:
    """Say which quantities are near their last years' level at the end of the past, and where the others are."""
    shares = {QUANTITIES[name][0]: opening.share_at(past_years).mean for name, opening in found.items()}
    near = [name for name, value in shares.items() if abs(value - 1) <= NEAR]
    far = [f"{name} ({share(value)})" for name, value in shares.items() if abs(value - 1) > NEAR]
    which = f"{joined(near)} {'are' if len(near) > 1 else 'is'}" if near else "nothing is"
    level = f"{share(NEAR)} of the level of the last {years_text(LAST_YEARS)}"
    text = f"{capital(years_text(past_years))} after an empty opening, {which} within {level}"
    return f"{text}; further off {'are' if len(far) > 1 else 'is'} {joined(far)}" if far else text
