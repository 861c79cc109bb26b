"""Paired differences: two arms on the same luck, replication by replication."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

CONFIDENCE = 0.95
MOST_REPLICATIONS = 100_000
"""Beyond this, the replications that would settle a difference are not worth a number."""


@dataclass(frozen=True)
class PairedDifference:
    """Mean of a − b over the pairs, with its interval and what pairing paid.

    `pairs` were used, `dropped` had an undefined (NaN) side. `low`, `high` and `half_width` are NaN with fewer than two
    pairs. `variance_ratio` is NaN if nothing varies, infinite if only the difference does not.
    `replications_to_settle` is 0 if the interval excludes zero, None if no number can be named (fewer than two pairs, a
    mean of zero, or more than `MOST_REPLICATIONS`). It takes today's mean and spread for the truth, so after few pairs
    it is an order of magnitude, no promise.
    """

    mean: float
    low: float
    high: float
    half_width: float
    standard_deviation: float
    variance_ratio: float
    pairs: int
    dropped: int
    undecided: bool
    replications_to_settle: int | None


def student_half_width(standard_deviation: float, pairs: int, confidence: float = CONFIDENCE) -> float:
    """Return half the width of Student's t interval for a mean; NaN with fewer than two values.

    Source: Student (1908), "The probable error of a mean"; for paired simulation output Law (2015), section 10.2.1.
    """
    if pairs < 2:
        return math.nan
    return _student_quantile(pairs - 1, 0.5 + confidence / 2) * standard_deviation / math.sqrt(pairs)


@cache
def _student_quantile(degrees_of_freedom: int, chance: float) -> float:
    from scipy.special import stdtrit  # here: a third of a second, which nobody should wait for before runs begin

    return float(stdtrit(degrees_of_freedom, chance))


def replications_to_settle(mean: float, standard_deviation: float, confidence: float = CONFIDENCE) -> int | None:
    """Return the smallest number of pairs at which an interval of this spread around this mean would exclude zero.

    Solves t(n−1)·s/√n < |mean| for n by bisection (Law 2015, section 9.4.1, with the t quantile of n itself). None if
    the mean is zero or more than `MOST_REPLICATIONS` would be needed.
    """
    if not (math.isfinite(mean) and math.isfinite(standard_deviation)) or mean == 0.0:
        return None

    def settles(pairs: int) -> bool:
        return student_half_width(standard_deviation, pairs, confidence) < abs(mean)

    if not settles(MOST_REPLICATIONS):
        return None
    low, high = 1, MOST_REPLICATIONS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if settles(middle) else (middle, high)
    return high


def paired_difference(a: npt.ArrayLike, b: npt.ArrayLike, confidence: float = CONFIDENCE) -> PairedDifference:
    """Compare a with b, where entry i of both was played on the same luck.

    Parameters
    ----------
    a, b
        One value per replication, in the same order of replications. A pair with a NaN is dropped and counted.
    confidence
        Of the two-sided Student t interval.

    Returns
    -------
    PairedDifference
        With variance ratio (var a + var b) / var(a − b): how many times more replications independent runs would need
        (common random numbers: Law 2015, section 11.2).

    Raises
    ------
    ValueError
        If the two differ in length.

    """
    left = np.asarray(a, dtype=np.float64)
    right = np.asarray(b, dtype=np.float64)
    if left.shape != right.shape or left.ndim != 1:
        raise ValueError(f"pairs need two rows of the same length, not {left.shape} and {right.shape}")
    known = np.isfinite(left) & np.isfinite(right)
    left, right = left[known], right[known]
    pairs, dropped = len(left), int((~known).sum())
    if pairs == 0:
        nan = math.nan
        return PairedDifference(nan, nan, nan, nan, nan, nan, 0, dropped, True, None)
    difference = left - right
    mean = float(difference.mean())
    if pairs == 1:
        nan = math.nan
        return PairedDifference(mean, nan, nan, nan, nan, nan, 1, dropped, True, None)
    deviation = float(difference.std(ddof=1))
    half = student_half_width(deviation, pairs, confidence)
    low, high = mean - half, mean + half
    undecided = low <= 0.0 <= high
    settle = replications_to_settle(mean, deviation, confidence) if undecided else 0
    ratio = variance_ratio(left, right)
    return PairedDifference(mean, low, high, half, deviation, ratio, pairs, dropped, undecided, settle)


def variance_ratio(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    """Return (var a + var b) / var(a − b); NaN if nothing varies, infinite if only the difference does not."""
    apart = float(a.var(ddof=1) + b.var(ddof=1))
    paired = float((a - b).var(ddof=1))
    if paired > 0.0:
        return apart / paired
    return math.inf if apart > 0.0 else math.nan


@dataclass(frozen=True)
class Estimate:
    """Mean of one arm over its replications with Student's t interval; `dropped` were undefined (NaN)."""

    mean: float
    low: float
    high: float
    standard_deviation: float
    replications: int
    dropped: int


def estimate(values: npt.ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Return mean and interval of one row of replications; NaN values are dropped and counted."""
    row = np.asarray(values, dtype=np.float64)
    known = row[np.isfinite(row)]
    count, dropped = len(known), len(row) - len(known)
    if count == 0:
        return Estimate(math.nan, math.nan, math.nan, math.nan, 0, dropped)
    mean = float(known.mean())
    deviation = float(known.std(ddof=1)) if count > 1 else math.nan
    half = student_half_width(deviation, count, confidence)
    return Estimate(mean, mean - half, mean + half, deviation, count, dropped)
