"""How a lead arises, and how it is judged."""

import math

from marketsim.rules.arithmetic import normal_quantile
from marketsim.rules.compiling import compiled
from marketsim.rules.draws import uniform1, uniform4
from marketsim.rules.leads import cold_after
from marketsim.state.chains import set_known
from marketsim.state.contacts import next_contact_at
from marketsim.state.ends import close_lead, let_go
from marketsim.state.judgement import abandons_form, days_to_sales, is_followed_up, is_judged_twice, score_of
from marketsim.state.layout import (
    ACTIVE,
    FROM_ADS_LOW_INTENT,
    FROM_HAND_RAISE,
    FROM_ORGANIC,
    FROM_OUTBOUND,
    FROM_REFERRAL,
    FROM_SECOND_CONTACT,
    FROM_WEBINAR_LOW_INTENT,
    LEAD_IGNORED,
    LEAD_LOST,
    LEAD_ON_ITS_WAY,
    LEAD_REFUSED,
    LEAD_UNQUALIFIED,
    LEAD_WAITING,
    NOBODY,
    NOTHING,
    RESEARCH,
    TOUCH_INQUIRY,
    TOUCH_OUTBOUND,
    TRUE_ACTIVE_FIT,
    TRUE_ACTIVE_UNFIT,
    TRUE_NOT_BUYING,
    TRUE_RESEARCH,
    Record,
    Rows,
)
from marketsim.state.pool import settle_in_pool
from marketsim.state.streams import (
    INQUIRY_ACTIVE,
    INQUIRY_HAND_RAISED,
    LEAD_COLD,
    LEAD_PROGRAMME,
    LEAD_SCORE,
    REQUALIFY_SCORE,
    TOUCH_RECORDED,
)
from marketsim.state.touches import programme_of, stage_behind, write_touch

# what is to be done with a new lead
CLOSED_AT_ONCE, TO_QUEUE, TO_FRONT, ON_ITS_WAY, ABANDONED = range(5)


@compiled
def true_quality(accounts: Rows, i: int) -> int:
    """Return the hidden truth about an account that becomes a lead now."""
    if accounts[i].phase == ACTIVE:
        return TRUE_ACTIVE_FIT if accounts[i].fit == 1 else TRUE_ACTIVE_UNFIT
    if accounts[i].phase == RESEARCH:
        return TRUE_RESEARCH
    return TRUE_NOT_BUYING


@compiled
def _meet_contact(
    p: Rows, w: Rows, accounts: Rows, leads: Rows, touches: Rows, programmes: Rows, row: int, touch: int,
    brand_term: bool, origin: int, now: float,
) -> None:  # fmt: skip
    """Note which contact of the account a lead is, which programme's money brought it, and that it touched us."""
    lead = leads[row]
    i = lead.account
    if accounts[i].contacts == 0:
        accounts[i].contacts = 1
    elif lead.source == FROM_SECOND_CONTACT:
        lead.contact = accounts[i].contacts
        accounts[i].contacts += 1
    if origin != NOTHING:
        lead.programme = leads[origin].programme
    else:
        stage = stage_behind(w, lead.source, brand_term)
        if stage != NOTHING and w[0].sole_programme[stage] > 0:
            lead.programme = w[0].sole_programme[stage] - 1
        elif stage != NOTHING:
            u = uniform4(p[0].key[LEAD_PROGRAMME], i, lead.key_need, lead.source, lead.k)
            lead.programme = programme_of(programmes, stage, u)
    kind = TOUCH_OUTBOUND if lead.source == FROM_OUTBOUND else TOUCH_INQUIRY
    recorded = uniform4(p[0].key[TOUCH_RECORDED], i, lead.key_need, lead.source, lead.k) < p[0].recording_rate
    write_touch(p, w, accounts, touches, touch, i, row, lead.programme, lead.contact, lead.source, kind, recorded, now)
    lead.touch = touch


@compiled
def raise_lead(
    p: Rows, w: Rows, accounts: Rows, leads: Rows, touches: Rows, programmes: Rows, row: int, touch: int,
    i: int, source: int, k: int, brand_term: bool, origin: int, now: float,
) -> tuple[int, float, float, float]:  # fmt: skip
    """Write a new lead to `leads[row]` and judge it.

    Returns what is to be done with it, its score, when it reaches sales if it is on its way, and when it makes another
    contact of the account inquire (infinite if it does not).

    `k` is the ordinal within its source and need, or the cycle of a low-intent source, which no need keys. A lead of an
    account is a touch too, written to `touches[touch]`. `origin` is the lead of the contact before (or NOTHING).
    Nothing is written of an inquiry that is given up at the form.
    """
    key = p[0].key
    key_need = 0
    if i != NOBODY and source not in (FROM_ADS_LOW_INTENT, FROM_ORGANIC, FROM_WEBINAR_LOW_INTENT):
        key_need = accounts[i].need
    if abandons_form(p, w, i, key_need, source, k):
        return ABANDONED, 0.0, math.inf, math.inf
    next_contact = math.inf
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
    lead.programme = NOTHING
    lead.contact = 0
    lead.touch = NOTHING
    priority = source in (FROM_HAND_RAISE, FROM_REFERRAL, FROM_OUTBOUND)  # bypasses score and trust
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
        _meet_contact(p, w, accounts, leads, touches, programmes, row, touch, brand_term, origin, now)
        next_contact = next_contact_at(p, accounts, i, key_need, source, k, now)
    w[0].month.leads_by_source[source] += 1.0
    w[0].month.leads_by_truth[lead.truth] += 1.0
    z = normal_quantile(uniform4(key[LEAD_SCORE], i, key_need, source, k))
    lead.score = score_of(p, w, lead, z, now)
    lead.front = 1 if priority else 0
    floor = p[0].decay_floor_hand_raiser if priority else p[0].decay_floor
    u = uniform4(key[LEAD_COLD], i, key_need, source, k)
    lead.reachable_days = cold_after(u, p[0].decay_kind, floor, p[0].decay_scale, p[0].decay_shape)
    qualified = priority or p[0].scoring_enabled == 0 or lead.score >= p[0].qualification_threshold
    lead.qualified = 1 if qualified else 0
    if not qualified:
        close_lead(p, w, lead, LEAD_UNQUALIFIED, now)
        return CLOSED_AT_ONCE, lead.score, math.inf, next_contact
    w[0].month.qualified_leads += 1.0
    if not priority and not is_followed_up(p, w, lead):
        _ignore(p, w, accounts, lead, now)
        return CLOSED_AT_ONCE, lead.score, math.inf, next_contact
    days = days_to_sales(p, w, lead, now)
    if days == math.inf:
        w[0].month.lost_leads += 1.0
        close_lead(p, w, lead, LEAD_LOST, now)
        return CLOSED_AT_ONCE, lead.score, math.inf, next_contact
    if i != NOBODY:
        accounts[i].open_leads += 1
        settle_in_pool(p, w, accounts, i)
    if days > 0.0:
        lead.state = LEAD_ON_ITS_WAY
        return ON_ITS_WAY, lead.score, now + days, next_contact
    _let_wait(w, lead)
    return (TO_FRONT if priority else TO_QUEUE), lead.score, math.inf, next_contact


@compiled
def _ignore(p: Rows, w: Rows, accounts: Rows, lead: Record, now: float) -> None:
    """Leave a qualified lead aside; where such leads are lost, its contact is forgotten."""
    w[0].month.ignored_leads += 1.0
    close_lead(p, w, lead, LEAD_IGNORED, now)
    if p[0].lose_ignored == 1:
        lead.nurtured = 0
        if lead.account != NOBODY:
            set_known(p, w, accounts, lead.account, 0.0, now)


@compiled
def _let_wait(w: Rows, lead: Record) -> None:
    """Put a lead in the queue for a rep."""
    lead.state = LEAD_WAITING
    w[0].queue_length += 1


@compiled
def reach_sales(p: Rows, w: Rows, accounts: Rows, leads: Rows, row: int, now: float) -> bool:
    """End the way of a lead to sales: does it wait there? Sales with a definition of its own refuses some."""
    lead = leads[row]
    if is_judged_twice(p, w, lead, lead.arrived):
        z = normal_quantile(uniform4(p[0].key[REQUALIFY_SCORE], lead.account, lead.key_need, lead.source, lead.k))
        if z + p[0].requalify_accuracy * p[0].truth_score[lead.truth] < p[0].qualification_threshold:
            w[0].month.refused_leads += 1.0
            close_lead(p, w, lead, LEAD_REFUSED, now)
            let_go(p, w, accounts, lead.account)
            return False
    _let_wait(w, lead)
    return True
