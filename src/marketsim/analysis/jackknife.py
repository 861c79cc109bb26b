"""Intervals for figures made of means, such as a ratio or a difference of shares: the jackknife.

Quenouille (1956) and Tukey (1958); for simulation output Law (2015), section 9.5.3. Each replication is left out in
turn, which gives one pseudo-value per replication; they behave like independent values of the figure itself, so that
whatever serves a row of replications (Student's t, a paired test, the bootstrap) serves the figure too. It needs a
figure that changes smoothly with the means: not for medians, maxima or anything with a threshold.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from marketsim.analysis.paired import CONFIDENCE, Estimate, estimate

FloatArray = npt.NDArray[np.float64]


def pseudo_values(table: npt.ArrayLike, figure: Callable[[FloatArray], float]) -> FloatArray:
    """Return one pseudo-value of a figure per replication: n·figure(all) − (n−1)·figure(all but this one).

    Source: Tukey (1958), "Bias and confidence in not-quite large samples".

    Parameters
    ----------
    table
        Shape (replications, terms), or a row of one term. A replication with an undefined (NaN) term is left out of
        every mean, and its pseudo-value is NaN.
    figure
        Makes the figure from the means of the terms, shape (terms,).

    Returns
    -------
    array
        Shape (replications,); all NaN with fewer than two defined replications. For a figure that is linear in the
        means it is the figure of each replication by itself.

    Raises
    ------
    ValueError
        If the table has more than two dimensions, or none.

    """
    rows = np.asarray(table, dtype=np.float64)
    if rows.ndim == 1:
        rows = rows[:, None]
    if rows.ndim != 2:
        raise ValueError(f"a table has replications and terms, not the shape {rows.shape}")
    found = np.full(len(rows), np.nan)
    known = np.isfinite(rows).all(axis=1)
    used = rows[known]
    n = len(used)
    if n < 2:
        return found
    # about the mean, so that large terms that hardly vary lose no digits in the sums
    mean = used.mean(axis=0)
    left_out = mean - (used - mean) / (n - 1)
    whole = figure(mean)
    found[known] = [n * whole - (n - 1) * figure(row) for row in left_out]
    return found


def jackknife(table: npt.ArrayLike, figure: Callable[[FloatArray], float], confidence: float = CONFIDENCE) -> Estimate:
    """Return the jackknife estimate of a figure of means, with Student's t interval over its pseudo-values.

    Source: Law (2015), section 9.5.3. The estimate is the mean of the pseudo-values, which takes away the part of the
    bias that falls as one over the number of replications.

    Parameters
    ----------
    table, figure
        As in `pseudo_values`.
    confidence
        Of the two-sided interval.

    """
    return estimate(pseudo_values(table, figure), confidence)
