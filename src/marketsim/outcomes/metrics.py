"""The one registry of yearly metrics: each is computed from the monthly table, for all replications at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from marketsim.lazily import Lazily
from marketsim.outcomes.panel import MONTHS_PER_YEAR, FloatArray, Panel, mean_of_known, ratio

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Lazily("pandas")


@dataclass(frozen=True)
class Metric:
    """One yearly figure of an arm.

    `how` says what the value of a year is: `sum` over its months, `end` of the year, `mean` of its months, `ratio` of
    sums (NaN where the denominator is zero), `lowest` so far, or `cumulative` from day 0 to the end of the year.
    """

    name: str
    label: str
    unit: str
    definition: str
    how: str
    columns: tuple[str, ...]
    compute: Callable[[Panel], FloatArray]


def _sum(name: str, label: str, unit: str, definition: str, column: str | None = None) -> Metric:
    source = column or name
    return Metric(name, label, unit, definition, "sum", (source,), lambda panel: panel.flow(source))


def _end(name: str, label: str, unit: str, definition: str) -> Metric:
    return Metric(name, label, unit, definition, "end", (name,), lambda panel: panel.stock(name))


def _mean(name: str, label: str, unit: str, definition: str) -> Metric:
    return Metric(name, label, unit, definition, "mean", (name,), lambda panel: panel.mean(name))


def _ratio(name: str, label: str, unit: str, definition: str, top: tuple[str, ...], bottom: str) -> Metric:
    def compute(panel: Panel) -> FloatArray:
        return ratio(np.sum([panel.flow(column) for column in top], axis=0), panel.flow(bottom))

    return Metric(name, label, unit, definition, "ratio", (*top, bottom), compute)


def _cash_low_point(panel: Panel) -> FloatArray:
    return np.asarray(np.minimum.accumulate(panel.cube("cash").min(axis=2), axis=1))


def _months_below_zero(panel: Panel) -> FloatArray:
    return np.asarray((panel.cube("cash") < 0.0).sum(axis=2, dtype=np.float64))


def _survived(panel: Panel) -> FloatArray:
    below = (panel.cube("cash") < 0.0).any(axis=2)
    return np.asarray(1.0 - np.maximum.accumulate(below, axis=1))


def _with_remaining(panel: Panel) -> FloatArray:
    return panel.discounted("profit") + panel.discounted_stock("remaining_contracts")


def _if_stopped(panel: Panel) -> FloatArray:
    shape = panel.cube("cash").shape
    below = np.less(panel.cube("cash"), 0.0).reshape(shape[0], -1)
    stopped = np.cumsum(below, axis=1) > below  # a month end before this month was below zero
    return panel.discounted_sum(np.where(stopped.reshape(shape), 0.0, panel.cube("profit")))


def _ignored_share(panel: Panel) -> FloatArray:
    bypassing = sum(panel.flow(f"leads_{source}") for source in _BYPASSING)
    return ratio(panel.flow("ignored_leads"), panel.flow("qualified_leads") - bypassing)


def _win_rate(panel: Panel) -> FloatArray:
    decided = sum(panel.flow(column) for column in _DECIDED)
    return ratio(panel.flow("deals_won"), decided)


def _harvested(panel: Panel) -> FloatArray:
    active = panel.flow("active_accounts")
    return ratio(active - panel.flow("pool_accounts"), active)


def _churn(panel: Panel) -> FloatArray:
    return ratio(panel.flow("customers_churned"), panel.mean("customers"))


def _payback(panel: Panel) -> FloatArray:
    cost = panel.flow("marketing_spend") + panel.flow("payroll")
    margin = ratio(panel.flow("gross_profit"), panel.flow("revenue"))
    earned = panel.flow("new_recurring_revenue") * margin / MONTHS_PER_YEAR
    return ratio(cost, np.where(earned > 0.0, earned, 0.0))


def _value_to_cost(panel: Panel) -> FloatArray:
    cost = panel.flow("marketing_spend") + panel.flow("payroll")
    return ratio(panel.flow("expected_lifetime_value_won"), cost)


def _dispersion(panel: Panel) -> FloatArray:
    months = panel.cube("good_leads")
    return ratio(months.var(axis=2, ddof=1), months.mean(axis=2))


def _forecast_error(panel: Panel) -> FloatArray:
    months = panel.cube("good_leads")
    missed = np.abs(months - panel.mean_of_year_before("good_leads"))
    return ratio(mean_of_known(missed), months.mean(axis=2))


_BYPASSING = ("hand_raise", "referral", "outbound")
_DECIDED = ("deals_won", "deals_lost", "deals_no_decision")

_ALL = (
    _sum("leads", "leads", "count", "all leads of the year, from every source"),
    _sum(
        "good_leads",
        "good leads",
        "count",
        "first lead of an (account, need) that is active, good fit and not our customer when it arrives",
    ),
    _ratio("good_lead_share", "good leads per lead", "share", "good leads / leads", ("good_leads",), "leads"),
    _ratio("cost_per_lead", "cost per lead", "money", "marketing spend / leads", ("marketing_spend",), "leads"),
    _ratio(
        "cost_per_good_lead",
        "cost per good lead",
        "money",
        "marketing spend / good leads",
        ("marketing_spend",),
        "good_leads",
    ),
    _ratio(
        "acquisition_cost",
        "acquisition cost",
        "money",
        "(marketing spend + payroll) / customers won",
        ("marketing_spend", "payroll"),
        "customers_won",
    ),
    _sum("qualified_leads", "qualified leads", "count", "leads whose score passes the threshold, and hand-raisers"),
    _mean("response_hours", "response time", "hours", "mean of the months' mean hours from arrival to start of work"),
    _sum("customers_won", "customers won", "count", "accounts that bought from us in the year"),
    _sum("customers_churned", "customers lost", "count", "customers that did not renew in the year"),
    _end("customers", "customers", "count", "customers at the end of the year"),
    _end("recurring_revenue", "recurring revenue", "money per year", "yearly value of all contracts at year end"),
    _sum("new_recurring_revenue", "new recurring revenue", "money per year", "yearly value of contracts won"),
    _sum("marketing_spend", "marketing spend", "money", "money spent on programmes"),
    _sum("gross_profit", "gross profit", "money", "revenue less cost of goods and cost to serve"),
    _sum("profit", "profit", "money", "gross profit less payroll, overhead and marketing spend"),
    Metric(
        "net_present_value",
        "net present value",
        "money",
        "profit of all months from day 0 to the end of the year, discounted from mid-month to day 0",
        "cumulative",
        ("profit",),
        lambda panel: panel.discounted("profit"),
    ),
    Metric(
        "net_present_value_with_contracts",
        "net present value with remaining contracts",
        "money",
        "net present value, plus what the customers at year end are expected to bring in ten further years",
        "cumulative",
        ("profit", "remaining_contracts"),
        _with_remaining,
    ),
    _end("cash", "cash", "money", "cash at the end of the year"),
    Metric(
        "cash_low_point",
        "cash low point",
        "money",
        "lowest month-end cash from day 0 to the end of the year",
        "lowest",
        ("cash",),
        _cash_low_point,
    ),
    Metric(
        "months_below_zero",
        "months with cash below zero",
        "count",
        "months of the year that end with cash below zero; with `money.insolvency_enabled` the first ends the run, "
        "and all after it count",
        "sum",
        ("cash",),
        _months_below_zero,
    ),
    Metric(
        "survived",
        "survived",
        "share",
        "1 if no month from day 0 to the end of the year ends with cash below zero, else 0; its mean is a chance",
        "lowest",
        ("cash",),
        _survived,
    ),
    _end("memory_reported", "brand memory", "share", "accounts that remember us at the end of the year"),
    _end("trust", "trust", "share", "worked leads that became opportunities, as sales sees it, at year end"),
    _mean("load", "load", "share", "mean share of the development reps' time that is worked"),
    _sum("quits", "people who left", "count", "development reps who left in the year"),
    Metric(
        "ignored_share",
        "leads ignored by sales",
        "share",
        "ignored leads / qualified leads that are not hand-raised, referred or from outbound",
        "ratio",
        ("ignored_leads", "qualified_leads", *(f"leads_{source}" for source in _BYPASSING)),
        _ignored_share,
    ),
    Metric(
        "win_rate",
        "win rate",
        "share",
        "deals won / deals whose account decided: won, lost to a rival, or no decision",
        "ratio",
        _DECIDED,
        _win_rate,
    ),
    _mean("cycle_days", "sales cycle", "days", "mean of the months' mean days from opening to decision of deals won"),
    _ratio(
        "share_of_market",
        "share of market",
        "share",
        "deals won / purchases of all accounts from anybody",
        ("deals_won",),
        "market_purchases",
    ),
    Metric(
        "pool_harvested_share",
        "active pool harvested",
        "share",
        "of the accounts that buy now, those in our hands (an open lead or deal of ours); all month ends of the year",
        "ratio",
        ("active_accounts", "pool_accounts"),
        _harvested,
    ),
    _mean(
        "day_one_list_share",
        "day-one list",
        "share",
        "mean of the months' share of accounts that list us when they begin to talk to vendors",
    ),
    _end("closed_share", "scorched accounts", "share", "accounts that have closed themselves to us, at year end"),
    Metric(
        "churn_per_year",
        "churn",
        "share",
        "customers that did not renew in the year / mean customers at its month ends",
        "ratio",
        ("customers_churned", "customers"),
        _churn,
    ),
    _ratio(
        "bad_revenue_share",
        "bad revenue",
        "share",
        "revenue from customers that cost more to make and serve than they pay / revenue",
        ("bad_revenue",),
        "revenue",
    ),
    Metric(
        "payback_months",
        "payback",
        "months",
        "(marketing spend + payroll) / (new recurring revenue a month x gross profit / revenue); "
        "undefined where new customers earn nothing",
        "ratio",
        ("marketing_spend", "payroll", "gross_profit", "revenue", "new_recurring_revenue"),
        _payback,
    ),
    _sum(
        "expected_lifetime_value_won",
        "lifetime value won",
        "money",
        "what the customers won are expected to bring in ten years after cost to serve, discounted to their signing",
    ),
    _ratio(
        "lifetime_value_per_customer",
        "lifetime value per customer",
        "money",
        "lifetime value won / customers won",
        ("expected_lifetime_value_won",),
        "customers_won",
    ),
    Metric(
        "lifetime_value_to_cost",
        "lifetime value / acquisition cost",
        "ratio",
        "lifetime value won / (marketing spend + payroll)",
        "ratio",
        ("expected_lifetime_value_won", "marketing_spend", "payroll"),
        _value_to_cost,
    ),
    Metric(
        "good_lead_dispersion",
        "spread of good leads",
        "ratio",
        "variance over mean of the 12 monthly counts of good leads (1 for pure chance, Poisson)",
        "ratio",
        ("good_leads",),
        _dispersion,
    ),
    Metric(
        "good_lead_forecast_error",
        "forecast error of good leads",
        "share",
        "mean absolute miss of the naive forecast (each month: the mean of the 12 months before it) / mean good leads "
        "a month; without a year of past, months of the first year have no forecast",
        "ratio",
        ("good_leads",),
        _forecast_error,
    ),
    Metric(
        "net_present_value_if_stopped",
        "net present value, stopped at zero cash",
        "money",
        "net present value if the company ends with the first month that closes with cash below zero",
        "cumulative",
        ("profit", "cash"),
        _if_stopped,
    ),
    _sum("impressions", "impressions", "count", "brand spend / cost of a thousand impressions x 1,000"),
    _mean("reach", "reach", "share", "mean share of the brand effect that unlimited spend would have"),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}


def metric(name: str) -> Metric:
    """Return a metric by name.

    Raises
    ------
    KeyError
        If there is none; the message lists those there are.

    """
    if name not in METRICS:
        raise KeyError(f"no metric {name!r}. There are: {', '.join(METRICS)}")
    return METRICS[name]


def columns_needed() -> tuple[str, ...]:
    """Return the columns of the monthly table that the metrics read, in registry order and without repeats."""
    return tuple(dict.fromkeys(column for entry in METRICS.values() for column in entry.columns))


def yearly(monthly: pd.DataFrame, discount_rate_per_year: float, names: Iterable[str] | None = None) -> pd.DataFrame:
    """Compute metrics of one arm for every replication and complete year.

    Parameters
    ----------
    monthly
        The arm's monthly table with `replication` and `month`; months before day 0 are ignored.
    discount_rate_per_year
        For the present values.
    names
        Metrics wanted; by default those of the registry whose columns the table has.

    Returns
    -------
    DataFrame
        One row per replication and year (1, 2, …), one column per metric. NaN means undefined (division by zero).

    """
    panel = Panel(monthly, discount_rate_per_year)
    if names is None:
        names = [entry.name for entry in METRICS.values() if set(entry.columns) <= set(monthly.columns)]
    table: dict[str, npt.NDArray[np.generic]] = {
        "replication": np.repeat(panel.replications, panel.years),
        "year": np.tile(np.arange(1, panel.years + 1), len(panel.replications)),
    }
    for name in names:
        table[name] = metric(name).compute(panel).reshape(-1)
    return pd.DataFrame(table)


def dictionary() -> pd.DataFrame:
    """Return the registry as a table: name, label, unit, how, definition."""
    rows = [(m.name, m.label, m.unit, m.how, m.definition) for m in METRICS.values()]
    return pd.DataFrame(rows, columns=["name", "label", "unit", "how", "definition"])


def first_month_below_zero(monthly: pd.DataFrame) -> pd.Series:
    """Return by replication the first month after day 0 (from 0) that ends with cash below zero; NaN if none does."""
    after = monthly[monthly["month"] >= 0]
    return after["month"].where(after["cash"] < 0.0).groupby(after["replication"]).min()
