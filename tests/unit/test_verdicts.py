"""Verdicts on made-up data whose answer is known: every verdict, every rule, and how often they err."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis.effects import effect
from marketsim.analysis.verdicts import (
    ASSUMED,
    DEPENDS,
    HOLDS_IN,
    NOT_SUPPORTED,
    SUPPORTED,
    UNDECIDED,
    VERDICTS,
    Chances,
    Verdict,
    decide,
    together,
    verdict,
)

CLEAR, OPEN = 1e-6, 0.3


def made_up(means: Sequence[float], *, needs: str = "all", smallest: float = 1.0, n: int = 30) -> Chances:
    """Return the chances of a claim whose parts have these true means, with a standard deviation of 1."""
    noise = stats.norm.ppf((np.arange(n) + 0.5) / n)
    found = [effect((mean + noise)[:, None], "level", smallest=smallest) for mean in means]
    return together([one.beyond for one in found], [one.short for one in found], needs)


@pytest.mark.parametrize(
    ("means", "needs", "expected"),
    [
        ([3.0], "all", SUPPORTED),
        ([0.0], "all", NOT_SUPPORTED),
        ([1.0], "all", UNDECIDED),
        ([3.0, 3.0], "all", SUPPORTED),
        ([3.0, 0.0], "all", NOT_SUPPORTED),
        ([3.0, 1.0], "all", UNDECIDED),
        ([0.0, 0.0], "all", NOT_SUPPORTED),
        ([3.0, 0.0], "any", SUPPORTED),
        ([0.0, 0.0], "any", NOT_SUPPORTED),
        ([1.0, 0.0], "any", UNDECIDED),
        ([-3.0], "all", NOT_SUPPORTED),
    ],
)
def test_a_claim_is_decided_by_its_parts(means: list[float], needs: str, expected: str) -> None:
    assert decide([made_up(means, needs=needs)]) == [expected]


def test_a_part_without_a_value_leaves_the_claim_open() -> None:
    assert decide([together([0.0, np.nan], [1.0, np.nan], "all")]) == [UNDECIDED]
    assert decide([together([np.nan], [np.nan], "any")]) == [UNDECIDED]
    assert decide([]) == []


def test_more_claims_need_clearer_evidence() -> None:
    """Holm: 0.02 is enough alone (two-sided 0.04), not beside another claim that is open; the clear one stays."""
    lone, clear, open_ = Chances(0.02, 0.98), Chances(CLEAR, 1.0), Chances(OPEN, 0.7)
    assert decide([lone]) == [SUPPORTED]
    assert decide([lone, open_]) == [UNDECIDED, UNDECIDED]
    assert decide([lone, clear]) == [SUPPORTED, SUPPORTED]
    assert decide([open_, clear]) == [UNDECIDED, SUPPORTED]


@pytest.mark.parametrize(
    ("kind", "main", "conditions", "share", "expected"),
    [
        ("emergent", SUPPORTED, {"market": {"a": SUPPORTED}, "past": {"b": UNDECIDED}}, 0.9, Verdict(SUPPORTED)),
        ("emergent", SUPPORTED, {}, float("nan"), Verdict(SUPPORTED)),
        ("emergent", SUPPORTED, {"market": {"a": NOT_SUPPORTED}}, 0.9, Verdict(DEPENDS, "market")),
        (
            "emergent",
            SUPPORTED,
            {"market": {"a": SUPPORTED}, "past": {"b": NOT_SUPPORTED}},
            0.9,
            Verdict(DEPENDS, "past"),
        ),
        ("emergent", NOT_SUPPORTED, {"past": {"b": SUPPORTED}}, 0.1, Verdict(DEPENDS, "past")),
        ("emergent", UNDECIDED, {"past": {"b": SUPPORTED, "c": NOT_SUPPORTED}}, 0.1, Verdict(DEPENDS, "past")),
        ("emergent", UNDECIDED, {"past": {"b": SUPPORTED}}, 0.9, Verdict(UNDECIDED)),
        ("emergent", SUPPORTED, {}, HOLDS_IN - 0.01, Verdict(DEPENDS, "world")),
        ("emergent", SUPPORTED, {}, HOLDS_IN, Verdict(SUPPORTED)),
        ("emergent", NOT_SUPPORTED, {}, 1 - HOLDS_IN + 0.01, Verdict(DEPENDS, "world")),
        ("emergent", NOT_SUPPORTED, {}, 0.0, Verdict(NOT_SUPPORTED)),
        ("policy", NOT_SUPPORTED, {}, 0.2, Verdict(NOT_SUPPORTED)),
        ("input", "", {"market": {"a": NOT_SUPPORTED}}, 0.0, Verdict(ASSUMED)),
    ],
)
def test_the_last_word(
    kind: str, main: str, conditions: dict[str, dict[str, str]], share: float, expected: Verdict
) -> None:
    assert verdict(kind, main, conditions, share) == expected
    assert expected.word in VERDICTS


@pytest.mark.parametrize("needs", ["all", "any"])
@pytest.mark.parametrize("parts", [1, 3])
def test_a_claim_at_its_boundary_is_rarely_decided(needs: str, parts: int) -> None:
    """Where every part is exactly the smallest effect, a decision either way is an error: at most 5 %."""
    rng = np.random.default_rng(6)
    turns, n = 2000, 20
    wrong = 0
    for _ in range(turns):
        found = [effect(rng.normal(1.0, 1.0, size=(n, 1)), "level", smallest=1.0) for _ in range(parts)]
        wrong += decide([together([f.beyond for f in found], [f.short for f in found], needs)]) != [UNDECIDED]
    assert stats.binomtest(wrong, turns, 0.05, alternative="greater").pvalue > 0.001
