"""A rule that can be read: a shallow tree that says on which side of a boundary a world lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FOLDS = 10
FEWEST_IN_LEAF = 8


@dataclass(frozen=True)
class Tree:
    """A split, or a leaf where `below` is None. `share` is how many of its `cases` are true."""

    cases: int
    share: float
    direction: int = -1
    threshold: float = 0.0
    below: Tree | None = None
    above: Tree | None = None

    def says(self, values: FloatArray) -> BoolArray:
        """Return whether a case is rather true, for every row of values."""
        if self.below is None or self.above is None:
            return np.full(len(values), self.share > 0.5)
        left = values[:, self.direction] < self.threshold
        return np.asarray(np.where(left, self.below.says(values), self.above.says(values)))

    def rules(self, names: Sequence[str], write: Callable[[int, float], str]) -> list[tuple[str, Tree]]:
        """Return the leaves with the conditions that lead to them, such as "list weight < 0.5 and …"."""
        if self.below is None or self.above is None:
            return [("", self)]
        at = write(self.direction, self.threshold)
        found = []
        for sign, side in (("<", self.below), ("\N{GREATER-THAN OR EQUAL TO}", self.above)):
            first = f"{names[self.direction]} {sign} {at}"
            found += [(f"{first} and {rest}" if rest else first, leaf) for rest, leaf in side.rules(names, write)]
        return found


def tree(values: npt.ArrayLike, truth: npt.ArrayLike, depth: int, fewest: int = FEWEST_IN_LEAF) -> Tree:
    """Grow a tree of at most `depth` splits on top of each other, leaves of at least `fewest` cases.

    Each split is the one that leaves the least Gini impurity (Breiman, Friedman, Olshen & Stone 1984, chapter 4);
    splits whose two sides say the same are taken back.

    Parameters
    ----------
    values
        Shape (cases, directions).
    truth
        One truth value per case.
    """
    table, true = np.asarray(values, dtype=np.float64), np.asarray(truth, dtype=np.bool_)
    leaf = Tree(len(true), float(true.mean()) if len(true) else 0.0)
    best = _best_split(table, true, fewest) if depth > 0 and 0.0 < leaf.share < 1.0 else None
    if best is None:
        return leaf
    direction, threshold = best
    left = table[:, direction] < threshold
    below, above = (tree(table[side], true[side], depth - 1, fewest) for side in (left, ~left))
    if below.below is None and above.below is None and (below.share > 0.5) == (above.share > 0.5):
        return leaf
    return Tree(leaf.cases, leaf.share, direction, threshold, below, above)


def _best_split(table: FloatArray, true: BoolArray, fewest: int) -> tuple[int, float] | None:
    best, found = float(len(true) * true.mean() * (1.0 - true.mean())) - 1e-12, None
    for direction in range(table.shape[1]):
        order = np.argsort(table[:, direction], kind="stable")
        ordered = table[order, direction]
        hits = np.cumsum(true[order])[:-1].astype(np.float64)
        left = np.arange(1, len(true), dtype=np.float64)
        right, rest = len(true) - left, true.sum() - hits
        impurity = hits * (1.0 - hits / left) + rest * (1.0 - rest / right)
        allowed = (left >= fewest) & (right >= fewest) & (ordered[1:] > ordered[:-1])
        if allowed.any():
            place = int(np.where(allowed, impurity, np.inf).argmin())
            if impurity[place] < best:
                best, found = float(impurity[place]), (direction, float(ordered[place : place + 2].mean()))
    return found


def accuracy(values: npt.ArrayLike, truth: npt.ArrayLike, depth: int) -> float:
    """Return the share of cases that trees say rightly about cases they did not see (ten folds)."""
    table, true = np.asarray(values, dtype=np.float64), np.asarray(truth, dtype=np.bool_)
    fold = np.arange(len(true)) % FOLDS
    right = np.empty(len(true), dtype=np.bool_)
    for k in range(FOLDS):
        grown = tree(table[fold != k], true[fold != k], depth)
        right[fold == k] = grown.says(table[fold == k]) == true[fold == k]
    return float(right.mean())
