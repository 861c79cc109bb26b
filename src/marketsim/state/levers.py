"""The plan as numbers for compiled code: levers in the parameter row, shares in the table of programmes, the budget."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from marketsim.scenario.company import BASIC_PARTS, CREDIT_RULES, KPIS, PARTS, STAGES
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK, DAYS_PER_YEAR, Plan, World
from marketsim.state.layout import PROGRAMME

Array = np.ndarray[Any, Any]
LARGE_PARTS = ("automation", "journey_content")
DEFINITIONS = ("plain", "engagement", "sales_ready")


@dataclass(frozen=True)
class Budget:
    """What decides how much is spent, apart from the split: the first budget, structure, and changes at dates.

    Attributes
    ----------
    per_year
        Money per year, where it is not tied to revenue.
    share_of_revenue
        Share of recurring revenue that it is tied to; below 0 it is not.
    structure_share
        Share of the budget that structure costs beyond the basic parts; negative if there is less.
    weeks
        First week (after day 0) of each change, and the week in which it no longer holds.
    factors
        By change and programme: times the spend.
    common
        By change: times what structure costs (1 for a change that names programmes).
    """

    per_year: float
    share_of_revenue: float
    structure_share: float
    weeks: Array
    factors: Array
    common: Array


def week_of(month: float) -> int:
    """Return the first week that starts at or after a month; week 0 starts at day 0."""
    return math.ceil(month * DAYS_PER_MONTH / DAYS_PER_WEEK)


def budget_of(plan: Plan, world: World) -> Budget:
    """Return the budget of a plan; of none, while the company does not exist yet."""
    tied = plan.budget_share_of_revenue
    changes = plan.changes
    return Budget(
        per_year=plan.budget_per_year if plan.present else 0.0,
        share_of_revenue=-1.0 if tied is None or not plan.present else tied,
        structure_share=structure_share(plan, world),
        weeks=np.array([[week_of(c.from_month), week_of(c.until_month)] for c in changes]).reshape(-1, 2),
        factors=np.array(
            [
                [c.factor if name in (c.programmes or world.programme) else 1.0 for name in world.programme]
                for c in changes
            ]
        ).reshape(-1, len(world.programme)),
        common=np.array([1.0 if c.programmes else c.factor for c in changes]),
    )


def structure_share(plan: Plan, world: World) -> float:
    """Return the share of the budget that a plan's parts of structure cost beyond those whose cost is overhead."""
    small, large = world.process.cost_share, world.process.cost_share_large
    extra = 0.0
    for part, has in zip(PARTS, plan.parts, strict=True):
        extra += (has - (part in BASIC_PARTS)) * (large if part in LARGE_PARTS else small)
    return extra


def set_plan(
    p: Array, company: Array, programmes: Array, plan: Plan, world: World, now: float, *, opens: bool = False
) -> Budget:
    """Write a plan into the parameter row and the table of programmes; return how much is to be spent.

    Split, bids, threshold and funding start anew. A part of structure that is new works after a while; `opens` says
    that the run opens with this plan, whose parts work from the start.
    """
    for name, value in lever_values(plan).items():
        p[name] = value
    for index, name in enumerate(world.programme):
        share = plan.budget_split.get(name, 0.0) if plan.present else 0.0
        floor = plan.floors.get(name, 0.0)
        programmes["share"][index] = share
        programmes["floor"][index] = floor
        factor = plan.spend_factor.get(name, 1.0)
        programmes["factor"][index] = factor
        takes_part = share > 0.0 or floor > 0.0 or name in plan.open_programmes
        programmes["open"][index] = takes_part and factor > 0.0  # what is switched off is not steered
    company["funding"] = 1.0
    works_from = company["structure_from"][0]
    for part, has in enumerate(plan.parts):
        if not has:
            works_from[part] = math.inf
        elif opens:
            works_from[part] = -math.inf
        elif works_from[part] == math.inf:
            works_from[part] = now + p["structure_days"][0]
    return budget_of(plan, world)


def programme_table(world: World) -> np.ndarray[Any, Any]:
    """Return one row per programme, in the order of the registry, without spend."""
    table = np.zeros(len(world.programme), dtype=PROGRAMME)
    for index, programme in enumerate(world.programme.values()):
        table[index]["stage"] = STAGES.index(programme.stage)
        table[index]["effectiveness"] = programme.effectiveness
        table[index]["carry_over"] = programme.carry_over_per_week
        table[index]["lag_weeks"] = programme.lag_weeks
        table[index]["least_spend"] = programme.least_spend_per_year
    return table


def monthly_cost(plan: Plan, world: World) -> float:
    """Return marketing, payroll and overhead of one month of a plan, in money."""
    money = world.money
    per_year = (
        plan.budget_per_year
        + plan.development_reps * money.development_rep_cost_per_year
        + plan.executives * money.executive_cost_per_year
        + money.fixed_overhead_per_year
    )
    return per_year / DAYS_PER_YEAR * DAYS_PER_MONTH


def lever_values(plan: Plan) -> dict[str, Any]:
    """Return the levers of a plan that stand in the parameter row."""
    present = int(plan.present)
    return {
        "present": present,
        "qualification_threshold": plan.qualification_threshold,
        "bid_weight": np.array([1.0, plan.low_intent_bid_weight, 1.0]),
        "development_reps": plan.development_reps * present,
        "executives": plan.executives * present,
        "drop_cold_leads": int(plan.cold_leads == "dropped"),
        "ignore_lowest": int(plan.ignore == "lowest_score_first"),
        "lose_ignored": int(plan.ignored_leads == "lost"),
        "sell_for_life": int(plan.incentive == "lifetime_value"),
        "definition": DEFINITIONS.index(plan.definition),
        "targeting": plan.targeting,
        "price_ratio": plan.price_ratio,
        "parts": np.array(plan.parts, dtype=np.int64),
        "kpi": KPIS.index(plan.policy.kpi),
        "credit_rule": CREDIT_RULES.index(plan.policy.credit),
        "look_back_weeks": plan.policy.look_back_weeks,
        "review_weeks": plan.policy.review_weeks,
        "target_growth": plan.policy.target_growth_per_year,
        "ratchet": int(plan.policy.ratchet),
        "funding": int(plan.policy.funding),
    }
