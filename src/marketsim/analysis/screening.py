"""Which of several arms cannot be told from the best one."""

import math

import numpy as np
import numpy.typing as npt

from marketsim.analysis.paired import CONFIDENCE, student_half_width


def not_told_from_best(values: npt.ArrayLike, confidence: float = CONFIDENCE) -> npt.NDArray[np.bool_]:
    """Return the arms that may be the one with the highest mean; the others are told from it.

    An arm is left out if some other is ahead of it by more than Student's t bound on their paired difference allows,
    at an error of (1 − `confidence`) / (arms − 1), one-sided. The best arm is left out with at most 1 − `confidence`,
    whatever the means are and however the arms depend on each other (Bonferroni over the arms that could beat it).

    Parameters
    ----------
    values
        Shape (replications, arms); every row was played on the same luck. Rows with a NaN are left out.

    Returns
    -------
    Array of bool, one per arm. All are true with fewer than two replications.

    Source: the screening of Nelson, Swann, Goldsman & Song (2001), "Simple procedures for selecting the best simulated
    system when the number of alternatives is large", Operations Research 49(6), in its version for common random
    numbers (paired differences, Bonferroni).
    """
    table = np.asarray(values, dtype=np.float64)
    table = table[np.isfinite(table).all(axis=1)]
    replications, arms = table.shape
    if replications < 2 or arms < 2:
        return np.ones(arms, dtype=np.bool_)
    # a two-sided interval of this confidence has the wanted error on either side
    each = 1.0 - 2.0 * (1.0 - confidence) / (arms - 1)
    unit = student_half_width(1.0, replications, each)  # t / sqrt(n)
    ahead = table[:, None, :] - table[:, :, None]  # of arm i (second place): how far j (third) is ahead
    bound = unit * ahead.std(axis=0, ddof=1)
    beaten = ahead.mean(axis=0) > np.where(np.eye(arms, dtype=np.bool_), math.inf, bound)
    return np.asarray(~beaten.any(axis=1))
