"""Unit economics: what the customers won after day 0 cost and bring, by segment, source and fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from marketsim.lazily import Lazily
from marketsim.outcomes.panel import ratio
from marketsim.scenario.company import STAGES
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.scenario.scenario import DAYS_PER_WEEK, World
from marketsim.state.layout import NOBODY, SOURCES
from marketsim.state.tables import RunTables

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Lazily("pandas")

Array = np.ndarray[Any, Any]

ALL = "all"
BEFORE = "won_before_day_0"
UNALLOCATED = "unallocated"
FITS = ("unfit", "fit")
SUMS = (
    "customers_won", "new_recurring_revenue", "revenue", "cost_to_serve", "expected_lifetime_value",
    "marketing_cost", "sales_cost",
)  # fmt: skip


def unit_economics(run: RunTables, world: World) -> pd.DataFrame:
    """Return a tidy table with one block of rows per dimension: total, segment, source, fit. Each block adds up.

    The spend of a programme after day 0 goes in equal parts to the customers won whose converting lead it brought.
    Payroll goes to the groups by their share of the leads that sales began to work. What has nobody to go to (spend on
    brand and content that no lead converts from, structure) stands in a row of its own, and so do revenue and cost to
    serve of customers won before day 0.
    """
    contracts = run.contracts
    won = contracts["started"] >= 0.0
    after = run.months[run.past_months :]
    revenue = contracts["earned"]
    p = run.p[0]
    serve = np.where(contracts["fit"] == 1, p["cost_to_serve_fit"], p["cost_to_serve_unfit"])
    marketing = np.zeros(len(contracts))
    marketing[won] = marketing_cost(contracts["programme"][won], spend_by_programme(run, world))
    values = {
        "customers_won": np.ones(len(contracts)),
        "new_recurring_revenue": contracts["first_value"],
        "revenue": revenue,
        "cost_to_serve": revenue * serve / contracts["price_ratio"],
        "expected_lifetime_value": contracts["expected_lifetime_value"],
        "marketing_cost": marketing,
    }
    values = {name: value[won] for name, value in values.items()}
    whole = {name: float(value.sum()) for name, value in values.items()}
    whole |= {"revenue": float(after["revenue"].sum()), "cost_to_serve": float(after["cost_to_serve"].sum())}
    whole["marketing_cost"] = float(after["spend_by_stage"].sum() + after["spend_structure"].sum())
    whole["sales_cost"] = float(after["payroll"].sum())
    worked = run.leads[run.leads["started"] >= 0.0]
    blocks = [pd.DataFrame([{"dimension": "total", "group": ALL, **whole}])]
    for dimension, names, customers_in, leads_in in (
        ("segment", SEGMENT_NAMES, contracts["segment"], _trait(run, worked, "segment")),
        ("source", SOURCES, contracts["source"], worked["source"]),
        ("fit", FITS, contracts["fit"], _trait(run, worked, "fit")),
    ):
        blocks.append(_block(dimension, names, values, customers_in[won], leads_in, whole))
    table = pd.concat(blocks, ignore_index=True)
    table["acquisition_cost"] = table["marketing_cost"] + table["sales_cost"]
    table["acquisition_cost_per_customer"] = ratio(table["acquisition_cost"], table["customers_won"])
    table["lifetime_value_to_cost"] = ratio(
        table["expected_lifetime_value"].where(table["customers_won"] > 0.0), table["acquisition_cost"]
    )
    return table


def spend_by_programme(run: RunTables, world: World) -> Array:
    """Return what was spent on each programme after day 0: the money booked on its stage, by their planned spend."""
    booked = run.months[run.past_months :]["spend_by_stage"].sum(axis=0)
    stages = np.array([STAGES.index(world.programme[name].stage) for name in run.programmes], dtype=np.int64)
    planned = run.spend_weeks[round(-run.starts_at / DAYS_PER_WEEK) :, : len(stages)].sum(axis=0)
    of_stage = np.bincount(stages, planned, minlength=len(STAGES))
    return np.asarray(booked[stages] * np.nan_to_num(ratio(planned, of_stage[stages])))


def marketing_cost(programme: Array, spend: Array) -> Array:
    """Return what each customer cost in marketing: the spend of its programme, in equal parts for all customers of it.

    Parameters
    ----------
    programme
        Programme that each customer is credited to, -1 for none.
    spend
        Money by programme. Spend on a programme without customers goes to nobody.
    """
    known = programme >= 0
    customers = np.bincount(programme[known], minlength=len(spend))
    each = np.nan_to_num(ratio(spend, customers))
    return np.where(known, each[np.where(known, programme, 0)], 0.0) if len(spend) else np.zeros(len(programme))


def _trait(run: RunTables, leads: Array, name: str) -> Array:
    """Return a trait of the accounts behind leads; -1 for inquiries from outside the market."""
    known = leads["account"] != NOBODY
    return np.where(known, run.accounts[name][np.where(known, leads["account"], 0)], -1)


def _block(
    dimension: str,
    names: tuple[str, ...],
    values: Mapping[str, Array],
    customers_in: Array,
    leads_in: Array,
    whole: Mapping[str, float],
) -> pd.DataFrame:
    """Return the rows of one dimension: its groups, then what belongs to none, so that every column adds up."""
    rows = {}
    for name, value in values.items():
        groups = np.bincount(customers_in, value, minlength=len(names))
        rest = whole[name] - groups.sum()
        past = rest if name in ("revenue", "cost_to_serve") else 0.0
        rows[name] = [*groups, past, rest - past]
    worked = np.bincount(leads_in[leads_in >= 0], minlength=len(names)).astype(np.float64)
    share = [*(worked / max(1, len(leads_in))), 0.0, float((leads_in < 0).mean()) if len(leads_in) else 1.0]
    rows["sales_cost"] = [whole["sales_cost"] * part for part in share]
    table = pd.DataFrame(rows)[list(SUMS)]
    table.insert(0, "dimension", dimension)
    table.insert(1, "group", [*names, BEFORE, UNALLOCATED])
    return table
