"""Picking the best of several arms with a guaranteed chance of being right: the procedure KN.

Kim & Nelson (2001), "A fully sequential procedure for indifference-zone selection in simulation". If the best arm is at
least the smallest difference that matters better than every other, it is picked with at least the wanted confidence;
where others come closer than that, nothing is promised. It holds for normal values and any dependence between
arms, hence for common random numbers, which two-stage procedures for independent arms (Rinott 1978) cannot use, and it
drops bad arms early, which that of Nelson & Matejcik (1995) does not. Looking only at some numbers of replications, as
here, is no more likely to drop the best arm than looking after each (Jennison, Johnstone & Turnbull 1982).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

FIRST = 20
"""Replications that spreads are estimated from."""
STEP = 0.1
"""Share by which replications grow from look to look."""


@dataclass(frozen=True)
class Boundary:
    """What decides when an arm is dropped, fixed by the first replications.

    `spread[i, l]` is the variance of arm i less arm l over the first `first` replications, `smallest` the smallest
    difference that matters, `most` the replications after which the highest mean is picked.
    """

    smallest: float
    first: int
    h_squared: float
    spread: FloatArray
    most: int

    def width(self, replications: int) -> FloatArray:
        """Return how far an arm's mean may lie below another's, shape (arms, arms), and stay (c = 1)."""
        room = self.h_squared * self.spread / self.smallest**2 - replications
        return np.asarray(np.maximum(0.0, self.smallest / (2.0 * replications) * room))


def eta(arms: int, first: int, confidence: float) -> float:
    """Return the constant η of KN for c = 1: ½·[(2α/(k−1))^(−2/(n₀−1)) − 1] (Kim & Nelson 2001).

    Raises
    ------
    ValueError
        If there are fewer than two arms or first replications, or the confidence is not between 1/k and 1.

    """
    if arms < 2 or first < 2:
        raise ValueError("selection needs at least two arms and two first replications")
    if not 1.0 / arms < confidence < 1.0:
        raise ValueError(f"the confidence must lie between 1/{arms}, the chance of a blind guess, and 1")
    return 0.5 * float((2.0 * (1.0 - confidence) / (arms - 1)) ** (-2.0 / (first - 1)) - 1.0)


def boundary(values: npt.ArrayLike, smallest: float, confidence: float) -> Boundary:
    """Return the boundary from the first replications of all arms, shape (arms, replications).

    Raises
    ------
    ValueError
        If the smallest difference is not positive, a value is not finite, or `eta` refuses.

    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise ValueError("selection needs a finite value of every arm in every replication")
    if not smallest > 0.0:
        raise ValueError("the smallest difference that matters must be above 0")
    arms, first = table.shape
    h_squared = 2.0 * eta(arms, first, confidence) * (first - 1)
    spread = np.array([[(one - other).var(ddof=1) for other in table] for one in table])
    most = math.floor(h_squared * float(spread.max()) / smallest**2) + 1
    return Boundary(smallest, first, h_squared, spread, max(most, first))


def survivors(means: FloatArray, alive: Sequence[int], rule: Boundary, replications: int) -> list[int]:
    """Return the arms that no other arm still in the race is too far ahead of; `means` is by arm."""
    width = rule.width(replications)
    return [i for i in alive if all(means[i] >= means[j] - width[i, j] for j in alive if j != i)]


def next_look(replications: int, rule: Boundary) -> int:
    """Return the number of replications to look at next."""
    return min(replications + max(1, math.ceil(STEP * replications)), max(rule.most, replications))


@dataclass(frozen=True)
class Selection:
    """The arm picked, and how the others went.

    `dropped` is by arm the number of replications at which it was dropped, `used` by arm the replications played.
    `guaranteed` is False if the limit of replications ended it before the procedure was through.
    """

    winner: str
    dropped: dict[str, int]
    used: dict[str, int]
    means: dict[str, float]
    smallest_difference: float
    confidence: float
    guaranteed: bool


class Race:
    """A selection under way: hand in the values at each look, read which arms to play on and how far."""

    def __init__(self, arms: Sequence[str], smallest: float, confidence: float, at_most: int) -> None:
        self.arms, self.smallest, self.confidence, self.at_most = tuple(arms), smallest, confidence, at_most
        eta(len(self.arms), FIRST, confidence)  # refuses at once
        self.alive = list(range(len(self.arms)))
        self.replications = min(FIRST, at_most)
        self.dropped: dict[str, int] = {}
        self.means = np.full(len(self.arms), np.nan)
        self.rule: Boundary | None = None
        self.through = False

    @property
    def racing(self) -> tuple[str, ...]:
        """Arms still in the race."""
        return tuple(self.arms[i] for i in self.alive)

    def look(self, values: Mapping[str, FloatArray]) -> bool:
        """Drop arms by the values of those racing over `replications`; return whether to play on.

        Raises
        ------
        ValueError
            If a value is not finite.

        """
        for i in self.alive:
            self.means[i] = np.mean(values[self.arms[i]])
        if self.rule is None:
            self.rule = boundary([values[arm] for arm in self.arms], self.smallest, self.confidence)
        staying = survivors(self.means, self.alive, self.rule, self.replications)
        self.dropped |= {self.arms[i]: self.replications for i in self.alive if i not in staying}
        self.alive = staying
        self.through = len(self.alive) == 1 or self.replications >= self.rule.most
        if self.through or self.replications >= self.at_most:
            return False
        self.replications = min(next_look(self.replications, self.rule), self.at_most)
        return True

    def result(self) -> Selection:
        """Return the outcome: the highest mean of those left."""
        best = max(self.alive, key=lambda i: self.means[i])
        used = {arm: self.dropped.get(arm, self.replications) for arm in self.arms}
        return Selection(
            self.arms[best],
            dict(self.dropped),
            used,
            {arm: float(mean) for arm, mean in zip(self.arms, self.means, strict=True)},
            self.smallest,
            self.confidence,
            self.through,
        )
