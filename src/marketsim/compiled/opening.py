"""The opening of a run, as steps: who is in which phase, and what has to happen first."""

import math

from marketsim.compiled.buyers import buy
from marketsim.compiled.calendar import expect_batch, expect_inquiry
from marketsim.compiled.clock import schedule
from marketsim.compiled.layout import (
    TAKES_SEAT,
    WEBINARS,
    accounts_of,
    company_of,
    hub_at,
    journeys_of,
    number_grid_at,
    p_of,
    seats_of,
)
from marketsim.compiled.reps import expect_opening, free_seat, put_on_agenda, sit_down
from marketsim.compiled.shared_clocks import join
from marketsim.compiled.steps import OPEN_ACCOUNTS, OPEN_COMPANY, OPEN_MARKET, step
from marketsim.scenario.scenario import DAYS_PER_MONTH
from marketsim.state.events import Event
from marketsim.state.journeys import turn_active, webinar_threshold
from marketsim.state.layout import ACTIVE, RESEARCH
from marketsim.state.opening import open_accounts, open_minds

_NEED, _ACTIVE = int(Event.NEED), int(Event.ACTIVE)
_MONTH, _WEEK = int(Event.MONTH), int(Event.WEEK)


@step("opening: accounts", OPEN_ACCOUNTS)
def _open_accounts(hub: int, begin: int, first_address: int, rows: int, d: int, e: int) -> int:
    """Put some accounts into a phase of the stationary market, and let them wait for what comes first."""
    h = hub_at(hub, 1)[0]
    first = number_grid_at(first_address, rows, 2)
    open_accounts(p_of(h), company_of(h), accounts_of(h), begin, first, h["now"])
    for row in range(rows):
        account = begin + row
        schedule(h, first[row, 0], _NEED, account, account)
        if first[row, 1] < math.inf:
            schedule(h, first[row, 1], _ACTIVE, account, account)
    return 0


@step("opening: the market", OPEN_MARKET)
def _open_market(hub: int, a: int, b: int, c: int, d: int, e: int) -> int:
    """Let every account that is on a journey go on with it."""
    h = hub_at(hub, 1)[0]
    p, company, accounts, now = p_of(h), company_of(h), accounts_of(h), h["now"]
    open_minds(p, company)
    for account in range(len(accounts)):
        if accounts[account]["phase"] == ACTIVE:
            opening = turn_active(p, company, accounts, journeys_of(h), account, now)
            buy(h, account, opening[0], opening[1], opening[2], opening[3])
        elif accounts[account]["phase"] == RESEARCH:
            threshold = webinar_threshold(p, company, accounts, account, now)
            join(h, WEBINARS, account, threshold, accounts[account]["need"])
    return 0


@step("opening: the company", OPEN_COMPANY)
def _open_company(hub: int, reps: int, present_reps: int, c: int, d: int, e: int) -> int:
    """Let the calendar begin, and the first team take its seats."""
    h = hub_at(hub, 1)[0]
    schedule(h, h["start"], _WEEK, 0, 0)
    schedule(h, h["month"] * DAYS_PER_MONTH, _MONTH, 0, 0)
    expect_inquiry(h, 0)
    expect_batch(h, 1)
    if h["has_hours"] == 1:
        expect_opening(h)
    company_of(h)[0]["seats"] = present_reps
    for _ in range(reps):
        seat = free_seat(h)
        seats_of(h)[seat]["hired"] = h["first_hired"]
        put_on_agenda(h, TAKES_SEAT, seat, sit_down(h, seat, 0, h["first_hired"]))
    return 0
