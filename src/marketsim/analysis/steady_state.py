"""The steady state that the core leads to, beside the figures that an independent check model found."""

from collections.abc import Mapping

import pandas as pd

MONTHS_PER_YEAR = 12

STEADY_STATE: Mapping[str, float] = {
    "entries_share": 0.199,
    "active_share": 0.048,
    "memory": 0.25,
    "memory_reported": 0.31,
    "leads": 9225.0,
    "leads_hand_raise": 968.0,
    "leads_search": 410.0,
    "leads_ads_low_intent": 1840.0,
    "leads_organic": 3660.0,
    "leads_webinar": 603.0,
    "leads_webinar_low_intent": 1154.0,
    "leads_nurture": 495.0,
    "leads_referral": 97.0,
    "qualified_leads": 3800.0,
    "good_leads": 874.0,
    "ignored_share": 0.20,
    "deals_opened": 914.0,
    "open_deals": 156.0,
    "load": 0.45,
    "response_hours": 0.2,
    "customers_won": 223.0,
    "share_of_purchases": 0.113,
    "won_listed_share": 0.94,
    "won_fit_share": 0.69,
    "no_decision_share": 0.50,
    "new_recurring_revenue": 4.2e6,
    "churn_share": 0.211,
    "quits": 1.4,
    "clearing_price": 1000.0,
    "hot_share_won": 0.10,
}
"""Balanced on a balanced past, the core alone, 20,000 accounts: means of years 1 to 3 by the check model."""


def steady_state(monthly: pd.DataFrame, accounts: int, years: int = 3) -> dict[str, float]:
    """Return the figures of `STEADY_STATE` of one run: flows per year, stocks as means over the first years."""
    m = monthly[(monthly["month"] >= 0) & (monthly["month"] < years * MONTHS_PER_YEAR)]
    flows = m.sum(numeric_only=True) / years
    means = m.mean(numeric_only=True)
    bypassing = flows["leads_hand_raise"] + flows["leads_referral"]
    ended = flows["deals_won"] + flows["deals_lost"] + flows["deals_no_decision"]
    found = {
        "entries_share": flows["market_entries"] / accounts,
        "active_share": means["active_accounts"] / accounts,
        "ignored_share": flows["ignored_leads"] / (flows["qualified_leads"] - bypassing),
        "share_of_purchases": flows["deals_won"] / flows["market_purchases"],
        "won_listed_share": flows["deals_won_listed"] / flows["deals_won"],
        "won_fit_share": flows["deals_won_fit"] / flows["deals_won"],
        "no_decision_share": flows["deals_no_decision"] / ended,
        "churn_share": flows["customers_churned"] / means["customers"],
    }
    stocks = ("memory", "memory_reported", "open_deals", "load", "response_hours", "clearing_price", "hot_share_won")
    found |= {name: means[name] for name in stocks}
    found |= {name: flows[name] for name in STEADY_STATE if name not in found}
    return {name: float(found[name]) for name in STEADY_STATE}
