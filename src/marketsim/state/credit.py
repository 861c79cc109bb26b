"""Credit: what happened of a KPI within a look-back, read from the tables, and which programme gets it.

Everything is recomputed from the tables at every review, so that what happened does not depend on who will ask.
"""

import numpy as np

from marketsim.rules.attribution import BY_CONVERTING_LEAD, BY_SELF_REPORT, named, touch_weights
from marketsim.rules.compiling import allocating, compiled
from marketsim.rules.customers import margin_at_price
from marketsim.rules.draws import uniform2
from marketsim.state.layout import (
    FROM_ADS_LOW_INTENT,
    FROM_SEARCH,
    HOT_TIER,
    JOURNEY_OURS,
    LOW_TIER,
    NOBODY,
    NOTHING,
    TOUCH_INQUIRY,
    TOUCH_JOINED,
    TOUCH_OUTBOUND,
    Record,
    Rows,
)
from marketsim.state.streams import DEAL_RECORDED, SELF_REPORT

# what is counted, in the order in which the scenario names it
(
    KPI_NONE,
    KPI_LEADS,
    KPI_QUALIFIED_LEADS,
    KPI_SALES_QUALIFIED_LEADS,
    KPI_ATTRIBUTED_RETURN,
    KPI_PIPELINE_VALUE,
    KPI_BOOKINGS,
    KPI_LIFETIME_VALUE,
) = range(8)
_DAYS_PER_WEEK = 7.0


@compiled
def sales_recorded(p: Rows, account: int, need: int) -> bool:
    """Tell whether sales records where a deal came from."""
    return bool(uniform2(p[0].key[DEAL_RECORDED], account, need) < p[0].recording_rate_sales)


@compiled
def lead_value(lead: Record, kpi: int) -> float:
    """Return what a lead counts for a KPI of leads."""
    return float(lead.qualified) if kpi == KPI_QUALIFIED_LEADS else 1.0


@compiled
def contract_kpi(p: Rows, contract: Record, kpi: int) -> float:
    """Return what a new contract counts for a KPI of money."""
    if kpi == KPI_BOOKINGS:
        return float(contract.first_value)
    if kpi == KPI_LIFETIME_VALUE:
        return float(contract.expected_lifetime_value)
    return float(margin_at_price(p[0].gross_margin, 0.0, contract.price_ratio) * contract.first_value)


@compiled
def carries_credit(touch: Record, need: int, at: float) -> bool:
    """Tell whether a touch shares in the credit for what happened to a need at a time.

    Somebody on the account's side came to us, or was won by a cold call. What sales does with a lead afterwards (calls
    and meetings) carries none: its programme is that of the lead, which would be counted twice.
    """
    by_marketing = touch.kind in (TOUCH_INQUIRY, TOUCH_JOINED, TOUCH_OUTBOUND)
    seen = touch.recorded == 1 and touch.matched == 1
    return bool(by_marketing and seen and touch.need == need and touch.at <= at)


@allocating
def _credit_touches(
    p: Rows, touches: Rows, last: int, need: int, at: float, rule: int, value: float, credited: Rows
) -> None:
    """Share a value among the touches that carry credit; `last` is the newest to look at."""
    count = 0
    row = last
    while row != NOTHING and touches[row].need >= need:
        t = touches[row]
        if carries_credit(t, need, at):
            count += 1
        row = t.previous
    if count == 0:
        return
    ages = np.empty(count)
    programmes = np.empty(count, dtype=np.int64)
    k = count
    row = last
    while k > 0:
        t = touches[row]
        if carries_credit(t, need, at):
            k -= 1
            ages[k] = at - t.at
            programmes[k] = t.programme
        row = t.previous
    weights = touch_weights(rule, ages, p[0].time_decay_days, p[0].position_first, p[0].position_last)
    for k in range(count):
        if programmes[k] >= 0:
            credited[programmes[k]] += value * weights[k]


@compiled
def _credit(
    p: Rows, touches: Rows, programme: int, last: int, need: int, at: float, rule: int, value: float, credited: Rows
) -> None:
    """Credit a value by a rule: to the programme of the converting lead, or to those of the touches."""
    if rule != BY_CONVERTING_LEAD and rule != BY_SELF_REPORT:
        _credit_touches(p, touches, last, need, at, rule, value, credited)
    elif programme >= 0:
        credited[programme] += value


@compiled
def _credit_tier(source: int, value: float, tiers: Rows) -> None:
    if source == FROM_SEARCH:
        tiers[HOT_TIER] += value
    elif source == FROM_ADS_LOW_INTENT:
        tiers[LOW_TIER] += value


@compiled
def credit_leads(
    p: Rows, leads: Rows, touches: Rows, kpi: int, rule: int, since: float, until: float, credited: Rows, tiers: Rows
) -> float:
    """Credit the leads that arrived within [since, until); return how many there were of the KPI in all."""
    total = 0.0
    row = len(leads) - 1
    while row >= 0 and leads[row].arrived >= since:
        lead = leads[row]
        row -= 1
        value = lead_value(lead, kpi)
        if lead.arrived >= until or value <= 0.0:
            continue
        total += value
        _credit_tier(lead.source, value, tiers)
        _credit(p, touches, lead.programme, lead.touch, lead.need, lead.arrived, rule, value, credited)
    return total


@compiled
def credit_deals(
    p: Rows, accounts: Rows, deals: Rows, touches: Rows, kpi: int, rule: int, recorded_only: bool,
    since: float, until: float, credited: Rows, tiers: Rows,
) -> float:  # fmt: skip
    """Credit the deals that were opened within [since, until); return the KPI's total."""
    total = 0.0
    row = len(deals) - 1
    while row >= 0 and deals[row].opened >= since:
        deal = deals[row]
        row -= 1
        if deal.opened >= until:
            continue
        value = 1.0
        if kpi == KPI_PIPELINE_VALUE:
            if recorded_only and not sales_recorded(p, deal.account, deal.need):
                continue
            value = deal.value_at_opening
        total += value
        _credit_tier(deal.source, value, tiers)
        last = NOTHING if deal.account == NOBODY else accounts[deal.account].last_touch
        _credit(p, touches, deal.programme, last, deal.need, deal.opened, rule, value, credited)
    return total


@allocating
def credit_contracts(
    p: Rows, accounts: Rows, contracts: Rows, journeys: Rows, touches: Rows, named_weeks: Rows, first_week: float,
    kpi: int, rule: int, recorded_only: bool, since: float, until: float, credited: Rows, tiers: Rows,
) -> float:  # fmt: skip
    """Credit the contracts that were signed within [since, until); return the KPI's total.

    A customer that is asked (`BY_SELF_REPORT`) and remembered us when it made its list names what was learnt from then.
    """
    total = 0.0
    asked = rule == BY_SELF_REPORT
    names = np.zeros(0, dtype=np.int64)
    first = len(contracts)
    if asked:
        names, first = _remembered_by(contracts, journeys, len(accounts), since)
    row = len(contracts) - 1
    while row >= 0 and contracts[row].started >= since:
        contract = contracts[row]
        row -= 1
        if contract.started >= until or contract.deal == NOTHING:
            continue
        if recorded_only and not sales_recorded(p, contract.account, contract.need):
            continue
        value = contract_kpi(p, contract, kpi)
        total += value
        _credit_tier(contract.source, value, tiers)
        programme = contract.programme
        if asked and names[row + 1 - first] != NOTHING:
            week = int((journeys[names[row + 1 - first]].active_at - first_week) / _DAYS_PER_WEEK)
            u = uniform2(p[0].key[SELF_REPORT], contract.account, contract.need)
            answer = named(named_weeks[min(max(week, 0), len(named_weeks) - 1)], u)
            programme = answer if answer >= 0 else programme
        last = accounts[contract.account].last_touch
        _credit(p, touches, programme, last, contract.need, contract.started, rule, value, credited)
    return total


@allocating
def _remembered_by(contracts: Rows, journeys: Rows, accounts: int, since: float) -> tuple[Rows, int]:
    """Return the journey on whose list memory put us (else NOTHING) by contract since a time, and the first of them."""
    first = len(contracts)
    while first > 0 and contracts[first - 1].started >= since:
        first -= 1
    newest = np.full(accounts, NOTHING)  # of the account's contracts, linked from the newest to the oldest
    older = np.full(len(contracts) - first, NOTHING)
    for row in range(first, len(contracts)):
        older[row - first] = newest[contracts[row].account]
        newest[contracts[row].account] = row
    found = np.full(len(contracts) - first, NOTHING)
    for j in range(len(journeys)):
        if journeys[j].outcome == JOURNEY_OURS and journeys[j].remembers == 1 and journeys[j].decided >= since:
            row = newest[journeys[j].account]
            while row != NOTHING and contracts[row].need != journeys[j].need:
                row = older[row - first]
            if row != NOTHING:
                found[row - first] = j
    return found, first
