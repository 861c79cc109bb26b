"""Tidy data frames from the tables of a run, one row per entity. Times are days after day 0, codes become words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from marketsim.lazily import Lazily
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.state.layout import (
    DEAL_STATES,
    DEPARTURES,
    JOURNEY_OUTCOMES,
    LEAD_STATES,
    NOBODY,
    NOTHING,
    SOURCES,
    TOUCH_KINDS,
    TRUTHS,
)
from marketsim.state.tables import RunTables

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Lazily("pandas")

Array = np.ndarray[Any, Any]


def _words(codes: Array, names: tuple[str, ...]) -> Any:
    """Turn codes into an ordered set of words."""
    return pd.Categorical.from_codes(codes.astype(np.int64).tolist(), categories=pd.Index(list(names)))


def _ids(values: Array, nothing: int) -> Any:
    """Return whole numbers with a gap where there is none."""
    column = pd.Series(values.astype(np.int64), dtype="Int64")
    return column.mask(column == nothing).array


def _programmes(codes: Array, run: RunTables) -> Any:
    """Turn indices of programmes into their names, with a gap where there is none."""
    return pd.Categorical.from_codes(codes.astype(np.int64).tolist(), categories=pd.Index(list(run.programmes)))


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
            "programme": _programmes(t["programme"], run),
            "contact": t["contact"].astype(np.int64),
            "touch": _ids(t["touch"], NOTHING),
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
            "programme": _programmes(t["programme"], run),
            "contacts": t["contacts"].astype(np.int64),
            "value_at_opening": t["value_at_opening"],
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
            "programme": _programmes(t["programme"], run),
            "deal": _ids(t["deal"], NOTHING),
            "expected_lifetime_value": t["expected_lifetime_value"],
            "earned": t["earned"],
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
            "rival_list_probability": t["rival_list_probability"],
            "outcome": _words(t["outcome"], JOURNEY_OUTCOMES),
            "group": t["group"].astype(np.int64),
            "contacts": t["contacts"].astype(np.int64),
            "closed": t["closed"] == 1,
        }
    )


def touches(run: RunTables) -> pd.DataFrame:
    """Return one row per touch between an account and us, in the order of time, seen by the CRM or not."""
    t = run.touches
    return pd.DataFrame(
        {
            "touch": np.arange(len(t)),
            "day": t["at"],
            "account": _ids(t["account"], NOBODY),
            "need": t["need"].astype(np.int64),
            "lead": _ids(t["lead"], NOTHING),
            "previous": _ids(t["previous"], NOTHING),
            "programme": _programmes(t["programme"], run),
            "contact": t["contact"].astype(np.int64),
            "source": _words(t["source"], SOURCES),
            "kind": _words(t["kind"], TOUCH_KINDS),
            "recorded": t["recorded"] == 1,
            "matched": t["matched"] == 1,
        }
    )


def people(run: RunTables) -> pd.DataFrame:
    """Return one row per development rep and stay on a seat, in the order of their start."""
    t = run.people
    return pd.DataFrame(
        {
            "person": np.arange(len(t)),
            "seat": t["seat"].astype(np.int64),
            "tenure": t["tenure"].astype(np.int64),
            "started_day": t["started"],
            "ended_day": t["ended"],
            "departure": _words(t["departure"], DEPARTURES),
            "leads_worked": t["leads_worked"].astype(np.int64),
        }
    )


def reviews(run: RunTables) -> pd.DataFrame:
    """Return one row per review and programme, in the order of time; the last columns are the same in all its rows."""
    t = run.reviews
    whole = ("kpi", "target", "believed_return", "threshold", "low_intent_bid", "budget_per_year")
    return pd.DataFrame(
        {
            "review": t["review"].astype(np.int64),
            "day": t["at"],
            "programme": _programmes(t["programme"], run),
            "credited": t["credited"],
            "spent": t["spent"],
            "share_before": t["share_before"],
            "share_after": t["share_after"],
        }
        | {name: t[name] for name in whole}
    )
