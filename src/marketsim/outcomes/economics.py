"""Unit economics: what the customers won after day 0 cost and bring, by segment, source and fit."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from marketsim.outcomes.frames import earned
from marketsim.outcomes.panel import ratio
from marketsim.scenario.company import STAGES, Programme
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.scenario.scenario import World
from marketsim.state.layout import NOBODY, SOURCES
from marketsim.state.tables import RunTables

Array = np.ndarray[Any, Any]

ALL = "all"
BEFORE = "won_before_day_0"
UNALLOCATED = "unallocated"
FITS = ("unfit", "fit")
SUMS = (
    "customers_won", "new_recurring_revenue", "revenue", "cost_to_serve", "expected_lifetime_value",
    "marketing_cost", "sales_cost",
)  # fmt: skip
_NO_STAGE = -1


def unit_economics(run: RunTables, world: World) -> pd.DataFrame:
    """Return a tidy table with one block of rows per dimension: total, segment, source, fit. Each block adds up.

    Marketing spend after day 0 goes, stage by stage, in equal parts to the customers won whose converting lead came
    from a programme of that stage. Payroll goes to the groups by their share of the leads that sales began to work.
    What has nobody to go to (spend on brand and content that no lead converts from, structure) stands in a row of its
    own, and so do revenue and cost to serve of customers won before day 0.
    """
    contracts = run.contracts
    won = contracts["started"] >= 0.0
    after = run.months[run.past_months :]
    revenue = earned(run)
    p = run.p[0]
    serve = np.where(contracts["fit"] == 1, p["cost_to_serve_fit"], p["cost_to_serve_unfit"])
    marketing = np.zeros(len(contracts))
    marketing[won] = marketing_cost(contracts["programme"][won], _spend(after), run.programmes, world.programme)
    values = {
        "customers_won": np.ones(len(contracts)),
        "new_recurring_revenue": contracts["first_value"],
        "revenue": revenue,
        "cost_to_serve": revenue * serve,
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


def marketing_cost(
    programme: Array, spend: Mapping[str, float], names: tuple[str, ...], registry: Mapping[str, Programme]
) -> Array:
    """Return what each customer cost in marketing: the spend of its stage, in equal parts for all customers of it.

    Parameters
    ----------
    programme
        Index into `names` of the programme each customer is credited to, -1 for none.
    spend
        Money by stage. Spend on a stage without customers goes to nobody.
    names, registry
        The programmes of the run, and what is known of them.
    """
    stages = [registry[name].stage for name in names]
    spend = dict(spend)
    if "brand_terms" not in stages:  # then searches for our name are bought out of the general auction
        spend["capture"] = spend.get("capture", 0.0) + spend.pop("brand_terms", 0.0)
    of_programme = np.array([*(STAGES.index(stage) for stage in stages), _NO_STAGE])
    stage = of_programme[programme]
    share = np.zeros(len(programme))
    for name, money in spend.items():
        members = stage == STAGES.index(name)
        if members.any():
            share[members] = money / members.sum()
    return share


def _spend(months: Array) -> dict[str, float]:
    return {stage: float(months["spend_by_stage"][:, k].sum()) for k, stage in enumerate(STAGES)}


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
