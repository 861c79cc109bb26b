"""What a week's spend does: pressure by stage, reach, what is learnt, insight, and the auction of inquiries."""

from marketsim.rules.auction import buy_at_reserve, clearing_price, share_won
from marketsim.rules.compiling import compiled
from marketsim.rules.memory import (
    adstock,
    awareness_learning,
    clock_after,
    hill,
    level_after,
    memory_learning,
    narrowed_reach,
    nurture_strength,
    reach_of_fit,
    stock_after,
)
from marketsim.state.chains import known_contacts
from marketsim.state.layout import (
    ADVOCACY,
    AUTOMATION,
    BRAND,
    BRAND_TERMS,
    BRAND_TIER,
    CAPTURE,
    CONTENT,
    ENABLEMENT,
    HOT_TIER,
    LISTENING,
    LOW_TIER,
    MIDDLE,
    MOST_LAG_WEEKS,
    NOTHING,
    NURTURE,
    TARGETING,
    TIERS,
    Rows,
)
from marketsim.state.rivals import spend_ratio
from marketsim.state.structure import structure_works


@compiled
def advance_chains(p: Rows, w: Rows, now: float) -> None:
    """Bring memory, awareness and insight to now, at the rates of the week that ends."""
    days = now - w[0].week_start
    for c in range(len(w[0].memory_level)):
        learning = w[0].memory_learning[c]
        w[0].memory_level[c] = level_after(w[0].memory_level[c], learning, p[0].memory_forgetting, days)
        w[0].memory_clock[c] = clock_after(w[0].memory_clock[c], learning, p[0].memory_forgetting, days)
        learning = w[0].aware_learning[c]
        w[0].aware_level[c] = level_after(w[0].aware_level[c], learning, p[0].aware_forgetting, days)
        w[0].aware_clock[c] = clock_after(w[0].aware_clock[c], learning, p[0].aware_forgetting, days)
    if p[0].insight_enabled == 1:
        w[0].insight = stock_after(w[0].insight, w[0].listening_response, days, p[0].insight_days)


@compiled
def spend(p: Rows, w: Rows, programmes: Rows) -> None:
    """Put this week's spend on every programme; programmes of one stage add before its one response curve.

    Spend below the least one has no effect, and any has its effect after the programme's lag. Money is booked when it
    is spent. Narrow media cost more per reach.
    """
    w[0].stage_pressure[:] = 0.0
    w[0].stage_spend_per_day[:] = 0.0
    w[0].sole_programme[:] = 0
    size = MOST_LAG_WEEKS + 1
    week = w[0].week
    for k in range(len(programmes)):
        programme = programmes[k]
        effective = programme.spend_per_year if programme.spend_per_year >= programme.least_spend else 0.0
        programme.delayed[week % size] = effective
        effective = programme.delayed[(week - programme.lag_weeks) % size]
        programme.pressure = adstock(programme.pressure, effective, programme.carry_over)
        w[0].stage_pressure[programme.stage] += programme.effectiveness * programme.pressure
        if programme.pressure > 0.0:
            is_first = w[0].sole_programme[programme.stage] == 0
            w[0].sole_programme[programme.stage] = 1 + k if is_first else NOTHING
        w[0].stage_spend_per_day[programme.stage] += programme.spend_per_year / p[0].days_per_year
    if p[0].targeting_enabled == 1 and p[0].targeting > 0.0:
        price = 1.0 + p[0].price_of_narrow_reach * p[0].targeting
        w[0].stage_pressure[BRAND] /= price
        w[0].stage_pressure[CONTENT] /= price


@compiled
def set_responses(p: Rows, w: Rows, now: float) -> None:
    """Set what each stage's pressure achieves this week."""
    ratio = spend_ratio(p, now)
    w[0].brand_response = hill(w[0].stage_pressure[BRAND], p[0].memory_brand_half * ratio, p[0].memory_shape)
    w[0].content_response = hill(w[0].stage_pressure[CONTENT], p[0].memory_content_half * ratio, p[0].memory_shape)
    w[0].webinar_strength = 0.0
    if p[0].middle_enabled == 1:
        w[0].webinar_strength = hill(w[0].stage_pressure[MIDDLE], p[0].middle_half, 1.0)
    w[0].nurture_strength = 0.0
    if p[0].nurture_enabled == 1 and structure_works(w, AUTOMATION, now):
        w[0].nurture_strength = nurture_strength(
            w[0].stage_pressure[NURTURE], known_contacts(p, w, now), p[0].nurture_half
        )
    if p[0].insight_enabled == 1:
        w[0].listening_response = hill(w[0].stage_pressure[LISTENING], p[0].insight_half, 1.0)
    if p[0].advocacy_enabled == 1:
        w[0].advocacy_response = hill(w[0].stage_pressure[ADVOCACY], p[0].advocacy_half, 1.0)
    if p[0].enablement_enabled == 1:
        w[0].enablement_response = hill(w[0].stage_pressure[ENABLEMENT], p[0].enablement_half, 1.0)
    _set_reach(p, w)


@compiled
def _set_reach(p: Rows, w: Rows) -> None:
    """Set the reach of unfit and fit accounts relative to the mean of all accounts."""
    relative = 1.0
    if p[0].targeting_enabled == 1:
        w[0].targeting_response = hill(w[0].stage_pressure[TARGETING], p[0].targeting_half, 1.0)
        relative = narrowed_reach(w[0].targeting_response, p[0].research_narrows, p[0].targeting, p[0].lever_narrows)
    fit = 0
    accounts = 0
    for c in range(len(w[0].class_accounts)):
        accounts += w[0].class_accounts[c]
        fit += w[0].class_accounts[c] * (c % 2)
    w[0].reach_weight[1] = reach_of_fit(fit / accounts, relative)
    w[0].reach_weight[0] = relative * w[0].reach_weight[1]


@compiled
def set_learning(p: Rows, w: Rows, now: float) -> None:
    """Set the rates at which each class learns our brand and the problem this week."""
    extra = p[0].rivals_content_spend * spend_ratio(p, now) - p[0].rivals_usual_content_spend
    teaching = hill(w[0].stage_pressure[CONTENT] + extra, p[0].aware_half, p[0].aware_shape)
    aware = awareness_learning(p[0].aware_forgetting, p[0].aware_base, p[0].aware_gain, teaching)
    word_of_mouth = p[0].memory_word_of_mouth * (1.0 + p[0].advocacy_word_of_mouth * w[0].advocacy_response)
    for c in range(len(w[0].memory_learning)):
        segment = c // 2
        reach = w[0].reach_weight[c % 2]
        customer_share = 0.0
        if w[0].segment_accounts[segment] > 0:
            customer_share = w[0].customers[segment] / w[0].segment_accounts[segment]
        w[0].memory_learning[c] = p[0].present * memory_learning(
            p[0].memory_base, p[0].memory_brand, p[0].memory_content, word_of_mouth,
            reach * w[0].brand_response, reach * w[0].content_response, customer_share,
        )  # fmt: skip
        w[0].aware_learning[c] = aware


@compiled
def mean_memory(w: Rows) -> float:
    """Return mean-field memory over all accounts at the week's start."""
    accounts = 0
    total = 0.0
    for c in range(len(w[0].memory_level)):
        accounts += w[0].class_accounts[c]
        total += w[0].memory_level[c] * w[0].class_accounts[c]
    return total / accounts


@compiled
def clear_auction(p: Rows, w: Rows) -> None:
    """Find the one price at which this week's capture budget buys what the pools offer.

    Searches for our own name are a tier of their own. With a budget of their own they are cleared apart.
    """
    w[0].tier_flow[:] = 0.0
    for s in range(len(w[0].pool_listed)):
        listed = w[0].pool_listed[s] * 1.0
        if p[0].brand_terms_share > 0.0:
            w[0].tier_flow[BRAND_TIER] += p[0].search_rate[s] * p[0].brand_terms_share * listed
            listed *= 1.0 - p[0].brand_terms_share
        weight = listed + p[0].unlisted_weight * w[0].pool_unlisted[s]
        w[0].tier_flow[HOT_TIER] += p[0].search_rate[s] * weight
    w[0].tier_flow[LOW_TIER] = p[0].ads_low_rate * w[0].fresh_ads
    w[0].tier_price[:] = 0.0
    w[0].tier_share[:] = 0.0
    w[0].clearing_price = 0.0
    w[0].brand_clearing_price = 0.0
    if p[0].harvest_enabled == 1:
        last = BRAND_TIER if w[0].stage_pressure[BRAND_TERMS] > 0.0 else TIERS
        w[0].clearing_price = _buy(p, w, 0, last, w[0].stage_pressure[CAPTURE])
        w[0].brand_clearing_price = w[0].clearing_price
        if last == BRAND_TIER:
            w[0].brand_clearing_price = _buy(p, w, BRAND_TIER, TIERS, w[0].stage_pressure[BRAND_TERMS])
    w[0].hot_share_won = w[0].tier_share[HOT_TIER]
    w[0].low_share_won = w[0].tier_share[LOW_TIER]
    w[0].brand_share_won = w[0].tier_share[BRAND_TIER]


@compiled
def _buy(p: Rows, w: Rows, first: int, end: int, per_year: float) -> float:
    """Buy from the tiers `first` to `end` - 1 with a budget per year; write shares and prices; return the level."""
    budget = per_year / p[0].days_per_year
    flow = w[0].tier_flow[first:end]
    reserve, weight = p[0].reserve_price[first:end], p[0].bid_weight[first:end]
    share, price = w[0].tier_share[first:end], w[0].tier_price[first:end]
    if p[0].diminishing_returns == 0:
        return float(buy_at_reserve(budget, flow, reserve, weight, share, price))
    level = clearing_price(budget, flow, reserve, weight)
    for k in range(end - first):
        share[k] = share_won(level, weight[k], reserve[k])
        price[k] = weight[k] * level
    return float(level)
