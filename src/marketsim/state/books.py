"""The books as structured arrays: sums and readings of a month, and the one row of the company's present."""

from typing import Any

import numpy as np

from marketsim.state.layout import CLASSES, PARTS, SCORE_BINS, SEGMENTS, SOURCES, STAGES, TIERS, TRUTHS

# Sums within a month: some by source, true quality or stage, the others one number each.
FLOW_ARRAYS = (
    ("leads_by_source", len(SOURCES)),
    ("leads_by_truth", len(TRUTHS)),
    ("spend_by_stage", STAGES),
    ("turned_active_by_segment", SEGMENTS),
    ("turned_active_listed_by_segment", SEGMENTS),
)
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
    "revenue_fit",
    "cost_to_serve_fit",
    "spend_structure",
    "abandoned_forms",
    "lost_leads",
    "refused_leads",
    "second_contacts_joined",
    "outbound_calls",
    "outbound_contacts",
    "accounts_closed",
    "touches",
    "touches_recorded",
    "hires",
    "seats_closed",
    "expected_lifetime_value_won",
    "won_days_sum",
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
    "brand_clearing_price",
    "brand_share_won",
    "brand_response",
    "content_response",
    "rival_list_probability",
    "economy",
    "insight",
    "closed_accounts",
    "seats",
    "qualification_threshold",
    "low_intent_bid",
    "budget_per_year",
)
STOCK_ARRAYS = (("memory_by_segment", SEGMENTS),)

_FLOW_FIELDS = [(name, "f8", (size,)) for name, size in FLOW_ARRAYS] + [(name, "f8") for name in FLOWS]
FLOW = np.dtype(_FLOW_FIELDS, align=True)
MONTH = np.dtype(
    [*_FLOW_FIELDS, *[(name, "f8") for name in STOCKS], *[(name, "f8", (size,)) for name, size in STOCK_ARRAYS]],
    align=True,
)

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
        ("sole_programme", "i8", (STAGES,)),  # 1 + the stage's only programme with pressure; less than 1 if none is
        ("tier_flow", "f8", (TIERS,)),
        ("webinar_strength", "f8"),
        ("nurture_strength", "f8"),
        ("tier_price", "f8", (TIERS,)),  # of one inquiry
        ("tier_share", "f8", (TIERS,)),  # of the inquiries on offer, those that are ours
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
        ("listed_fit", "f8"),
        ("listed_unfit", "f8"),
        ("trust", "f8"),
        ("waste", "f8"),
        ("load", "f8"),
        ("closed_link", "i8"),
        ("busy_reps", "i8"),
        ("calling_reps", "i8"),
        ("busy_days", "f8"),
        ("busy_until", "f8"),
        ("reps", "i8"),
        ("queue_length", "i8"),
        ("open_deals", "i8"),
        ("deals_waiting", "i8"),
        ("present", "i8"),
        ("brand_clearing_price", "f8"),
        ("brand_share_won", "f8"),
        ("brand_response", "f8"),
        ("content_response", "f8"),
        ("advocacy_response", "f8"),
        ("targeting_response", "f8"),
        ("enablement_response", "f8"),
        ("listening_response", "f8"),
        ("reach_weight", "f8", (2,)),
        ("rival_memory", "f8"),
        ("rival_list_probability", "f8"),
        ("insight", "f8"),
        ("structure_from", "f8", (PARTS,)),
        ("structure_spend_per_day", "f8"),
        ("score_bins", "f8", (SCORE_BINS,)),
        ("seats", "i8"),
        ("calls_left", "f8"),
        ("budget_per_year", "f8"),
        ("funding", "f8"),
        ("reviews", "i8"),
        ("week", "i8"),
        ("insolvent", "i8"),
        ("month", FLOW),
    ],
    align=True,
)

_NUMBER = np.dtype("f8")
FLOW_NUMBERS, MONTH_NUMBERS = FLOW.itemsize // _NUMBER.itemsize, MONTH.itemsize // _NUMBER.itemsize
FLOW_OFFSET = int(sum(COMPANY[name].itemsize for name in (COMPANY.names or ()) if name != "month"))  # bytes: it is last


def flows_of(company: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the company's sums of the month as plain numbers: a view, in the order of `FLOW`."""
    first = FLOW_OFFSET // _NUMBER.itemsize
    return company.view(_NUMBER)[first : first + FLOW_NUMBERS]


def numbers_of(months: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return months as plain numbers (rows x numbers): a view; the first ones of a row are those of `FLOW`."""
    return months.view(_NUMBER).reshape(len(months), MONTH_NUMBERS)
