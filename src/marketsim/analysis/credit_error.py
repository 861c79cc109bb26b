"""How wrong credit is: shares of credit against shares of what was really brought."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def budget_shares(amounts: npt.ArrayLike) -> FloatArray:
    """Return the split of a budget that is funded in proportion to amounts; none for whom the amount is negative.

    Parameters
    ----------
    amounts
        Credit or effect by programme, along the last axis.

    Returns
    -------
    array
        Of the same shape; the shares add up to 1, or are NaN where no amount is positive.
    """
    positive = np.maximum(np.asarray(amounts, dtype=np.float64), 0.0)
    whole = positive.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(positive, whole, out=np.full(positive.shape, np.nan), where=whole > 0.0))


def misplaced(one: npt.ArrayLike, other: npt.ArrayLike) -> FloatArray:
    """Return how much of a whole stands in the wrong place if shared out as `one` rather than as `other`.

    The total variation distance of two splits, half the sum of absolute differences along the last axis: 0 if they are
    the same, 1 if they have nothing in common. Of a budget it is the part that would have to be moved.
    """
    apart = np.abs(np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64))
    return np.asarray(apart.sum(axis=-1) / 2.0)
