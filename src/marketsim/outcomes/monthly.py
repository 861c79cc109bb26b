"""The monthly series of a run: flows within each month and stocks at its end."""

from typing import Any

import numpy as np

from marketsim.outcomes.panel import ratio
from marketsim.scenario.company import STAGES
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.state.layout import FROM_SECOND_CONTACT, SOURCES, TRUTHS
from marketsim.state.tables import RunTables

Array = np.ndarray[Any, Any]
MONTHS_OF_PAST_SHOWN = 12
PER_THOUSAND = 1000.0

_FIRST_STAGES = STAGES.index("nurture") + 1  # those of the core; later ones stand at the end, so that columns stay put
_FIRST_SOURCES = FROM_SECOND_CONTACT
_COUNTS_AND_SUMS = (
    "good_leads", "qualified_leads", "ignored_leads", "worked_leads", "cold_leads", "sales_qualified_leads",
)  # fmt: skip
_DEALS = (
    "deals_opened", "deals_won", "deals_lost", "deals_no_decision", "deals_won_listed", "deals_won_fit",
    "market_entries", "market_purchases", "market_no_decisions", "customers_won", "customers_churned", "renewals",
    "new_recurring_revenue", "quits",
)  # fmt: skip
_STOCKS_AFTER_REVENUE = (
    "remaining_contracts", "memory", "memory_reported", "awareness", "known_contacts", "active_accounts",
    "research_accounts", "pool_accounts",
)  # fmt: skip
_STOCKS_AT_END = (
    "queue_length", "reps", "open_deals", "deals_waiting", "clearing_price", "hot_share_won", "nurture_strength",
)  # fmt: skip
_LATER_FLOWS = (
    "abandoned_forms", "lost_leads", "refused_leads", "second_contacts_joined", "outbound_calls", "outbound_contacts",
    "accounts_closed", "hires", "seats_closed", "touches", "touches_recorded",
)  # fmt: skip
_LATER_STOCKS = (
    "content_response", "rival_list_probability", "economy", "insight", "seats", "qualification_threshold",
    "low_intent_bid", "budget_per_year", "brand_share_won",
)  # fmt: skip


def monthly(run: RunTables, cost_per_thousand_impressions: float) -> dict[str, Array]:
    """Return columns with one value per month: the last year of the past (negative months), then those after day 0.

    Flows are sums within the month, stocks are values at its end. See docs/data_dictionary.md for every column.
    """
    first = max(0, run.past_months - MONTHS_OF_PAST_SHOWN)
    m = run.months[first:]
    columns: dict[str, Any] = {"month": np.arange(first - run.past_months, len(run.months) - run.past_months)}
    columns |= _core(run.p[0], m)
    columns |= _later(run, m, columns, cost_per_thousand_impressions)
    columns["cycle_days"] = ratio(m["won_days_sum"], m["deals_won"])
    return {name: np.ascontiguousarray(column) for name, column in columns.items()}


def _core(p: Any, m: Array) -> dict[str, Any]:
    """Return the columns that the core had, in their order."""
    columns: dict[str, Any] = {}
    columns["leads"] = m["leads_by_source"].sum(axis=1)
    columns |= {f"leads_{name}": m["leads_by_source"][:, k] for k, name in enumerate(SOURCES[:_FIRST_SOURCES])}
    columns |= {f"leads_{name}": m["leads_by_truth"][:, k] for k, name in enumerate(TRUTHS)}
    columns |= {name: m[name] for name in _COUNTS_AND_SUMS}
    columns["response_hours"] = ratio(m["response_hours_sum"], m["work_started"])
    columns |= {name: m[name] for name in _DEALS}
    columns |= {f"spend_{name}": m["spend_by_stage"][:, k] for k, name in enumerate(STAGES[:_FIRST_STAGES])}
    columns["marketing_spend"] = m["spend_by_stage"].sum(axis=1) + m["spend_structure"]
    piecewise = ["capture", "brand_terms", *(["outbound"] if p["outbound_enabled"] else [])]
    bought = sum(m["spend_by_stage"][:, STAGES.index(stage)] for stage in piecewise)
    columns["budget_not_spent"] = m["capture_budget"] - bought
    gross_profit = m["revenue"] - m["cost_of_goods"] - m["cost_to_serve"]
    columns |= {name: m[name] for name in ("payroll", "overhead", "revenue", "cost_of_goods", "cost_to_serve")}
    columns["gross_profit"] = gross_profit
    columns["profit"] = gross_profit - m["payroll"] - m["overhead"] - columns["marketing_spend"]
    columns |= {name: m[name] for name in ("cash", "customers", "customers_fit")}
    columns["recurring_revenue"] = m["recurring_revenue_fit"] + m["recurring_revenue_unfit"]
    columns |= {name: m[name] for name in ("recurring_revenue_fit", "recurring_revenue_unfit")}
    columns |= {name: m[name] for name in _STOCKS_AFTER_REVENUE}
    columns["day_one_list_share"] = ratio(m["turned_active_listed"], m["turned_active"])
    columns |= {name: m[name] for name in ("trust", "waste", "load")}
    columns |= {name: m[name] for name in _STOCKS_AT_END}
    return columns


def _later(run: RunTables, m: Array, core: dict[str, Any], cost_per_thousand: float) -> dict[str, Any]:
    """Return the columns that came with the whole company."""
    columns: dict[str, Any] = {}
    later_sources = list(enumerate(SOURCES))[_FIRST_SOURCES:]
    columns |= {f"leads_{name}": m["leads_by_source"][:, k] for k, name in later_sources}
    later_stages = list(enumerate(STAGES))[_FIRST_STAGES:]
    columns |= {f"spend_{name}": m["spend_by_stage"][:, k] for k, name in later_stages}
    columns["spend_structure"] = m["spend_structure"]
    columns["impressions"] = m["spend_by_stage"][:, STAGES.index("brand")] / cost_per_thousand * PER_THOUSAND
    columns["reach"] = m["brand_response"]
    columns |= _good_and_bad(run.p[0], m)
    columns["expected_lifetime_value_won"] = m["expected_lifetime_value_won"]
    columns |= {name: m[name] for name in _LATER_FLOWS}
    columns["touches_recorded_share"] = ratio(m["touches_recorded"], m["touches"])
    bypassing = core["leads_hand_raise"] + core["leads_referral"] + columns["leads_outbound"]
    columns["ignored_share"] = ratio(m["ignored_leads"], m["qualified_leads"] - bypassing)
    columns["win_rate"] = ratio(m["deals_won"], m["deals_won"] + m["deals_lost"] + m["deals_no_decision"])
    columns["share_of_market"] = ratio(m["deals_won"], m["market_purchases"])
    columns["pool_harvested_share"] = 1.0 - ratio(m["pool_accounts"], m["active_accounts"])
    columns["closed_accounts"] = m["closed_accounts"]
    columns["closed_share"] = m["closed_accounts"] / len(run.accounts)
    columns |= {name: m[name] for name in _LATER_STOCKS}
    price = m["brand_clearing_price"]
    columns["brand_clearing_price"] = np.where(price > 0.0, price, np.nan)
    for k, segment in enumerate(SEGMENT_NAMES):
        turned, listed = m["turned_active_by_segment"][:, k], m["turned_active_listed_by_segment"][:, k]
        columns[f"day_one_list_share_{segment}"] = ratio(listed, turned)
    columns |= {f"memory_{segment}": m["memory_by_segment"][:, k] for k, segment in enumerate(SEGMENT_NAMES)}
    return columns


def _good_and_bad(p: Any, m: Array) -> dict[str, Any]:
    """Return revenue and cost to serve by fit, and the revenue of customers that cost more than they pay."""
    unfit = m["revenue"] - m["revenue_fit"]
    bad = np.zeros(len(m))
    for revenue, serve in ((m["revenue_fit"], p["cost_to_serve_fit"]), (unfit, p["cost_to_serve_unfit"])):
        if serve > p["gross_margin"]:
            bad = bad + revenue
    return {
        "revenue_fit": m["revenue_fit"],
        "revenue_unfit": unfit,
        "cost_to_serve_fit": m["cost_to_serve_fit"],
        "cost_to_serve_unfit": m["cost_to_serve"] - m["cost_to_serve_fit"],
        "bad_revenue": bad,
    }
