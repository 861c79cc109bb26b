"""Unit economics: every block of rows adds up to the monthly table, and marketing is shared as it is said."""

import numpy as np
import pytest

from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.outcomes.economics import BEFORE, SUMS, UNALLOCATED, marketing_cost
from marketsim.scenario.load import load_scenario

SMALL = (
    "market.accounts=2000", "history.years=1", "run.horizon_years=2", "money.marketing_budget_per_year=2.4e5",
    "sales.development_reps=1", "sales.executives=2", "structure=full",
)  # fmt: skip


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return simulate(load_scenario(SMALL), 1, 0)


def test_every_block_adds_up_to_the_total(outcome: Outcome) -> None:
    sums = outcome.unit_economics.groupby("dimension")[[*SUMS, "acquisition_cost"]].sum()
    assert set(sums.index) == {"total", "segment", "source", "fit"}
    for dimension in sums.index:
        np.testing.assert_allclose(sums.loc[dimension], sums.loc["total"], rtol=1e-9, atol=1e-3)


def test_the_total_is_that_of_the_monthly_table(outcome: Outcome) -> None:
    total = outcome.unit_economics.set_index("dimension").loc["total"]
    after = outcome.monthly[outcome.monthly["month"] >= 0].sum()
    assert total["customers_won"] == after["customers_won"] > 0
    for name, column in {
        "new_recurring_revenue": "new_recurring_revenue",
        "revenue": "revenue",
        "cost_to_serve": "cost_to_serve",
        "expected_lifetime_value": "expected_lifetime_value_won",
        "marketing_cost": "marketing_spend",
        "sales_cost": "payroll",
    }.items():
        assert total[name] == pytest.approx(after[column]), name


def test_older_customers_have_revenue_and_nothing_else(outcome: Outcome) -> None:
    """What new customers earned and what older ones did are counted apart, and both are there."""
    table = outcome.unit_economics
    older = table[table["group"] == BEFORE]
    assert (older[["customers_won", "marketing_cost", "sales_cost"]] == 0.0).all(axis=None)
    contracts = outcome.customers
    assert (older["revenue"] > 0.0).all()
    assert older["revenue"].iloc[0] < contracts.loc[contracts["started_day"] < 0, "earned"].sum()


def test_brand_content_and_structure_have_no_customer_to_go_to(outcome: Outcome) -> None:
    table, after = outcome.unit_economics, outcome.monthly[outcome.monthly["month"] >= 0].sum()
    nobody = table.loc[table["group"] == UNALLOCATED, "marketing_cost"]
    assert after["spend_structure"] > 0.0
    assert (nobody >= after["spend_brand"] + after["spend_content"] + after["spend_structure"] - 1e-6).all()


def test_a_programme_is_paid_by_its_customers_in_equal_parts() -> None:
    cost = marketing_cost(np.array([1, -1, 1, 0]), np.array([30.0, 100.0, 50.0]))
    assert cost.tolist() == [50.0, 0.0, 50.0, 30.0]
    assert marketing_cost(np.array([-1]), np.zeros(0)).tolist() == [0.0]
