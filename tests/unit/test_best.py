"""The probability of being best: Student's t for two arms, symmetry for many, calibration over repeated studies."""

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis import words
from marketsim.analysis.best import probability_best


@pytest.mark.parametrize("replications", [3, 8, 40])
def test_of_two_arms_it_is_the_one_sided_t_test(replications: int) -> None:
    rng = np.random.default_rng(replications)
    common = rng.normal(5e6, 1e6, replications)
    a, b = common + rng.normal(0.0, 1e5, replications), common + rng.normal(2e4, 1e5, replications)
    found = probability_best({"a": a, "b": b})
    expected = 1.0 - stats.ttest_rel(b, a, alternative="greater").pvalue
    assert found["b"] == pytest.approx(expected, abs=0.004)  # four standard errors of the draws
    assert found["a"] + found["b"] == pytest.approx(1.0)


def test_arms_that_cannot_be_told_apart_share_evenly() -> None:
    """Mirrored replications make all means and covariances equal, so that symmetry gives the answer."""
    rows = np.tile(np.eye(4), 5)
    found = probability_best({str(arm): row for arm, row in enumerate(rows)})
    assert list(found.values()) == pytest.approx([0.25] * 4, abs=0.004)


def test_three_independent_arms_against_quadrature() -> None:
    """With many replications the means are normal and independent: P(best) = ∫ φ(x) Π Φ(…) dx."""
    rng = np.random.default_rng(5)
    n = 4000
    base = np.linalg.qr(np.column_stack([np.ones(n), rng.normal(size=(n, 3))]))[0][:, 1:].T * np.sqrt(n - 1.0)
    means, errors = np.array([0.0, 0.02, 0.01]), np.array([1.0, 1.5, 0.5]) / np.sqrt(n)
    rows = means[:, None] + base * np.array([[1.0], [1.5], [0.5]])
    x = np.linspace(-0.2, 0.2, 20_001)
    expected = []
    for arm in range(3):
        others = [k for k in range(3) if k != arm]
        inside = stats.norm.pdf(x, means[arm], errors[arm])
        for other in others:
            inside = inside * stats.norm.cdf(x, means[other], errors[other])
        expected.append(np.trapezoid(inside, x))
    found = probability_best({str(arm): row for arm, row in enumerate(rows)})
    assert list(found.values()) == pytest.approx(expected, abs=0.005)


def test_it_is_right_as_often_as_it_says() -> None:
    """Where true means come from a flat prior, of the arms called best with p per cent, p per cent are best."""
    rng = np.random.default_rng(6)
    said, right = [], []
    for _ in range(1500):
        truth = rng.uniform(0.0, 3.0, 3)
        noise = rng.multivariate_normal(np.zeros(3), np.full((3, 3), 0.7) + 0.3 * np.eye(3), 12).T
        found = np.array(
            list(probability_best(dict(zip("abc", truth[:, None] + noise, strict=True)), draws=2000).values())
        )
        said.append(found.max())
        right.append(found.argmax() == truth.argmax())
    error = 4.0 * np.sqrt(0.25 / 1500)
    assert abs(np.mean(said) - np.mean(right)) < error
    unsure = np.array(said) < 0.8
    assert abs(np.mean(np.array(said)[unsure]) - np.mean(np.array(right)[unsure])) < 4.0 * np.sqrt(0.25 / unsure.sum())


def test_equal_arms_are_best_together_and_many_arms_need_few_replications() -> None:
    rng = np.random.default_rng(7)
    low, high = rng.normal(0.0, 1.0, 6), rng.normal(100.0, 1.0, 6)
    assert probability_best({"a": low, "b": high, "c": high + 1e-8}) == {"a": 0.0, "b": 1.0, "c": 1.0}
    many = {str(arm): rng.normal(arm, 0.01, 4) for arm in range(9)}  # more arms than replications
    assert probability_best(many)["8"] == pytest.approx(1.0)


def test_undefined_single_and_repeated() -> None:
    a, b = np.array([1.0, 2.0, np.nan, 3.0]), np.array([1.5, 1.5, 9.0, 2.0])
    assert probability_best({"a": a, "b": b}) == probability_best({"a": a[[0, 1, 3]], "b": b[[0, 1, 3]]})
    assert np.isnan(probability_best({"a": [1.0], "b": [2.0]})["a"])
    assert probability_best({"a": [1.0, 2.0]}) == {"a": 1.0}
    assert probability_best({}) == {}
    with pytest.raises(ValueError, match="one value per replication"):
        probability_best({"a": [1.0, 2.0], "b": [1.0]})


def test_a_chance_is_never_written_as_certain() -> None:
    assert [words.chance(share) for share in (1.0, 0.995, 0.994, 0.5, 0.006, 0.005, 0.0, np.nan)] == [
        ">99 %", ">99 %", "99 %", "50 %", "1 %", "<1 %", "<1 %", words.MISSING
    ]  # fmt: skip
