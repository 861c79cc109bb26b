"""Many tests at once: p-values adjusted so that a family of tests errs no more often than one test would.

Both adjustments return, for every test, the smallest level at which the procedure would reject it, so an adjusted value
is compared with the level itself. A test without a p-value (NaN) stays NaN and, unless `family` says otherwise, is no
member of the family, as in R's `p.adjust`.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def holm(p: npt.ArrayLike, *, family: int | None = None) -> FloatArray:
    """Return p-values adjusted by Holm's step-down method, which bounds the chance of even one false rejection.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure". Holds however the tests depend on
    each other, and rejects all that Bonferroni does.

    Parameters
    ----------
    p
        Raw p-values, one per test; NaN where there is none.
    family
        Number of tests in the family, if more than those with a value: for tests that were planned but not made.

    Returns
    -------
    array
        Adjusted p-values in the order given, NaN where there was none.

    Raises
    ------
    ValueError
        If a value lies outside 0 to 1, the values are no row, or the family is smaller than the row.

    """
    raw, known, size = _checked(p, family)
    order = np.argsort(raw[known], kind="stable")
    steps = np.arange(size, size - len(order), -1)
    return _placed(raw, known, order, np.maximum.accumulate(raw[known][order] * steps))


def benjamini_hochberg(p: npt.ArrayLike, *, family: int | None = None) -> FloatArray:
    """Return p-values adjusted by Benjamini and Hochberg's step-up method, which bounds the false discovery rate.

    That is the expected share of false ones among the rejections, for tests that are independent or positively
    dependent. Source: Benjamini & Hochberg (1995), "Controlling the false discovery rate"; for positive dependence
    Benjamini & Yekutieli (2001).

    Parameters
    ----------
    p
        Raw p-values, one per test; NaN where there is none.
    family
        Number of tests in the family, if more than those with a value: for tests that were planned but not made.

    Returns
    -------
    array
        Adjusted p-values in the order given, NaN where there was none.

    Raises
    ------
    ValueError
        If a value lies outside 0 to 1, the values are no row, or the family is smaller than the row.

    """
    raw, known, size = _checked(p, family)
    order = np.argsort(raw[known], kind="stable")
    scaled = raw[known][order] * size / np.arange(1, len(order) + 1)
    return _placed(raw, known, order, np.minimum.accumulate(scaled[::-1])[::-1])


def _checked(p: npt.ArrayLike, family: int | None) -> tuple[FloatArray, npt.NDArray[np.bool_], int]:
    """Return the values, which of them are there, and the number of tests in the family."""
    raw = np.asarray(p, dtype=np.float64)
    if raw.ndim != 1:
        raise ValueError(f"p-values must be a row, not of shape {raw.shape}")
    known = ~np.isnan(raw)
    if ((raw[known] < 0.0) | (raw[known] > 1.0)).any():
        raise ValueError("p-values lie between 0 and 1")
    count = int(known.sum())
    if family is not None and family < count:
        raise ValueError(f"a family of {family} tests cannot have {count} p-values")
    return raw, known, count if family is None else family


def _placed(
    raw: FloatArray, known: npt.NDArray[np.bool_], order: npt.NDArray[np.intp], sorted_values: FloatArray
) -> FloatArray:
    """Put adjusted values back in the order given, at most 1."""
    adjusted = np.full(raw.shape, np.nan)
    adjusted[np.flatnonzero(known)[order]] = np.minimum(sorted_values, 1.0)
    return adjusted
