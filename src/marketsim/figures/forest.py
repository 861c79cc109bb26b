"""Effects of an experiment's claims side by side: a forest plot with intervals and the smallest effect that matters."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from marketsim.analysis import words
from marketsim.analysis.effects import Effect, effect, rank_correlations
from marketsim.analysis.paired import CONFIDENCE
from marketsim.experiments import Comparison
from marketsim.experiments.ledger.cast import Term, terms_of
from marketsim.experiments.ledger.sentences import effect_in_words, unit_of
from marketsim.figures import frame, style
from marketsim.outcomes.measures import measure
from marketsim.scenario.claims import Part

COLUMNS = (
    "claim", "part", "says", "effect", "unit", "expected", "limit", "value", "low", "high", "replications", "words",
    "seed", "past",
)  # fmt: skip
UNITS = {
    "percent": "per cent",
    "points": "percentage points, or shares in per cent",
    "correlation": "rank correlation",
    "money": "money",
    "number": "count",
}
WIDTH, LABELS, WORDS = 11.0, 4.55, 1.7  # inches: the picture, names of rows at its left, figures at its right
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_BOTTOM, MARGIN_TOP = 0.75, 0.25, 0.95, 1.1
ROW, GAP = 0.42, 0.72  # inches: a row, and the room for the axis between two panels
LETTERS = 58  # in a line of a row's name
BEYOND = "#E8F1F8"  # the ground on which an effect is beyond the smallest one that matters
ROOM = 0.06  # of the axis, on either side


def effects_table(comparison: Comparison, claims: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the effect of every part of an experiment's claims over the replications played, with its interval.

    Parameters
    ----------
    comparison : the experiment's runs, played as far as its claims look.
    claims : ids; by default all of the experiment.

    Returns
    -------
    One row per part (columns `COLUMNS`): what it says, its figure with interval, `limit` (the value beyond which it
    would matter, in the expected direction), and the figure in words. Intervals are those of single parts: the ledger
    also asks for several markets, pasts and worlds.
    """
    values = _Values(comparison)
    rows = []
    for claim_id in comparison.experiment.claims if claims is None else claims:
        for name, part in comparison.experiment.claims[claim_id].parts.items():
            found = values.effect(part)
            shown = [x + part.than for x in (found.value, found.low, found.high)]
            rows.append(
                (
                    claim_id, name, part.says, part.effect, unit_of(part), part.expected,
                    part.than + part.sign * part.smallest, *shown, found.replications, effect_in_words(part, found),
                    comparison.seed, comparison.past,
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


class _Values:
    """What claims measure, by arm and replication."""

    def __init__(self, comparison: Comparison) -> None:
        self._runs = {
            arm: [
                {name: run[name].to_numpy() for name in run.columns if name not in ("arm", "replication")}
                for _, run in rows.groupby("replication", sort=True)
            ]
            for arm, rows in comparison.monthly.groupby("arm", sort=False)
        }
        self._rates = {arm: s.world.money.discount_rate_per_year for arm, s in comparison.scenarios.items()}

    def effect(self, part: Part) -> Effect:
        """Return the effect of a part."""
        table = np.array([self._column(arm, term) for arm, term in terms_of(part)]).T
        if part.arms:
            half = len(part.arms)
            table = rank_correlations(table[:, :half], table[:, half:])[:, np.newaxis]
        return effect(table, part.effect, than=part.than, sign=part.sign, smallest=part.smallest)

    def _column(self, arm: str, term: Term) -> list[float]:
        compute = measure(term.measure).compute
        return [compute(run, term.first, term.end, self._rates[arm]) for run in self._runs[arm]]


@style.styled
def effects(table: pd.DataFrame, title: str, ax: Axes | None = None, notes: tuple[str, ...] = ()) -> Axes:
    """Draw effects with their intervals, one row each; the ground is tinted where an effect would matter as expected.

    Parameters
    ----------
    table : from `effects_table`, or a frame with its columns.
    title : the message, a sentence with its uncertainty.
    ax : frame for the picture; without it, a figure of its own. Its panels, one per unit, are `ax.child_axes`.
    notes : further sentences for the footer.
    """
    units = [unit for unit in UNITS if (table["unit"] == unit).any()]
    high = ROW * len(table) + GAP * (len(units) - 1)
    ax = frame.host(ax, (WIDTH, high + MARGIN_BOTTOM + MARGIN_TOP), right=MARGIN_RIGHT, top=MARGIN_TOP)
    ax.set_axis_off()
    width, height = frame.size_inches(ax)
    scale = height / high
    top = height
    for unit in units:
        rows = table[table["unit"] == unit].reset_index(drop=True)
        tall = ROW * len(rows) * scale
        left = (LABELS - MARGIN_LEFT) / width
        panel = ax.inset_axes((left, (top - tall) / height, 1.0 - left - WORDS / width, tall / height))
        _draw(panel, rows, unit)
        top -= tall + GAP * scale
    frame.title(ax, title, above=14)
    _footer(ax, table, notes)
    return ax


def _draw(panel: Axes, rows: pd.DataFrame, unit: str) -> None:
    """Draw the rows of one unit."""
    least, most = _span(rows[["value", "limit"]], 0.0, 0.0)
    reach = most - least  # a line that is longer than all that has been found is cut off at the edge
    low, high = _span(rows[["low", "high"]], least, most)
    least, most = max(low, least - reach), min(high, most + reach)
    room = ROOM * ((most - least) or 1.0)
    panel.set_xlim(least - room, most + room)
    panel.set_ylim(len(rows) - 0.5, -0.5)
    panel.set_yticks([])
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.tick_params(colors=style.GREY, labelsize=style.SMALL_SIZE)
    panel.axvline(0.0, color=style.GREY, lw=0.8, zorder=1)
    panel.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    panel.xaxis.set_major_formatter(FuncFormatter(_tick(panel, unit)))
    panel.set_xlabel(UNITS[unit], fontsize=style.SMALL_SIZE, labelpad=1)
    for place, row in rows.iterrows():
        y = float(str(place))
        far = panel.get_xlim()[1] if row["expected"] == "more" else panel.get_xlim()[0]
        panel.fill_betweenx((y - 0.42, y + 0.42), row["limit"], far, color=BEYOND, lw=0, zorder=0)
        panel.plot([row["limit"]] * 2, (y - 0.42, y + 0.42), color=style.STRATEGY_COLOURS["balanced"], lw=1.2, zorder=2)
        panel.plot((row["low"], row["high"]), (y, y), color=style.INK, lw=1.6, zorder=3)
        panel.plot(row["value"], y, "o", color=style.INK, ms=5, zorder=4)
        name = textwrap.fill(f"{row['claim']}  {row['says']}", LETTERS)
        _write(panel, name, y, 0.0, -8, "right", style.SMALL_SIZE)
        _write(panel, str(row["words"]), y, 1.0, 8, "left", style.TEXT_SIZE)


def _span(cells: pd.DataFrame, least: float, most: float) -> tuple[float, float]:
    """Return the smallest and the largest of the cells that have a value, and of the two given."""
    values = cells.to_numpy(dtype=float)
    known = values[np.isfinite(values)]
    return min([least, *known.tolist()]), max([most, *known.tolist()])


def _write(panel: Axes, text: str, y: float, x: float, away: float, side: str, size: float) -> None:
    """Write beside a row, `away` points from the edge of the panel."""
    panel.annotate(
        text, (x, y), xycoords=("axes fraction", "data"), xytext=(away, 0), textcoords="offset points", ha=side,
        va="center", fontsize=size, color=style.INK, linespacing=1.15, annotation_clip=False,
    )  # fmt: skip


def _tick(panel: Axes, unit: str) -> Callable[[float, int], str]:
    """Return how to write a tick of an axis."""
    if unit == "money":
        scale, letter = words.scale_of(max(abs(limit) for limit in panel.get_xlim()))
        return lambda value, _: _short(value / scale) + (f" {letter}" if letter and value else "")
    factor = 100.0 if unit in ("percent", "points") else 1.0
    return lambda value, _: _short(value * factor)


def _short(value: float) -> str:
    """Write a tick with as few decimals as it needs, and its sign."""
    decimals = next((d for d in range(3) if abs(value - round(value, d)) < 1e-6), 3)
    return words.number(value, decimals, signed=True)


def _footer(ax: Axes, table: pd.DataFrame, notes: tuple[str, ...]) -> None:
    """Say what the marks are, and from how many replications."""
    counts = table["replications"]
    most = int(counts.max())
    fewest = "" if counts.min() == most else f" (at least {int(counts.min())} where a figure is undefined in some)"
    said = [
        f"Dots and lines: means of {most} paired replications{fewest} with {100 * CONFIDENCE:.0f} % intervals, "
        f"seed {int(table['seed'].iloc[0])}, past: {str(table['past'].iloc[0]).replace('_', ' ')}.",
        "Tinted: beyond the smallest effect that matters, in the direction the claim expects.",
        *notes,
    ]
    letters = math.floor(frame.size_inches(ax)[0] * 72 / (0.53 * style.SMALL_SIZE))
    ax.annotate(
        textwrap.fill(" ".join(said), letters), (0, 0), xytext=(0, -38), xycoords="axes fraction",
        textcoords="offset points", va="top", fontsize=style.SMALL_SIZE, color=style.GREY, linespacing=1.35,
        annotation_clip=False,
    )  # fmt: skip
