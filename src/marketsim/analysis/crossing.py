"""When one arm overtakes another for good: the month in which the mean cumulative paired difference crosses zero."""

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
BOOTSTRAP_SEED = 20_250_101
CONFIDENCE = 0.95
FEWEST = 5
"""With fewer replications a bootstrap interval would be a sham, and none is given."""
EQUAL_SHARE = 1e-9
"""Differences below this share of the largest one are rounding, not money."""


class Course(Enum):
    """How the cumulative difference runs."""

    CROSSES = "crosses"
    ALWAYS_AHEAD = "always ahead"
    NEVER_AHEAD = "never ahead"
    FALLS_BACK = "falls back"
    EQUAL = "equal"


@dataclass(frozen=True)
class Crossing:
    """The month in which an arm overtakes the baseline for good.

    `month` counts from 1 (the first month after day 0); at its end, and at the end of every later month, the mean
    cumulative difference is positive. It is None unless the course is `crosses` or `always ahead` (never behind, though
    maybe equal for a while). `low` and `high` bound it; `high` is infinite if in more than 2.5 % of the resamples the
    window ends behind, `low` too if nearly all do; both are NaN with fewer than `FEWEST` replications.
    `share_ahead` is the share of resamples that end ahead.
    """

    course: Course
    month: int | None
    low: float
    high: float
    share_ahead: float
    replications: int
    months: int
    last_month_ahead: int | None


def cumulative_difference(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the running sum over months of a − b, shape (replications, months)."""
    return np.asarray(np.cumsum(a - b, axis=1))


def _sign(curve: npt.NDArray[np.float64], tolerance: float) -> npt.NDArray[np.int8]:
    return np.where(curve > tolerance, 1, np.where(curve < -tolerance, -1, 0)).astype(np.int8)


def months_ahead_for_good(signs: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    """Return the month (from 1) after the last one not ahead, per row of signs; infinite if the last is not ahead."""
    months = signs.shape[1]
    behind = signs <= 0
    last_behind = np.where(behind.any(axis=1), months - np.argmax(behind[:, ::-1], axis=1), 0)
    return np.where(last_behind < months, last_behind + 1.0, np.inf)


def crossing(
    a: npt.ArrayLike, b: npt.ArrayLike, *, resamples: int = RESAMPLES, confidence: float = CONFIDENCE
) -> Crossing:
    """Find when the mean cumulative paired difference a − b turns positive for good.

    Parameters
    ----------
    a, b
        Monthly profit, shape (replications, months), rows paired by replication.
    resamples, confidence
        Of the percentile bootstrap over replications (Efron & Tibshirani 1993, chapter 13), with a generator of fixed
        seed, so that the same runs give the same interval. It is somewhat narrow with fewer than about ten
        replications, and not given with fewer than `FEWEST`.

    Returns
    -------
    Crossing
        Interval ends are order statistics, so a resample that ends behind counts as infinitely late.

    Raises
    ------
    ValueError
        If the shapes differ or a value is not finite.

    """
    left, right = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if left.shape != right.shape or left.ndim != 2 or 0 in left.shape:
        raise ValueError(f"crossing needs two tables of the same shape, not {left.shape} and {right.shape}")
    curves = cumulative_difference(left, right)
    if not np.isfinite(curves).all():
        raise ValueError("crossing: monthly profit must be finite in every replication")
    tolerance = EQUAL_SHARE * max(float(np.abs(curves).max()), float(np.abs(left).max()), 1.0)
    replications, months = curves.shape
    signs = _sign(curves.mean(axis=0, keepdims=True), tolerance)
    course, month, last_ahead = _course(signs[0])

    low = high = math.nan
    share_ahead = float(signs[0, -1] > 0)
    if replications >= FEWEST and course is not Course.EQUAL:
        rng = np.random.Generator(np.random.PCG64(BOOTSTRAP_SEED))
        counts = rng.multinomial(replications, np.full(replications, 1.0 / replications), size=resamples)
        resampled = _sign(counts @ curves / replications, tolerance)
        found = np.sort(months_ahead_for_good(resampled))
        tail = (1.0 - confidence) / 2.0
        low = float(found[math.floor(tail * (resamples - 1))])
        high = float(found[math.ceil((1.0 - tail) * (resamples - 1))])
        share_ahead = float(np.isfinite(found).mean())
    return Crossing(course, month, low, high, share_ahead, replications, months, last_ahead)


def _course(signs: npt.NDArray[np.int8]) -> tuple[Course, int | None, int | None]:
    """Name the course of one curve; its month of crossing; the last month ahead where it falls back."""
    if not signs.any():
        return Course.EQUAL, None, None
    ahead = np.flatnonzero(signs > 0)
    if signs[-1] > 0:
        month = int(months_ahead_for_good(signs[None, :])[0])
        return (Course.CROSSES if (signs < 0).any() else Course.ALWAYS_AHEAD), month, None
    if len(ahead):
        return Course.FALLS_BACK, None, int(ahead[-1]) + 1
    return Course.NEVER_AHEAD, None, None
