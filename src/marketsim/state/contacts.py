"""The people of a buying group: another contact of an account that has inquired inquires too."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import exponential, uniform4
from marketsim.state.layout import (
    CUSTOMER,
    FROM_OUTBOUND,
    FROM_OUTSIDE,
    FROM_REFERRAL,
    FROM_SECOND_CONTACT,
    MATCHING,
    NOTHING,
    TOUCH_JOINED,
    Rows,
)
from marketsim.state.streams import SECOND_CONTACT, SECOND_CONTACT_DELAY, TOUCH_RECORDED
from marketsim.state.structure import structure_works
from marketsim.state.touches import write_touch

# what another contact comes to
NO_CONTACT, JOINED_LEAD, NEW_LEAD = range(3)


@compiled
def next_contact_at(p: Rows, accounts: Rows, i: int, key_need: int, source: int, k: int, now: float) -> float:
    """Return when an inquiry of one contact makes another one inquire; infinite if it does not."""
    group = accounts[i].group
    if p[0].second_contact_probability <= 0.0 or group <= 1 or accounts[i].contacts >= group:
        return math.inf
    if source in (FROM_OUTSIDE, FROM_REFERRAL, FROM_OUTBOUND):
        return math.inf
    chance = p[0].second_contact_probability * (1.0 - 1.0 / group)
    if uniform4(p[0].key[SECOND_CONTACT], i, key_need, source, k) >= chance:
        return math.inf
    u = uniform4(p[0].key[SECOND_CONTACT_DELAY], i, key_need, source, k)
    return now + p[0].second_contact_days * exponential(u)


@compiled
def meet_next_contact(
    p: Rows, w: Rows, accounts: Rows, leads: Rows, touches: Rows, origin: int, touch: int, now: float
) -> tuple[int, int, float]:
    """Let another contact of a lead's account inquire, which joins an open lead or makes one of its own.

    Returns what it comes to, the contact's number within the need, and when one that joined makes yet another one
    inquire. One that joins is a touch, written to `touches[touch]`.
    """
    i = leads[origin].account
    a = accounts[i]
    k = int(a.contacts)
    if a.need != leads[origin].need or a.phase == CUSTOMER or a.closed_until > now or k >= a.group:
        return NO_CONTACT, k, math.inf
    if (a.open_leads == 0 and a.deal == NOTHING) or not structure_works(w, MATCHING, now):
        return NEW_LEAD, k, math.inf
    a.contacts = k + 1
    w[0].month.second_contacts_joined += 1.0
    recorded = uniform4(p[0].key[TOUCH_RECORDED], i, a.need, FROM_SECOND_CONTACT, k) < p[0].recording_rate
    write_touch(
        p, w, accounts, touches, touch,
        i, origin, leads[origin].programme, k, FROM_SECOND_CONTACT, TOUCH_JOINED, recorded, now,
    )  # fmt: skip
    return JOINED_LEAD, k, next_contact_at(p, accounts, i, a.need, FROM_SECOND_CONTACT, k, now)
