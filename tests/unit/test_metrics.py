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
