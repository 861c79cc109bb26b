"""The plan as numbers for compiled code: levers in the parameter row, budget shares in the table of programmes."""

from typing import Any

import numpy as np

from marketsim.scenario.company import CREDIT_RULES, KPIS, STAGES
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_YEAR, Plan, World
from marketsim.state.layout import PROGRAMME

DEFINITIONS = ("plain", "engagement", "sales_ready")


def set_plan(p: np.ndarray[Any, Any], programmes: np.ndarray[Any, Any], plan: Plan, world: World) -> None:
    """Write the levers of a plan into the parameter row and the spend of its programmes."""
    for name, value in lever_values(plan).items():
        p[name] = value
    for index, name in enumerate(world.programme):
        share = plan.budget_split.get(name, 0.0) if plan.present else 0.0
        programmes["spend_per_year"][index] = share * plan.budget_per_year


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
