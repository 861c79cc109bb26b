"""A smooth surface through noisy points of a designed sample: all terms up to squares and products."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketsim.analysis.crossing import BOOTSTRAP_SEED

FloatArray = npt.NDArray[np.float64]

FOLDS = 10


@dataclass(frozen=True)
class Surface:
    """A quadratic response surface over the unit cube (Box & Draper 2007, "Response surfaces", chapter 7).

    `coefficients` has one row per bootstrap resample of the points, the first row for the points themselves.
    """

    coefficients: FloatArray

    def at(self, places: npt.ArrayLike) -> FloatArray:
        """Return its values at places, shape (1 + resamples, places)."""
        return np.asarray(self.coefficients @ terms(places).T)

    def averaged(self, places: npt.ArrayLike, fixed: dict[int, float]) -> FloatArray:
        """Return the mean over places with some directions held, one per row of coefficients.

        Source: partial dependence, Friedman (2001), section 8.2.
        """
        held = np.array(places, dtype=np.float64)
        for direction, value in fixed.items():
            held[:, direction] = value
        return np.asarray(self.coefficients @ terms(held).mean(axis=0))


def terms(places: npt.ArrayLike) -> FloatArray:
    """Return constant, linear, square and product terms of places, centred; shape (places, terms)."""
    centred = 2.0 * np.asarray(places, dtype=np.float64) - 1.0
    directions = centred.shape[1]
    products = [centred[:, i] * centred[:, j] for i in range(directions) for j in range(i, directions)]
    return np.column_stack([np.ones(len(centred)), centred, *products])


def fitted(
    places: npt.ArrayLike, values: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, resamples: int = 0
) -> Surface:
    """Fit a surface by (weighted) least squares, and again for every bootstrap resample of the points.

    Parameters
    ----------
    places
        Shape (points, directions), between 0 and 1.
    values
        One per point.
    weights
        One per point, such as the number of cases behind its value; all the same by default.
    """
    table, target = terms(places), np.asarray(values, dtype=np.float64)
    weight = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=np.float64)
    rng = np.random.Generator(np.random.PCG64(BOOTSTRAP_SEED))
    counts = rng.multinomial(len(target), np.full(len(target), 1.0 / len(target)), size=resamples)
    rows = []
    for count in (np.ones(len(target)), *counts):
        root = np.sqrt(weight * count)
        rows.append(np.linalg.lstsq(table * root[:, None], target * root, rcond=None)[0])
    return Surface(np.array(rows))


def explained(places: npt.ArrayLike, values: npt.ArrayLike) -> float:
    """Return the share of variance that surfaces explain of points they were not fitted to (ten folds)."""
    where, target = np.asarray(places, dtype=np.float64), np.asarray(values, dtype=np.float64)
    fold = np.arange(len(target)) % FOLDS
    guessed = np.empty(len(target))
    for k in range(FOLDS):
        guessed[fold == k] = fitted(where[fold != k], target[fold != k]).at(where[fold == k])[0]
    return float(1.0 - ((guessed - target) ** 2).sum() / ((target - target.mean()) ** 2).sum())
