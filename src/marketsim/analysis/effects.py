"""Effects a claim is judged by: a figure of the means of several paired columns, with its jackknife interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr
from scipy.stats import rankdata

from marketsim.analysis.jackknife import pseudo_values
from marketsim.analysis.paired import CONFIDENCE, student_half_width

FloatArray = npt.NDArray[np.float64]
Figure = Callable[[FloatArray], FloatArray]
"""Makes a figure from means; the terms stand along the last axis: of, against, other_of, other_against."""


def _divided(top: FloatArray, bottom: FloatArray) -> FloatArray:
    undefined = np.full(np.broadcast(top, bottom).shape, np.nan)
    return np.asarray(np.divide(top, bottom, out=undefined, where=bottom != 0.0))


def _relative(t: FloatArray) -> FloatArray:
    return _divided(t[..., 0], t[..., 1]) - 1.0


FIGURES: Mapping[str, Figure] = {
    "level": lambda t: t[..., 0],
    "difference": lambda t: t[..., 0] - t[..., 1],
    "relative": _relative,
    "interaction": lambda t: (t[..., 0] - t[..., 1]) - (t[..., 2] - t[..., 3]),
    "relative_interaction": lambda t: _divided(t[..., 0] * t[..., 3], t[..., 1] * t[..., 2]) - 1.0,
    "share": lambda t: _divided(t[..., 0] - t[..., 1], t[..., 2] - t[..., 3]),
}
"""Kinds of effects. `rank_correlation` is made per replication and averaged (`rank_correlations`)."""


@dataclass(frozen=True)
class Effect:
    """An effect with its interval.

    `beyond` is the one-sided p-value against "it is not beyond the smallest effect that matters", `short` the one
    against "it is"; NaN where fewer than two replications have a value. `dropped` replications had an undefined term.
    """

    value: float
    low: float
    high: float
    standard_error: float
    replications: int
    dropped: int
    beyond: float
    short: float


def effect(table: npt.ArrayLike, kind: str, *, than: float = 0.0, sign: float = 1.0, smallest: float = 0.0) -> Effect:
    """Return an effect with its jackknife interval, and p-values against the smallest effect that matters.

    Parameters
    ----------
    table
        Shape (replications, terms): `of`, `against`, `other_of`, `other_against` as far as the kind needs them, paired
        by replication; for `rank_correlation` one column, from `rank_correlations`.
    kind
        A key of `FIGURES`, or `rank_correlation`.
    than, sign, smallest
        The effect judged is the figure less `than`; it is beyond the smallest effect if sign x effect > smallest.

    Notes
    -----
    Student's t over the jackknife's pseudo-values (Tukey 1958), around the figure of the means: for a difference this
    is the paired t interval itself.
    """
    rows = np.asarray(table, dtype=np.float64)
    known = np.isfinite(rows).all(axis=1)
    dropped = int((~known).sum())
    rows = rows[known]
    n = len(rows)
    nan = float("nan")
    if n == 0:
        return Effect(nan, nan, nan, nan, 0, dropped, nan, nan)
    figure = FIGURES["level" if kind == "rank_correlation" else kind]
    value = float(figure(rows.mean(axis=0))) - than
    if n == 1:
        return Effect(value, nan, nan, nan, 1, dropped, nan, nan)
    pseudo = pseudo_values(rows, lambda means: float(figure(means))) - than
    deviation = float(pseudo.std(ddof=1))
    error = deviation / np.sqrt(n)
    half = student_half_width(deviation, n, CONFIDENCE)
    beyond, short = p_values(sign * value - smallest, error, n - 1)
    return Effect(value, value - half, value + half, float(error), n, dropped, beyond, short)


def p_values(margin: float, standard_error: float, degrees_of_freedom: int) -> tuple[float, float]:
    """Return the one-sided p-values of Student's t test against "margin <= 0" and against "margin >= 0".

    Without any spread the margin itself decides; a margin of zero is not beyond.
    """
    if not np.isfinite(margin) or not np.isfinite(standard_error):
        return float("nan"), float("nan")
    if standard_error == 0.0:
        return (0.0, 1.0) if margin > 0.0 else (1.0, 0.0)
    t = margin / standard_error
    return float(stdtr(degrees_of_freedom, -t)), float(stdtr(degrees_of_freedom, t))


def rank_correlations(one: npt.ArrayLike, other: npt.ArrayLike) -> FloatArray:
    """Return Spearman's rank correlation over the columns of two tables, row by row; NaN where a row does not vary.

    Source: Spearman (1904); ties share their mean rank.
    """
    left, right = (np.atleast_2d(np.asarray(table, dtype=np.float64)) for table in (one, other))
    ranks = [rankdata(table, axis=1, nan_policy="propagate") for table in (left, right)]
    x, y = (rank - rank.mean(axis=1, keepdims=True) for rank in ranks)
    return _divided((x * y).sum(axis=1), np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1)))
