"""Adjusted p-values against published examples, against closed testing, and on tests of nothing."""

from itertools import combinations

import numpy as np
import pytest

from marketsim.analysis.multiplicity import benjamini_hochberg, holm

THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0
]  # fmt: skip
"""The fifteen comparisons of Benjamini & Hochberg (1995), section 4.2."""


def test_false_discoveries_in_the_published_example() -> None:
    adjusted = benjamini_hochberg(THROMBOLYSIS)
    # by hand, with the definition that R gives as p.adjust(p, "BH")
    expected = [
        0.0015, 0.0030, 0.0095, 0.035625, 0.0603, 0.0638571429, 0.0638571429, 0.0645, 0.0765, 0.486,
        0.5811818182, 0.714875, 0.7532307692, 0.8132142857, 1.0
    ]  # fmt: skip
    np.testing.assert_allclose(adjusted, expected, rtol=1e-9)
    assert (adjusted <= 0.05).sum() == 4  # as the paper says


def test_step_down_in_the_published_example() -> None:
    adjusted = holm(THROMBOLYSIS)
    # by hand, with the definition that R gives as p.adjust(p, "holm")
    expected = [0.0015, 0.0056, 0.0247, 0.1140, 0.2211, 0.2780, 0.2780, 0.2780, 0.3213, *[1.0] * 6]
    np.testing.assert_allclose(adjusted, expected, rtol=1e-9)
    assert (adjusted <= 0.05).sum() == 3  # as Bonferroni and Hochberg in the paper


def test_order_ties_and_missing_values_as_in_r() -> None:
    p = [0.04, np.nan, 0.01, 0.03, 0.03, np.nan]
    np.testing.assert_allclose(holm(p), [0.09, np.nan, 0.04, 0.09, 0.09, np.nan])
    np.testing.assert_allclose(benjamini_hochberg(p), [0.04, np.nan, 0.04, 0.04, 0.04, np.nan])
    np.testing.assert_allclose(holm(p, family=6), [0.15, np.nan, 0.06, 0.15, 0.15, np.nan])
    np.testing.assert_allclose(benjamini_hochberg(p, family=6), [0.06, np.nan, 0.06, 0.06, 0.06, np.nan])


def test_step_down_is_closed_testing_with_bonferroni() -> None:
    """Holm's value is the largest Bonferroni p-value among all sets of hypotheses that contain the one in question."""
    rng = np.random.default_rng(11)
    for size in (1, 2, 3, 5, 6):
        p = rng.uniform(size=size) ** 3
        p[0] = p[-1]
        closed = [
            max(
                min(1.0, len(chosen) * min(p[list(chosen)]))
                for count in range(1, size + 1)
                for chosen in combinations(range(size), count)
                if one in chosen
            )
            for one in range(size)
        ]
        np.testing.assert_allclose(holm(p), closed, rtol=1e-12)


def test_step_up_rejects_what_its_definition_rejects() -> None:
    rng = np.random.default_rng(12)
    for _ in range(50):
        p, level = rng.uniform(size=8) ** 2, rng.uniform(0.01, 0.3)
        rank = np.arange(1, 9)
        kept = rank[np.sort(p) <= rank * level / 8]
        cut = np.sort(p)[kept.max() - 1] if len(kept) else -1.0
        assert ((benjamini_hochberg(p) <= level) == (p <= cut)).all()


def test_error_rates_where_they_are_known() -> None:
    """With all hypotheses true and independent the chance of a false rejection is known exactly for both."""
    rng, trials, tests, level = np.random.default_rng(13), 20_000, 5, 0.05
    p = rng.uniform(size=(trials, tests))
    any_holm = np.mean([(holm(row) <= level).any() for row in p])
    any_bh = np.mean([(benjamini_hochberg(row) <= level).any() for row in p])
    error = 4.0 * np.sqrt(level * (1 - level) / trials)
    assert abs(any_holm - (1.0 - (1.0 - level / tests) ** tests)) < error
    assert abs(any_bh - level) < error  # Simes (1986)


def test_nothing_and_nonsense() -> None:
    for adjust in (holm, benjamini_hochberg):
        assert adjust([]).shape == (0,)
        assert np.isnan(adjust([np.nan])).all()
        assert adjust([0.03]) == pytest.approx([0.03])
        with pytest.raises(ValueError, match="between 0 and 1"):
            adjust([0.5, 1.1])
        with pytest.raises(ValueError, match="a row"):
            adjust([[0.5]])
        with pytest.raises(ValueError, match="family of 1"):
            adjust([0.5, 0.1], family=1)
