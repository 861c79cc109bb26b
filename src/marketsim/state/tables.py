"""Tables that grow: rows are numbered in the order in which they are written."""

from dataclasses import dataclass
from typing import Any

import numpy as np

_FIRST_ROWS = 1024


class Table:
    """A structured array with room to grow. `rows` is replaced when it grows: read it anew for every call."""

    __slots__ = ("count", "rows")

    def __init__(self, dtype: np.dtype[Any], rows: int = _FIRST_ROWS) -> None:
        self.rows: np.ndarray[Any, Any] = np.zeros(rows, dtype=dtype)
        self.count = 0

    def free_row(self) -> int:
        """Return the number of the next unused row, making room if there is none. `keep` makes it used."""
        if self.count == len(self.rows):
            grown = np.zeros(2 * len(self.rows), dtype=self.rows.dtype)
            grown[: self.count] = self.rows  # not concatenate: it leaves the bytes between the fields to chance
            self.rows = grown
        return self.count

    def keep(self) -> int:
        """Count the free row as used; return its number."""
        row = self.count
        self.count = row + 1
        return row

    def used(self) -> np.ndarray[Any, Any]:
        """Return the rows in use."""
        return self.rows[: self.count]


@dataclass(frozen=True)
class RunTables:
    """All tables at the end of a run: what outcomes are made of and what the audit checks.

    `spend_weeks` is the money budgeted week by week from `starts_at` on: by programme, in a last column for structure.
    `named_weeks` is how customers who remember us would share out the credit for it that week, by programme.
    """

    p: np.ndarray[Any, Any]
    company: np.ndarray[Any, Any]
    accounts: np.ndarray[Any, Any]
    leads: np.ndarray[Any, Any]
    deals: np.ndarray[Any, Any]
    contracts: np.ndarray[Any, Any]
    journeys: np.ndarray[Any, Any]
    months: np.ndarray[Any, Any]
    touches: np.ndarray[Any, Any]
    people: np.ndarray[Any, Any]
    reviews: np.ndarray[Any, Any]
    spend_weeks: np.ndarray[Any, Any]
    named_weeks: np.ndarray[Any, Any]
    programmes: tuple[str, ...]
    past_months: int
    opening_cash: float
    starts_at: float
    ends_at: float
