"""Attribution: which programmes a CRM would thank for the customers won, by six rules; and what the CRM sees at all.

The truth is a counterfactual (`Scenario.scaled`), not a rule. These tables say what people would believe.
"""

from typing import Any

import numpy as np
import pandas as pd

from marketsim.outcomes import Outcome
from marketsim.rules.attribution import named, touch_weights
from marketsim.rules.draws import uniform2
from marketsim.scenario.company import CREDIT_RULES
from marketsim.scenario.errors import BadInput
from marketsim.scenario.scenario import DAYS_PER_WEEK
from marketsim.state.layout import JOURNEY_OURS, NOTHING, SOURCES, TOUCH_INQUIRY, TOUCH_JOINED, TOUCH_OUTBOUND
from marketsim.state.streams import DEAL_RECORDED, SELF_REPORT
from marketsim.state.tables import RunTables

Array = np.ndarray[Any, Any]

RULES = tuple(rule for rule in CREDIT_RULES if rule != "converting_lead")
NO_PROGRAMME = "none"
ALL = "all"
VALUES = ("customers", "new_recurring_revenue", "expected_lifetime_value")
# kinds of touches that carry credit; calls and meetings only follow from them
_BY_MARKETING = (TOUCH_INQUIRY, TOUCH_JOINED, TOUCH_OUTBOUND)


def attribution(outcome: Outcome, rule: str, *, recorded_only: bool = False) -> pd.DataFrame:
    """Credit the customers won after day 0 to programmes by a rule.

    Parameters
    ----------
    outcome
        A run with its tables.
    rule
        `first`, `last`, `linear`, `time_decay` or `position` over the inquiries, joined contacts and outbound contacts
        of the account and need up to the contract that are recorded and matched; `self_reported`: who remembered us at
        the day-one list names a programme of brand or content, else that of the converting lead counts.
    recorded_only
        Give credit for customers whose origin sales recorded only, as policies that steer by money do. (Asking the
        customer needs no record.)

    Returns
    -------
    DataFrame
        One row per programme, and one (`none`) for what no programme gets: touches that no programme made, customers
        without a touch that the CRM sees. Columns `rule`, `programme`, the values credited, and `share`, that of new
        recurring revenue.

    Raises
    ------
    BadInput
        If there is no such rule.
    """
    if rule not in RULES:
        raise BadInput(f"no attribution rule {rule!r}. There are: {', '.join(RULES)}.")
    run = outcome.tables
    won = contracts_won(run)
    credit = self_reported(run, won) if rule == "self_reported" else by_touches(run, won, CREDIT_RULES.index(rule))
    if recorded_only and rule != "self_reported":
        credit[~sales_recorded(run, won)] = 0.0
    table = pd.DataFrame({"rule": rule, "programme": [*run.programmes, NO_PROGRAMME]})
    values = (np.ones(len(won)), won["first_value"], won["expected_lifetime_value"])
    nobody = 1.0 - credit.sum(axis=1)
    for name, value in zip(VALUES, values, strict=True):
        table[name] = [*(value @ credit), float(value @ nobody)]
    whole = float(won["first_value"].sum())
    table["share"] = table["new_recurring_revenue"] / whole if whole > 0.0 else np.nan
    return table


def credit_by_every_rule(outcome: Outcome) -> pd.DataFrame:
    """Return the credit that `attribution` gives by every rule, for all customers and for recorded ones only.

    Columns `rule`, `recorded_only`, `programme` and the values credited. (Asking the customer needs no record: what
    customers say stands there once.)
    """
    run = outcome.tables
    won = contracts_won(run)
    found, recorded = chains(run, won), sales_recorded(run, won)
    values = (np.ones(len(won)), won["first_value"], won["expected_lifetime_value"])
    parts = []
    for rule in RULES:
        asked = rule == "self_reported"
        credit = self_reported(run, won) if asked else _by_chains(run, won, found, CREDIT_RULES.index(rule))
        for recorded_only in (False,) if asked else (False, True):
            given = credit * recorded[:, None] if recorded_only else credit
            table = pd.DataFrame({"programme": [*run.programmes, NO_PROGRAMME]})
            table.insert(0, "rule", rule)
            table.insert(1, "recorded_only", recorded_only)
            nobody = 1.0 - given.sum(axis=1)
            for name, value in zip(VALUES, values, strict=True):
                table[name] = [*(value @ given), float(value @ nobody)]
            parts.append(table)
    return pd.concat(parts, ignore_index=True)


def crm_view(outcome: Outcome) -> pd.DataFrame:
    """Return what the CRM sees against what happened after day 0: one row per source, and one for all.

    Columns: `touches`, and of these `recorded`, `matched` and `seen` (both), with `seen_share`; `customers_won` by the
    source of the lead that was won, and of these `customers_recorded` (sales recorded where the deal came from) and
    `customers_traced` (at least one touch of theirs that carries credit is seen); `new_recurring_revenue` and what of
    it is recorded.
    """
    run = outcome.tables
    touches = run.touches[run.touches["at"] >= 0.0]
    won = contracts_won(run)
    seen = (touches["recorded"] == 1) & (touches["matched"] == 1)
    recorded = sales_recorded(run, won)
    traced = np.array([len(chain) > 0 for chain in chains(run, won)], dtype=bool)
    counted = {
        "touches": (touches["source"], np.ones(len(touches))),
        "recorded": (touches["source"], touches["recorded"]),
        "matched": (touches["source"], touches["matched"]),
        "seen": (touches["source"], seen),
        "customers_won": (won["source"], np.ones(len(won))),
        "customers_recorded": (won["source"], recorded),
        "customers_traced": (won["source"], traced),
        "new_recurring_revenue": (won["source"], won["first_value"]),
        "new_recurring_revenue_recorded": (won["source"], won["first_value"] * recorded),
    }
    table = pd.DataFrame(
        {name: np.bincount(source, value, minlength=len(SOURCES)) for name, (source, value) in counted.items()}
    )
    table.insert(0, "source", list(SOURCES))
    table.loc[len(table)] = [ALL, *table.drop(columns="source").sum()]
    table.insert(5, "seen_share", table["seen"] / table["touches"].where(table["touches"] > 0.0))
    return table


def contracts_won(run: RunTables) -> Array:
    """Return the contracts signed after day 0."""
    rows = run.contracts
    return np.asarray(rows[(rows["started"] >= 0.0) & (rows["deal"] != NOTHING)])


def sales_recorded(run: RunTables, won: Array) -> Array:
    """Tell for each contract whether sales recorded where its deal came from (the same draw as the run's)."""
    p, rate = run.p, run.p["recording_rate_sales"][0]
    pairs = zip(won["account"], won["need"], strict=True)
    return np.array([uniform2(p["key"][0][DEAL_RECORDED], account, need) < rate for account, need in pairs], dtype=bool)


def chains(run: RunTables, won: Array) -> list[Array]:
    """Return for each contract the touches of its account and need that carry credit, oldest first, up to its start."""
    touches = run.touches
    seen = touches[(touches["recorded"] == 1) & (touches["matched"] == 1) & np.isin(touches["account"], won["account"])]
    seen = seen[np.isin(seen["kind"], _BY_MARKETING)]
    found: dict[tuple[int, int], list[int]] = {}
    for row in np.argsort(seen["at"], kind="stable"):
        found.setdefault((int(seen["account"][row]), int(seen["need"][row])), []).append(int(row))
    chain = [seen[found.get((int(c["account"]), int(c["need"])), [])] for c in won]
    return [part[part["at"] <= c["started"]] for part, c in zip(chain, won, strict=True)]


def by_touches(run: RunTables, won: Array, rule: int) -> Array:
    """Return the credit of each programme for each contract, shape (contracts, programmes), by a rule on touches."""
    return _by_chains(run, won, chains(run, won), rule)


def _by_chains(run: RunTables, won: Array, found: list[Array], rule: int) -> Array:
    p = run.p[0]
    credit = np.zeros((len(won), len(run.programmes)))
    for row, (contract, chain) in enumerate(zip(won, found, strict=True)):
        ages = contract["started"] - chain["at"]
        weights = touch_weights(rule, ages, p["time_decay_days"], p["position_first"], p["position_last"])
        made = chain["programme"] >= 0
        np.add.at(credit[row], chain["programme"][made], weights[made])
    return credit


def self_reported(run: RunTables, won: Array) -> Array:
    """Return the same by what customers say: what they remember us by, else the programme of the converting lead."""
    journeys = run.journeys[(run.journeys["outcome"] == JOURNEY_OURS) & (run.journeys["remembers"] == 1)]
    listed = {(int(j["account"]), int(j["need"])): float(j["active_at"]) for j in journeys}
    credit = np.zeros((len(won), len(run.programmes)))
    p = run.p
    for row, contract in enumerate(won):
        programme = int(contract["programme"])
        account, need = int(contract["account"]), int(contract["need"])
        day = listed.get((account, need))
        if day is not None:
            week = int((day - run.starts_at) / DAYS_PER_WEEK)
            week = min(max(week, 0), len(run.named_weeks) - 1)
            answer = int(named(run.named_weeks[week], uniform2(p["key"][0][SELF_REPORT], account, need)))
            programme = answer if answer >= 0 else programme
        if programme >= 0:
            credit[row, programme] = 1.0
    return credit
