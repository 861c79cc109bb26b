"""In how many worlds a claim holds: shares corrected for noise, history matching, and where it fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import spearmanr

from marketsim.analysis.multiplicity import benjamini_hochberg
from marketsim.analysis.paired import CONFIDENCE

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

TO_STANDARD_DEVIATION = 1.4826
"""Median absolute deviation of a normal distribution times this is its standard deviation (Hampel 1974)."""
FALSE_DISCOVERIES = 0.10
FEWEST_ON_A_SIDE = 20
"""Worlds on either side of a boundary that is worth naming."""
SMALLEST_GAP = 0.05
"""Difference between the shares on both sides that is worth naming a boundary."""


def corrected(margins: npt.ArrayLike, noise: npt.ArrayLike) -> FloatArray:
    """Pull the margins of worlds toward their middle until they spread as much as the true ones do.

    Parameters
    ----------
    margins
        By world: how far the measured effect is beyond the smallest effect that matters; NaN where undefined.
    noise
        Standard error of each margin within its world, shape (worlds,).

    Returns
    -------
    array
        Middle + k·(margin − middle), k² = 1 − noise²/spread² (0 where the noise explains all of the spread). The share
        of worlds above zero is then that of the true margins, not of measured ones.

    Notes
    -----
    Constrained empirical Bayes: Louis (1984), "Estimating a population of parameter values using Bayes and empirical
    Bayes methods". Middle, spread and noise are medians (of absolute deviations), since ratios of small numbers have
    heavy tails; where more than half of the deviations are zero, means and variances take their place.
    """
    m, e = np.asarray(margins, dtype=np.float64), np.asarray(noise, dtype=np.float64)
    known = np.isfinite(m)
    if known.sum() < 2:
        return m.copy()
    middle = float(np.median(m[known]))
    spread = TO_STANDARD_DEVIATION * float(np.median(np.abs(m[known] - middle)))
    errors = e[np.isfinite(e)]
    error = float(np.median(errors)) if len(errors) else 0.0
    if spread == 0.0:
        middle, spread = float(m[known].mean()), float(m[known].std(ddof=1))
        error = float(np.sqrt(np.mean(errors**2))) if len(errors) else 0.0
    if spread == 0.0:
        return m.copy()
    kept = np.sqrt(max(0.0, 1.0 - (error / spread) ** 2))
    return np.asarray(middle + kept * (m - middle))


def noise_of(pseudo: npt.ArrayLike) -> FloatArray:
    """Return the standard error of each world's effect from its pseudo-values, shape (worlds, replications).

    With few replications a world's own standard error says little: the median over worlds does.
    """
    p = np.asarray(pseudo, dtype=np.float64)
    return np.asarray(p.std(axis=1, ddof=1) / np.sqrt(p.shape[1]))


def wilson(shares: npt.ArrayLike, count: int, confidence: float = CONFIDENCE) -> tuple[FloatArray, FloatArray]:
    """Return the ends of Wilson's interval for shares of so many trials.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    p, z = np.asarray(shares, dtype=np.float64), float(ndtri((1.0 + confidence) / 2.0))
    middle = (p + z**2 / (2 * count)) / (1.0 + z**2 / count)
    half = z / (1.0 + z**2 / count) * np.sqrt(p * (1.0 - p) / count + z**2 / (4 * count**2))
    return np.maximum(0.0, middle - half), np.minimum(1.0, middle + half)


@dataclass(frozen=True)
class Share:
    """Share of worlds, with Wilson's interval; NaN if there are none."""

    share: float
    low: float
    high: float
    worlds: int


def share_of(holds: npt.ArrayLike) -> Share:
    """Return the share of true entries."""
    row = np.asarray(holds, dtype=bool)
    if len(row) == 0:
        return Share(float("nan"), float("nan"), float("nan"), 0)
    low, high = wilson(row.mean(), len(row))
    return Share(float(row.mean()), float(low), float(high), len(row))


@dataclass(frozen=True)
class Region:
    """Where a claim fails more often: on one side of a value of one setting.

    `p_value` is adjusted over all settings that were looked through (Benjamini & Hochberg 1995).
    """

    setting: str
    side: str
    value: float
    fails_inside: float
    fails_outside: float
    worlds_inside: int
    p_value: float


def region_of_failure(
    settings: Mapping[str, npt.ArrayLike], margins: npt.ArrayLike, holds: npt.ArrayLike
) -> Region | None:
    """Find the setting that a claim hangs on most, and the boundary that parts the worlds best.

    Parameters
    ----------
    settings
        By name: the value drawn in each world.
    margins
        How far the claim is from failing in each world.
    holds
        Whether it holds there.

    Returns
    -------
    Region or None
        None where no setting passes a false discovery rate of 10 % (rank correlation of setting and margin), or no
        boundary with twenty worlds on either side parts them by five points.
    """
    m, held = np.asarray(margins, dtype=np.float64), np.asarray(holds, dtype=bool)
    known = np.isfinite(m)
    names = list(settings)
    if known.sum() < 2 * FEWEST_ON_A_SIDE or not names or np.ptp(m[known]) == 0.0 or held[known].all():
        return None
    rows = np.stack([np.asarray(settings[name], dtype=np.float64)[known] for name in names])
    raw = [_rank_p(row, m[known]) for row in rows]
    adjusted = benjamini_hochberg(raw)
    best = int(np.nanargmin(raw)) if np.isfinite(raw).any() else -1
    if best < 0 or not adjusted[best] < FALSE_DISCOVERIES:
        return None
    return _boundary(names[best], rows[best], held[known], float(adjusted[best]))


def _rank_p(row: FloatArray, margins: FloatArray) -> float:
    return float("nan") if np.ptp(row) == 0.0 else float(spearmanr(row, margins).pvalue)


def _boundary(name: str, values: FloatArray, held: BoolArray, p_value: float) -> Region | None:
    """Return the side of the value at which the shares of failures on both sides differ most."""
    order = np.argsort(values, kind="stable")
    fails = ~held[order]
    count = len(fails)
    below = np.cumsum(fails)[:-1]
    n_below = np.arange(1, count)
    share_below, share_above = below / n_below, (fails.sum() - below) / (count - n_below)
    allowed = (n_below >= FEWEST_ON_A_SIDE) & (count - n_below >= FEWEST_ON_A_SIDE)
    if not allowed.any():
        return None
    gap = np.where(allowed, np.abs(share_below - share_above), -1.0)
    at = int(np.argmax(gap))
    if gap[at] < SMALLEST_GAP:
        return None
    ordered = values[order]
    value = float((ordered[at] + ordered[at + 1]) / 2.0)
    if share_below[at] > share_above[at]:
        return Region(name, "below", value, float(share_below[at]), float(share_above[at]), at + 1, p_value)
    return Region(name, "above", value, float(share_above[at]), float(share_below[at]), count - at - 1, p_value)


def matched(falls: npt.ArrayLike, bands: Sequence[tuple[float, float]]) -> BoolArray:
    """Tell for each world whether its own history comes out as published.

    Parameters
    ----------
    falls
        Shape (worlds, years): fall of wins after going dark.
    bands
        Lowest and highest plausible fall of each year.

    Notes
    -----
    History matching (Craig et al. 1997) at its plainest: worlds that contradict what was observed are left out.
    """
    rows = np.asarray(falls, dtype=np.float64)
    low, high = np.array(bands).T
    return np.asarray(((rows >= low) & (rows <= high)).all(axis=1))
