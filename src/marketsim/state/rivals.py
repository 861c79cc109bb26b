"""The rivals: what they spend as the economy goes, and how often one of them stands on a list."""

from marketsim.rules.compiling import compiled
from marketsim.rules.economy import rivals_spend_ratio
from marketsim.rules.memory import level_after, resting_level, rival_learning
from marketsim.state.economy import economy_at
from marketsim.state.layout import BRAND, Rows


@compiled
def spend_ratio(p: Rows, now: float) -> float:
    """Return the rivals' spend on brand and content, relative to what is configured."""
    return rivals_spend_ratio(economy_at(p, now), p[0].rivals_follow_economy)


@compiled
def _learning(p: Rows, rivals_spend: float, our_spend: float) -> float:
    return rival_learning(
        p[0].memory_base, p[0].memory_brand, p[0].rivals, rivals_spend, our_spend, p[0].half_saturation,
        p[0].memory_shape,
    )  # fmt: skip


@compiled
def usual_memory(p: Rows) -> float:
    """Return the share of accounts that remember one rival while everybody spends as usual."""
    return resting_level(
        _learning(p, p[0].rivals_usual_brand_spend, p[0].own_usual_brand_spend), p[0].memory_forgetting
    )


@compiled
def open_rivals(p: Rows, w: Rows) -> None:
    """Let the run open with rivals that are remembered as usual."""
    w[0].rival_memory = usual_memory(p)
    w[0].rival_list_probability = p[0].rival_list_probability


@compiled
def advance_rivals(p: Rows, w: Rows, now: float) -> None:
    """Bring the memory of a rival to now, with the pressures of the week that ends, and set its chance to be listed."""
    if p[0].rival_memory_enabled == 0:
        return
    spend = p[0].rivals_brand_spend * spend_ratio(p, w[0].week_start)
    learning = _learning(p, spend, w[0].stage_pressure[BRAND])
    w[0].rival_memory = level_after(w[0].rival_memory, learning, p[0].memory_forgetting, now - w[0].week_start)
    usual = usual_memory(p)
    if usual > 0.0:
        w[0].rival_list_probability = min(1.0, p[0].rival_list_probability * w[0].rival_memory / usual)
