"""Net present value to any month, with and without the contracts that remain."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

MONTHS_PER_YEAR = 12
MID_MONTH = 0.5


def net_present_value(profit: npt.ArrayLike, rate_per_year: float, month: int) -> FloatArray:
    """Return profit up to a month, discounted from mid-month to day 0, as the metric of the same name.

    Parameters
    ----------
    profit
        Money by month from day 0 on, shape (..., months).
    month
        Number of months that count.
    """
    flow = np.asarray(profit, dtype=np.float64)[..., :month]
    factor = (1.0 + rate_per_year) ** (-(np.arange(month) + MID_MONTH) / MONTHS_PER_YEAR)
    return np.asarray((flow * factor).sum(axis=-1))


def with_contracts(profit: npt.ArrayLike, remaining: npt.ArrayLike, rate_per_year: float, month: int) -> FloatArray:
    """Return the same plus what the contracts at that month's end are expected to bring, discounted to day 0.

    Parameters
    ----------
    remaining
        Worth of the contracts at each month's end, shape as `profit`.
    """
    stock = np.asarray(remaining, dtype=np.float64)[..., month - 1]
    factor = (1.0 + rate_per_year) ** (-month / MONTHS_PER_YEAR)
    return np.asarray(net_present_value(profit, rate_per_year, month) + stock * factor)
