"""Conservation: at the end of every run each account, lead, deal and unit of money must be accounted for."""

from typing import Any

import numpy as np

from marketsim.scenario.scenario import DAYS_PER_WEEK, DAYS_PER_YEAR
from marketsim.state.layout import (
    ACTIVE,
    BRAND_TERMS,
    CAPTURE,
    CUSTOMER,
    DEAL_CLOSED,
    DEAL_IN_LINE,
    DEAL_OPEN,
    DEAL_WON,
    LEAD_CONVERTED,
    LEAD_IGNORED,
    LEAD_LOST,
    LEAD_OPEN_STATES,
    LEAD_REFUSED,
    LEAD_STATES,
    LEAD_UNQUALIFIED,
    LEAD_WAITING,
    LEAD_WORKED,
    NOBODY,
    NOTHING,
    OUTBOUND,
    PRESENT,
    RESEARCH,
    SOURCES,
    TOUCH_CALL,
    TOUCH_INQUIRY,
    TOUCH_JOINED,
    TOUCH_KINDS,
    TOUCH_MEETING,
    TOUCH_OUTBOUND,
    TRUTHS,
)
from marketsim.state.tables import RunTables

_RELATIVE_TOLERANCE = 1e-9  # rounding of a sum of some ten thousand floats
_ACCOUNTS_AT_ONCE = 1 << 17
Array = np.ndarray[Any, Any]


class ConservationError(RuntimeError):
    """Something was lost or made from nothing: a fault of the model, never of the input."""


def audit(run: RunTables, *, keeps_logs: bool = True) -> None:
    """Check a finished run; without logs, what the other tables say of each other.

    Raises
    ------
    ConservationError
        Naming the first entity (account, lead, deal, contract, month) that does not add up.
    """
    _check_accounts(run)
    if keeps_logs:
        _check_leads(run)
        _check_deals(run)
        _check_journeys(run)
        _check_contracts(run)
        _check_earnings(run)
        _check_touches(run)
    _check_people(run)
    _check_money(run)


def _first(wrong: Array, what: str, reason: str) -> None:
    """Raise for the first True in `wrong`."""
    if wrong.any():
        raise ConservationError(f"{what} {int(np.argmax(wrong))}: {reason} ({int(wrong.sum())} in all)")


def _equal(found: float, expected: float, what: str) -> None:
    scale = max(abs(found), abs(expected), 1.0)
    if not abs(found - expected) <= _RELATIVE_TOLERANCE * scale:
        raise ConservationError(f"{what}: {found!r} by count, {expected!r} by the tables")


def _read(table: Array, *names: str) -> list[Array]:
    """Return columns of a table, each in one piece: rows are wide, and some columns are read a dozen times."""
    return [np.ascontiguousarray(table[name]) for name in names]


def _counted(values: Array, kinds: int) -> Array:
    """Count how often each kind from 0 occurs."""
    known = np.where((values < 0) | (values >= kinds), kinds, values)
    return np.bincount(known, minlength=kinds + 1)[:kinds]


def _check_leads(run: RunTables) -> None:
    state, account, deal = _read(run.leads, "state", "account", "deal")
    finished, arrived = _read(run.leads, "finished", "arrived")
    _first((state < 0) | (state >= len(LEAD_STATES)), "lead", "has no known state")
    is_open = np.isin(np.arange(len(LEAD_STATES)), LEAD_OPEN_STATES)[state]
    _first(np.isnan(finished) != is_open, "lead", "is closed without an end, or open with one")
    _first((state == LEAD_CONVERTED) != (deal != NOTHING), "lead", "converted without a deal, or the reverse")
    _first(finished < arrived, "lead", "ended before it arrived")
    qualified = run.leads["qualified"] == 1
    wrong = ((state == LEAD_UNQUALIFIED) == qualified) & ~is_open
    if wrong.any():
        _first(wrong[~is_open], "closed lead", "has a state against its qualification")
    states = _counted(state, len(LEAD_STATES))
    _equal(float(run.company["queue_length"][0]), int(states[LEAD_WAITING]), "leads in the queue")
    working = int(run.company["busy_reps"][0] - run.company["calling_reps"][0])
    _equal(float(working), int(states[LEAD_WORKED]), "leads in work")
    for field, kinds, what in (("source", SOURCES, "leads from"), ("truth", TRUTHS, "leads that are")):
        booked, found = run.months[f"leads_by_{field}"].sum(axis=0), _counted(run.leads[field], len(kinds))
        for k, name in enumerate(kinds):
            _equal(float(booked[k]), int(found[k]), f"{what} {name}")
    is_good = run.leads["good"] == 1
    _equal(float(run.months["good_leads"].sum()), int(is_good.sum()), "good leads")
    for flow, known in (("ignored_leads", LEAD_IGNORED), ("lost_leads", LEAD_LOST), ("refused_leads", LEAD_REFUSED)):
        _equal(float(run.months[flow].sum()), int(states[known]), flow.replace("_", " "))
    counted = np.bincount(account[is_open & (account != NOBODY)], minlength=len(run.accounts))
    _first(counted != run.accounts["open_leads"], "account", "has other open leads than the table of leads says")
    pairs = np.sort(account[is_good].astype(np.int64) << 32 | run.leads["need"][is_good])
    if (pairs[1:] == pairs[:-1]).any():
        raise ConservationError("leads: two good leads of one account and need")


def _check_deals(run: RunTables) -> None:
    deals = run.deals
    is_open = (deals["state"] == DEAL_IN_LINE) | (deals["state"] == DEAL_OPEN)
    _first((deals["state"] < DEAL_IN_LINE) | (deals["state"] > DEAL_CLOSED), "deal", "has no known state")
    _first(np.isnan(deals["closed"]) != is_open, "deal", "is closed without an end, or open with one")
    _first(run.leads["deal"][deals["lead"]] != np.arange(len(deals)), "deal", "is not the deal of its lead")
    _equal(float(run.company["deals_waiting"][0]), int((deals["state"] == DEAL_IN_LINE).sum()), "deals in line")
    _equal(float(run.company["open_deals"][0]), int((deals["state"] == DEAL_OPEN).sum()), "open deals")
    owned = deals[is_open & (deals["account"] != NOBODY)]
    linked = np.full(len(run.accounts), NOTHING)
    linked[owned["account"]] = np.flatnonzero(is_open & (deals["account"] != NOBODY))
    _first(linked != run.accounts["deal"], "account", "has another open deal than the table of deals says")
    won = int((deals["state"] == DEAL_WON).sum())
    _equal(float(run.months["deals_won"].sum()), won, "deals won")
    _equal(float(run.months["customers_won"].sum()), won, "customers won")


def _check_accounts(run: RunTables) -> None:
    """Compare the accounts, some at a time (a large market would fill the memory), with what the company counts."""
    company = run.company
    counts: dict[str, int] = dict.fromkeys(("active accounts", "accounts in research"), 0)
    expected = {"active accounts": company["active"][0], "accounts in research": company["research"][0]}
    for segment in range(len(company["pool_listed"][0])):
        for name in ("pool_listed", "pool_unlisted", "customers"):
            expected[f"{name} of segment {segment}"] = company[name][0][segment]
            counts[f"{name} of segment {segment}"] = 0
    for begin in range(0, len(run.accounts), _ACCOUNTS_AT_ONCE):
        accounts = run.accounts[begin : begin + _ACCOUNTS_AT_ONCE]
        active = accounts["phase"] == ACTIVE
        in_pool = active
        if run.p["pool_depletes"][0] == 1:
            in_pool = active & (accounts["open_leads"] == 0) & (accounts["deal"] == NOTHING)
        what = f"account (from {begin} on)" if begin else "account"
        _first(in_pool != (accounts["in_pool"] > 0), what, "is in the pool though it is not free, or the reverse")
        _first(in_pool & (accounts["in_pool"] != 1 + accounts["listed"]), what, "is in the wrong part of the pool")
        counts["active accounts"] += int(active.sum())
        counts["accounts in research"] += int((accounts["phase"] == RESEARCH).sum())
        for segment in range(len(company["pool_listed"][0])):
            own = accounts[["in_pool", "phase"]][accounts["segment"] == segment]
            counts[f"pool_listed of segment {segment}"] += int((own["in_pool"] == 2).sum())
            counts[f"pool_unlisted of segment {segment}"] += int((own["in_pool"] == 1).sum())
            counts[f"customers of segment {segment}"] += int((own["phase"] == CUSTOMER).sum())
    for name, count in counts.items():
        _equal(float(expected[name]), count, name.replace("_", " "))


def _check_journeys(run: RunTables) -> None:
    journeys = run.journeys
    _first(np.diff(journeys["started"]) < 0.0, "journey", "is not in the order of time")
    under_way = np.isnan(journeys["decided"])
    on_journey = (run.accounts["journey"] != NOTHING).sum()
    _equal(float(on_journey), int(under_way.sum()), "journeys under way")


def _check_contracts(run: RunTables) -> None:
    accounts, contracts = run.accounts, run.contracts
    running = np.isnan(contracts["ended"])
    customers = accounts["phase"] == CUSTOMER
    _first(
        (accounts["contract"] != NOTHING) != customers, "account", "has a contract but is no customer, or the reverse"
    )
    linked = np.full(len(accounts), NOTHING)
    linked[contracts["account"][running]] = np.flatnonzero(running)
    _first(linked != accounts["contract"], "account", "has another contract than the table of contracts says")
    _first(contracts["value"] < 0.0, "contract", "has a negative value")
    fit = contracts["fit"] == 1
    _equal(float(run.company["revenue_fit"][0]), float(contracts["value"][running & fit].sum()), "good revenue")
    _equal(float(run.company["revenue_unfit"][0]), float(contracts["value"][running & ~fit].sum()), "bad revenue")
    _equal(float(run.months["customers_churned"].sum()), int((~running).sum()), "customers who left")


def _check_touches(run: RunTables) -> None:
    touches, leads, deals, months = run.touches, run.leads, run.deals, run.months
    rows = np.arange(len(touches))
    _equal(float(months["touches"].sum()), len(touches), "touches")
    _equal(float(months["touches_recorded"].sum()), int(touches["recorded"].sum()), "recorded touches")
    before, account, at = _read(touches, "previous", "account", "at")
    linked = np.flatnonzero(before != NOTHING)
    earlier = before[linked]
    _first(before >= rows, "touch", "comes before the one it follows")
    _first(account[earlier] != account[linked], "linked touch", "follows one of another account")
    _first(at[earlier] > at[linked], "linked touch", "follows a later one")
    last = np.full(len(run.accounts), NOTHING)
    last[account] = rows
    _first(last != run.accounts["last_touch"], "account", "has another last touch than the table of touches says")
    touch, arrived = _read(leads, "touch", "arrived")
    owned = leads["account"] != NOBODY
    _first((touch != NOTHING) != owned, "lead", "of an account has no touch, or the reverse")
    own = touch[owned]
    wrong = (touches["lead"][own] != np.flatnonzero(owned)) | (at[own] != arrived[owned])
    _first(wrong, "lead of an account", "is not what its touch belongs to")
    kinds = np.bincount(touches["kind"], minlength=len(TOUCH_KINDS))
    _equal(float(kinds[TOUCH_INQUIRY] + kinds[TOUCH_OUTBOUND]), int(owned.sum()), "touches that made a lead")
    _equal(float(kinds[TOUCH_JOINED]), float(months["second_contacts_joined"].sum()), "contacts that joined a lead")
    reached = owned & (leads["reached"] == 1) & ~np.isnan(leads["finished"])
    _equal(float(kinds[TOUCH_CALL]), int(reached.sum()), "calls that reached somebody")
    met = (deals["account"] != NOBODY) & ~np.isnan(deals["started"])
    _equal(float(kinds[TOUCH_MEETING]), int(met.sum()), "first meetings")


def _check_people(run: RunTables) -> None:
    people = run.people
    present = np.isnan(people["ended"])
    _first((people["departure"] == PRESENT) != present, "person", "has left without an end, or the reverse")
    _equal(float(run.company["reps"][0]), int(present.sum()), "people on the floor")
    order = np.lexsort((people["tenure"], people["seat"]))
    one, next_one = people[order[:-1]], people[order[1:]]
    same = one["seat"] == next_one["seat"]
    _first(same & ~(one["ended"] <= next_one["started"]), "person", "is still there when the next one takes the seat")
    _first(same & (next_one["tenure"] - one["tenure"] != 1), "person", "is not the next one on the seat")
    if run.p["finite_hands"][0] == 1:
        _equal(float(run.months["worked_leads"].sum()), int(people["leads_worked"].sum()), "leads worked by people")


def _check_money(run: RunTables) -> None:
    after = run.months[run.past_months :]
    profit = (
        after["revenue"]
        - after["cost_of_goods"]
        - after["cost_to_serve"]
        - after["payroll"]
        - after["overhead"]
        - after["spend_by_stage"].sum(axis=1)
        - after["spend_structure"]
    )
    expected = run.opening_cash + np.cumsum(profit)
    scale = 1.0 + abs(run.opening_cash) + np.cumsum(np.abs(profit))  # cash itself may pass through zero
    _first(np.abs(after["cash"] - expected) > _RELATIVE_TOLERANCE * scale, "month", "cash is not the sum of profits")
    _check_budget(run)


def _check_budget(run: RunTables) -> None:
    """Compare what was booked with the budget of every week; inquiries are booked one by one, hence by their budget."""
    booked = run.months["spend_by_stage"].sum(axis=0)
    bought = [CAPTURE, BRAND_TERMS, *([OUTBOUND] if run.p["outbound_enabled"][0] else [])]
    flowed = np.delete(booked, bought).sum() + run.months["capture_budget"].sum()
    weeks = run.starts_at + DAYS_PER_WEEK * np.arange(len(run.spend_weeks))
    elapsed = np.clip((float(run.company["accrued_until"][0]) - weeks) / DAYS_PER_WEEK, 0.0, 1.0)
    budget = elapsed @ run.spend_weeks
    _equal(float(flowed), float(budget[:-1].sum()), "money spent on programmes")
    _equal(float(run.months["spend_structure"].sum()), float(budget[-1]), "money spent on structure")


def _check_earnings(run: RunTables) -> None:
    """Compare revenue, and the part of it from accounts that fit, with what every contract has earned."""
    contracts, until = run.contracts, float(run.company["accrued_until"][0])
    running = np.isnan(contracts["ended"])
    earned = contracts["earned"] + np.where(
        running, contracts["value"] * (until - contracts["earned_until"]) / DAYS_PER_YEAR, 0.0
    )
    _equal(float(run.months["revenue"].sum()), float(earned.sum()), "revenue")
    _equal(float(run.months["revenue_fit"].sum()), float(earned[contracts["fit"] == 1].sum()), "good revenue so far")
