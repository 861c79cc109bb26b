"""How sure it is: every single play as a dot, and the worst of them."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis.decision import ahead, worst_case
from marketsim.analysis.paired import CONFIDENCE, paired_difference
from marketsim.analysis.words import money
from marketsim.figures import frame, style
from marketsim.figures.data import Compared, others
from marketsim.figures.messages import capital, leader, spoken, years_text

NPV = "net_present_value"
ROW_INCHES = 0.42
RISK_COLUMNS = ("arm", "baseline", "metric", "unit", "year", "replication", "difference")


class Valued(Compared, Protocol):
    """What this chart asks of a comparison besides the months."""

    @property
    def years(self) -> int:
        """Complete years that all arms have."""

    def values(self, name: str, year: int) -> dict[str, npt.NDArray[np.float64]]:
        """Return a metric in one year by arm: one entry per replication."""


def risk_table(comparison: Valued) -> pd.DataFrame:
    """Return the paired difference of net present value from the baseline after the last year, by replication."""
    values = comparison.values(NPV, comparison.years)
    base = values[comparison.baseline]
    frames = [
        pd.DataFrame(
            {
                "arm": arm,
                "baseline": comparison.baseline,
                "metric": NPV,
                "unit": "money",
                "year": comparison.years,
                "replication": np.arange(len(base)),
                "difference": values[arm] - base,
            }
        )
        for arm in others(comparison)
    ]
    return pd.concat(frames, ignore_index=True)[list(RISK_COLUMNS)]


def risk_sentence(comparison: Valued, arm: str | None = None) -> str:
    """Say in how many plays an arm (the leading one) ends ahead, and how the worst of them ends."""
    arm = arm or leader(comparison)
    values = comparison.values(NPV, comparison.years)
    ours, base = values[arm], values[comparison.baseline]
    counted, worst = ahead(ours, base), worst_case(ours - base)
    after = years_text(comparison.years)
    if counted.of == 0:
        return capital(f"{spoken(arm)} and {spoken(comparison.baseline)} cannot be compared after {after}")
    way = "ahead" if worst.value > 0 else "behind" if worst.value < 0 else "level"
    amount = f"{money(abs(worst.value))} {way}" if way != "level" else way
    return capital(
        f"{spoken(arm)} ends ahead of {spoken(comparison.baseline)} in {counted.ahead} of {counted.of} plays of "
        f"{after}; the {worst.what} ends {amount}"
    )


@style.styled
def risk(comparison: Valued, ax: Axes | None = None) -> Axes:
    """Draw how far each arm ends ahead of the baseline, one dot per replication, a row per arm.

    Parameters
    ----------
    comparison : the runs, at least two arms and one complete year.
    ax : axes to draw in; without it, a figure of its own.
    """
    table, arms = risk_table(comparison), others(comparison)
    palette = style.colours(comparison.arms)
    ax = frame.host(ax, (9.5, 2.6 + ROW_INCHES * len(arms)), right=0.4, top=0.9)
    ax.set_ylim(len(arms) - 0.4, -0.75)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.tick_params(colors=style.GREY, labelsize=style.TEXT_SIZE - 0.5)
    ax.set_yticks([])
    for row, arm in enumerate(arms):
        points = table.loc[table["arm"] == arm, "difference"].to_numpy()
        points = points[np.isfinite(points)]
        found = paired_difference(points, np.zeros(len(points)))
        ax.plot(points, np.full(len(points), row), "o", ms=5, color=palette[arm], alpha=0.35, mew=0, zorder=3)
        if np.isfinite(found.low):
            ax.plot([found.low, found.high], [row, row], color=palette[arm], lw=5, alpha=0.55, zorder=4)
        ax.plot([found.mean], [row], "|", ms=15, mew=2.5, color=style.text_colour(palette[arm]), zorder=5)
        counted = ahead(points, np.zeros(len(points)))
        text = (
            f"{style.label(arm)}: ahead in {counted.ahead} of {counted.of} plays, mean {money(found.mean, signed=True)}"
        )
        ax.annotate(
            text, (0, row - 0.22), xycoords=("axes fraction", "data"), fontsize=style.SMALL_SIZE,
            color=style.text_colour(palette[arm]), va="bottom", zorder=6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip
    low, high = ax.get_xlim()
    ax.set_xlim(min(low, 0.0), max(high, 0.0))
    ax.axvline(0, color=palette[comparison.baseline], lw=2.0, zorder=2)
    frame.level_axis(ax, f"net present value after {years_text(comparison.years)} less that of "
                         f"{style.label(comparison.baseline)} (money)")  # fmt: skip
    frame.title(ax, risk_sentence(comparison), above=14)
    note = f"dots: single plays; bar: {100 * CONFIDENCE:.0f} % interval of the mean"
    frame.footer(ax, comparison, note, below=46, bands=False)
    return ax
