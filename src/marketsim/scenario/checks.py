"""Checks that look at several settings at once: shares that add up, programmes that exist, time left to be dormant."""

import math
from collections.abc import Mapping
from dataclasses import replace

from marketsim.scenario.build import no_such
from marketsim.scenario.company import RHYTHMS, Strategy
from marketsim.scenario.errors import BadInput
from marketsim.scenario.market import SEGMENT_NAMES, Market
from marketsim.scenario.scenario import DAYS_PER_MONTH, Plan, World

SHARE_TOLERANCE = 1e-9
_STEERS_NOTHING = "fixed"
_NO_KPI = "none"


def check_market(market: Market) -> None:
    """Refuse segment shares that do not add up to 1, and accounts that would never be dormant.

    Raises
    ------
    BadInput
        In one line, naming the settings to change.
    """
    shares = dict(zip(SEGMENT_NAMES, (segment.share for segment in market.segments), strict=True))
    total = math.fsum(shares.values())
    if abs(total - 1.0) > SHARE_TOLERANCE:
        raise BadInput(
            f"market.segments: shares of accounts add up to {total:.6g}, not 1 ({_listed(shares)}) (conf/market). "
            "Change one of market.segments.*.share"
        )
    entry_days = market.entry_interval_months * DAYS_PER_MONTH
    for name, segment in zip(SEGMENT_NAMES, market.segments, strict=True):
        if segment.share == 0.0:
            continue
        busy_days = segment.active_days * (1.0 + market.research_to_active_ratio)
        if entry_days <= busy_days:
            raise BadInput(
                f"market.entry_interval_months: {market.entry_interval_months:g} months leave a {name} account no time "
                f"between two journeys of {busy_days:.0f} days (conf/market). "
                f"Raise it, or lower market.segments.{name}.active_days"
            )


def check_economy(world: World) -> None:
    """Refuse a season that lifts demand above the ceiling, and opening hours that close before they open.

    Raises
    ------
    BadInput
        In one line, naming the settings to change.
    """
    highest = 1.0 + world.economy.season_amplitude
    if highest > world.market.demand_ceiling:
        raise BadInput(
            f"economy.season_amplitude: demand rises to {highest:g} times its mean, above market.demand_ceiling "
            f"{world.market.demand_ceiling:g} (conf/economy). Lower the one or raise the other"
        )
    if world.sales.closes_at_hour <= world.sales.opens_at_hour:
        raise BadInput(
            f"sales.closes_at_hour {world.sales.closes_at_hour:g} is not after sales.opens_at_hour "
            f"{world.sales.opens_at_hour:g} (conf/sales)"
        )


def check_company(world: World) -> None:
    """Refuse limits in the wrong order, and shares of credit that add up to more than all of it.

    Raises
    ------
    BadInput
        In one line, naming the settings to change.
    """
    ordered = (
        (
            "people.shrink_below_load",
            world.people.shrink_below_load,
            "people.hire_above_load",
            world.people.hire_above_load,
        ),
        (
            "steering.threshold_lowest",
            world.steering.threshold_lowest,
            "steering.threshold_highest",
            world.steering.threshold_highest,
        ),
    )
    for low, lowest, high, highest in ordered:
        if lowest > highest:
            raise BadInput(f"{low} {lowest:g} lies above {high} {highest:g} (conf/{low.split('.')[0]})")
    total = world.crm.position_first + world.crm.position_last
    if total > 1.0 + SHARE_TOLERANCE:
        raise BadInput(
            f"crm.position_first and crm.position_last add up to {total:g}, more than all the credit (conf/crm). "
            "Lower one of them"
        )


def check_plan(plan: Plan, world: World) -> None:
    """Refuse a plan that names programmes that do not exist, impossible floors, KPIs, rhythms or changes.

    Raises
    ------
    BadInput
        In one line, naming the settings to change.
    """
    label = f"strategy {plan.name!r}"
    named = {
        "strategy.floors": plan.floors,
        "strategy.open_programmes": plan.open_programmes,
        "strategy.spend_factor": plan.spend_factor,
        "schedule.changes.*.programmes": [name for change in plan.changes for name in change.programmes],
    }
    for where, names in named.items():
        for name in names:
            if name not in world.programme:
                raise no_such("programme", name, world.programme, f"{label}, {where}")
    for name, value in plan.spend_factor.items():
        if value < 0.0:
            raise BadInput(f"{label}: strategy.spend_factor.{name} must be 0 or more, got {value:g}")
    for name, value in plan.floors.items():
        if not 0.0 <= value <= 1.0:
            raise BadInput(f"{label}: strategy.floors.{name} must be between 0 and 1, got {value:g}")
    for name in plan.open_programmes:
        if plan.open_programmes.count(name) > 1:
            raise BadInput(f"{label}: strategy.open_programmes names {name!r} twice")
    total = math.fsum(plan.floors.values())
    if total > 1.0 + SHARE_TOLERANCE:
        raise BadInput(f"{label}: strategy.floors add up to {total:.6g}, more than the whole budget")
    shares = {name for name, share in plan.budget_split.items() if share > 0.0}
    steered = {*shares, *plan.floors, *plan.open_programmes}
    kept = math.fsum(max(plan.floors.get(name, 0.0), world.steering.smallest_share) for name in steered)
    if kept > 1.0 + SHARE_TOLERANCE:
        raise BadInput(
            f"{label}: strategy.floors, and steering.smallest_share {world.steering.smallest_share:g} for the rest "
            f"of the {len(steered)} programmes, add up to {kept:.6g}, more than the whole budget. Lower one of them"
        )
    if plan.policy.name == _STEERS_NOTHING and plan.policy.kpi != _NO_KPI:
        raise BadInput(f"policy {_STEERS_NOTHING!r} steers nothing; choose policy={plan.policy.kpi} (policy.kpi)")
    if plan.policy.review_weeks not in RHYTHMS:
        known = ", ".join(map(str, RHYTHMS))
        raise BadInput(f"policy.review_weeks must be one of {known}, got {plan.policy.review_weeks} (conf/policy)")
    for change in plan.changes:
        if change.until_month <= change.from_month:
            raise BadInput(
                f"schedule.changes: a change from month {change.from_month:g} until month {change.until_month:g} "
                "never holds (conf/schedule). Raise until_month"
            )


def checked_strategy(strategy: Strategy, programmes: Mapping[str, object]) -> Strategy:
    """Return the strategy with budget shares that add up to 1, or refuse it.

    Shares are shrunk or stretched in proportion only where `strategy.rescale` asks for it.

    Raises
    ------
    BadInput
        For programmes that do not exist, negative shares, shares that do not add up to 1, and half a switch.
    """
    label = f"strategy {strategy.name!r}"
    if strategy.switch_to is None and strategy.switch_month > 0.0:
        raise BadInput(
            f"{label}: nothing takes over in month {strategy.switch_month:g} (strategy.switch_month); "
            "set strategy.switch_to too"
        )
    if strategy.switch_to is not None and strategy.switch_month == 0.0:
        raise BadInput(f"{label} would switch to {strategy.switch_to!r} before it starts; set strategy.switch_month")
    for name, part in strategy.budget_split.items():
        if name not in programmes:
            raise no_such("programme", name, programmes, f"{label}, strategy.budget_split")
        if part < 0.0:
            raise BadInput(f"{label}: strategy.budget_split.{name} must be 0 or more, got {part:g} (conf/strategy)")
    total = math.fsum(strategy.budget_split.values())
    if abs(total - 1.0) <= SHARE_TOLERANCE:
        return strategy
    if strategy.rescale and total > 0.0:
        return replace(strategy, budget_split={name: part / total for name, part in strategy.budget_split.items()})
    remedy = "Set one above 0" if strategy.rescale else "Set the others too, or use strategy.rescale=true to %s them"
    remedy = remedy.replace("%s", "shrink" if total > 1.0 else "stretch")
    raise BadInput(
        f"{label}: budget shares add up to {total:.6g}, not 1 ({_listed(strategy.budget_split)}). "
        f"{remedy}{'' if strategy.rescale else ' in proportion'}."
    )


def _listed(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {_share(part)}" for name, part in shares.items())


def _share(part: float) -> str:
    """Write a share the short way: .50, 1.14, .333."""
    text = f"{part:.2f}" if math.isclose(part, round(part, 2), abs_tol=SHARE_TOLERANCE) else f"{part:.4g}"
    return text.removeprefix("0") if text.startswith("0.") else text
