"""The monthly table of one arm as arrays, for all replications at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]

MONTHS_PER_YEAR = 12
MID_MONTH = 0.5


class Panel:
    """The monthly table of one arm as arrays of shape (replications, years, 12); incomplete last years are left out.

    Raises
    ------
    ValueError
        If the replications do not all have the same months 0, 1, 2, …

    """

    def __init__(self, monthly: pd.DataFrame, discount_rate_per_year: float = 0.0) -> None:
        ordered = monthly.sort_values(["replication", "month"], kind="stable")
        after = ordered[ordered["month"] >= 0]
        self.replications = np.unique(after["replication"].to_numpy())
        months = len(after) // len(self.replications) if len(self.replications) else 0
        grid = np.tile(np.arange(months), len(self.replications))
        if not np.array_equal(after["month"].to_numpy(), grid):
            raise ValueError("monthly: every replication needs one row for each month from 0, the same for all")
        self.years = months // MONTHS_PER_YEAR
        self.discount_rate_per_year = discount_rate_per_year
        self._after = after
        self._past = ordered[(ordered["month"] < 0) & (ordered["month"] >= -MONTHS_PER_YEAR)]
        self._shape = (len(self.replications), months)

    def cube(self, column: str) -> FloatArray:
        """Return a column as (replications, years, 12)."""
        values = self._after[column].to_numpy(dtype=np.float64).reshape(self._shape)
        whole = values[:, : self.years * MONTHS_PER_YEAR]
        return np.asarray(whole.reshape(len(self.replications), self.years, MONTHS_PER_YEAR))

    def flow(self, column: str) -> FloatArray:
        """Return the sum over each year, shape (replications, years)."""
        return np.asarray(self.cube(column).sum(axis=2))

    def stock(self, column: str) -> FloatArray:
        """Return the value at the end of each year, shape (replications, years)."""
        return np.asarray(self.cube(column)[:, :, -1])

    def mean(self, column: str) -> FloatArray:
        """Return the mean of the year's months that have a value; NaN where none has."""
        return mean_of_known(self.cube(column))

    def discounted(self, column: str) -> FloatArray:
        """Return the sum of all months up to the end of each year, discounted from mid-month to day 0."""
        return self.discounted_sum(self.cube(column))

    def discounted_sum(self, cube: FloatArray) -> FloatArray:
        """Return the same of a flow that is given, of shape (replications, years, 12)."""
        month = np.arange(self.years * MONTHS_PER_YEAR).reshape(self.years, MONTHS_PER_YEAR)
        factor = (1.0 + self.discount_rate_per_year) ** (-(month + MID_MONTH) / MONTHS_PER_YEAR)
        return np.asarray(np.cumsum((cube * factor).sum(axis=2), axis=1))

    def discounted_stock(self, column: str) -> FloatArray:
        """Return the value at the end of each year, discounted to day 0."""
        year = np.arange(1, self.years + 1)
        return np.asarray(self.stock(column) * (1.0 + self.discount_rate_per_year) ** (-year.astype(float)))

    def mean_of_year_before(self, column: str) -> FloatArray:
        """Return for every month the mean of the 12 months before it, shape (replications, years, 12).

        The past counts if 12 months of it are there; else the first 12 months after day 0 have none (NaN).
        """
        after = self.cube(column).reshape(len(self.replications), -1)
        past = np.full((len(self.replications), MONTHS_PER_YEAR), np.nan)
        if len(self._past) == past.size:
            past = self._past[column].to_numpy(dtype=np.float64).reshape(past.shape)
        joined = np.concatenate([past, after], axis=1)
        windows = np.lib.stride_tricks.sliding_window_view(joined, MONTHS_PER_YEAR, axis=1)
        before = windows[:, :-1].mean(axis=2)  # the last window lies before no month
        return np.asarray(before.reshape(len(self.replications), self.years, MONTHS_PER_YEAR))


def ratio(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> FloatArray:
    """Divide; NaN (undefined, counted as such downstream) where the denominator is zero."""
    top = np.asarray(numerator, dtype=np.float64)
    bottom = np.asarray(denominator, dtype=np.float64)
    undefined = np.full(np.broadcast(top, bottom).shape, np.nan)
    return np.asarray(np.divide(top, bottom, out=undefined, where=bottom != 0.0))


def mean_of_known(cube: FloatArray) -> FloatArray:
    """Return the mean over the last axis of the values that are there; NaN where none is."""
    known = np.isfinite(cube)
    return ratio(np.where(known, cube, 0.0).sum(axis=-1), known.sum(axis=-1))
