"""Tidy data frames from the tables of a run. Times become months or days after day 0, codes become words."""

from typing import Any

import numpy as np
import pandas as pd

from marketsim.outcomes.metrics import ratio
from marketsim.scenario.company import STAGES
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.state.layout import (
    DEAL_STATES,
    JOURNEY_OUTCOMES,
    LEAD_STATES,
    NOBODY,
    NOTHING,
    SOURCES,
    TRUTHS,
)
from marketsim.state.tables import RunTables

Array = np.ndarray[Any, Any]
MONTHS_OF_PAST_SHOWN = 12

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


def monthly(run: RunTables) -> pd.DataFrame:
    """Return one row per month: the last year of the past (negative months), then the months after day 0.

    Flows are sums within the month, stocks are values at its end. See docs/data_dictionary.md for every column.
    """
    first = max(0, run.past_months - MONTHS_OF_PAST_SHOWN)
    m = run.months[first:]
    columns: dict[str, Any] = {"month": np.arange(first - run.past_months, len(run.months) - run.past_months)}
    columns["leads"] = m["leads_by_source"].sum(axis=1)
    columns |= {f"leads_{name}": m["leads_by_source"][:, k] for k, name in enumerate(SOURCES)}
    columns |= {f"leads_{name}": m["leads_by_truth"][:, k] for k, name in enumerate(TRUTHS)}
    columns |= {name: m[name] for name in _COUNTS_AND_SUMS}
    columns["response_hours"] = ratio(m["response_hours_sum"], m["work_started"])
    columns |= {name: m[name] for name in _DEALS}
    columns |= {f"spend_{name}": m["spend_by_stage"][:, k] for k, name in enumerate(STAGES)}
    columns["marketing_spend"] = m["spend_by_stage"].sum(axis=1)
    columns["budget_not_spent"] = m["capture_budget"] - m["spend_by_stage"][:, STAGES.index("capture")]
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
    return pd.DataFrame({name: np.ascontiguousarray(column) for name, column in columns.items()})


def _words(codes: Array, names: tuple[str, ...]) -> Any:
    """Turn codes into an ordered set of words."""
    return pd.Categorical.from_codes(codes.astype(np.int64).tolist(), categories=pd.Index(list(names)))


def _ids(values: Array, nothing: int) -> Any:
    """Return whole numbers with a gap where there is none."""
    column = pd.Series(values.astype(np.int64), dtype="Int64")
    return column.mask(column == nothing).array


def leads(run: RunTables) -> pd.DataFrame:
    """Return one row per lead, in the order of arrival."""
    t = run.leads
    return pd.DataFrame(
        {
            "lead": np.arange(len(t)),
            "account": _ids(t["account"], NOBODY),
            "need": t["need"].astype(np.int64),
            "source": _words(t["source"], SOURCES),
            "arrived_day": t["arrived"],
            "true_quality": _words(t["truth"], TRUTHS),
            "good": t["good"] == 1,
            "score": t["score"],
            "qualified": t["qualified"] == 1,
            "reachable_days": t["reachable_days"],
            "work_started_day": t["started"],
            "response_hours": (t["started"] - t["arrived"]) * 24.0,
            "reached": t["reached"] == 1,
            "state": _words(t["state"], LEAD_STATES),
            "ended_day": t["finished"],
            "nurtured": t["nurtured"] == 1,
            "deal": _ids(t["deal"], NOTHING),
        }
    )


def deals(run: RunTables) -> pd.DataFrame:
    """Return one row per deal, in the order of opening."""
    t = run.deals
    return pd.DataFrame(
        {
            "deal": np.arange(len(t)),
            "account": _ids(t["account"], NOBODY),
            "need": t["need"].astype(np.int64),
            "lead": t["lead"].astype(np.int64),
            "source": _words(t["source"], SOURCES),
            "opened_day": t["opened"],
            "started_day": t["started"],
            "closed_day": t["closed"],
            "cycle_days": t["closed"] - t["opened"],
            "listed": t["listed"] == 1,
            "good_fit": t["fit"] == 1,
            "state": _words(t["state"], DEAL_STATES),
            "value_per_year": t["value_per_year"],
        }
    )


def customers(run: RunTables) -> pd.DataFrame:
    """Return one row per contract, in the order of signing; an account that comes back has several."""
    t = run.contracts
    return pd.DataFrame(
        {
            "contract": np.arange(len(t)),
            "account": t["account"].astype(np.int64),
            "need": t["need"].astype(np.int64),
            "segment": _words(t["segment"], SEGMENT_NAMES),
            "good_fit": t["fit"] == 1,
            "source": _words(t["source"], SOURCES),
            "started_day": t["started"],
            "ended_day": t["ended"],
            "renewals": t["renewals"].astype(np.int64),
            "first_value_per_year": t["first_value"],
            "value_per_year": t["value"],
        }
    )


def journeys(run: RunTables) -> pd.DataFrame:
    """Return one row per need that led to a journey, whoever won it, in the order of their start."""
    t = run.journeys
    turned_active = ~np.isnan(t["active_at"])
    return pd.DataFrame(
        {
            "account": t["account"].astype(np.int64),
            "need": t["need"].astype(np.int64),
            "segment": _words(t["segment"], SEGMENT_NAMES),
            "good_fit": t["fit"] == 1,
            "research_day": t["started"],
            "active_day": t["active_at"],
            "decided_day": t["decided"],
            "remembers_us": turned_active & (t["remembers"] == 1),
            "webinar": turned_active & (t["webinar"] == 1),
            "listed": turned_active & (t["listed"] == 1),
            "outcome": _words(t["outcome"], JOURNEY_OUTCOMES),
        }
    )
