"""Chart of steering: what each policy makes of an even split of the budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from marketsim.figures import frame, style
from marketsim.figures.messages import share, years_text
from marketsim.scenario.scenario import DAYS_PER_YEAR

COLUMNS = ("policy", "programme", "year", "mean", "low", "high", "replications")
PANELS_ACROSS = 4
DRY = 0.25  # of its first share: a programme that every policy brings below this is named in the title
LABEL_ROOM = 0.75  # inches at the right of a panel, for the names of programmes
# By what a programme is for; Okabe & Ito again, other programmes take their colours as arms do.
PROGRAMME_COLOURS = {
    "brand": "#0072B2",
    "content": "#56B4E9",
    "middle": "#009E73",
    "capture": "#D55E00",
    "nurture": "#CC79A7",
}


@dataclass(frozen=True)
class Steered:
    """Runs of several policies from the same split.

    Parameters
    ----------
    reviews : by policy, the `reviews` tables of its replications under each other, with the column `replication`.
    seed : seed of the random numbers.
    past : regime of the common past.
    notes : what else the line under the picture should say.
    """

    reviews: Mapping[str, pd.DataFrame]
    seed: int
    past: str = ""
    notes: tuple[str, ...] = ()

    @property
    def replications(self) -> int:
        """Number of replications."""
        return max(int(reviews["replication"].nunique()) for reviews in self.reviews.values())


def policies_table(steered: Steered) -> pd.DataFrame:
    """Return the share of each programme after every review: mean and range over replications, by policy.

    Programmes that never have a share are left out. The first row of a line is the split at day 0.
    """
    parts = []
    for policy, reviews in steered.reviews.items():
        first = reviews[reviews["day"] == reviews["day"].min()]
        start = first.assign(day=0.0, share_after=first["share_before"])
        rows = pd.concat([start, reviews]).astype({"programme": str})
        found = rows.groupby(["programme", "day"], sort=True)["share_after"].agg(["mean", "min", "max", "count"])
        found = found.reset_index().set_axis(["programme", "day", "mean", "low", "high", "replications"], axis=1)
        used = found.groupby("programme")["high"].max()
        found = found[found["programme"].isin(used.index[used > 0.0])]
        parts.append(found.assign(policy=policy, year=found["day"] / DAYS_PER_YEAR))
    table: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return table[list(COLUMNS)]


@style.styled
def policies(steered: Steered, ax: Axes | None = None) -> Axes:
    """Draw the share of the budget of every programme under each policy, one panel per policy.

    Parameters
    ----------
    steered : the runs.
    ax : frame for the picture; without it, a figure of its own. Its panels, one per policy, are `ax.child_axes`.
    """
    table = policies_table(steered)
    names = list(steered.reviews)
    across = min(len(names), PANELS_ACROSS)
    down = -(-len(names) // across)
    ax = frame.host(ax, (12.5, 2.3 + 2.6 * down), top=1.3)
    panels = frame.split(ax, down, across, gap=(0.25, 0.85), margin_right=LABEL_ROOM)
    programmes = sorted(table["programme"].unique())
    palette = style.colours(programmes) | PROGRAMME_COLOURS
    years = float(np.ceil(table["year"].max()))
    top = 1.05 * float(table["high"].max())
    for place, (panel, policy) in enumerate(zip(panels, names, strict=False)):
        frame.year_axis(panel, years, name=place + across >= len(names))
        panel.set_ylim(0, top)
        ends = []
        for programme in programmes:
            part = table[(table["policy"] == policy) & (table["programme"] == programme)]
            if len(part):
                frame.draw_line(panel, part, palette[programme])
                ends.append((float(part["mean"].iloc[-1]), style.label(programme), palette[programme]))
        frame.value_axis(panel, "share of the budget" if place % across == 0 else "", share, ticks=5)
        if place % across:
            panel.tick_params(labelleft=False)
        frame.end_labels(panel, ends, size=style.SMALL_SIZE)
        frame.panel_title(panel, style.label(policy), style.INK)
    for panel in panels[len(names) :]:
        panel.set_axis_off()
    frame.title(ax, policies_sentence(table), above=46)
    frame.footer(
        ax,
        steered,
        "bands: range over replications",
        "all policies begin with the same split and run through the same rule",
        *steered.notes,
        bands=False,
    )
    return ax


def policies_sentence(table: pd.DataFrame) -> str:
    """Say which programme most policies move the money to, which do otherwise, and what all of them leave dry."""
    last = table.sort_values("year").groupby(["policy", "programme"], sort=False)["mean"].last().unstack()
    start = table[table["year"] == 0.0].groupby("programme")["mean"].min()
    winners = {str(policy): str(shares.idxmax()) for policy, shares in last.iterrows()}
    common = max(winners.values(), key=list(winners.values()).count)
    with_it = last.loc[[policy for policy, name in winners.items() if name == common], common]
    low, high = (f"{100 * value:.0f}" for value in (with_it.min(), with_it.max()))
    span = f"{low} %" if low == high else f"{low} to {high} %"
    after = years_text(round(float(table["year"].max())))
    who = "Every policy moves" if len(with_it) == len(winners) else f"{len(with_it)} of {len(winners)} policies move"
    text = f"{who} an even split towards {style.label(common)} ({span} of the budget after {after})"
    rest = {policy: name for policy, name in winners.items() if name != common}
    text += "".join(f", {style.label(policy)} towards {style.label(name)}" for policy, name in rest.items())
    highest = last.max()
    dry = [str(name) for name in highest.index if highest[name] < DRY * start[name]]
    if not dry:
        return text
    return (
        f"{text}, and leaves {' and '.join(style.label(name) for name in dry)} with {share(highest[dry].max())} at most"
    )
