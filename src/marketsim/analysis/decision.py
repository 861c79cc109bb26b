"""What a decision hangs on besides the mean: how often it pays, and how bad it gets."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ENOUGH_FOR_PERCENTILE = 100
"""With fewer replications the 5th percentile rests on fewer than five of them, and the worst one is told instead."""
PERCENTILE = 5.0


@dataclass(frozen=True)
class Ahead:
    """In how many of the pairs an arm ends ahead of the baseline."""

    ahead: int
    of: int


@dataclass(frozen=True)
class WorstCase:
    """A bad outcome, and what it is: the worst replication, or the 5th percentile of all."""

    value: float
    percentile: bool

    @property
    def what(self) -> str:
        """Say which of the two it is."""
        return "5th percentile" if self.percentile else "worst play"


def ahead(ours: npt.ArrayLike, theirs: npt.ArrayLike) -> Ahead:
    """Count the pairs in which we are ahead; pairs with an undefined (NaN) side are left out."""
    difference = _known(np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64))
    return Ahead(int((difference > 0.0).sum()), len(difference))


def worst_case(values: npt.ArrayLike) -> WorstCase:
    """Return the lowest value, or with enough replications the 5th percentile; NaN where none is defined.

    The percentile is the empirical one with linear interpolation (Hyndman & Fan 1996, type 7).
    """
    row = _known(np.asarray(values, dtype=np.float64))
    if len(row) == 0:
        return WorstCase(float("nan"), False)
    if len(row) < ENOUGH_FOR_PERCENTILE:
        return WorstCase(float(row.min()), False)
    return WorstCase(float(np.percentile(row, PERCENTILE)), True)


def _known(row: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return row[np.isfinite(row)]
