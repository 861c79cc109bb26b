"""What a claim measures: a metric or columns of the monthly table, over a window of months of one run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from marketsim.outcomes.metrics import METRICS
from marketsim.outcomes.panel import MID_MONTH, MONTHS_PER_YEAR, FloatArray, mean_of_known, ratio
from marketsim.scenario.build import no_such
from marketsim.scenario.errors import BadInput

Columns = Mapping[str, npt.NDArray[Any]]
"""The monthly table of one run, column by column, with `month` (negative before day 0)."""

HOWS = ("sum", "mean", "end", "lowest")
RATES_PER_YEAR = ("churn_per_year",)
"""Metrics that set a flow of a year against a stock."""
_TEXT = re.compile(r"(?P<how>\w+) (?P<top>\w+(?: \+ \w+)*)(?: per (?P<bottom>\w+(?: \+ \w+)*))?")
_INTENSIVE = re.compile(
    r"memory|awareness|trust|waste|load|hours|share|rate|price|insight|threshold|bid|reach|economy|probability|days"
    r"|response|strength|month"
)


@dataclass(frozen=True)
class Measure:
    """A figure of one run over a window of months.

    `extensive` figures grow with the market (money, counts): those of a miniature market are scaled back up.
    `compute` takes the monthly columns, the first month, the month after the last, and the discount rate per year.
    """

    text: str
    extensive: bool
    compute: Callable[[Columns, int, int, float], float]


@cache
def measure(text: str) -> Measure:
    """Return a measure by its words.

    Parameters
    ----------
    text
        A metric (flows count per year, `net_present_value` is profit within the window, discounted to day 0), or
        `HOW COLUMN [+ COLUMN ...] [per COLUMN [+ COLUMN ...]]`, HOW being sum (per year), mean, end or lowest; with
        `per` the ratio of the sums over the window.

    Raises
    ------
    BadInput
        If there is no such metric, or the words do not have that form.
    """
    if text in METRICS:
        return _metric(text)
    found = _TEXT.fullmatch(text)
    if found is None or found["how"] not in HOWS:
        if " " not in text:
            raise no_such("measure", text, METRICS)
        raise BadInput(
            f"a measure is a metric, or '{'|'.join(HOWS)} COLUMN [+ COLUMN] [per COLUMN]'; got {text!r} "
            "(conf/experiment)"
        )
    how, top = found["how"], tuple(found["top"].split(" + "))
    bottom = tuple(found["bottom"].split(" + ")) if found["bottom"] else ()
    if bottom and how != "sum":
        raise BadInput(f"'per' divides sums: write 'sum {found['top']} per {found['bottom']}', got {text!r}")

    def compute(columns: Columns, first: int, end: int, _: float) -> float:
        rows = _rows(columns, first, end)
        if bottom:
            return float(ratio(_added(columns, top, rows).sum(), _added(columns, bottom, rows).sum()))
        return _HOW[how](_added(columns, top, rows))

    return Measure(text, not bottom and not any(_INTENSIVE.search(name) for name in top), compute)


def _metric(name: str) -> Measure:
    entry = METRICS[name]
    per_year = entry.how == "sum" or name in RATES_PER_YEAR
    extensive = entry.unit in ("count", "money", "money per year") and entry.how != "ratio"

    def compute(columns: Columns, first: int, end: int, rate: float) -> float:
        value = float(entry.compute(Window(columns, first, end, rate))[0, 0])  # type: ignore[arg-type]
        return value * MONTHS_PER_YEAR / (end - first) if per_year else value

    return Measure(name, extensive, compute)


class Window:
    """Some months of one run, as metrics read a `Panel`: one replication, one period as long as the window.

    Raises
    ------
    BadInput
        If the run does not have these months.
    """

    def __init__(self, columns: Columns, first: int, end: int, discount_rate_per_year: float = 0.0) -> None:
        self._columns = columns
        self._rows = _rows(columns, first, end)
        self._first, self._end = first, end
        self._rate = discount_rate_per_year

    def cube(self, column: str) -> FloatArray:
        """Return a column, shape (1, 1, months)."""
        return np.asarray(_column(self._columns, column)[self._rows])[np.newaxis, np.newaxis]

    def flow(self, column: str) -> FloatArray:
        """Return the sum over the window."""
        return np.asarray(self.cube(column).sum(axis=2))

    def stock(self, column: str) -> FloatArray:
        """Return the value at the window's end."""
        return np.asarray(self.cube(column)[:, :, -1])

    def mean(self, column: str) -> FloatArray:
        """Return the mean of the months that have a value."""
        return mean_of_known(self.cube(column))

    def discounted(self, column: str) -> FloatArray:
        """Return the sum over the window, discounted from mid-month to day 0."""
        return self.discounted_sum(self.cube(column))

    def discounted_sum(self, cube: FloatArray) -> FloatArray:
        """Return the same of a flow that is given."""
        factor = (1.0 + self._rate) ** (-(np.arange(self._first, self._end) + MID_MONTH) / MONTHS_PER_YEAR)
        return np.asarray((cube * factor).sum(axis=2))

    def discounted_stock(self, column: str) -> FloatArray:
        """Return the value at the window's end, discounted to day 0."""
        return np.asarray(self.stock(column) * (1.0 + self._rate) ** (-self._end / MONTHS_PER_YEAR))

    def mean_of_year_before(self, column: str) -> FloatArray:
        """Return for every month the mean of the 12 months before it; NaN where the run does not have them all."""
        whole, rows = _column(self._columns, column), self._rows
        sums = np.concatenate([[0.0], np.cumsum(whole)])
        at = np.arange(rows.start, rows.stop)
        known = at >= MONTHS_PER_YEAR
        before = (sums[at] - sums[np.maximum(at - MONTHS_PER_YEAR, 0)]) / MONTHS_PER_YEAR
        return np.where(known, before, np.nan)[np.newaxis, np.newaxis]


def _rows(columns: Columns, first: int, end: int) -> slice:
    """Return the rows of a window; a month of the past that a run without a past lacks is refused."""
    months = columns["month"]
    start = first - int(months[0])
    if start < 0 or end > int(months[-1]) + 1:
        raise BadInput(f"months {first} to {end} were not played: there are {int(months[0])} to {int(months[-1]) + 1}")
    return slice(start, start + end - first)


def _column(columns: Columns, name: str) -> FloatArray:
    if name not in columns:
        raise no_such("column", name, columns, "a measure")
    return np.asarray(columns[name], dtype=np.float64)


def _added(columns: Columns, names: tuple[str, ...], rows: slice) -> FloatArray:
    return np.asarray(np.sum([_column(columns, name)[rows] for name in names], axis=0))


_HOW: Mapping[str, Callable[[FloatArray], float]] = {
    "sum": lambda values: float(values.sum()) * MONTHS_PER_YEAR / len(values),
    "mean": lambda values: float(mean_of_known(values)),
    "end": lambda values: float(values[-1]),
    "lowest": lambda values: float(np.nanmin(values)) if np.isfinite(values).any() else float("nan"),
}
