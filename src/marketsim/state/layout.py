"""Tables as structured arrays: a row per account, lead, deal, contract, journey; one row for the company's present."""

from typing import Any

import numpy as np

Rows = np.ndarray[Any, Any]  # a table: structured array of shape (rows,)
Record = Any  # one row of a table, inside compiled code

SEGMENTS = 3
CLASSES = 2 * SEGMENTS  # segment x fit; class = 2 * segment + fit
STAGES = 11
(
    BRAND,
    CONTENT,
    MIDDLE,
    CAPTURE,
    NURTURE,
    BRAND_TERMS,
    LISTENING,
    ADVOCACY,
    TARGETING,
    OUTBOUND,
    ENABLEMENT,
) = range(STAGES)
TIERS = 3
HOT_TIER, LOW_TIER, BRAND_TIER = range(TIERS)
PARTS = 6
MATCHING, AUTOMATION, JOURNEY_CONTENT, QUALIFICATION, HAND_OVER, FEEDBACK = range(PARTS)
MOST_LAG_WEEKS = 52
SCORE_BINS = 64

NOBODY = -1  # no account: an inquiry from outside the market
NOTHING = -1  # no row

# phases of an account
DORMANT, RESEARCH, ACTIVE, CUSTOMER = range(4)

# sources of leads
(
    FROM_HAND_RAISE,
    FROM_SEARCH,
    FROM_ADS_LOW_INTENT,
    FROM_ORGANIC,
    FROM_WEBINAR,
    FROM_WEBINAR_LOW_INTENT,
    FROM_NURTURE,
    FROM_REFERRAL,
    FROM_OUTSIDE,
    FROM_SECOND_CONTACT,
    FROM_OUTBOUND,
) = range(11)
SOURCES = (
    "hand_raise",
    "search",
    "ads_low_intent",
    "organic",
    "webinar",
    "webinar_low_intent",
    "nurture",
    "referral",
    "outside",
    "second_contact",
    "outbound",
)
LOW_INTENT_SOURCES = (FROM_ADS_LOW_INTENT, FROM_ORGANIC, FROM_WEBINAR_LOW_INTENT)

# true quality of a lead when it arrives
TRUE_ACTIVE_FIT, TRUE_ACTIVE_UNFIT, TRUE_RESEARCH, TRUE_NOT_BUYING = range(4)
TRUTHS = ("active_fit", "active_unfit", "research", "not_buying")

# states of a lead: waiting, in work and on its way to sales are open, the others final
(
    LEAD_WAITING,
    LEAD_WORKED,
    LEAD_UNQUALIFIED,
    LEAD_IGNORED,
    LEAD_WENT_COLD,
    LEAD_REJECTED,
    LEAD_CONVERTED,
    LEAD_LOST,
    LEAD_REFUSED,
    LEAD_ON_ITS_WAY,
) = range(10)
LEAD_STATES = (
    "waiting",
    "in_work",
    "unqualified",
    "ignored",
    "went_cold",
    "rejected",
    "converted",
    "lost",
    "refused",
    "on_its_way",
)
LEAD_OPEN_STATES = (LEAD_WAITING, LEAD_WORKED, LEAD_ON_ITS_WAY)

# states of a deal: two open ones, then the final ones
DEAL_IN_LINE, DEAL_OPEN, DEAL_WON, DEAL_LOST, DEAL_NO_DECISION, DEAL_LEFT_LINE, DEAL_CLOSED = range(7)
DEAL_STATES = ("in_line", "open", "won", "lost", "no_decision", "left_line", "closed")

# outcomes of a journey
JOURNEY_OPEN, JOURNEY_NO_DECISION, JOURNEY_RIVAL, JOURNEY_OURS = range(4)
JOURNEY_OUTCOMES = ("open", "no_decision", "rival", "ours")

# kinds of touches: what the CRM could see of a contact between an account and us
TOUCH_INQUIRY, TOUCH_JOINED, TOUCH_CALL, TOUCH_OUTBOUND, TOUCH_MEETING = range(5)
TOUCH_KINDS = ("inquiry", "joined", "call", "outbound_call", "meeting")

# how a person left a seat
PRESENT, LEFT_COMPANY, SEAT_CLOSED = range(3)
DEPARTURES = ("present", "left", "seat_closed")

# Fields that the same events look at lie side by side: a row is several lines of the processor's cache.
ACCOUNT = np.dtype(
    [
        ("candidate", "i4"),
        ("need", "i4"),
        ("lock_until", "f8"),
        ("aware_excess", "f8"),
        ("aware_clock", "f8"),
        ("memory_excess", "f8"),
        ("memory_clock", "f8"),
        ("closed_until", "f8"),
        ("segment", "i1"),
        ("fit", "i1"),
        ("phase", "i1"),
        ("listed", "i1"),
        ("webinar", "i1"),
        ("in_pool", "i1"),
        ("open_leads", "i2"),
        ("cycle", "i4", (3,)),
        ("searches", "i4"),
        ("known_excess", "f8"),
        ("known_at", "f8"),
        ("active_at", "f8"),
        ("decides_at", "f8"),
        ("journey", "i4"),
        ("deal", "i4"),
        ("good_lead_need", "i4"),
        ("last_touch", "i4"),
        ("group", "i2"),
        ("contacts", "i2"),
        ("hand_raises", "i2"),
        ("years_bought", "i2"),
        ("value_per_year", "f8"),
        ("contract", "i4"),
        ("need_bought", "i4"),
        ("contract_value", "f8"),
        ("contract_first_value", "f8"),
        ("renews_at", "f8"),
        ("next_referral_at", "f8"),
        ("price_ratio", "f8"),
        ("calls", "i4"),
        ("referrals_made", "i4"),
        ("referrals_received", "i4"),
        ("closed_link", "i4"),
    ],
    align=True,
)

LEAD = np.dtype(
    [
        ("arrived", "f8"),
        ("started", "f8"),
        ("finished", "f8"),
        ("reachable_days", "f8"),
        ("score", "f8"),
        ("account", "i4"),
        ("need", "i4"),
        ("key_need", "i4"),
        ("k", "i4"),
        ("deal", "i4"),
        ("source", "i1"),
        ("truth", "i1"),
        ("good", "i1"),
        ("qualified", "i1"),
        ("reached", "i1"),
        ("state", "i1"),
        ("nurtured", "i1"),
        ("front", "i1"),
        ("programme", "i2"),
        ("contact", "i2"),
        ("touch", "i4"),
    ],
    align=True,
)

DEAL = np.dtype(
    [
        ("opened", "f8"),
        ("started", "f8"),
        ("closed", "f8"),
        ("value_per_year", "f8"),
        ("account", "i4"),
        ("need", "i4"),
        ("lead", "i4"),
        ("source", "i1"),
        ("listed", "i1"),
        ("fit", "i1"),
        ("state", "i1"),
        ("programme", "i2"),
        ("contacts", "i2"),
        ("value_at_opening", "f8"),
    ],
    align=True,
)

CONTRACT = np.dtype(
    [
        ("started", "f8"),
        ("ended", "f8"),
        ("first_value", "f8"),
        ("value", "f8"),
        ("account", "i4"),
        ("need", "i4"),
        ("renewals", "i4"),
        ("source", "i1"),
        ("segment", "i1"),
        ("fit", "i1"),
        ("programme", "i2"),
        ("deal", "i4"),
        ("price_ratio", "f8"),
        ("expected_lifetime_value", "f8"),
        ("earned", "f8"),
        ("earned_until", "f8"),
    ],
    align=True,
)

JOURNEY = np.dtype(
    [
        ("started", "f8"),
        ("active_at", "f8"),
        ("decided", "f8"),
        ("account", "i4"),
        ("need", "i4"),
        ("segment", "i1"),
        ("fit", "i1"),
        ("listed", "i1"),
        ("remembers", "i1"),
        ("webinar", "i1"),
        ("outcome", "i1"),
        ("group", "i2"),
        ("contacts", "i2"),
        ("closed", "i1"),
        ("rival_list_probability", "f8"),
    ],
    align=True,
)

PROGRAMME = np.dtype(
    [
        ("spend_per_year", "f8"),
        ("pressure", "f8"),
        ("effectiveness", "f8"),
        ("carry_over", "f8"),
        ("stage", "i8"),
        ("lag_weeks", "i8"),
        ("least_spend", "f8"),
        ("share", "f8"),
        ("floor", "f8"),
        ("factor", "f8"),
        ("open", "i8"),
        ("delayed", "f8", (MOST_LAG_WEEKS + 1,)),
    ],
    align=True,
)

TOUCH = np.dtype(
    [
        ("at", "f8"),
        ("account", "i4"),
        ("need", "i4"),
        ("lead", "i4"),
        ("previous", "i4"),
        ("programme", "i2"),
        ("contact", "i2"),
        ("source", "i1"),
        ("kind", "i1"),
        ("recorded", "i1"),
        ("matched", "i1"),
    ],
    align=True,
)

PERSON = np.dtype(
    [
        ("started", "f8"),
        ("ended", "f8"),
        ("seat", "i4"),
        ("tenure", "i4"),
        ("leads_worked", "i4"),
        ("departure", "i4"),
    ],
    align=True,
)

# One row per review and programme; the last block is the same in all rows of a review.
REVIEW = np.dtype(
    [
        ("at", "f8"),
        ("review", "i4"),
        ("programme", "i4"),
        ("credited", "f8"),
        ("spent", "f8"),
        ("share_before", "f8"),
        ("share_after", "f8"),
        ("kpi", "f8"),
        ("target", "f8"),
        ("believed_return", "f8"),
        ("threshold", "f8"),
        ("low_intent_bid", "f8"),
        ("budget_per_year", "f8"),
    ],
    align=True,
)
