"""Chart of the split of the budget: what brand's share is worth, by horizon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis.paired import paired_difference
from marketsim.analysis.screening import not_told_from_best
from marketsim.analysis.words import joined, money_interval
from marketsim.figures import frame, style

FloatArray = npt.NDArray[np.float64]

SPLIT_COLOUR = style.STRATEGY_COLOURS["balanced"]
WORTHS = ("net_present_value", "net_present_value_with_contracts")
NAMES = {"net_present_value": "net present value", "net_present_value_with_contracts": "with remaining contracts"}
HEADROOM = 0.3  # of the range of a panel, above the curve


@dataclass(frozen=True)
class Splits:
    """What every split of the budget is worth.

    Parameters
    ----------
    shares : share of brand and content of each arm; the first is what the others are compared with.
    worth : by past, by horizon in years and by name of the worth (`WORTHS`; one may be missing): shape (replications,
        shares).
    seed : seed of the random numbers.
    """

    shares: Sequence[float]
    worth: Mapping[str, Mapping[float, Mapping[str, FloatArray]]]
    seed: int

    @property
    def past(self) -> str:
        """Regime of the common past that is drawn."""
        return next(iter(self.worth))

    @property
    def replications(self) -> int:
        """Number of paired replications."""
        by_horizon = self.worth[self.past]
        return len(next(iter(next(iter(by_horizon.values())).values())))


def best_share_table(splits: Splits) -> pd.DataFrame:
    """Return the paired difference from the first share, by past, horizon, worth and share.

    Columns: past, horizon_years, worth, share, mean, low, high (95 %, Student t over pairs), best (the highest mean),
    not_told_from_best (the set of `analysis.screening` at 95 %), replications.
    """
    rows = []
    for past, by_horizon in splits.worth.items():
        for horizon, by_worth in by_horizon.items():
            for worth, values in by_worth.items():
                near, best = not_told_from_best(values), int(values.mean(axis=0).argmax())
                for place, share in enumerate(splits.shares):
                    found = paired_difference(values[:, place], values[:, 0])
                    rows.append(
                        {
                            "past": past,
                            "horizon_years": horizon,
                            "worth": worth,
                            "share": share,
                            "mean": found.mean,
                            "low": found.low,
                            "high": found.high,
                            "best": place == best,
                            "not_told_from_best": bool(near[place]),
                            "replications": len(values),
                        }
                    )
    return pd.DataFrame(rows)


@style.styled
def best_share(splits: Splits, ax: Axes | None = None) -> Axes:
    """Draw worth by share of brand as paired difference from the first share, one column of panels per horizon.

    Parameters
    ----------
    splits : the runs.
    ax : frame for the picture; without it, a figure of its own. Its panels are `ax.child_axes`, row by row.
    """
    table = best_share_table(splits)
    table = table[table["past"] == splits.past]
    horizons = list(splits.worth[splits.past])
    ax = frame.host(ax, (13.0, 6.6), right=0.45, top=1.35)
    panels = frame.split(ax, len(WORTHS), len(horizons), gap=(0.5, 0.85))
    for place, panel in enumerate(panels):
        worth, horizon = WORTHS[place // len(horizons)], horizons[place % len(horizons)]
        part = table[(table["worth"] == worth) & (table["horizon_years"] == horizon)]
        if part.empty:
            panel.set_axis_off()
            panel.text(0.5, 0.5, "contracts are valued\nat the ends of years", transform=panel.transAxes, ha="center",
                       va="center", fontsize=style.SMALL_SIZE, color=style.GREY)  # fmt: skip
        else:
            _draw(panel, part)
        if place < len(horizons):
            frame.panel_title(panel, horizon_text(horizon), style.INK)
        else:
            panel.set_xlabel("share of brand (%)")
        if place % len(horizons) == len(horizons) - 1:
            panel.text(1.04, 0.5, NAMES[worth], transform=panel.transAxes, rotation=-90, va="center", ha="left",
                       color=style.GREY)  # fmt: skip
    frame.title(ax, share_sentence(table), above=46)
    frame.footer(
        ax,
        splits,
        "money against a budget without brand and content; bands: 95 % Student-t intervals of the paired difference",
        "ring: best mean; filled: cannot be told from the best share (Nelson et al. 2001, at 95 %)",
        "every panel has its own scale",
        "the rest of the budget is spread as in the harvest mix",
        below=46,
        bands=False,
    )
    return ax


def _draw(panel: Axes, part: pd.DataFrame) -> None:
    """Draw one curve with its band, the shares that cannot be told from the best, and the best one."""
    share = 100 * part["share"]
    panel.axhline(0, color=style.GREY, lw=0.8, zorder=1)
    panel.fill_between(share, part["low"], part["high"], color=SPLIT_COLOUR, alpha=style.BAND_ALPHA, lw=0, zorder=2)
    panel.plot(share, part["mean"], color=SPLIT_COLOUR, lw=1.6, zorder=3)
    near, best = part[part["not_told_from_best"]], part[part["best"]]
    panel.plot(100 * near["share"], near["mean"], "o", ms=4.5, color=SPLIT_COLOUR, zorder=4, clip_on=False)
    panel.plot(100 * best["share"], best["mean"], "o", ms=9, mfc="none", mec=SPLIT_COLOUR, mew=1.6, zorder=5,
               clip_on=False)  # fmt: skip
    low, high = float(part["low"].min()), float(part["high"].max())
    panel.set_ylim(low - 0.04 * (high - low), high + HEADROOM * (high - low))
    panel.set_xlim(-4, 104)
    panel.set_xticks([0, 50, 100], ["0", "50", "100"])
    frame.value_axis(panel, "", frame.money_ticks(panel, signed=True), ticks=4)
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.tick_params(colors=style.GREY, labelsize=style.TEXT_SIZE - 1)
    text = f"best {100 * float(best['share'].iloc[0]):.0f} %\n({shares_text(list(near['share']), list(part['share']))})"
    panel.text(0.97, 1.0, text, transform=panel.transAxes, ha="right", va="top", fontsize=style.SMALL_SIZE,
               color=style.text_colour(SPLIT_COLOUR), linespacing=1.25)  # fmt: skip


def horizon_text(years: float) -> str:
    """Write a horizon: 6 months, 1 year, 10 years."""
    if years < 1:
        return f"{12 * years:.0f} months"
    return f"{years:g} year{'' if years == 1 else 's'}"


def shares_text(some: Sequence[float], every: Sequence[float]) -> str:
    """Write a set of shares with neighbours put together: 0 to 20 % and 50 %."""
    places = [list(every).index(share) for share in some]
    runs = [[place] for place in places[:1]]
    for before, place in pairwise(places):
        if place == before + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    ends = [(f"{100 * every[run[0]]:.0f}", f"{100 * every[run[-1]]:.0f}") for run in runs]
    return f"{joined([low if low == high else f'{low} to {high}' for low, high in ends])} %"


def share_sentence(table: pd.DataFrame) -> str:
    """Say the best share over the shortest and the longest horizon, and what it is worth over the longest."""
    rows = table[table["worth"] == WORTHS[0]]
    shortest, longest = rows["horizon_years"].min(), rows["horizon_years"].max()
    first, last = (rows[(rows["horizon_years"] == years) & rows["best"]].iloc[0] for years in (shortest, longest))
    part = rows[rows["horizon_years"] == longest]
    near = list(part.loc[part["not_told_from_best"], "share"])
    known = (
        f"{shares_text(near, list(part['share']))} cannot be told from it" if len(near) > 1 else "all others are worse"
    )
    ends = [f"{100 * one['share']:.0f} %" for one in (first, last)]
    text = f"Brand's best share of the budget is {ends[0]} over {horizon_text(shortest)} and {ends[1]} over "
    text += f"{horizon_text(longest)} ({known})"
    if last["share"] == part["share"].iloc[0]:
        return text
    return f"{text}: {money_interval(last['mean'], last['low'], last['high'], signed=True)} against none"
