"""Money where it could be lost: discounts leave costs at the list, and calls are paid one by one."""

import numpy as np
import pytest
from property.scenarios import small

from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.rules.customers import margin_at_price
from marketsim.scenario.load import load_scenario

SEED = 9
SALES_LED = {"outbound_prospecting": 0.6, "capture": 0.2, "brand": 0.1, "nurture": 0.1}


def _played(**levers: object) -> Outcome:
    return simulate(
        small(1000, horizon_years=2.0, **{f"plan__{name}": value for name, value in levers.items()}), SEED, 0
    )


def test_a_discount_lowers_revenue_and_not_what_it_costs() -> None:
    usual = small(1000, horizon_years=2.0, initial__customer_share=0.0)
    cheap = small(1000, horizon_years=2.0, initial__customer_share=0.0, plan__price_ratio=0.5)
    money = load_scenario([]).world.customers
    for scenario, price in ((usual, 1.0), (cheap, 0.5)):
        m = simulate(scenario, SEED, 0).monthly
        after = m[m["month"] >= 0]
        assert after["revenue"].sum() > 0.0
        listed = after["revenue"].sum() / price
        assert after["cost_of_goods"].sum() == pytest.approx((1.0 - money.gross_margin) * listed, rel=1e-9)
        fit, unfit = after["revenue_fit"].sum() / price, after["revenue_unfit"].sum() / price
        serve = money.cost_to_serve_fit * fit + money.cost_to_serve_unfit * unfit
        assert after["cost_to_serve"].sum() == pytest.approx(serve, rel=1e-9)


def test_the_margin_at_a_price() -> None:
    assert margin_at_price(0.78, 0.03, 1.0) == 0.78 - 0.03
    # a list value of 100 sold for 80: 22 of goods and 3 of service stay
    assert margin_at_price(0.78, 0.03, 0.8) == pytest.approx((80.0 - 22.0 - 3.0) / 80.0)
    assert margin_at_price(0.78, 0.03, 0.25) == pytest.approx(0.0)


def test_calls_are_paid_one_by_one_and_what_no_call_needs_stays() -> None:
    outcome = _played(budget_split=SALES_LED, budget_per_year=2.0e6)
    months = outcome.tables.months
    calls, cost = months["outbound_calls"].sum(), outcome.scenario.world.outbound.cost_per_call
    spent = outcome.monthly["spend_outbound"].sum()
    assert calls > 100
    under_way = outcome.tables.company["calling_reps"][0]
    assert spent == pytest.approx(cost * (calls + under_way))
    assert spent < 0.6 * 2.0e6 * 2.0  # two reps cannot make that many calls
    after = outcome.monthly[outcome.monthly["month"] >= 0]
    years = len(after) * 30.4375 / 365.25
    np.testing.assert_allclose((after["marketing_spend"] + after["budget_not_spent"]).sum(), 2.0e6 * years, rtol=1e-9)
