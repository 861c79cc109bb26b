"""How long it takes until an arm that came back looks like one that never left."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketsim.analysis.crossing import BOOTSTRAP_SEED, FEWEST, RESAMPLES
from marketsim.analysis.paired import CONFIDENCE

FloatArray = npt.NDArray[np.float64]

STAYS_MONTHS = 12
"""Within the tolerance for so long counts as back: a single lucky month does not."""


@dataclass(frozen=True)
class Healing:
    """When an arm is back.

    `gap` is how far off it was in the window before it came back, as a share of the arm that never left (-0.4: 40 %
    below), with its bootstrap interval. `hurt` tells whether it was surely worse by more than the tolerance then or
    at any time after (what is on its way when an arm comes back shows later). `month` counts from the return: from then
    on it is worse by no more than the tolerance for `STAYS_MONTHS` months; 0 if it never was, infinite if it is not
    back within what was played. Noise makes it late, since every one of those months counts: average noisy series
    over a window. `low` and `high` bound it (`high` may be infinite); NaN with too few replications.
    """

    gap: float
    gap_low: float
    gap_high: float
    hurt: bool
    month: float
    low: float
    high: float


def gaps(returned: npt.ArrayLike, stayed: npt.ArrayLike, window: int = 1) -> FloatArray:
    """Return by month how far the mean of one arm is off that of the other, as a share of the other.

    Parameters
    ----------
    returned, stayed
        Monthly values, shape (..., replications, months), rows paired.
    window
        Months around each (half of them before it) over which both means are averaged first. At the ends of the
        series the window is cut short.
    """
    ours, theirs = (_smooth(np.asarray(table, dtype=np.float64).mean(axis=-2), window) for table in (returned, stayed))
    return np.asarray(ours / theirs - 1.0)


def healing(
    returned: npt.ArrayLike,
    stayed: npt.ArrayLike,
    since: int,
    tolerance: float,
    *,
    worse: int = -1,
    window: int = 1,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Healing:
    """Find when an arm is back within a tolerance of the arm that never left.

    Parameters
    ----------
    returned, stayed
        Monthly values from day 0 on, shape (replications, months), rows paired by replication.
    since
        Month in which the arm came back; the gap before it is read over the `window` months that end there.
    tolerance
        Share of the other arm's mean.
    worse
        -1 if less is worse, 1 if more is; an arm that is better than the other has nothing to heal.
    window
        Months over which noisy series are averaged around each month after the return.
    resamples, confidence
        Of the percentile bootstrap over replications (Efron & Tibshirani 1993, chapter 13), pairs kept together, with
        a generator of fixed seed.

    Raises
    ------
    ValueError
        If the tables differ in shape, or nothing was played after the return.
    """
    ours, theirs = np.asarray(returned, dtype=np.float64), np.asarray(stayed, dtype=np.float64)
    if ours.shape != theirs.shape or ours.ndim != 2:
        raise ValueError(f"healing needs two tables of the same shape, not {ours.shape} and {theirs.shape}")
    replications, months = ours.shape
    if not 0 < since < months:
        raise ValueError(f"healing: the return in month {since} must lie within the {months} months played")
    weights = np.full((1, replications), 1.0 / replications)
    gap, _, month = (float(found[0]) for found in _found(weights, ours, theirs, since, tolerance, worse, window))
    if replications < FEWEST:
        return Healing(gap, math.nan, math.nan, False, month, math.nan, math.nan)
    rng = np.random.Generator(np.random.PCG64(BOOTSTRAP_SEED))
    counts = rng.multinomial(replications, np.full(replications, 1.0 / replications), size=resamples) / replications
    tail = (1.0 - confidence) / 2.0
    at = [math.floor(tail * (resamples - 1)), math.ceil((1.0 - tail) * (resamples - 1))]
    gaps_found, worst, months_found = (  # order statistics: an infinite month stays what it is
        [float(end) for end in np.sort(values)[at]]
        for values in _found(counts, ours, theirs, since, tolerance, worse, window)
    )
    return Healing(gap, gaps_found[0], gaps_found[1], worst[0] > tolerance, month, months_found[0], months_found[1])


def _found(
    weights: FloatArray, ours: FloatArray, theirs: FloatArray, since: int, tolerance: float, worse: int, window: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return gap before the return, worst gap then or later, and month of healing, one per row of weights."""
    left, right = weights @ ours, weights @ theirs
    before = slice(max(0, since - window), since)
    gap = left[:, before].mean(axis=1) / right[:, before].mean(axis=1) - 1.0
    after = worse * (_smooth(left[:, since:], window) / _smooth(right[:, since:], window) - 1.0)
    worst = np.maximum(worse * gap, after.max(axis=1))
    inside = after <= tolerance
    if inside.shape[1] < STAYS_MONTHS:
        return gap, worst, np.full(len(gap), math.inf)
    windows = np.lib.stride_tricks.sliding_window_view(inside, STAYS_MONTHS, axis=1)
    stays = np.all(windows, axis=2)
    month = np.where(np.any(stays, axis=1), np.argmax(stays, axis=1).astype(np.float64), math.inf)
    return gap, worst, month


def _smooth(curves: FloatArray, window: int) -> FloatArray:
    """Return centred moving means over the last axis, cut short at the ends."""
    if window <= 1:
        return curves
    months = curves.shape[-1]
    total = np.concatenate([np.zeros((*curves.shape[:-1], 1)), np.cumsum(curves, axis=-1)], axis=-1)
    month = np.arange(months)
    low = np.maximum(0, month - window // 2)
    high = np.minimum(months, month - window // 2 + window)
    return np.asarray((total[..., high] - total[..., low]) / (high - low))
