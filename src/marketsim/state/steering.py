"""A review: what the KPI credits to whom, and what the one steering rule makes of it."""

import math

import numpy as np

from marketsim.rules.attribution import BY_CONVERTING_LEAD, BY_SELF_REPORT
from marketsim.rules.compiling import allocating, compiled
from marketsim.rules.steering import (
    WEEKS_PER_QUARTER,
    WEEKS_PER_YEAR,
    steer_bid,
    steer_funding,
    steer_split,
    steer_threshold,
)
from marketsim.state.credit import (
    KPI_ATTRIBUTED_RETURN,
    KPI_LEADS,
    KPI_NONE,
    KPI_PIPELINE_VALUE,
    KPI_QUALIFIED_LEADS,
    KPI_SALES_QUALIFIED_LEADS,
    credit_contracts,
    credit_deals,
    credit_leads,
)
from marketsim.state.layout import FROM_ADS_LOW_INTENT, FROM_SEARCH, HOT_TIER, LOW_TIER, TIERS, Rows

_DAYS_PER_WEEK = 7.0


@compiled
def is_review(p: Rows, week: int) -> bool:
    """Tell whether management reviews a KPI at the start of this week (counted from day 0)."""
    return bool(p[0].present == 1 and p[0].kpi != KPI_NONE and week > 0 and week % p[0].review_weeks == 0)


@compiled
def is_funding_round(p: Rows, week: int) -> bool:
    """Tell whether the budget is decided anew at the start of this week (counted from day 0)."""
    return bool(p[0].present == 1 and p[0].funding == 1 and week > 0 and week % WEEKS_PER_QUARTER == 0)


@compiled
def credit_kpi(
    p: Rows, accounts: Rows, leads: Rows, deals: Rows, contracts: Rows, journeys: Rows, touches: Rows,
    named_weeks: Rows, first_week: float, kpi: int, rule: int, recorded_only: bool, since: float, until: float,
    credited: Rows, tiers: Rows,
) -> float:  # fmt: skip
    """Add the credit for a KPI within [since, until) by programme and by tier of inquiries; return the KPI's total."""
    if kpi in (KPI_LEADS, KPI_QUALIFIED_LEADS):
        return credit_leads(p, leads, touches, kpi, rule, since, until, credited, tiers)
    if kpi in (KPI_SALES_QUALIFIED_LEADS, KPI_PIPELINE_VALUE):
        return credit_deals(p, accounts, deals, touches, kpi, rule, recorded_only, since, until, credited, tiers)
    return credit_contracts(
        p, accounts, contracts, journeys, touches, named_weeks, first_week, kpi, rule, recorded_only, since, until,
        credited, tiers,
    )  # fmt: skip


@compiled
def spent_since(spend_weeks: Rows, week: int, weeks: int, spent: Rows) -> None:
    """Add up what was spent on each programme in the `weeks` before row `week`."""
    spent[:] = 0.0
    for row in range(max(0, week - weeks), week):
        for k in range(len(spent)):
            spent[k] += spend_weeks[row, k]


@allocating
def review(
    p: Rows, w: Rows, programmes: Rows, accounts: Rows, leads: Rows, deals: Rows, contracts: Rows, journeys: Rows,
    touches: Rows, spend_weeks: Rows, named_weeks: Rows, first_week: float, week: int, reviews: Rows, row: int,
    now: float,
) -> tuple[float, float]:  # fmt: skip
    """Hold a review: move the split, the bid for idle clicks, and the threshold.

    `week` counts from the run's start, at day `first_week`; `row` is the first of the free rows of `reviews`, one per
    programme. Returns the KPI's total within the look-back, and the return that leadership believes in.
    """
    count = len(programmes)
    kpi, rule = p[0].kpi, p[0].credit_rule
    look_back = p[0].look_back_weeks
    since = now - look_back * _DAYS_PER_WEEK
    recorded_only = rule != BY_SELF_REPORT
    credited, unused = np.zeros(count), np.zeros(count)
    tiers, unused_tiers = np.zeros(TIERS), np.zeros(TIERS)
    total = credit_kpi(
        p, accounts, leads, deals, contracts, journeys, touches, named_weeks, first_week, kpi, rule, recorded_only,
        since, now, credited, tiers,
    )  # fmt: skip
    year_before = credit_kpi(  # the total is the same under every rule, and this one looks at no touches
        p, accounts, leads, deals, contracts, journeys, touches, named_weeks, first_week,
        kpi, BY_CONVERTING_LEAD, recorded_only,
        since - WEEKS_PER_YEAR * _DAYS_PER_WEEK, since, unused, unused_tiers,
    )  # fmt: skip
    target = math.nan
    if year_before > 0.0:
        target = (1.0 + p[0].target_growth) * year_before * look_back / WEEKS_PER_YEAR
    spent, shares, floors = np.zeros(count), np.zeros(count), np.zeros(count)
    is_open = np.zeros(count, dtype=np.int64)
    spent_since(spend_weeks, week, look_back, spent)
    for k in range(count):
        shares[k] = programmes[k].share
        floors[k] = programmes[k].floor
        is_open[k] = programmes[k].open
    steer_split(shares, is_open, floors, credited, spent, p[0].steering_step, p[0].steering_prior, p[0].smallest_share)
    low, hot = _inquiries(leads, since, now)
    bid = p[0].bid_weight[LOW_TIER]
    p[0].bid_weight[LOW_TIER] = steer_bid(
        bid, tiers[LOW_TIER], low, tiers[HOT_TIER], hot, p[0].bid_step, p[0].smallest_bid
    )
    if kpi == KPI_QUALIFIED_LEADS:
        p[0].qualification_threshold = steer_threshold(
            p[0].qualification_threshold, total, target, p[0].threshold_step,
            p[0].threshold_lowest, p[0].threshold_highest, p[0].ratchet == 1,
        )  # fmt: skip
    believed = believed_return(
        p, accounts, contracts, journeys, touches, spend_weeks, named_weeks, first_week, week, now
    )
    for k in range(count):
        r = reviews[row + k]
        r.at = now
        r.review = w[0].reviews
        r.programme = k
        r.credited = credited[k]
        r.spent = spent[k]
        r.share_before = programmes[k].share
        r.share_after = shares[k]
        r.kpi = total
        r.target = target
        r.believed_return = believed
        r.threshold = p[0].qualification_threshold
        r.low_intent_bid = p[0].bid_weight[LOW_TIER]
        programmes[k].share = shares[k]
    w[0].reviews += 1
    return total, believed


@compiled
def _inquiries(leads: Rows, since: float, until: float) -> tuple[float, float]:
    """Count the leads from idle clicks, and those from searches."""
    low, hot = 0.0, 0.0
    row = len(leads) - 1
    while row >= 0 and leads[row].arrived >= since:
        if leads[row].arrived < until:
            low += leads[row].source == FROM_ADS_LOW_INTENT
            hot += leads[row].source == FROM_SEARCH
        row -= 1
    return low, hot


@allocating
def believed_return(
    p: Rows, accounts: Rows, contracts: Rows, journeys: Rows, touches: Rows, spend_weeks: Rows, named_weeks: Rows,
    first_week: float, week: int, now: float,
) -> float:  # fmt: skip
    """Return the gross profit that is recorded and credited to programmes per unit of spend; NaN without spend."""
    count = named_weeks.shape[1]
    credited, tiers, spent = np.zeros(count), np.zeros(TIERS), np.zeros(count)
    since = now - p[0].look_back_weeks * _DAYS_PER_WEEK
    credit_contracts(
        p, accounts, contracts, journeys, touches, named_weeks, first_week, KPI_ATTRIBUTED_RETURN, p[0].credit_rule,
        True, since, now, credited, tiers,
    )  # fmt: skip
    spent_since(spend_weeks, week, p[0].look_back_weeks, spent)
    money = spent.sum()
    return credited.sum() / money if money > 0.0 else math.nan


@compiled
def decide_funding(p: Rows, w: Rows, believed: float) -> None:
    """Let the budget grow or shrink with the return that leadership believes in; without one it stays."""
    if not math.isnan(believed):
        w[0].funding = steer_funding(
            w[0].funding, believed, p[0].funding_hurdle,
            p[0].funding_step, p[0].funding_lowest, p[0].funding_highest,
        )  # fmt: skip
