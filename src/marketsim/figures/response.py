"""Chart of staffing: what another development rep is worth, by how soon leads go cold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis.paired import PairedDifference, paired_difference
from marketsim.analysis.words import joined
from marketsim.figures import frame, style
from marketsim.figures.messages import wait

COLUMNS = ("decay", "reps", "value", "low", "high", "net_present_value", "response_hours", "replications")
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Staffed:
    """Net present value and response time by number of development reps, for several ways in which leads go cold.

    Parameters
    ----------
    values : by decay and number of reps, the net present value of every replication.
    hours : likewise the mean response time.
    reps : the number that the others are measured against.
    seed, replications, past, years : of what was played.
    """

    values: Mapping[str, Mapping[int, FloatArray]]
    hours: Mapping[str, Mapping[int, FloatArray]]
    reps: int
    seed: int
    replications: int
    past: str = ""
    years: float = 10.0


def staffing_table(staffed: Staffed) -> pd.DataFrame:
    """Return the paired difference from the usual number of reps with its interval, by decay and number of reps."""
    rows = []
    for decay, values in staffed.values.items():
        for reps, value in values.items():
            found = paired_difference(value, values[staffed.reps])
            level, hours = float(value.mean()), float(np.nanmean(staffed.hours[decay][reps]))
            rows.append((decay, reps, found.mean, found.low, found.high, level, hours, found.pairs))
    return pd.DataFrame(rows, columns=list(COLUMNS))


@style.styled
def staffing(staffed: Staffed, ax: Axes | None = None) -> Axes:
    """Draw what the company is worth by its number of development reps, against the usual number.

    Parameters
    ----------
    staffed : the runs.
    ax : axes to draw in; without it, a figure of its own.
    """
    table = staffing_table(staffed)
    ax = frame.host(ax, (9.5, 5.4), right=1.9)
    palette = style.colours(staffed.values)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.axhline(0, color=style.GREY, lw=0.8, zorder=1)
    ends = []
    for decay in staffed.values:
        part = table[table["decay"] == decay].sort_values("reps")
        at = part["reps"].to_numpy(dtype=float)
        ax.fill_between(at, part["low"], part["high"], color=palette[decay], alpha=style.BAND_ALPHA, lw=0, zorder=2)
        ax.plot(at, part["value"], "o-", ms=4.5, color=palette[decay], zorder=3)
        usual = part[part["reps"] == staffed.reps]
        name = f"{style.label(decay)}\n(response {wait(float(usual['response_hours'].iloc[0]))})"
        ends.append((float(part["value"].iloc[-1]), name, palette[decay]))
    ax.set_xlim(table["reps"].min() - 0.15, table["reps"].max() + 0.15)
    ax.set_xticks(sorted(table["reps"].unique()))
    ax.set_xlabel("development reps")
    ax.tick_params(colors=style.GREY)
    frame.value_axis(
        ax, f"net present value less that with {staffed.reps} reps (money)", frame.money_ticks(ax, signed=True)
    )
    frame.end_labels(ax, ends)
    frame.title(ax, staffing_sentence(staffed))
    note = f"response: mean waiting time with {staffed.reps} reps; lines: settings of decay, how soon leads go cold"
    frame.footer(ax, staffed, note, bands=False, below=44)
    return ax


def steps(values: Mapping[int, FloatArray]) -> dict[int, PairedDifference]:
    """Return what each further rep adds, by the number of reps reached."""
    reps = sorted(values)
    return {more: paired_difference(values[more], values[less]) for less, more in pairwise(reps)}


def staffing_sentence(staffed: Staffed) -> str:
    """Say which rep is the last who surely pays for himself, for each decay."""
    said = []
    for decay, values in staffed.values.items():
        paying = [reps for reps, step in steps(values).items() if step.low > 0.0]
        last = f"number {max(paying)}" if paying else f"none beyond {min(values)}"
        said.append(f"{last} ({style.label(decay)})")
    return f"The last development rep who surely pays for himself, by how soon leads go cold: {joined(said)}"
