"""The one registry of yearly metrics: each is computed from the monthly table, for all replications at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]

MONTHS_PER_YEAR = 12
MID_MONTH = 0.5


class Panel:
    """The monthly table of one arm as arrays of shape (replications, years, 12); incomplete last years are left out.

    Raises
    ------
    ValueError
        If the replications do not all have the same months 0, 1, 2, …

    """

    def __init__(self, monthly: pd.DataFrame, discount_rate_per_year: float = 0.0) -> None:
        after = monthly[monthly["month"] >= 0].sort_values(["replication", "month"], kind="stable")
        self.replications = np.unique(after["replication"].to_numpy())
        months = len(after) // len(self.replications) if len(self.replications) else 0
        grid = np.tile(np.arange(months), len(self.replications))
        if not np.array_equal(after["month"].to_numpy(), grid):
            raise ValueError("monthly: every replication needs one row for each month from 0, the same for all")
        self.years = months // MONTHS_PER_YEAR
        self.discount_rate_per_year = discount_rate_per_year
        self._after = after
        self._shape = (len(self.replications), months)

    def cube(self, column: str) -> FloatArray:
        """Return a column as (replications, years, 12)."""
        values = self._after[column].to_numpy(dtype=np.float64).reshape(self._shape)
        whole = values[:, : self.years * MONTHS_PER_YEAR]
        return np.asarray(whole.reshape(len(self.replications), self.years, MONTHS_PER_YEAR))

    def flow(self, column: str) -> FloatArray:
        """Return the sum over each year, shape (replications, years)."""
        return np.asarray(self.cube(column).sum(axis=2))

    def stock(self, column: str) -> FloatArray:
        """Return the value at the end of each year, shape (replications, years)."""
        return np.asarray(self.cube(column)[:, :, -1])

    def mean(self, column: str) -> FloatArray:
        """Return the mean of the year's months that have a value; NaN where none has."""
        cube = self.cube(column)
        known = np.isfinite(cube)
        return ratio(np.where(known, cube, 0.0).sum(axis=2), known.sum(axis=2))

    def discounted(self, column: str) -> FloatArray:
        """Return the sum of all months up to the end of each year, discounted from mid-month to day 0."""
        cube = self.cube(column)
        month = np.arange(self.years * MONTHS_PER_YEAR).reshape(self.years, MONTHS_PER_YEAR)
        factor = (1.0 + self.discount_rate_per_year) ** (-(month + MID_MONTH) / MONTHS_PER_YEAR)
        return np.asarray(np.cumsum((cube * factor).sum(axis=2), axis=1))

    def discounted_stock(self, column: str) -> FloatArray:
        """Return the value at the end of each year, discounted to day 0."""
        year = np.arange(1, self.years + 1)
        return np.asarray(self.stock(column) * (1.0 + self.discount_rate_per_year) ** (-year.astype(float)))


def ratio(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> FloatArray:
    """Divide; NaN (undefined, counted as such downstream) where the denominator is zero."""
    top = np.asarray(numerator, dtype=np.float64)
    bottom = np.asarray(denominator, dtype=np.float64)
    undefined = np.full(np.broadcast(top, bottom).shape, np.nan)
    return np.asarray(np.divide(top, bottom, out=undefined, where=bottom != 0.0))


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


def _with_remaining(panel: Panel) -> FloatArray:
    return panel.discounted("profit") + panel.discounted_stock("remaining_contracts")


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
        "months of the year that end with cash below zero; nobody is stopped by it",
        "sum",
        ("cash",),
        _months_below_zero,
    ),
    _end("memory_reported", "brand memory", "share", "accounts that remember us at the end of the year"),
    _end("trust", "trust", "share", "worked leads that became opportunities, as sales sees it, at year end"),
    _mean("load", "load", "share", "mean share of the development reps' time that is worked"),
    _sum("quits", "people who left", "count", "development reps who left in the year"),
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
