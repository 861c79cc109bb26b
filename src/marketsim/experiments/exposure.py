"""Brute force for memory: every exposure and every forgetting of many accounts, event by event, without any formula."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.bool_]


def every_exposure(
    accounts: int, start_share: float, learning_per_week: Sequence[float], forgetting: float, dates: Sequence[float],
    seed: int, days_per_week: float = 7.0,
) -> Bits:  # fmt: skip
    """Simulate who remembers, exposure by exposure.

    Every account meets exposures as a Poisson process whose rate is constant within a week (each makes it remember,
    whether it did before or not), and forgetting events at a constant rate. Both streams are laid out at the highest
    rate and thinned.

    Parameters
    ----------
    accounts
        How many independent accounts.
    start_share
        Chance to remember at day 0.
    learning_per_week
        Rate per day of exposures in each week; the last one goes on.
    forgetting
        Rate per day.
    dates
        Days on which to look.

    Returns
    -------
    Array of accounts x dates: who remembers.
    """
    random = np.random.default_rng(seed)
    rates = np.asarray(learning_per_week, dtype=np.float64)
    most = float(rates.max()) + forgetting
    remembers = random.random(accounts) < start_share
    seen: Bits = np.zeros((accounts, len(dates)), dtype=np.bool_)
    order = np.argsort(dates)
    following = random.exponential(1.0 / most, accounts)
    for column in order:
        date = dates[column]
        while True:
            due = np.flatnonzero(following <= date)
            if len(due) == 0:
                break
            times = following[due]
            week = np.minimum((times / days_per_week).astype(np.int64), len(rates) - 1)
            mark = random.random(len(due)) * most
            remembers[due[mark < rates[week]]] = True
            remembers[due[mark >= most - forgetting]] = False
            following[due] = times + random.exponential(1.0 / most, len(due))
        seen[:, column] = remembers
    return seen
