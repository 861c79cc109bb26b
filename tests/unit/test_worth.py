"""Net present value to any month: by hand, and the same as the yearly metric."""

import numpy as np
import pandas as pd
import pytest

from marketsim.analysis.worth import net_present_value, with_contracts
from marketsim.outcomes.metrics import yearly


def test_without_discounting_it_is_the_sum() -> None:
    profit = np.arange(12.0)[None, :]
    assert net_present_value(profit, 0.0, 6).tolist() == [15.0]
    assert with_contracts(profit, 100 + profit, 0.0, 6).tolist() == [15.0 + 105.0]


def test_money_is_discounted_from_mid_month() -> None:
    assert net_present_value([0.0, 1.0], 0.1, 2) == pytest.approx(1.1 ** (-1.5 / 12))
    assert with_contracts([0.0, 0.0], [0.0, 1.0], 0.1, 2) == pytest.approx(1.1 ** (-2 / 12))


def test_at_the_end_of_a_year_it_is_the_metric_of_that_name() -> None:
    rng = np.random.default_rng(1)
    profit, contracts = rng.normal(size=(3, 24)), rng.normal(size=(3, 24))
    monthly = pd.DataFrame(
        {
            "replication": np.repeat(range(3), 24),
            "month": np.tile(range(24), 3),
            "profit": profit.ravel(),
            "remaining_contracts": contracts.ravel(),
        }
    )
    table = yearly(monthly, 0.1, ["net_present_value", "net_present_value_with_contracts"])
    for year in (1, 2):
        rows = table[table["year"] == year]
        np.testing.assert_allclose(net_present_value(profit, 0.1, 12 * year), rows["net_present_value"])
        both = with_contracts(profit, contracts, 0.1, 12 * year)
        np.testing.assert_allclose(both, rows["net_present_value_with_contracts"])
