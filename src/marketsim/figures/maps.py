"""Phase maps: which strategy wins where, over worlds of a designed sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from marketsim.analysis.boundary import Tree, accuracy, tree
from marketsim.analysis.surface import fitted
from marketsim.analysis.words import MILLION, number
from marketsim.experiments.worlds import Axis
from marketsim.figures import frame, style
from marketsim.figures.splits import horizon_text

FloatArray = npt.NDArray[np.float64]

GRID = 25
RESAMPLES = 200
COLUMNS = ("x", "y", "x_value", "y_value", "mean", "low", "high")
DEPTH = 2


@dataclass(frozen=True)
class Phases:
    """What every strategy is worth in every world of a sample.

    Parameters
    ----------
    axes : directions in which the worlds differ.
    places : of the worlds, between 0 and 1, shape (worlds, axes).
    strategies : names; the last is what the others are measured against.
    worth : by horizon in years, shape (worlds, strategies).
    pasts, matched : of each world: regime of its past, and whether its own go-dark run hits K2.
    """

    axes: Sequence[Axis]
    places: FloatArray
    strategies: Sequence[str]
    worth: Mapping[float, FloatArray]
    pasts: Sequence[str]
    matched: npt.NDArray[np.bool_]
    seed: int
    replications: int

    @property
    def values(self) -> FloatArray:
        """Settings of the worlds, shape (worlds, axes)."""
        columns = [axis.value(place) for axis, place in zip(self.axes, self.places.T, strict=True)]
        return np.column_stack(columns)

    def ahead(self, horizon: float) -> FloatArray:
        """Return by how much the best of the other strategies is ahead of the last one, per world."""
        worth = self.worth[horizon]
        return np.asarray(worth[:, :-1].max(axis=1) - worth[:, -1])

    def winner(self, horizon: float) -> npt.NDArray[np.intp]:
        """Return the place of the strategy that is worth most, per world."""
        return np.asarray(self.worth[horizon].argmax(axis=1))

    def rule(self, horizon: float) -> tuple[Tree, float]:
        """Return a readable rule for where one of the others wins, and its accuracy on worlds it has not seen."""
        truth = self.winner(horizon) < len(self.strategies) - 1
        return tree(self.values, truth, DEPTH), accuracy(self.values, truth, DEPTH)


def worlds_table(phases: Phases) -> pd.DataFrame:
    """Return one row per world and horizon: settings, past, matched, worth less that of the last strategy, winner."""
    frames = []
    for horizon, worth in phases.worth.items():
        rows = pd.DataFrame(phases.values, columns=[axis.name for axis in phases.axes])
        rows.insert(0, "world", range(len(rows)))
        rows["past"], rows["matched"], rows["horizon_years"] = list(phases.pasts), phases.matched, horizon
        for place, name in enumerate(phases.strategies[:-1]):
            rows[f"{name}_ahead"] = worth[:, place] - worth[:, -1]
        rows["winner"] = [phases.strategies[place] for place in phases.winner(horizon)]
        frames.append(rows)
    return pd.concat(frames, ignore_index=True)


def phase_table(phases: Phases, x: str, y: str, horizon: float) -> pd.DataFrame:
    """Return the smoothed advantage over a grid of two axes, averaged over all others, with its bootstrap interval."""
    names = [axis.name for axis in phases.axes]
    first, second = names.index(x), names.index(y)
    surface = fitted(phases.places, phases.ahead(horizon), resamples=RESAMPLES)
    steps = np.linspace(0.0, 1.0, GRID)
    rows = []
    for down in steps:
        for across in steps:
            found = surface.averaged(phases.places, {first: across, second: down})
            low, high = np.quantile(found[1:], [0.025, 0.975])
            at = (float(phases.axes[first].value(across)), float(phases.axes[second].value(down)))
            rows.append((x, y, *at, float(found[0]), float(low), float(high)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


@style.styled
def phase_map(phases: Phases, x: str, y: str, horizon: float, ax: Axes | None = None) -> Axes:
    """Draw who wins over two axes: the smoothed advantage, its zero line with bootstrap band, and every world.

    Parameters
    ----------
    phases : the sample.
    x, y : names of the axes; the advantage is averaged over all the others.
    horizon : in years.
    ax : axes to draw in; without it, a figure of its own.
    """
    ax = frame.host(ax, (6.5, 5.4))
    across, up = (next(axis for axis in phases.axes if axis.name == name) for name in (x, y))
    table = phase_table(phases, x, y, horizon)
    grids = [table[name].to_numpy().reshape(GRID, GRID) / MILLION for name in ("mean", "low", "high")]
    steps = np.linspace(0.0, 1.0, GRID)
    harvest, course = style.STRATEGY_COLOURS["harvest_mix"], _colour(phases.strategies[-1])
    shades = LinearSegmentedColormap.from_list("phases", [course, "#FFFFFF", harvest])
    most = float(np.abs(grids[0]).max())
    ax.imshow(grids[0], origin="lower", extent=(0, 1, 0, 1), aspect="auto", cmap=shades, vmin=-most, vmax=most,
              alpha=0.55, interpolation="bilinear", zorder=0)  # fmt: skip
    for grid, line in zip(grids, ("-", (0, (3, 2)), (0, (3, 2))), strict=True):
        if grid.min() < 0.0 < grid.max():
            ax.contour(steps, steps, grid, levels=[0.0], colors=[style.INK], linestyles=[line],
                       linewidths=[1.8 if line == "-" else 1.0], zorder=2)  # fmt: skip
    column, row = (list(phases.axes).index(axis) for axis in (across, up))
    winner = phases.winner(horizon)
    for place, name in enumerate(phases.strategies):
        here = winner == place
        ax.scatter(phases.places[here, column], phases.places[here, row], s=11, color=_colour(name), lw=0, zorder=3)
    ring = phases.matched
    ax.scatter(phases.places[ring, column], phases.places[ring, row], s=34, facecolors="none", edgecolors=style.INK,
               linewidths=0.8, zorder=4)  # fmt: skip
    ax.plot(
        across.place(across.default), up.place(up.default), "*", ms=12, mfc="white", mec=style.INK, mew=1.0, zorder=5
    )
    _scale(ax, across, up)
    return ax


def _scale(ax: Axes, across: Axis, up: Axis) -> None:
    """Write values at the places of the axes."""
    places = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_xticks(places, [written(across, float(value)) for value in across.value(places)])
    ax.set_yticks(places, [written(up, float(value)) for value in up.value(places)])
    ax.set_xlabel(across.label)
    ax.set_ylabel(up.label, rotation=0, ha="left", va="bottom")
    ax.yaxis.set_label_coords(0.0, 1 + frame.LABEL_ABOVE / 72 / frame.size_inches(ax)[1])
    ax.tick_params(colors=style.GREY, labelsize=style.TEXT_SIZE - 0.5, length=0)
    for side in ax.spines.values():
        side.set_visible(False)


def written(axis: Axis, value: float) -> str:
    """Write a value of an axis as short as its range allows."""
    if max(abs(axis.low), abs(axis.high)) >= 20:
        return f"{round(value / 1000):,} k" if axis.high >= 10_000 else f"{value:,.0f}"
    return number(value, 2)


@style.styled
def wins_by_horizon(phases: Phases, ax: Axes | None = None) -> Axes:
    """Draw in what share of worlds each strategy wins, by horizon: all worlds, and dashed the matched ones."""
    ax = frame.host(ax, (6.5, 5.4), right=1.3)
    horizons = sorted(phases.worth)
    frame.year_axis(ax, max(horizons), name=False)
    ax.set_xlim(min(horizons), max(horizons))
    ax.set_xticks([h for h in horizons if h == int(h)], [f"{h:.0f}" for h in horizons if h == int(h)])
    ax.set_xlabel("horizon (years)")
    ends = []
    for place, name in enumerate(phases.strategies):
        for some, look in ((np.ones(len(phases.places), dtype=np.bool_), "-"), (phases.matched, (0, (3, 2)))):
            if not some.any():
                continue
            shares = [100 * float((phases.winner(horizon)[some] == place).mean()) for horizon in horizons]
            ax.plot(horizons, shares, color=_colour(name), ls=look, lw=2.2 if look == "-" else 1.2, zorder=3)
            if look == "-":
                ends.append((shares[-1], style.label(name), _colour(name)))
    ax.set_ylim(0, 100)
    frame.value_axis(ax, "worlds won (%)", lambda value: f"{value:.0f}", ticks=5)
    frame.end_labels(ax, ends)
    return ax


@style.styled
def when_leads_win(phases: Phases, pairs: Sequence[tuple[str, str]], horizon: float, ax: Axes | None = None) -> Axes:
    """Draw phase maps of several pairs of axes, and who wins by horizon as the last panel.

    Parameters
    ----------
    phases : the sample.
    pairs : names of axes, x and y.
    horizon : of the maps, in years.
    ax : frame for the picture; without it, a figure of its own. Its panels are `ax.child_axes`.
    """
    across = 2
    down = -(-(len(pairs) + 1) // across)
    ax = frame.host(ax, (12.5, 2.7 + 4.0 * down), top=1.2)
    panels = frame.split(ax, down, across, gap=(0.55, 1.0), frame_right=1.0)
    for panel, (x, y) in zip(panels, pairs, strict=False):
        phase_map(phases, x, y, horizon, panel)
    wins_by_horizon(phases, panels[len(pairs)])
    frame.title(ax, phase_sentence(phases, horizon), above=40)
    frame.footer(
        ax,
        phases,
        f"{len(phases.places)} worlds, each with one of three pasts; dots: winner over {horizon_text(horizon)}",
        f"rings, and dashed lines below: the {int(phases.matched.sum())} worlds that go-dark studies do not rule out",
        "star: the default world",
        "ground: harvest (lead factory or harvest mix) less the balanced strategy, smoothed, averaged over the other "
        "axes; line: zero, with its 95 % bootstrap",
        below=34,
        bands=False,
    )
    return ax


def phase_sentence(phases: Phases, horizon: float) -> str:
    """Say where the others win most: the best leaf of the readable rule, against the rest of the worlds."""
    rule, right = phases.rule(horizon)
    names = [axis.label.partition(" (")[0] for axis in phases.axes]
    leaves = rule.rules(names, lambda direction, value: written(phases.axes[direction], value))
    leaf = max(leaves, key=lambda found: found[1].share)
    wins, worlds = rule.share * rule.cases, rule.cases
    text = f"Over {horizon_text(horizon)} harvest wins in {100 * wins / worlds:.0f} % of the worlds"
    if not leaf[0]:
        return text
    rest = (wins - leaf[1].share * leaf[1].cases) / max(1, worlds - leaf[1].cases)
    return (
        f"{text}: in {100 * leaf[1].share:.0f} % where {leaf[0]}, in {100 * rest:.0f} % elsewhere "
        f"(this rule is right for {100 * right:.0f} % of worlds it has not seen)"
    )


def _colour(name: str) -> str:
    return style.colours([name])[name]
