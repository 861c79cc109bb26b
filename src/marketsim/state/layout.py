"""Tables as structured arrays: a row per account, lead, deal, contract, journey; one row for the company's present."""

from typing import Any

import numpy as np

Rows = np.ndarray[Any, Any]  # a table: structured array of shape (rows,)
Record = Any  # one row of a table, inside compiled code

SEGMENTS = 3
CLASSES = 2 * SEGMENTS  # segment x fit; class = 2 * segment + fit
STAGES = 5
BRAND, CONTENT, MIDDLE, CAPTURE, NURTURE = range(STAGES)
TIERS = 2
HOT_TIER, LOW_TIER = range(TIERS)

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
) = range(9)
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
)
LOW_INTENT_SOURCES = (FROM_ADS_LOW_INTENT, FROM_ORGANIC, FROM_WEBINAR_LOW_INTENT)

# true quality of a lead when it arrives
TRUE_ACTIVE_FIT, TRUE_ACTIVE_UNFIT, TRUE_RESEARCH, TRUE_NOT_BUYING = range(4)
TRUTHS = ("active_fit", "active_unfit", "research", "not_buying")

# states of a lead: two open ones, then the final ones
(
    LEAD_WAITING,
    LEAD_WORKED,
    LEAD_UNQUALIFIED,
    LEAD_IGNORED,
    LEAD_WENT_COLD,
    LEAD_REJECTED,
    LEAD_CONVERTED,
) = range(7)
LEAD_STATES = ("waiting", "in_work", "unqualified", "ignored", "went_cold", "rejected", "converted")

# states of a deal: two open ones, then the final ones
DEAL_IN_LINE, DEAL_OPEN, DEAL_WON, DEAL_LOST, DEAL_NO_DECISION, DEAL_LEFT_LINE, DEAL_CLOSED = range(7)
DEAL_STATES = ("in_line", "open", "won", "lost", "no_decision", "left_line", "closed")

# outcomes of a journey
JOURNEY_OPEN, JOURNEY_NO_DECISION, JOURNEY_RIVAL, JOURNEY_OURS = range(4)
JOURNEY_OUTCOMES = ("open", "no_decision", "rival", "ours")

ACCOUNT = np.dtype(
    [
        ("value_per_year", "f8"),
        ("lock_until", "f8"),
        ("active_at", "f8"),
        ("decides_at", "f8"),
        ("memory_excess", "f8"),
        ("memory_clock", "f8"),
        ("aware_excess", "f8"),
        ("aware_clock", "f8"),
        ("known_excess", "f8"),
        ("known_at", "f8"),
        ("contract_value", "f8"),
        ("contract_first_value", "f8"),
        ("renews_at", "f8"),
        ("next_referral_at", "f8"),
        ("candidate", "i4"),
        ("need", "i4"),
        ("good_lead_need", "i4"),
        ("journey", "i4"),
        ("deal", "i4"),
        ("contract", "i4"),
        ("need_bought", "i4"),
        ("referrals_made", "i4"),
        ("referrals_received", "i4"),
        ("cycle", "i4", (3,)),
        ("searches", "i4"),
        ("open_leads", "i2"),
        ("group", "i2"),
        ("hand_raises", "i2"),
        ("years_bought", "i2"),
        ("segment", "i1"),
        ("fit", "i1"),
        ("phase", "i1"),
        ("listed", "i1"),
        ("webinar", "i1"),
        ("in_pool", "i1"),
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
    ],
    align=True,
)

# Sums within a month: some by source, true quality or stage, the others one number each.
FLOW_ARRAYS = (("leads_by_source", len(SOURCES)), ("leads_by_truth", len(TRUTHS)), ("spend_by_stage", STAGES))
FLOWS = (
    "good_leads",
    "qualified_leads",
    "ignored_leads",
    "worked_leads",
    "cold_leads",
    "sales_qualified_leads",
    "response_hours_sum",
    "work_started",
    "deals_opened",
    "deals_won",
    "deals_lost",
    "deals_no_decision",
    "deals_won_listed",
    "deals_won_fit",
    "market_entries",
    "market_purchases",
    "market_no_decisions",
    "turned_active",
    "turned_active_listed",
    "customers_won",
    "customers_churned",
    "renewals",
    "new_recurring_revenue",
    "quits",
    "capture_budget",
    "payroll",
    "overhead",
    "revenue",
    "cost_of_goods",
    "cost_to_serve",
)
# Readings at the end of a month.
STOCKS = (
    "cash",
    "customers",
    "customers_fit",
    "recurring_revenue_fit",
    "recurring_revenue_unfit",
    "remaining_contracts",
    "memory",
    "memory_reported",
    "awareness",
    "known_contacts",
    "active_accounts",
    "research_accounts",
    "pool_accounts",
    "trust",
    "waste",
    "load",
    "queue_length",
    "reps",
    "open_deals",
    "deals_waiting",
    "clearing_price",
    "hot_share_won",
    "nurture_strength",
)

_FLOW_FIELDS = [(name, "f8", (size,)) for name, size in FLOW_ARRAYS] + [(name, "f8") for name in FLOWS]
FLOW = np.dtype(_FLOW_FIELDS, align=True)
MONTH = np.dtype([*_FLOW_FIELDS, *[(name, "f8") for name in STOCKS]], align=True)

COMPANY = np.dtype(
    [
        ("week_start", "f8"),
        ("accrued_until", "f8"),
        ("cash", "f8"),
        ("memory_level", "f8", (CLASSES,)),
        ("memory_clock", "f8", (CLASSES,)),
        ("memory_learning", "f8", (CLASSES,)),
        ("memory_excess", "f8", (CLASSES,)),
        ("memory_excess_clock", "f8", (CLASSES,)),
        ("aware_level", "f8", (CLASSES,)),
        ("aware_clock", "f8", (CLASSES,)),
        ("aware_learning", "f8", (CLASSES,)),
        ("aware_excess", "f8", (CLASSES,)),
        ("aware_excess_clock", "f8", (CLASSES,)),
        ("class_accounts", "i8", (CLASSES,)),
        ("segment_accounts", "i8", (SEGMENTS,)),
        ("known", "f8"),
        ("known_at", "f8"),
        ("stage_pressure", "f8", (STAGES,)),
        ("stage_spend_per_day", "f8", (STAGES,)),
        ("tier_flow", "f8", (TIERS,)),
        ("webinar_strength", "f8"),
        ("nurture_strength", "f8"),
        ("clearing_price", "f8"),
        ("hot_share_won", "f8"),
        ("low_share_won", "f8"),
        ("pool_listed", "i8", (SEGMENTS,)),
        ("pool_unlisted", "i8", (SEGMENTS,)),
        ("research", "i8"),
        ("active", "i8"),
        ("fresh_ads", "i8"),
        ("customers", "i8", (SEGMENTS,)),
        ("customers_fit", "i8"),
        ("revenue_fit", "f8"),
        ("revenue_unfit", "f8"),
        ("trust", "f8"),
        ("waste", "f8"),
        ("load", "f8"),
        ("busy_reps", "i8"),
        ("busy_days", "f8"),
        ("busy_until", "f8"),
        ("reps", "i8"),
        ("queue_length", "i8"),
        ("open_deals", "i8"),
        ("deals_waiting", "i8"),
        ("present", "i8"),
        ("month", FLOW),
    ],
    align=True,
)
