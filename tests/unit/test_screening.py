"""The arms that cannot be told from the best: by hand, and as often right as promised."""

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis.screening import not_told_from_best


def test_an_arm_is_left_out_where_its_paired_bound_is_passed() -> None:
    luck = np.array([[5.0], [1.0], [9.0], [3.0]])
    apart = np.array([0.5, -0.5, 1.0, -1.0])  # noise of the difference: mean 0
    bound = stats.t.ppf(1 - 0.05 / 2, 3) * apart.std(ddof=1) / 2
    for gap, near in ((1.01 * bound, False), (0.99 * bound, True)):
        values = np.hstack([luck, luck - gap + apart[:, None], luck - 100])
        assert not_told_from_best(values).tolist() == [True, near, False]


def test_the_set_holds_the_best_arm_as_often_as_promised() -> None:
    rng = np.random.default_rng(1)
    arms, trials = 6, 4000
    shared = rng.normal(size=(trials, 8, 1)) * 5
    values = shared + rng.normal(size=(trials, 8, arms))  # all arms are equally good: the hardest case for arm 0
    kept = np.array([not_told_from_best(table)[0] for table in values])
    assert kept.mean() >= 0.95 - 2 * np.sqrt(0.05 * 0.95 / trials)
    far = values - np.arange(arms) * 50.0
    assert all(not_told_from_best(table).tolist() == [True] + [False] * (arms - 1) for table in far[:50])


@pytest.mark.parametrize("table", [np.ones((1, 3)), np.array([[1.0, np.nan], [2.0, 1.0]])])
def test_one_replication_tells_nothing_apart(table: np.ndarray) -> None:
    assert not_told_from_best(table).all()


def test_equal_arms_are_all_kept() -> None:
    assert not_told_from_best(np.tile(np.arange(5.0)[:, None], (1, 4))).all()
