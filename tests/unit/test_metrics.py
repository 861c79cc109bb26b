"""Yearly metrics against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from marketsim.outcomes.metrics import METRICS, Panel, dictionary, metric, ratio, yearly

MONTHS = 30  # two years and a half, and one month of the past


def table(**columns: object) -> pd.DataFrame:
    frames = []
    for replication in (0, 1):
        frame = pd.DataFrame({"month": np.arange(-1, MONTHS), "replication": replication})
        for name, value in columns.items():
            frame[name] = value(frame["month"], replication) if callable(value) else value
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def test_a_flow_is_the_sum_of_its_months_and_the_unfinished_year_is_left_out() -> None:
    result = yearly(table(leads=lambda month, r: month + 100.0 * r), 0.1, ["leads"])
    assert result["year"].tolist() == [1, 2, 1, 2]
    assert result["leads"].tolist() == [66.0, 210.0, 66.0 + 1200, 210.0 + 1200]


def test_a_stock_is_the_value_at_the_end_of_the_year() -> None:
    result = yearly(table(recurring_revenue=lambda month, r: month), 0.1, ["recurring_revenue"])
    assert result["recurring_revenue"].tolist() == [11.0, 23.0, 11.0, 23.0]


def test_net_present_value_of_level_profit_is_the_annuity() -> None:
    rate, profit = 0.10, 1000.0
    npv = yearly(table(profit=profit), rate, ["net_present_value"])["net_present_value"].to_numpy()[:2]
    monthly = 1.1 ** (1 / 12)
    annuity = [profit * 1.1 ** (-0.5 / 12) * (1 - monthly ** (-12 * y)) / (1 - 1 / monthly) for y in (1, 2)]
    assert npv == pytest.approx(annuity, rel=1e-12)


def test_remaining_contracts_are_discounted_from_the_end_of_the_year() -> None:
    frame = table(profit=0.0, remaining_contracts=lambda month, r: np.where(month % 12 == 11, 121.0, np.nan))
    value = yearly(frame, 0.10, ["net_present_value_with_contracts"])["net_present_value_with_contracts"]
    assert value.to_numpy()[:2] == pytest.approx([110.0, 100.0])


def test_ratios_divide_sums_and_are_undefined_where_nothing_was_won() -> None:
    frame = table(marketing_spend=10.0, payroll=5.0, customers_won=lambda month, r: (month < 12) * 1.0)
    cost = yearly(frame, 0.1, ["acquisition_cost"])["acquisition_cost"].to_numpy()
    assert cost[0] == pytest.approx(15.0)
    assert np.isnan(cost[1])
    assert np.isnan(ratio([1.0], [0.0])).all()


def test_a_mean_leaves_out_months_without_a_value() -> None:
    frame = table(response_hours=lambda month, r: np.where(month % 2 == 0, 4.0, np.nan))
    assert yearly(frame, 0.1, ["response_hours"])["response_hours"].tolist() == [4.0] * 4


def test_cash_low_point_only_falls() -> None:
    frame = table(cash=lambda month, r: np.where(month == 5, -7.0, 3.0))
    assert yearly(frame, 0.1, ["cash_low_point"])["cash_low_point"].tolist() == [-7.0] * 4


def first_arm(name: str, **columns: object) -> np.ndarray:
    return yearly(table(**columns), 0.1, [name])[name].to_numpy()[:2]


def test_the_forecast_is_the_mean_of_the_twelve_months_before() -> None:
    """Months 0, 1, 2, …: the mean of the 12 before month m is m - 6.5; without a past the first year has none."""
    error = first_arm("good_lead_forecast_error", good_leads=lambda month, r: month + 0.0)
    assert np.isnan(error[0])
    assert error[1] == pytest.approx(6.5 / 17.5)


def test_the_forecast_of_the_first_year_takes_the_past() -> None:
    frame = table(good_leads=10.0)
    past = pd.DataFrame({"month": np.arange(-12, -1), "good_leads": 4.0})
    with_past = pd.concat([frame, *(past.assign(replication=r) for r in (0, 1))])
    with_past.loc[with_past["month"] == -1, "good_leads"] = 4.0
    error = yearly(with_past, 0.1, ["good_lead_forecast_error"])["good_lead_forecast_error"].to_numpy()
    miss = [6.0 * (12 - m) / 12 for m in range(12)]  # m of the 12 months before month m are known already
    assert error == pytest.approx([np.mean(miss) / 10.0, 0.0] * 2)


def test_dispersion_is_variance_over_mean() -> None:
    spread = first_arm("good_lead_dispersion", good_leads=lambda month, r: np.where(month % 2 == 0, 8.0, 12.0))
    assert spread == pytest.approx([4.0 * 12 / 11 / 10.0] * 2)


def test_profit_after_the_first_month_below_zero_does_not_count() -> None:
    columns = {"profit": 100.0, "cash": lambda month, r: np.where(month == 2, -1.0, 5.0)}
    by_hand = sum(100.0 * 1.1 ** (-(m + 0.5) / 12) for m in range(3))
    assert first_arm("net_present_value_if_stopped", **columns) == pytest.approx([by_hand, by_hand])
    columns["cash"] = 5.0
    assert first_arm("net_present_value_if_stopped", **columns) == pytest.approx(
        first_arm("net_present_value", **columns)
    )


def test_payback_is_the_months_of_gross_profit_that_acquisition_costs() -> None:
    columns = {"marketing_spend": 60.0, "payroll": 40.0, "revenue": 200.0, "new_recurring_revenue": 50.0}
    assert first_arm("payback_months", **columns, gross_profit=100.0) == pytest.approx(
        [48.0, 48.0]
    )  # 100 / (50 / 2 / 12)
    assert np.isnan(first_arm("payback_months", **columns, gross_profit=-10.0)).all()


def test_shares_of_leads_deals_and_customers() -> None:
    leads = {"leads_hand_raise": 10.0, "leads_referral": 5.0, "leads_outbound": 5.0}
    assert first_arm("ignored_share", ignored_leads=20.0, qualified_leads=100.0, **leads) == pytest.approx([0.25] * 2)
    deals = {"deals_won": 2.0, "deals_lost": 3.0, "deals_no_decision": 5.0}
    assert first_arm("win_rate", **deals) == pytest.approx([0.2] * 2)
    assert first_arm("pool_harvested_share", active_accounts=100.0, pool_accounts=90.0) == pytest.approx([0.1] * 2)
    assert first_arm("churn_per_year", customers_churned=2.0, customers=100.0) == pytest.approx([0.24] * 2)
    value = {"expected_lifetime_value_won": 300.0, "marketing_spend": 60.0, "payroll": 40.0}
    assert first_arm("lifetime_value_to_cost", **value) == pytest.approx([3.0] * 2)


def test_a_window_of_less_than_a_year_has_no_yearly_figures() -> None:
    frame = table(good_leads=1.0)
    assert yearly(frame[frame["month"] < 6], 0.1, ["good_lead_forecast_error", "good_lead_dispersion"]).empty


def test_a_missing_month_is_refused() -> None:
    frame = table(leads=1.0)
    with pytest.raises(ValueError, match="one row for each month"):
        Panel(frame.drop(index=5))


def test_every_metric_says_what_it_is() -> None:
    assert set(dictionary()["how"]) <= {"sum", "end", "mean", "ratio", "lowest", "cumulative"}
    assert (dictionary()["definition"].str.len() > 10).all()
    assert all(name == entry.name for name, entry in METRICS.items())
    with pytest.raises(KeyError, match="There are: leads"):
        metric("led")
