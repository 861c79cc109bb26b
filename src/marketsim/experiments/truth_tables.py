"""The tables of `marketsim truth`: returns, Shapley values, credit beside the truth, and the errors of credit.

Every interval is 95 % over replications. A difference of two arms is paired (Student's t over pairs), a ratio or a
share gets the half-width of the jackknife (Tukey 1958; `analysis/jackknife.py`) around the ratio of the means: the same
where the divisor does not vary.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from marketsim.analysis.attribution import NO_PROGRAMME, VALUES
from marketsim.analysis.credit_error import budget_shares, misplaced
from marketsim.analysis.jackknife import jackknife
from marketsim.analysis.paired import CONFIDENCE, Estimate, estimate, student_half_width
from marketsim.analysis.shapley import Order, sampled_shapley, shapley
from marketsim.lazily import Lazily
from marketsim.outcomes.panel import MID_MONTH, MONTHS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Lazily("pandas")

FloatArray = npt.NDArray[np.float64]
Measured = Mapping[str, FloatArray]
"""By measure: one value per replication. `spend` and `spend_discounted` are the money spent on marketing."""
Credited = Mapping[tuple[str, bool], FloatArray]
"""By rule and recorded_only: credit, shape (replications, programmes + 1, values); the last programme is nobody."""
Row = dict[str, Any]

ALL = "all"
SHAPLEY, SWITCHED_OFF = "shapley", "switched_off"
NPV, REMAINING, WITH_REMAINING = "net_present_value", "remaining_contracts", "net_present_value_with_contracts"


@dataclass(frozen=True)
class Measure:
    """What money brings: `discounted` measures are set against discounted spend."""

    label: str
    unit: str
    discounted: bool = False


MEASURES = {
    "customers_won": Measure("customers won", "count"),
    "new_recurring_revenue": Measure("new recurring revenue", "money a year"),
    "expected_lifetime_value_won": Measure("expected lifetime value won", "money"),
    "gross_profit": Measure("gross profit", "money"),
    NPV: Measure("net present value inside the window", "money", discounted=True),
    REMAINING: Measure("after the window: remaining contracts", "money", discounted=True),
    WITH_REMAINING: Measure("net present value with remaining contracts", "money", discounted=True),
}
MEASURE_OF = dict(zip(VALUES, ("customers_won", "new_recurring_revenue", "expected_lifetime_value_won"), strict=True))
"""The measure that says of each value credited what there was of it."""


def measured(monthly: pd.DataFrame, discount_rate_per_year: float) -> dict[str, FloatArray]:
    """Return every measure of one arm, summed from day 0 to the end of the window, by replication.

    Present values are discounted from mid-month to day 0, remaining contracts from the end of the window.
    """
    after = monthly[monthly["month"] >= 0].sort_values(["replication", "month"], kind="stable")
    count = after["replication"].nunique()

    def rows(column: str) -> FloatArray:
        return np.asarray(after[column].to_numpy(dtype=np.float64).reshape(count, -1))

    months = rows("profit").shape[1]
    factor = (1.0 + discount_rate_per_year) ** (-(np.arange(months) + MID_MONTH) / MONTHS_PER_YEAR)
    at_end = (1.0 + discount_rate_per_year) ** (-months / MONTHS_PER_YEAR)
    found = {name: rows(name).sum(axis=1) for name, entry in MEASURES.items() if not entry.discounted}
    found[NPV] = (rows("profit") * factor).sum(axis=1)
    found[REMAINING] = rows("remaining_contracts")[:, -1] * at_end
    found[WITH_REMAINING] = found[NPV] + found[REMAINING]
    found["spend"] = rows("marketing_spend").sum(axis=1)
    found["spend_discounted"] = (rows("marketing_spend") * factor).sum(axis=1)
    return found


def credited(table: pd.DataFrame, programmes: Sequence[str], replications: int) -> dict[tuple[str, bool], FloatArray]:
    """Arrange the table of credit of all replications; credit for programmes that are not judged goes to nobody."""
    names = table["programme"].astype(str)
    judged = table.assign(programme=names.where(names.isin(programmes), NO_PROGRAMME))
    wanted = pd.MultiIndex.from_product([range(replications), [*programmes, NO_PROGRAMME]])
    found = {}
    for (rule, recorded_only), part in judged.groupby(["rule", "recorded_only"], sort=False):
        sums = part.groupby(["replication", "programme"])[list(VALUES)].sum()
        rows = sums.reindex(wanted, fill_value=0.0).to_numpy(dtype=np.float64)
        found[str(rule), bool(recorded_only)] = rows.reshape(replications, len(programmes) + 1, len(VALUES))
    return found


def returns_table(
    base: Measured, without_any: Measured, off: Mapping[str, Measured], scaled: Mapping[str, tuple[Measured, Measured]]
) -> pd.DataFrame:
    """Return effect, change of spend and return by programme, kind and measure.

    The average return is (with less without) / spend, the marginal return the central difference of more and less over
    the difference of their spend. A return whose change of spend could be zero is left out (NaN).
    """
    rows: list[Row] = []
    for programme, arm in (*off.items(), (ALL, without_any)):
        rows += _returns(programme, "average", base, arm)
    for programme, (more, less) in scaled.items():
        rows += _returns(programme, "marginal", more, less)
    return pd.DataFrame(rows)


def _returns(programme: str, kind: str, more: Measured, less: Measured) -> list[Row]:
    rows = []
    for name, entry in MEASURES.items():
        spend = "spend_discounted" if entry.discounted else "spend"
        pairs = np.column_stack([more[name] - less[name], more[spend] - less[spend]])
        paid = estimate(pairs[:, 1])
        row: Row = {"programme": programme, "kind": kind, "measure": name, "unit": entry.unit}
        row |= _interval("effect", estimate(pairs[:, 0]))
        row |= {"spend_change": paid.mean, "spend_low": paid.low, "spend_high": paid.high}
        known = len(pairs) > 1 and not paid.low <= 0.0 <= paid.high
        row |= _interval("return", _figure(pairs, lambda mean: float(mean[0] / mean[1])) if known else _NOTHING)
        rows.append(row | {"replications": len(pairs)})
    return rows


_NOTHING = Estimate(math.nan, math.nan, math.nan, math.nan, 0, 0)


def _figure(table: FloatArray, figure: Callable[[FloatArray], float]) -> Estimate:
    """Return a figure of the means with the half-width of its jackknife interval, or nothing where it is undefined.

    The figure itself and not the jackknife's estimate, which after few replications can leave the range of a share, and
    which nobody can check by dividing two columns.
    """
    if len(table) < 2:
        return _NOTHING
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, found = figure(table.mean(axis=0)), jackknife(table, figure)
    half = found.high - found.mean
    return replace(found, mean=mean, low=mean - half, high=mean + half)


def _interval(name: str, found: Estimate) -> Row:
    return {name: found.mean, f"{name}_low": found.low, f"{name}_high": found.high}


def shapley_table(values: Mapping[int, Measured], programmes: Sequence[str], orders: Sequence[Order]) -> pd.DataFrame:
    """Return Shapley values by measure and programme, with what is lost without each programme alone.

    The share of `all` is the sum of what is lost without each alone, over what all bring together: above 1 they need
    each other, below 1 they stand in for each other. Where coalitions are sampled, `sampling_error` is the standard
    error over pairs of orders, and the interval holds both that and the spread over replications.
    """
    everybody = (1 << len(programmes)) - 1
    rows: list[Row] = []
    for name, entry in MEASURES.items():
        brought, by_pair = _brought(values, programmes, orders, name)
        lost, none = _lost(values, len(programmes), name), values[0][name]
        whole = values[everybody][name] - none
        some = estimate(whole)
        splits = not some.low <= 0.0 <= some.high
        for k, programme in enumerate(programmes):
            rows.append({"measure": name, "unit": entry.unit, "programme": programme})
            error = _sampling_error(by_pair[:, k]) if by_pair is not None else 0.0
            rows[-1] |= _widened("value", estimate(brought[:, k]), by_pair, error)
            pairs = np.column_stack([brought[:, k], whole])
            rows[-1] |= _interval("share", _figure(pairs, lambda m: float(m[0] / m[1])) if splits else _NOTHING)
            rows[-1] |= _interval("switched_off", estimate(lost[:, k])) | {"sampling_error": error}
        fixed = {"measure": name, "unit": entry.unit}
        rows.append(fixed | {"programme": NO_PROGRAMME} | _interval("value", estimate(none)))
        rows.append(fixed | {"programme": ALL} | _interval("value", some))
        alone = lost.sum(axis=1)
        ratio = np.column_stack([alone, whole])
        rows[-1] |= _interval("switched_off", estimate(alone)) | {"sampling_error": 0.0}
        rows[-1] |= _interval("share", _figure(ratio, lambda m: float(m[0] / m[1])) if splits else _NOTHING)
    return pd.DataFrame(rows)


def _brought(
    values: Mapping[int, Measured], programmes: Sequence[str], orders: Sequence[Order], name: str
) -> tuple[FloatArray, FloatArray | None]:
    """Return Shapley values (replications, programmes), and their means by pair of orders where these are sampled."""
    if not orders:
        return shapley(np.array([values[mask][name] for mask in range(1 << len(programmes))])).T, None
    sampled = sampled_shapley({mask: found[name] for mask, found in values.items()}, orders)
    return sampled.mean(axis=0).T, sampled.mean(axis=2)


def _lost(values: Mapping[int, Measured], count: int, name: str) -> FloatArray:
    """Return what is lost when each programme alone is switched off, shape (replications, programmes)."""
    everybody = (1 << count) - 1
    return np.column_stack([values[everybody][name] - values[everybody & ~(1 << k)][name] for k in range(count)])


def _sampling_error(pairs: FloatArray) -> float:
    return float(pairs.std(ddof=1)) / math.sqrt(len(pairs))


def _widened(name: str, found: Estimate, by_pair: FloatArray | None, error: float) -> Row:
    """Return an interval that holds the error of sampled orders too: independent errors add as squares."""
    if by_pair is None:
        return _interval(name, found)
    pairs = len(by_pair)
    half = math.hypot(found.high - found.mean, student_half_width(error * math.sqrt(pairs), pairs, CONFIDENCE))
    return {name: found.mean, f"{name}_low": found.mean - half, f"{name}_high": found.mean + half}


def _terms(
    values: Mapping[int, Measured], programmes: Sequence[str], orders: Sequence[Order], value: str
) -> dict[str, FloatArray]:
    """Return what credit is held against: Shapley values, losses if switched off, and what there is without any."""
    name, everybody = MEASURE_OF[value], (1 << len(programmes)) - 1
    whole = values[everybody][name]
    off = _lost(values, len(programmes), name)
    brought = _brought(values, programmes, orders, name)[0]
    return {SHAPLEY: np.column_stack([brought, values[0][name]]), SWITCHED_OFF: np.column_stack([off, whole])}


def attribution_table(
    values: Mapping[int, Measured], programmes: Sequence[str], orders: Sequence[Order], credit: Credited
) -> pd.DataFrame:
    """Return credit and truth by value, rule and programme.

    `share` is of everything there was, `budget_share` the split of a budget that is funded by it: among programmes,
    none for whom the amount is negative. What is lost when a programme alone is switched off does not add up, so that
    rule has no share for `none`.
    """
    rows: list[Row] = []
    for place, value in enumerate(VALUES):
        truths = _terms(values, programmes, orders, value)
        tables = [(rule, False, amounts) for rule, amounts in truths.items()]
        tables += [(rule, recorded, given[:, :, place]) for (rule, recorded), given in credit.items()]
        for rule, recorded, amounts in tables:
            alone = rule == SWITCHED_OFF
            for k, programme in enumerate((*programmes, NO_PROGRAMME)):
                row: Row = {"value": value, "rule": rule, "recorded_only": recorded, "programme": programme}
                nobody = k == len(programmes)
                row["amount"] = math.nan if alone and nobody else float(amounts[:, k].mean())
                row |= _interval("share", _NOTHING if alone and nobody else _figure(amounts, _share_of(k, alone)))
                row |= _interval("budget_share", _NOTHING if nobody else _figure(amounts, _budget_share_of(k)))
                rows.append(row)
    return pd.DataFrame(rows)


def _share_of(k: int, last_is_whole: bool) -> Callable[[FloatArray], float]:
    return lambda mean: float(mean[k] / (mean[-1] if last_is_whole else mean.sum()))


def _budget_share_of(k: int) -> Callable[[FloatArray], float]:
    return lambda mean: float(budget_shares(mean[:-1])[k])


def errors_table(
    values: Mapping[int, Measured],
    programmes: Sequence[str],
    orders: Sequence[Order],
    credit: Credited,
    years: float,
) -> pd.DataFrame:
    """Return how wrong each rule is, by value: against the Shapley split and against what is lost if switched off.

    `misplaced` is the part of the programmes' budget that would have to be moved (total variation distance of the two
    splits), `money` the same in money a year. `credited` is the share of everything that the rule gives to programmes,
    `brought` the share that would not be there without any of them.
    """
    count = len(programmes)
    spend = values[(1 << count) - 1]["spend"] - values[0]["spend"]
    rows: list[Row] = []
    for place, value in enumerate(VALUES):
        truths = _terms(values, programmes, orders, value)
        brought = _figure(truths[SHAPLEY], lambda mean: float(1.0 - mean[-1] / mean.sum()))
        for (rule, recorded), given in credit.items():
            amounts = given[:, :, place]
            row: Row = {"value": value, "rule": rule, "recorded_only": recorded}
            for truth, against in truths.items():
                table = np.column_stack([amounts[:, :count], against[:, :count], spend / years])
                row |= _interval(f"misplaced_{truth}", _within(_figure(table, _misplaced(count, False)), 1.0))
                whole = float(spend.mean()) / years
                row |= _interval(f"money_{truth}", _within(_figure(table, _misplaced(count, True)), whole))
            row |= _interval("credited", _figure(amounts, lambda mean: float(1.0 - mean[-1] / mean.sum())))
            rows.append(row | _interval("brought", brought) | {"replications": len(spend)})
    return pd.DataFrame(rows)


def _within(found: Estimate, most: float) -> Estimate:
    """Return an interval that ends where the quantity does: at 0, and at `most`."""
    return replace(found, low=float(np.maximum(found.low, 0.0)), high=float(np.minimum(found.high, most)))


def _misplaced(count: int, in_money: bool) -> Callable[[FloatArray], float]:
    def figure(mean: FloatArray) -> float:
        part = misplaced(budget_shares(mean[:count]), budget_shares(mean[count : 2 * count]))
        return float(part * (mean[-1] if in_money else 1.0))

    return figure
