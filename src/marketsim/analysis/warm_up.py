"""How much of a series is warm-up: after which point it no longer shows how it began."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

BATCH = 5
LATEST = 0.5
"""Cuts are sought in the first half: of the few values left by a later one, the statistic is small by chance."""


@dataclass(frozen=True)
class WarmUp:
    """Where a series is cut by MSER.

    `length` is the number of values to leave out, `mean` that of the rest, `statistic` the marginal standard error
    (squared) by batches left out, `settled` whether the cut lies inside the first half: at its end or later, the series
    is still on its way, or too short to tell.
    """

    length: int
    mean: float
    statistic: FloatArray
    settled: bool


def mser(series: npt.ArrayLike, batch: int = BATCH) -> WarmUp:
    """Cut a series where the standard error of the mean of what is left is smallest (MSER-5).

    Leaves out d batch means Z so that Σ(Z − Z̄)² / (n − d)², over those left, is least; the smallest such d of the
    first half. White (1997), "An effective truncation heuristic for bias reduction in simulation output"; batches of
    five: White, Cobb & Spratt (2000). Apply it to the mean over replications. A heuristic: it sees a trend that is
    large beside the noise.

    Parameters
    ----------
    series
        Values at equal distances in time; a last batch that is not full is left out.
    batch
        Values to a batch.

    Raises
    ------
    ValueError
        If there are fewer than four batches, or a value is not finite.

    """
    row = np.asarray(series, dtype=np.float64)
    batches = len(row) // batch if row.ndim == 1 and batch > 0 else 0
    if batches < 4 or not np.isfinite(row).all():
        raise ValueError(f"a warm-up needs at least {4 * batch} finite values in a row")
    means = row[: batches * batch].reshape(batches, batch).mean(axis=1)
    latest = int(LATEST * batches)
    statistic = np.array([means[d:].var() / (batches - d) for d in range(latest + 1)])
    cut = int(statistic.argmin())
    return WarmUp(cut * batch, float(means[cut:].mean()), statistic, cut < latest)


def welch(series: npt.ArrayLike, window: int) -> FloatArray:
    """Return the moving average of Welch's plot; its first values average over fewer (Welch 1983; Law 2015, 9.5.1).

    Parameters
    ----------
    series
        Mean over replications.
    window
        Values on either side; the last `window` values have no average and are left out.

    Raises
    ------
    ValueError
        If the window is negative or more than half the series.

    """
    row = np.asarray(series, dtype=np.float64)
    if window < 0 or 2 * window >= len(row):
        raise ValueError("the window must be less than half the series")
    return np.array(
        [row[i - min(i, window) : i + min(i, window) + 1].mean() for i in range(len(row) - window)], dtype=np.float64
    )
