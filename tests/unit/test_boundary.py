"""Readable rules and smooth surfaces: known boundaries and known polynomials are found again."""

import numpy as np
import pytest

from marketsim.analysis.boundary import accuracy, tree
from marketsim.analysis.surface import explained, fitted, terms

PLACES = np.random.default_rng(1).random((200, 3))


def test_a_tree_finds_the_corner_that_is_true() -> None:
    truth = (PLACES[:, 0] < 0.4) & (PLACES[:, 2] >= 0.3)
    found = tree(PLACES, truth, 2)
    assert (found.says(PLACES) == truth).mean() >= 0.99  # a single case may be worth less than a pure side
    rules = found.rules(["a", "b", "c"], lambda _, value: f"{value:.1f}")
    leaves = {text: leaf.share for text, leaf in rules}
    assert len(leaves) == 3
    (corner,) = [text for text, share in leaves.items() if share == 1.0]
    assert set(corner.split(" and ")) == {"a < 0.4", "c ≥ 0.3"}
    assert sum(leaf.cases for _, leaf in rules) == len(PLACES)
    assert accuracy(PLACES, truth, 2) > 0.95


def test_of_pure_chance_a_tree_knows_nothing() -> None:
    truth = np.random.default_rng(2).random(len(PLACES)) < 0.5
    assert 0.35 < accuracy(PLACES, truth, 2) < 0.65


def test_a_tree_without_a_use_for_splits_is_a_leaf() -> None:
    for truth in (np.ones(200, dtype=bool), np.arange(200) % 200 == 0):
        found = tree(PLACES, truth, 3)
        assert found.below is None
        assert found.rules(["a", "b", "c"], lambda *_: "") == [("", found)]


def polynomial(places: np.ndarray) -> np.ndarray:
    x, y, z = places.T
    return np.asarray(3 + 2 * x - y * z + 4 * z**2)


def test_a_surface_finds_a_quadratic_again_everywhere() -> None:
    surface = fitted(PLACES, polynomial(PLACES), resamples=5)
    other = np.random.default_rng(3).random((50, 3))
    for row in surface.at(other):
        assert row == pytest.approx(polynomial(other))
    assert explained(PLACES, polynomial(PLACES)) == pytest.approx(1.0)
    assert terms(PLACES).shape == (200, 1 + 3 + 6)


def test_averaging_over_the_other_directions() -> None:
    surface = fitted(PLACES, polynomial(PLACES))
    held = PLACES.copy()
    held[:, 2] = 0.25
    assert surface.averaged(PLACES, {2: 0.25})[0] == pytest.approx(polynomial(held).mean())


def test_weights_count_and_the_bootstrap_covers_what_is_true() -> None:
    rng = np.random.default_rng(4)
    noisy = polynomial(PLACES) + rng.normal(size=200)
    wrong = np.concatenate([noisy, np.full(200, 1e6)])
    twice = np.vstack([PLACES, PLACES])
    weighted = fitted(twice, wrong, np.repeat([1.0, 0.0], 200))
    assert weighted.coefficients == pytest.approx(fitted(PLACES, noisy).coefficients)
    places = rng.random((100, 3))
    low, high = np.quantile(fitted(PLACES, noisy, resamples=300).at(places)[1:], [0.025, 0.975], axis=0)
    inside = (low <= polynomial(places)) & (polynomial(places) <= high)
    assert inside.mean() > 0.7  # the points share one sample, so they miss together
    assert explained(PLACES, rng.normal(size=200)) < 0.1
