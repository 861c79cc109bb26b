"""Transitions of leads: how they arise, are judged, worked, and what becomes of them."""

import math

from marketsim.rules.arithmetic import normal_quantile
from marketsim.rules.compiling import compiled
from marketsim.rules.draws import exponential, uniform1, uniform2, uniform3, uniform4
from marketsim.rules.leads import cold_after, follow_up_probability, moved_average, work_length, working_speed
from marketsim.state.chains import leave_memory, make_aware, set_known
from marketsim.state.journeys import next_hand_raise
from marketsim.state.layout import (
    ACTIVE,
    CAPTURE,
    DEAL_CLOSED,
    DEAL_IN_LINE,
    DEAL_OPEN,
    DORMANT,
    FROM_ADS_LOW_INTENT,
    FROM_HAND_RAISE,
    FROM_ORGANIC,
    FROM_REFERRAL,
    FROM_WEBINAR_LOW_INTENT,
    LEAD_CONVERTED,
    LEAD_IGNORED,
    LEAD_REJECTED,
    LEAD_UNQUALIFIED,
    LEAD_WAITING,
    LEAD_WENT_COLD,
    LEAD_WORKED,
    LOW_TIER,
    NOBODY,
    NOTHING,
    NURTURE,
    RESEARCH,
    TRUE_ACTIVE_FIT,
    TRUE_ACTIVE_UNFIT,
    TRUE_NOT_BUYING,
    TRUE_RESEARCH,
    Record,
    Rows,
)
from marketsim.state.pool import settle_in_pool
from marketsim.state.streams import (
    CALL_MEMORY,
    DEAL_LENGTH,
    INQUIRY_ACTIVE,
    INQUIRY_HAND_RAISED,
    LEAD_COLD,
    LEAD_FOLLOW_UP,
    LEAD_QUALIFIES,
    LEAD_SCORE,
    LEAD_WORK,
    LOW_INTENT_GAP,
    LOW_INTENT_REFRESH,
    WEBINAR_MEMORY,
)

# what is to be done with a new lead
CLOSED_AT_ONCE, TO_QUEUE, TO_FRONT = range(3)
_HOURS_PER_DAY = 24.0


@compiled
def true_quality(accounts: Rows, i: int) -> int:
    """Return the hidden truth about an account that becomes a lead now."""
    if accounts[i].phase == ACTIVE:
        return TRUE_ACTIVE_FIT if accounts[i].fit == 1 else TRUE_ACTIVE_UNFIT
    if accounts[i].phase == RESEARCH:
        return TRUE_RESEARCH
    return TRUE_NOT_BUYING


@compiled
def raise_lead(
    p: Rows, w: Rows, accounts: Rows, leads: Rows, row: int,
    i: int, source: int, k: int, now: float,
) -> tuple[int, float]:  # fmt: skip
    """Write a new lead to `leads[row]` and judge it: closed at once, to the queue or its front. Returns its score too.

    `k` is the ordinal within its source and need, or the cycle of a low-intent source, which no need keys.
    """
    key = p[0].key
    key_need = 0
    if i != NOBODY and source not in (FROM_ADS_LOW_INTENT, FROM_ORGANIC, FROM_WEBINAR_LOW_INTENT):
        key_need = accounts[i].need
    lead = leads[row]
    lead.arrived = now
    lead.started = math.nan
    lead.finished = math.nan
    lead.account = i
    lead.key_need = key_need
    lead.k = k
    lead.deal = NOTHING
    lead.source = source
    lead.good = 0
    lead.reached = 0
    lead.nurtured = 0
    priority = source in (FROM_HAND_RAISE, FROM_REFERRAL)  # bypasses score and trust
    if i == NOBODY:
        lead.need = 0
        lead.truth = (
            TRUE_ACTIVE_FIT if uniform1(key[INQUIRY_ACTIVE], k) < p[0].inquiry_active_share else TRUE_NOT_BUYING
        )
        priority = uniform1(key[INQUIRY_HAND_RAISED], k) < p[0].inquiry_hand_raiser_share
    else:
        lead.need = accounts[i].need
        lead.truth = true_quality(accounts, i)
        if lead.truth == TRUE_ACTIVE_FIT and accounts[i].good_lead_need != accounts[i].need:
            accounts[i].good_lead_need = accounts[i].need
            lead.good = 1
            w[0].month.good_leads += 1.0
        set_known(p, w, accounts, i, 1.0, now)
    w[0].month.leads_by_source[source] += 1.0
    w[0].month.leads_by_truth[lead.truth] += 1.0
    z = normal_quantile(uniform4(key[LEAD_SCORE], i, key_need, source, k))
    lead.score = z + p[0].score_accuracy * p[0].truth_score[lead.truth]
    lead.front = 1 if priority else 0
    floor = p[0].decay_floor_hand_raiser if priority else p[0].decay_floor
    u = uniform4(key[LEAD_COLD], i, key_need, source, k)
    lead.reachable_days = cold_after(u, p[0].decay_kind, floor, p[0].decay_scale, p[0].decay_shape)
    qualified = priority or p[0].scoring_enabled == 0 or lead.score >= p[0].qualification_threshold
    lead.qualified = 1 if qualified else 0
    if not qualified:
        _close(p, w, lead, LEAD_UNQUALIFIED, now)
        return CLOSED_AT_ONCE, lead.score
    w[0].month.qualified_leads += 1.0
    if not priority and p[0].trust_enabled == 1:
        chance = follow_up_probability(w[0].trust, p[0].trust_floor, p[0].trust_full_at)
        if uniform4(key[LEAD_FOLLOW_UP], i, key_need, source, k) >= chance:
            w[0].month.ignored_leads += 1.0
            _close(p, w, lead, LEAD_IGNORED, now)
            return CLOSED_AT_ONCE, lead.score
    lead.state = LEAD_WAITING
    w[0].queue_length += 1
    if i != NOBODY:
        accounts[i].open_leads += 1
        settle_in_pool(w, accounts, i)
    return (TO_FRONT if priority else TO_QUEUE), lead.score


@compiled
def _close(p: Rows, w: Rows, lead: Record, state: int, now: float) -> None:
    """Give a lead its final state; one that came to nothing stays in nurture if there is any, else it is lost."""
    lead.state = state
    lead.finished = now
    if state != LEAD_CONVERTED and w[0].stage_spend_per_day[NURTURE] > 0.0 and p[0].nurture_enabled == 1:
        lead.nurtured = 1


@compiled
def _pass_busy_time(w: Rows, now: float) -> None:
    """Add the time that reps were busy since this was last looked at."""
    w[0].busy_days += w[0].busy_reps * (now - w[0].busy_until)
    w[0].busy_until = now


@compiled
def start_work(p: Rows, w: Rows, accounts: Rows, leads: Rows, row: int, tenure_days: float, now: float) -> float:
    """Take a lead from the queue: return the days of work, or -1 if it went cold and is dropped unworked."""
    lead = leads[row]
    w[0].queue_length -= 1
    cold = now - lead.arrived >= lead.reachable_days
    if cold:
        w[0].month.cold_leads += 1.0
        if p[0].drop_cold_leads == 1:
            _close(p, w, lead, LEAD_WENT_COLD, now)
            _let_go(w, accounts, lead.account)
            return -1.0
    lead.started = now
    lead.state = LEAD_WORKED
    lead.reached = 0 if cold else 1
    w[0].month.work_started += 1.0
    w[0].month.response_hours_sum += (now - lead.arrived) * _HOURS_PER_DAY
    _pass_busy_time(w, now)
    w[0].busy_reps += 1
    u = uniform4(p[0].key[LEAD_WORK], lead.account, lead.key_need, lead.source, lead.k)
    days = work_length(u, p[0].work_distribution, p[0].work_days, p[0].work_sigma)
    if not cold and _is_active(accounts, lead):
        days += p[0].conversation_days
    return days / working_speed(tenure_days, p[0].ramp_days, p[0].ramp_start_speed)


@compiled
def _is_active(accounts: Rows, lead: Record) -> bool:
    """Tell whether the lead's account is buying at this moment, and not yet in talks with us."""
    if lead.account == NOBODY:
        return bool(lead.truth == TRUE_ACTIVE_FIT)
    return bool(accounts[lead.account].phase == ACTIVE and accounts[lead.account].deal == NOTHING)


@compiled
def _let_go(w: Rows, accounts: Rows, i: int) -> None:
    """End an open lead of the account; an active account without another one can be harvested again."""
    if i != NOBODY:
        accounts[i].open_leads -= 1
        settle_in_pool(w, accounts, i)


@compiled
def finish_work(
    p: Rows, w: Rows, accounts: Rows, leads: Rows, deals: Rows, row: int, deal: int, now: float
) -> tuple[bool, float]:
    """End the work on a lead: did it become an opportunity (written to `deals[deal]`), and the next raised hand."""
    lead = leads[row]
    key = p[0].key
    i = lead.account
    _pass_busy_time(w, now)
    w[0].busy_reps -= 1
    w[0].month.worked_leads += 1.0
    converted = False
    if lead.reached == 1:
        if _is_active(accounts, lead):
            fit = 1 if i == NOBODY else accounts[i].fit
            converted = uniform4(key[LEAD_QUALIFIES], i, lead.key_need, lead.source, lead.k) < p[0].qualify[fit]
        if i != NOBODY:
            make_aware(p, w, accounts, i, now)
            remembers = p[0].memory_by_sales_qualified_lead == 1
            if not converted:
                remembers = uniform4(key[CALL_MEMORY], i, lead.key_need, lead.source, lead.k) < p[0].memory_by_call
            if remembers:
                leave_memory(p, w, accounts, i, now)
    result = 1.0 if converted else 0.0
    w[0].waste = moved_average(w[0].waste, 1.0 - result, p[0].waste_weight)
    if lead.front == 0:
        w[0].trust = moved_average(w[0].trust, result, p[0].trust_weight)
    if converted:
        w[0].month.sales_qualified_leads += 1.0
        _close(p, w, lead, LEAD_CONVERTED, now)
        lead.deal = deal
        _open_deal(w, accounts, deals, deal, lead, row, now)
    else:
        _close(p, w, lead, LEAD_REJECTED if lead.reached == 1 else LEAD_WENT_COLD, now)
    _let_go(w, accounts, i)
    if converted:
        return True, math.inf
    return False, hand_raise_after(p, accounts, leads, row, now)


@compiled
def hand_raise_after(p: Rows, accounts: Rows, leads: Rows, row: int, now: float) -> float:
    """Return when the account of a lead that came to nothing raises its hand again; infinite if it does not."""
    lead = leads[row]
    if lead.source != FROM_HAND_RAISE or lead.need != accounts[lead.account].need:
        return math.inf
    return next_hand_raise(p, accounts, lead.account, now)


@compiled
def _open_deal(w: Rows, accounts: Rows, deals: Rows, deal: int, lead: Record, row: int, now: float) -> None:
    d = deals[deal]
    d.opened = now
    d.started = math.nan
    d.closed = math.nan
    d.value_per_year = 0.0
    d.account = lead.account
    d.need = lead.need
    d.lead = row
    d.source = lead.source
    d.state = DEAL_IN_LINE
    d.fit = 1
    d.listed = 0
    w[0].deals_waiting += 1
    w[0].month.deals_opened += 1.0
    if lead.account != NOBODY:
        d.fit = accounts[lead.account].fit
        d.listed = accounts[lead.account].listed
        accounts[lead.account].deal = deal


@compiled
def start_deal(p: Rows, w: Rows, leads: Rows, deals: Rows, deal: int, now: float) -> float:
    """Give a deal to an executive; return when it ends by itself (infinite if the account decides), -1 if it left."""
    d = deals[deal]
    if d.state != DEAL_IN_LINE:
        return -1.0
    d.state = DEAL_OPEN
    d.started = now
    w[0].deals_waiting -= 1
    w[0].open_deals += 1
    if p[0].deal_own_length == 0:
        return math.inf
    lead = leads[d.lead]
    u = uniform4(p[0].key[DEAL_LENGTH], lead.account, lead.key_need, lead.source, lead.k)
    return now + work_length(u, p[0].work_distribution, p[0].deal_days, p[0].work_sigma)


@compiled
def finish_deal(w: Rows, deals: Rows, deal: int, now: float) -> None:
    """Free the executive of a deal with a length of its own; one of nobody's account is closed by that."""
    if deals[deal].account == NOBODY:
        deals[deal].state = DEAL_CLOSED
        deals[deal].closed = now
        w[0].open_deals -= 1


@compiled
def attend_webinar(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> None:
    """Let an account on its journey attend a webinar; it may remember us from it."""
    accounts[i].webinar = 1
    if uniform2(p[0].key[WEBINAR_MEMORY], i, accounts[i].need) < p[0].memory_by_webinar:
        leave_memory(p, w, accounts, i, now)


@compiled
def low_intent_threshold(p: Rows, accounts: Rows, i: int, which: int, source: int) -> float:
    """Return the account's threshold on the clock of a low-intent source (`which` of three), for its present cycle."""
    return exponential(uniform3(p[0].key[LOW_INTENT_GAP], i, source, accounts[i].cycle[which]))


@compiled
def inquire_idly(
    p: Rows, w: Rows, accounts: Rows, i: int, which: int, source: int, now: float
) -> tuple[bool, int, float]:
    """Let an account click without intent: is it a lead, its cycle, and when the account is fresh again.

    An inquiry through advertising is paid whoever sends it; only accounts that are not buying yield a lead here.
    """
    cycle = accounts[i].cycle[which]
    accounts[i].cycle[which] = cycle + 1
    if source == FROM_ADS_LOW_INTENT:
        w[0].fresh_ads -= 1
        w[0].month.spend_by_stage[CAPTURE] += p[0].bid_weight[LOW_TIER] * w[0].clearing_price
    is_lead = accounts[i].phase == DORMANT or accounts[i].phase == RESEARCH
    rest = p[0].refresh_days[which] * (0.5 + uniform3(p[0].key[LOW_INTENT_REFRESH], i, source, cycle))
    return is_lead, cycle, now + rest


@compiled
def refresh(p: Rows, w: Rows, accounts: Rows, i: int, which: int, source: int) -> float:
    """Make the account fresh for a low-intent source again; return its new threshold."""
    if source == FROM_ADS_LOW_INTENT:
        w[0].fresh_ads += 1
    return low_intent_threshold(p, accounts, i, which, source)
