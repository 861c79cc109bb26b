"""Checks that look at several settings at once: shares that add up, programmes that exist, time left to be dormant."""

import math
from collections.abc import Mapping
from dataclasses import replace

from marketsim.scenario.build import no_such
from marketsim.scenario.company import Strategy
from marketsim.scenario.errors import BadInput
from marketsim.scenario.market import SEGMENT_NAMES, Market
from marketsim.scenario.scenario import DAYS_PER_MONTH

SHARE_TOLERANCE = 1e-9


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
        busy_days = segment.active_days * (1.0 + market.research_to_active_ratio)
        if entry_days <= busy_days:
            raise BadInput(
                f"market.entry_interval_months: {market.entry_interval_months:g} months leave a {name} account no time "
                f"between two journeys of {busy_days:.0f} days (conf/market). "
                f"Raise it, or lower market.segments.{name}.active_days"
            )


def checked_strategy(strategy: Strategy, programmes: Mapping[str, object]) -> Strategy:
    """Return the strategy with budget shares that add up to 1, or refuse it.

    Shares are shrunk or stretched in proportion only where `strategy.rescale` asks for it.

    Raises
    ------
    BadInput
        For programmes that do not exist, negative shares, and shares that do not add up to 1.
    """
    label = f"strategy {strategy.name!r}"
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
