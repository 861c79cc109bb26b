"""A placebo: where nothing is true, each rule says *supported* no more often than its error rate.

Pairs are resampled from a stored pool of replications of one arm, so that two "arms" differ by luck alone. A rule that
chance satisfies ("the correlation is below 0.3") is judged at its own boundary instead.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

import marketsim as ms
from marketsim.analysis.effects import FIGURES, effect, rank_correlations
from marketsim.analysis.verdicts import SUPPORTED, decide, together
from marketsim.experiments.ledger.cast import Entry, Term, entries_of, experiments_with_claims, load_all, terms_of
from marketsim.experiments.ledger.playing import reduced
from marketsim.scenario.claims import Part
from marketsim.scenario.worlds import miniature

pytestmark = pytest.mark.nightly

POOL, RESAMPLES, REPLICATIONS = 400, 2000, 40
ERROR = 0.025
"""One side of the 5 % of a verdict."""
Pool = dict[Term, npt.NDArray[np.float64]]


def claims() -> Iterator[Entry]:
    for entry in entries_of(load_all(experiments_with_claims())):
        if entry.claim.kind != "input":
            yield entry


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return list(claims())


@pytest.fixture(scope="module")
def pool(entries: list[Entry]) -> Pool:
    terms = sorted({term for e in entries for part in e.claim.parts.values() for _, term in terms_of(part)})
    scenario = miniature(ms.load_scenario(["strategy=balanced"]), 0.2)
    runs = [reduced(ms.simulate(scenario, 1, r, logs=False), terms) for r in range(POOL)]
    return {term: np.array([run[term.key] for run in runs]) for term in terms}


def resampled(part: Part, pool: Pool, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return the terms of a part for replications in which every arm is the same one, with other luck."""
    columns = []
    rows: dict[str, npt.NDArray[np.int64]] = {}
    for arm, term in terms_of(part):
        if arm not in rows:  # an arm that is compared with itself keeps its luck, as it does when it is played
            rows[arm] = rng.integers(0, POOL, size=REPLICATIONS)
        columns.append(pool[term][rows[arm]])
    table = np.stack(columns, axis=1)
    if part.arms:
        half = len(part.arms)
        return rank_correlations(table[:, :half], table[:, half:])[:, None]
    return table


def boundary(part: Part, pool: Pool) -> float:
    """Return by how much the effect is shifted so that the rule is false, if only just.

    What is drawn from the pool has the pool's means exactly; only for rank correlations they are found by drawing.
    """
    if part.arms:
        rng = np.random.default_rng(0)
        usual = float(np.nanmean([resampled(part, pool, rng) for _ in range(500)]))
    else:
        usual = float(FIGURES[part.effect](np.array([pool[term].mean() for _, term in terms_of(part)])))
    margin = part.sign * (usual - part.than) - part.smallest
    return part.sign * max(0.0, margin)


def test_no_rule_supports_what_is_not_true_more_often_than_it_says(entries: list[Entry], pool: Pool) -> None:
    too_often = {}
    for number, entry in enumerate(entries):
        rng = np.random.default_rng(number + 1)
        shifts = {name: boundary(part, pool) for name, part in entry.claim.parts.items()}
        supported = 0
        for _ in range(RESAMPLES):
            found = [
                effect(
                    resampled(part, pool, rng), part.effect, than=part.than + shifts[name], sign=part.sign,
                    smallest=part.smallest,
                )
                for name, part in entry.claim.parts.items()
            ]  # fmt: skip
            chances = together([f.beyond for f in found], [f.short for f in found], entry.claim.needs)
            supported += decide([chances]) == [SUPPORTED]
        if stats.binomtest(supported, RESAMPLES, ERROR, alternative="greater").pvalue < 0.001:
            too_often[entry.id] = supported / RESAMPLES
    assert too_often == {}
