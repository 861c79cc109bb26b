"""Hash what a run records, restricted to the columns that the core had: events by name, and fields of its tables."""

import hashlib
import struct
from typing import Any

import numpy as np

from marketsim.outcomes import Outcome
from marketsim.state.events import Event

CORE_EVENTS = (
    "month", "week", "active", "decision", "need", "search", "hand_raise", "webinar", "nurture", "low_intent_ads",
    "low_intent_organic", "low_intent_webinar", "refresh_ads", "refresh_organic", "refresh_webinar", "referral",
    "inquiry", "inquiry_batch", "work_done", "deal_done", "quit", "seat_filled", "renewal",
)  # fmt: skip
CORE_FIELDS = {
    "leads": (
        "arrived", "started", "finished", "reachable_days", "score", "account", "need", "key_need", "k", "deal",
        "source", "truth", "good", "qualified", "reached", "state", "nurtured", "front",
    ),
    "deals": (
        "opened", "started", "closed", "value_per_year", "account", "need", "lead", "source", "listed", "fit", "state",
    ),
    "contracts": (
        "started", "ended", "first_value", "value", "account", "need", "renewals", "source", "segment", "fit",
    ),
    "journeys": (
        "started", "active_at", "decided", "account", "need", "segment", "fit", "listed", "remembers", "webinar",
        "outcome",
    ),
    "months": (
        "good_leads", "qualified_leads", "ignored_leads", "worked_leads", "cold_leads", "sales_qualified_leads",
        "response_hours_sum", "work_started", "deals_opened", "deals_won", "deals_lost", "deals_no_decision",
        "deals_won_listed", "deals_won_fit", "market_entries", "market_purchases", "market_no_decisions",
        "turned_active", "turned_active_listed", "customers_won", "customers_churned", "renewals",
        "new_recurring_revenue", "quits", "capture_budget", "payroll", "overhead", "revenue", "cost_of_goods",
        "cost_to_serve", "cash", "customers", "customers_fit", "recurring_revenue_fit", "recurring_revenue_unfit",
        "remaining_contracts", "memory", "memory_reported", "awareness", "known_contacts", "active_accounts",
        "research_accounts", "pool_accounts", "trust", "waste", "load", "queue_length", "reps", "open_deals",
        "deals_waiting", "clearing_price", "hot_share_won", "nurture_strength",
    ),
}  # fmt: skip
CORE_STAGES = 5
CORE_SOURCES = 9


def core_hashes(outcome: Outcome) -> tuple[str, str]:
    """Return the hash of the events and the hash of the tables, both restricted to what the core had."""
    assert outcome.log is not None
    names = [event.name.lower() for event in Event]
    events = hashlib.blake2b(digest_size=16)
    for day, kind, entity, detail in outcome.log:
        if names[kind] in CORE_EVENTS:
            events.update(struct.pack("<d", day) + names[kind].encode() + struct.pack("<qd", entity, detail))
    tables = hashlib.blake2b(digest_size=16)
    for table, fields in CORE_FIELDS.items():
        rows: np.ndarray[Any, Any] = getattr(outcome.tables, table)
        for field in fields:
            tables.update(np.ascontiguousarray(rows[field]).tobytes())
    months = outcome.tables.months
    tables.update(np.ascontiguousarray(months["leads_by_source"][:, :CORE_SOURCES]).tobytes())
    tables.update(np.ascontiguousarray(months["leads_by_truth"]).tobytes())
    tables.update(np.ascontiguousarray(months["spend_by_stage"][:, :CORE_STAGES]).tobytes())
    return events.hexdigest(), tables.hexdigest()
