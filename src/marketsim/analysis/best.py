"""How likely each arm is the best one, given the replications that were played."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

DRAWS = 200_000
"""Enough for a standard error of 0.1 percentage points."""
DRAWN_AT_ONCE = 20_000
SEED = 20_250_102
EQUAL_SHARE = 1e-9
"""Differences below this share of the largest value are rounding."""


def probability_best(values: Mapping[str, npt.ArrayLike], *, draws: int = DRAWS) -> dict[str, float]:
    """Return the probability that the mean of each arm is the highest, by arm.

    The replications of all arms are one sample of a multivariate normal, since replication i of every arm met the same
    luck. With nothing known beforehand (the prior |Σ|^−k over k arms of Geisser & Cornfield 1963), the means have a
    multivariate Student t distribution about the observed ones with n−1 degrees of freedom, and the difference of any
    two arms has the Student t distribution that its interval is made of: of two arms, one is better with one minus the
    one-sided p-value of the paired t test. Posterior probabilities for choosing among simulated systems with common
    random numbers: Chick & Inoue (2001). It speaks of luck only, as every interval here does: the model is given.

    Parameters
    ----------
    values
        One entry per replication by arm, in the same order; a replication with an undefined (NaN) entry is left out.
    draws
        From that distribution, with a generator of fixed seed, so that the same runs give the same figures.

    Returns
    -------
    dict of str to float
        Between 0 and 1; NaN with fewer than two replications. Arms with the same values in all replications are best
        together: each has the probability of both.

    Raises
    ------
    ValueError
        If the arms differ in length.

    """
    rows = {arm: np.asarray(row, dtype=np.float64) for arm, row in values.items()}
    if len({row.shape for row in rows.values()}) > 1 or any(row.ndim != 1 for row in rows.values()):
        raise ValueError("every arm needs one value per replication")
    if not rows:
        return {}
    table = np.stack(list(rows.values()))
    table = table[:, np.isfinite(table).all(axis=0)]
    if table.shape[1] < 2:
        return dict.fromkeys(rows, np.nan)
    first = _first_of_its_kind(table)
    apart = sorted(set(first))
    shares = dict(zip(apart, _shares_best(table[apart], draws), strict=True))
    return {arm: float(shares[kind]) for arm, kind in zip(rows, first, strict=True)}


def _first_of_its_kind(table: FloatArray) -> list[int]:
    """Return for every arm the first arm with the same values."""
    tolerance = EQUAL_SHARE * max(float(np.abs(table).max()), 1e-300)
    return [
        next(other for other in range(arm + 1) if np.abs(table[other] - table[arm]).max() <= tolerance)
        for arm in range(len(table))
    ]


def _shares_best(table: FloatArray, draws: int) -> FloatArray:
    """Return the share of draws from the multivariate t distribution of the means in which each arm is highest."""
    arms, n = table.shape
    if arms == 1:
        return np.ones(1)
    # Differences from the first arm: what all arms share cancels before anything is squared.
    apart = table[1:] - table[0]
    mean = apart.mean(axis=1)
    spread = np.atleast_2d(np.cov(apart)) / n
    roots, axes = np.linalg.eigh(spread)
    factor = axes * np.sqrt(np.maximum(roots, 0.0))
    rng = np.random.Generator(np.random.PCG64(SEED))
    wins = np.zeros(arms)
    for start in range(0, draws, DRAWN_AT_ONCE):
        count = min(DRAWN_AT_ONCE, draws - start)
        normal = rng.standard_normal((count, arms - 1)) @ factor.T
        scale = np.sqrt(rng.chisquare(n - 1, count) / (n - 1))
        drawn = np.zeros((count, arms))
        drawn[:, 1:] = mean + normal / scale[:, None]
        wins += np.bincount(drawn.argmax(axis=1), minlength=arms)
    return wins / draws
