"""Pick the best of several strategies with a guaranteed chance of being right, playing no more than that takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from marketsim.analysis import words
from marketsim.analysis.selection import FIRST, Race, Selection
from marketsim.experiments.comparison import NPV
from marketsim.experiments.keys import ENGINES
from marketsim.experiments.playing import PYTHON_REPLICATIONS_AT_MOST, Arm, compare, named
from marketsim.scenario.errors import BadInput


@dataclass(frozen=True, repr=False)
class Selected(Selection):
    """A selection among strategies; `year` is the one whose net present value counted."""

    year: int

    def __repr__(self) -> str:
        """Say who was picked, how surely, and when the others were dropped."""
        after = f"{words.small(self.year)} year{'' if self.year == 1 else 's'}"
        sure = (
            f"Where one is worth at least {words.money(self.smallest_difference)} more than all others, it is picked "
            f"in at least {self.confidence * 100:g} % of such studies."
            if self.guaranteed
            else f"Stopped at {max(self.used.values()):,} replications, before it was sure: nothing is promised."
        )
        went = [f"{arm} dropped after {count:,} replications" for arm, count in self.dropped.items()]
        left = [arm for arm in self.used if arm not in self.dropped and arm != self.winner]
        went += [f"{arm} not worth telling apart after {self.used[arm]:,}" for arm in left if self.guaranteed]
        went += [f"{arm} still in the race" for arm in left if not self.guaranteed]
        others = words.joined(went)
        used = f"{self.used[self.winner]:,} replications"
        others = words.joined(went)
        used = f"{self.used[self.winner]:,} replications"
        return f"{self.winner} is picked (net present value after {after}, {used}). {sure} Others: {others}."


def select_best(
    arms: Sequence[Arm] | Mapping[str, Arm],
    *,
    smallest_difference: float,
    confidence: float = 0.95,
    replications_at_most: int = PYTHON_REPLICATIONS_AT_MOST,
    seed: int = 1,
    workers: int | None = None,
    horizon_years: float | None = None,
    overrides: Sequence[str] = (),
    output_dir: str | Path | None = None,
    progress: bool = True,
    engines: str = ENGINES,
) -> Selected:
    """Play strategies until the one of highest net present value (last year) is found with a guaranteed chance.

    Kim & Nelson's (2001) procedure KN on paired replications; see `marketsim.analysis.selection`. All start with the
    same number of replications; a strategy that is clearly beaten is not played any further. Finished runs are taken
    from the store. The result depends on the seed alone.

    Parameters
    ----------
    arms, seed, workers, horizon_years, overrides, output_dir, progress
        As in `compare`.
    smallest_difference
        Money; two strategies that differ by less are equally good.
    confidence
        Chance, at least, of picking the best where it is that much better than all others.
    replications_at_most
        Stop here in any case; the result then says that it is not sure.

    Raises
    ------
    BadInput
        If an arm cannot be composed, or the numbers make no sense.

    """
    asked = named(arms)
    if replications_at_most < FIRST:
        raise BadInput(f"replications_at_most={replications_at_most} is too few: at least {FIRST} are needed")
    if not smallest_difference > 0.0:
        raise BadInput(f"smallest_difference={smallest_difference} must be above 0: it is what matters, in money")
    try:
        race = Race(list(asked), smallest_difference, confidence, replications_at_most)
    except ValueError as error:
        raise BadInput(str(error)) from None
    while True:
        runs = compare(
            {arm: asked[arm] for arm in race.racing},
            replications=race.replications,
            seed=seed,
            workers=workers,
            horizon_years=horizon_years,
            overrides=overrides,
            keep="summary",
            output_dir=output_dir,
            progress=progress,
            engines=engines,
        )
        if not runs.years:
            raise BadInput("selection needs a horizon_years of at least 1: it is about the last full year")
        if not race.look(runs.values(NPV, runs.years)):
            return Selected(**vars(race.result()), year=runs.years)
