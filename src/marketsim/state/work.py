"""How leads are worked: a development rep takes one, and what comes of it."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import exponential, uniform4
from marketsim.rules.leads import moved_average, work_length, working_speed
from marketsim.state.chains import leave_memory, make_aware
from marketsim.state.closed import close_account
from marketsim.state.deals import open_deal
from marketsim.state.ends import can_be_won, close_lead, hand_raise_after, let_go
from marketsim.state.hours import pass_busy_time, work_ends
from marketsim.state.layout import (
    DORMANT,
    LEAD_CONVERTED,
    LEAD_REJECTED,
    LEAD_WENT_COLD,
    LEAD_WORKED,
    NOBODY,
    RESEARCH,
    TOUCH_CALL,
    Record,
    Rows,
)
from marketsim.state.streams import CALL_MEMORY, CALL_RECORDED, CLOSED_FOR, LEAD_QUALIFIES, LEAD_WORK, SCORCHED
from marketsim.state.touches import write_touch

_HOURS_PER_DAY = 24.0


@compiled
def start_work(p: Rows, w: Rows, accounts: Rows, leads: Rows, row: int, tenure_days: float, now: float) -> float:
    """Take a lead from the queue: return when the work ends, or -infinity if it went cold and is dropped."""
    lead = leads[row]
    w[0].queue_length -= 1
    cold = now - lead.arrived >= lead.reachable_days
    if cold:
        w[0].month.cold_leads += 1.0
        if p[0].drop_cold_leads == 1:
            close_lead(p, w, lead, LEAD_WENT_COLD, now)
            let_go(p, w, accounts, lead.account)
            return -math.inf
    lead.started = now
    lead.state = LEAD_WORKED
    lead.reached = 0 if cold else 1
    w[0].month.work_started += 1.0
    w[0].month.response_hours_sum += (now - lead.arrived) * _HOURS_PER_DAY
    pass_busy_time(p, w, now)
    w[0].busy_reps += 1
    u = uniform4(p[0].key[LEAD_WORK], lead.account, lead.key_need, lead.source, lead.k)
    days = work_length(u, p[0].work_distribution, p[0].work_days, p[0].work_sigma)
    if not cold and can_be_won(accounts, lead):
        days += p[0].conversation_days
    ramp_days = p[0].ramp_days * (1.0 - p[0].enablement_ramp * w[0].enablement_response)
    return work_ends(p, days / working_speed(tenure_days, ramp_days, p[0].ramp_start_speed), now)


@compiled
def _scorch(p: Rows, w: Rows, accounts: Rows, lead: Record, now: float) -> None:
    """Let an account that is not buying close itself to us for a while, because it was called."""
    a = accounts[lead.account]
    if p[0].scorched_probability <= 0.0 or a.closed_until > now or (a.phase != DORMANT and a.phase != RESEARCH):
        return
    u = uniform4(p[0].key[SCORCHED], lead.account, lead.key_need, lead.source, lead.k)
    if u < p[0].scorched_probability:
        closed_for = uniform4(p[0].key[CLOSED_FOR], lead.account, lead.key_need, lead.source, lead.k)
        close_account(w, accounts, lead.account, now + p[0].scorched_days * exponential(closed_for))
        w[0].month.accounts_closed += 1.0


@compiled
def finish_work(
    p: Rows,
    w: Rows,
    accounts: Rows,
    leads: Rows,
    deals: Rows,
    touches: Rows,
    row: int,
    deal: int,
    touch: int,
    now: float,
) -> tuple[bool, bool, float]:
    """End the work on a lead.

    Returns whether it became an opportunity (written to `deals[deal]`), whether the account was reached (written to
    `touches[touch]`), and the next raised hand.
    """
    lead = leads[row]
    key = p[0].key
    i = lead.account
    pass_busy_time(p, w, now)
    w[0].busy_reps -= 1
    w[0].month.worked_leads += 1.0
    converted = False
    called = lead.reached == 1 and i != NOBODY
    if lead.reached == 1:
        if can_be_won(accounts, lead):
            fit = 1 if i == NOBODY else accounts[i].fit
            chance = p[0].qualify[fit]
            if fit == 0 and p[0].sell_for_life == 1:
                chance = p[0].qualify_unfit_lifetime_value
            converted = uniform4(key[LEAD_QUALIFIES], i, lead.key_need, lead.source, lead.k) < chance
        if i != NOBODY:
            make_aware(p, w, accounts, i, now)
            remembers = p[0].memory_by_sales_qualified_lead == 1
            if not converted:
                remembers = uniform4(key[CALL_MEMORY], i, lead.key_need, lead.source, lead.k) < p[0].memory_by_call
            if remembers:
                leave_memory(p, w, accounts, i, now)
            _scorch(p, w, accounts, lead, now)
            recorded = uniform4(key[CALL_RECORDED], i, lead.key_need, lead.source, lead.k) < p[0].recording_rate
            write_touch(
                p, w, accounts, touches, touch,
                i, row, lead.programme, lead.contact, lead.source, TOUCH_CALL, recorded, now,
            )  # fmt: skip
    result = 1.0 if converted else 0.0
    w[0].waste = moved_average(w[0].waste, 1.0 - result, p[0].waste_weight)
    if lead.front == 0:
        w[0].trust = moved_average(w[0].trust, result, p[0].trust_weight)
    if converted:
        w[0].month.sales_qualified_leads += 1.0
        close_lead(p, w, lead, LEAD_CONVERTED, now)
        lead.deal = deal
        open_deal(p, w, accounts, deals, deal, lead, row, now)
    else:
        close_lead(p, w, lead, LEAD_REJECTED if lead.reached == 1 else LEAD_WENT_COLD, now)
    let_go(p, w, accounts, i)
    if converted:
        return True, called, math.inf
    return False, called, hand_raise_after(p, accounts, leads, row, now)
