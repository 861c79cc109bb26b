"""Do all contenders play the same model? Means over independent replications of a month, against the yardstick's."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peers.funnel import MEASURES, Played

MOST_ERRORS = 4.0  # standard errors; one contender in some thousand is beyond it by chance in one of its measures


class Disagreement(RuntimeError):
    """A contender plays something else."""


@dataclass(frozen=True)
class Compared:
    """One measure of one contender. Without logs an engine does not know all: then the mean is nan."""

    name: str
    measure: str
    mean: float
    yardstick: float
    standard_error: float
    replications: int

    @property
    def errors(self) -> float:
        """Distance from the yardstick in standard errors."""
        return (self.mean - self.yardstick) / self.standard_error

    @property
    def agrees(self) -> bool:
        """Tell whether the distance is one of chance."""
        return math.isnan(self.mean) or abs(self.errors) <= MOST_ERRORS


def compare(replications: Mapping[str, Sequence[Played]], yardstick: str) -> list[Compared]:
    """Compare every contender with the yardstick, measure by measure.

    The spread between replications is the yardstick's, which has many: whoever plays the same model has the same.
    """
    found = []
    reference = [played.measures() for played in replications[yardstick]]
    for name, runs in replications.items():
        if name == yardstick:
            continue
        own = [played.measures() for played in runs]
        for measure in MEASURES:
            theirs = [run[measure] for run in reference]
            error = statistics.stdev(theirs) * math.sqrt(1.0 / len(own) + 1.0 / len(theirs))
            mean = statistics.fmean(run[measure] for run in own)
            found.append(Compared(name, measure, mean, statistics.fmean(theirs), error, len(own)))
    return found


def insist(compared: Sequence[Compared]) -> None:
    """Raise an error that names every measure that does not agree.

    Raises
    ------
    Disagreement
        If there is one.
    """
    wrong = [c for c in compared if not c.agrees]
    if wrong:
        lines = [
            f"{c.name}: {c.measure} {c.mean:.4g}, not {c.yardstick:.4g} ({c.errors:+.1f} standard errors)"
            for c in wrong
        ]
        raise Disagreement("contenders do not play the same model\n  " + "\n  ".join(lines))
