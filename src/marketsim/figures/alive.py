"""Chart of survival: the share of companies that still have cash, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis.paired import PairedDifference, paired_difference
from marketsim.analysis.robustness import wilson
from marketsim.analysis.words import PLUS_MINUS, joined, number
from marketsim.figures import frame, style
from marketsim.figures.data import MONTHS_PER_YEAR, Compared, column, horizon_years, others
from marketsim.figures.messages import capital, share, spoken

COLUMNS = ("arm", "month", "year", "alive", "low", "high", "replications")
ROUND = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Okabe & Ito without the yellow; black for the first."""
FloatArray = npt.NDArray[np.float64]


def survival_table(comparison: Compared) -> pd.DataFrame:
    """Return the share of replications whose cash never fell below zero up to the end of each month, by arm.

    `low` and `high` are Wilson's interval for a share (Wilson 1927); month -1 is day 0 itself.
    """
    parts = []
    for arm in comparison.arms:
        alive = _alive(comparison, arm)
        count = len(alive)
        mean = np.concatenate([[1.0], alive.mean(axis=0)])
        low, high = wilson(mean, count)
        months = np.arange(-1, alive.shape[1])
        parts.append(
            pd.DataFrame(
                {"arm": arm, "month": months, "year": (months + 1) / MONTHS_PER_YEAR, "alive": mean, "low": low,
                 "high": high, "replications": count}
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


@dataclass(frozen=True)
class _Played:
    """What the line under the picture needs; who became insolvent is what the picture itself shows."""

    seed: int
    replications: int
    past: str


@style.styled
def survival(
    comparison: Compared, ax: Axes | None = None, *, told: str | None = None, shaded: tuple[int, int, str] | None = None
) -> Axes:
    """Draw the share of companies that are alive, by arm.

    Parameters
    ----------
    comparison : the runs; the baseline is what the others are measured against in the title.
    ax : axes to draw in; without it, a figure of its own.
    told : the arm that the title speaks of; the first after the baseline by default.
    shaded : first month, end month and name of a time to set on grey ground, such as a recession.
    """
    table = survival_table(comparison)
    palette = _colours(comparison)
    ax = frame.host(ax, (9.5, 5.4), right=1.5)
    frame.year_axis(ax, horizon_years(comparison))
    if shaded is not None:
        first, end, name = shaded
        ax.axvspan(first / MONTHS_PER_YEAR, end / MONTHS_PER_YEAR, color=style.PAST, lw=0, zorder=0)
        ax.text((first + 1) / MONTHS_PER_YEAR, 0.02, name, color=style.GREY, fontsize=style.SMALL_SIZE, va="bottom")
    ends = []
    for arm in [*others(comparison), comparison.baseline]:
        part = table[table["arm"] == arm]
        ax.step(part["year"], part["alive"], where="post", color=palette[arm], lw=1.8, zorder=3)
        last = float(part["alive"].iloc[-1])
        ends.append((last, f"{style.label(arm)} {share(last)}", palette[arm]))
    ax.set_ylim(0, 1.02)
    frame.value_axis(ax, "share of companies that have never been without cash", share)
    frame.end_labels(ax, ends)
    arm = told or others(comparison)[0]
    moments = [shaded[1], _months(comparison)] if shaded is not None else [_months(comparison)]
    frame.title(ax, survival_sentence(comparison, arm, moments))
    last_month = table[table["month"] == table["month"].max()]
    half = 50 * float((last_month["high"] - last_month["low"]).max())
    note = f"each share alone is known to about {PLUS_MINUS} {half:.0f} points, differences on the same luck better"
    played = _Played(comparison.seed, comparison.replications, getattr(comparison, "past", ""))
    frame.footer(ax, played, note, bands=False)
    return ax


def survival_sentence(comparison: Compared, arm: str, months: Sequence[int]) -> str:
    """Say how many points of survival an arm has more or less than the baseline after some months, with intervals."""
    said: list[str] = []
    for month in months:
        difference = survival_difference(comparison, arm, month)
        low, high = number(100 * difference.low), number(100 * difference.high)
        points = "" if said else " points of survival"
        said.append(f"{number(100 * difference.mean, signed=True)} [{low}, {high}]{points} by month {month}")
    return f"{capital(spoken(arm))}: {joined(said)}, against {spoken(comparison.baseline)}"


def survival_difference(comparison: Compared, arm: str, month: int) -> PairedDifference:
    """Return the difference from the baseline in the share that is alive at the end of the first `month` months."""
    ours, base = (_alive(comparison, name)[:, month - 1].astype(float) for name in (arm, comparison.baseline))
    return paired_difference(ours, base)


def _months(comparison: Compared) -> int:
    return int(comparison.monthly["month"].max()) + 1


def _colours(comparison: Compared) -> dict[str, str]:
    """Return a colour for every arm, all different: known strategies keep theirs, the others take turns."""
    free = [colour for colour in ROUND if colour not in [style.STRATEGY_COLOURS.get(arm) for arm in comparison.arms]]
    unknown = [arm for arm in comparison.arms if arm not in style.STRATEGY_COLOURS]
    own = {arm: free[place % len(free)] for place, arm in enumerate(unknown)}
    return {arm: style.STRATEGY_COLOURS.get(arm) or own[arm] for arm in comparison.arms}


def _alive(comparison: Compared, arm: str) -> npt.NDArray[np.bool_]:
    """Tell by replication and month after day 0 whether cash has never been below zero so far."""
    cash = column("cash")(comparison, arm)
    after = cash.loc[:, cash.columns.to_numpy(dtype=int) >= 0].to_numpy()
    return np.asarray(np.minimum.accumulate(after, axis=1) >= 0.0)
