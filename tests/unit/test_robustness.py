"""Shares of worlds against known answers: noise is taken out, regions of failure are found where there are any."""

import numpy as np
import pytest

from marketsim.analysis.robustness import corrected, matched, noise_of, region_of_failure, share_of


def test_the_share_is_that_of_true_effects_not_of_measured_ones() -> None:
    """True margins N(1, 1): 84.1 % above zero. Measured with noise of 2 the raw share is 67 %."""
    rng = np.random.default_rng(1)
    raw, shares = [], []
    for _ in range(60):
        true = rng.normal(1.0, 1.0, size=400)
        pairs = true[:, None] + rng.normal(0.0, 2.0 * np.sqrt(2.0), size=(400, 2))
        measured = pairs.mean(axis=1)
        raw.append((measured > 0).mean())
        noise = np.full(400, np.sqrt(noise_of(pairs).__pow__(2).mean()))
        shares.append((corrected(measured, noise) > 0).mean())
    assert np.mean(raw) == pytest.approx(0.673, abs=0.02)
    assert np.mean(shares) == pytest.approx(0.841, abs=0.03)


def test_nothing_is_corrected_without_noise_and_everything_where_noise_is_all() -> None:
    margins = np.array([-1.0, 0.5, 2.0, np.nan])
    np.testing.assert_array_equal(corrected(margins, np.zeros(4)), margins)
    np.testing.assert_allclose(corrected(margins, np.full(4, 99.0))[:3], 0.5)
    np.testing.assert_array_equal(corrected([3.0], [1.0]), [3.0])
    np.testing.assert_array_equal(corrected([0.0, 0.0, 0.0], [1.0, 1.0, 1.0]), np.zeros(3))


def test_two_replications_tell_their_noise_on_average() -> None:
    pairs = np.random.default_rng(2).normal(0.0, 3.0, size=(20_000, 2))
    assert np.sqrt((noise_of(pairs) ** 2).mean()) == pytest.approx(3.0 / np.sqrt(2.0), rel=0.02)


def test_shares_have_wilsons_interval() -> None:
    """Newcombe (1998), table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611."""
    found = share_of([True] * 81 + [False] * 182)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    none = share_of([False] * 20)
    assert (none.low, none.high) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert np.isnan(share_of([]).share)


def test_the_setting_that_decides_is_found_with_its_boundary() -> None:
    rng = np.random.default_rng(3)
    settings = {f"noise_{k}": rng.random(200) for k in range(150)} | {"it": rng.random(200)}
    margins = settings["it"] - 0.7 + rng.normal(0.0, 0.005, size=200)
    found = region_of_failure(settings, margins, margins > 0)
    assert found is not None
    assert (found.setting, found.side) == ("it", "below")
    assert found.value == pytest.approx(0.7, abs=0.1)
    assert found.fails_inside > 0.9
    assert found.fails_outside < 0.15


def test_no_setting_is_named_where_none_matters() -> None:
    named = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        margins = rng.normal(size=200)
        found = region_of_failure({f"n{k}": rng.random(200) for k in range(40)}, margins, margins > -0.5)
        named += found is not None
    assert named <= 20  # a false discovery rate of 10 %: with nothing to discover, one in ten


def test_a_boundary_that_parts_next_to_nothing_is_not_named() -> None:
    rng = np.random.default_rng(4)
    values = rng.random(200)
    margins = values + 0.001 * rng.normal(size=200) - 2.0
    margins[np.argsort(values)[100]] = 1.0  # the only world in which it holds
    assert region_of_failure({"a": values}, margins, margins > 0) is None
    assert region_of_failure({"a": np.full(200, 0.1) * 3}, margins, margins > -1.5) is None


def test_where_nothing_fails_there_is_no_region() -> None:
    margins = np.linspace(1, 2, 100)
    assert region_of_failure({"a": np.arange(100.0)}, margins, margins > 0) is None
    assert region_of_failure({}, margins, margins > 1.5) is None


def test_worlds_match_if_every_year_does() -> None:
    falls = [[0.2, 0.35], [0.2, 0.5], [0.1, 0.35], [np.nan, 0.35]]
    assert matched(falls, [(0.19, 0.26), (0.30, 0.38)]).tolist() == [True, False, False, False]
