"""From effects to verdicts: the rules that are the same for every claim, fixed before anything is played.

A part of a claim is *supported* where its interval lies wholly beyond the smallest effect that matters, *not supported*
where it lies wholly short of it, else *undecided*. A claim whose parts must all hold is supported if all are (an
intersection-union test needs no correction: Berger 1982), and not supported if one of them is not (Bonferroni over its
parts); one of which any part is enough the other way round. Over the claims of a ledger p-values are adjusted by Holm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from marketsim.analysis.multiplicity import holm

SUPPORTED, NOT_SUPPORTED, DEPENDS, UNDECIDED, ASSUMED = "supported", "not supported", "depends", "undecided", "assumed"
VERDICTS = (SUPPORTED, NOT_SUPPORTED, DEPENDS, UNDECIDED, ASSUMED)
ERROR = 0.05
"""Chance that any verdict of a ledger is wrong, if every interval is exact."""
HOLDS_IN = 0.75
"""A supported claim that holds in a smaller share of plausible worlds depends on the world; as does a claim that is not
supported and fails in a smaller share."""
FEWEST_WORLDS = 10
"""With fewer history-matched worlds all worlds are asked instead."""


@dataclass(frozen=True)
class Chances:
    """One-sided p-values of a whole claim: `holds` against "it does not hold", `fails` against "it does"."""

    holds: float
    fails: float

    @property
    def two_sided(self) -> float:
        """The p-value of the side the claim leans to, doubled; 1 where it is not known."""
        known = [p for p in (self.holds, self.fails) if np.isfinite(p)]
        return min(1.0, 2.0 * min(known)) if known else 1.0

    @property
    def leans(self) -> str:
        """What the claim would be if its p-value sufficed."""
        if not (np.isfinite(self.holds) and np.isfinite(self.fails)):
            return UNDECIDED
        return SUPPORTED if self.holds < self.fails else NOT_SUPPORTED


def together(beyond: Sequence[float], short: Sequence[float], needs: str) -> Chances:
    """Combine the p-values of a claim's parts; a part without a value leaves the claim open.

    Parameters
    ----------
    beyond, short
        Of every part: against "not beyond the smallest effect", and against "beyond it".
    needs
        `all` parts must hold, or `any` one.
    """
    b, s = np.asarray(beyond, dtype=np.float64), np.asarray(short, dtype=np.float64)
    if needs == "all":
        return Chances(float(np.max(b)), float(min(1.0, len(s) * np.min(s))))
    return Chances(float(min(1.0, len(b) * np.min(b))), float(np.max(s)))


def decide(chances: Sequence[Chances], error: float = ERROR) -> list[str]:
    """Return supported, not supported or undecided for each of several claims; together they err with that chance.

    P-values are adjusted by Holm (1979).
    """
    if not chances:
        return []
    adjusted = holm([one.two_sided for one in chances])
    return [one.leans if p < error else UNDECIDED for one, p in zip(chances, adjusted, strict=True)]


@dataclass(frozen=True)
class Verdict:
    """The last word on a claim; `on` names what it depends on (`market`, `past`, `world`), else it is empty."""

    word: str
    on: str = ""


def verdict(
    kind: str,
    main: str,
    conditions: Mapping[str, Mapping[str, str]],
    share_of_worlds: float = float("nan"),
) -> Verdict:
    """Return the verdict on a claim.

    Parameters
    ----------
    kind
        An `input` is always assumed.
    main
        The decision on the usual market and past.
    conditions
        By axis (`market`, `past`) and its value: the decision there.
    share_of_worlds
        Share of the plausible worlds in which the claim holds; NaN if no worlds were played.
    """
    if kind == "input":
        return Verdict(ASSUMED)
    decided = [main] if main != UNDECIDED else []
    for axis, decisions in conditions.items():
        here = {*decided, *(word for word in decisions.values() if word != UNDECIDED)}
        if {SUPPORTED, NOT_SUPPORTED} <= here:
            return Verdict(DEPENDS, axis)
    if main == SUPPORTED and share_of_worlds < HOLDS_IN:
        return Verdict(DEPENDS, "world")
    if main == NOT_SUPPORTED and share_of_worlds > 1.0 - HOLDS_IN:
        return Verdict(DEPENDS, "world")
    return Verdict(main)
