"""Buyers on their own clocks, as steps: needs that come, the journey, searches, raised hands, and the decision."""

import math

from marketsim.compiled.clock import schedule
from marketsim.compiled.layout import (
    NURTURE,
    WEBINARS,
    Hub,
    accounts_of,
    company_of,
    deals_of,
    hub_at,
    journeys_of,
    note,
    p_of,
)
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.rows import free_journey, keep_journey, let_deal_go
from marketsim.compiled.shared_clocks import join, leave
from marketsim.compiled.steps import FREE_SLOT, TAKE_LEAD, WIN, call, step
from marketsim.state.decision import decide
from marketsim.state.events import Event
from marketsim.state.journeys import meet_need, raise_hand, search, turn_active
from marketsim.state.layout import FROM_HAND_RAISE, FROM_SEARCH, JOURNEY_OURS, NOTHING

_NEED, _ACTIVE, _DECISION = int(Event.NEED), int(Event.ACTIVE), int(Event.DECISION)
_SEARCH, _HAND_RAISE = int(Event.SEARCH), int(Event.HAND_RAISE)


@step("needs", _NEED)
def _meet_need(hub: int, account: int, row: int, c: int, d: int, e: int) -> int:
    """Meet a candidate need; an account that is free and finds the need pressing starts a journey."""
    h = hub_at(hub, 1)[0]
    accounts = accounts_of(h)
    journey = free_journey(h)
    following, research_ends, webinar = meet_need(
        p_of(h), company_of(h), accounts, journeys_of(h), journey, account, h["now"]
    )
    schedule(h, following, _NEED, account, account)
    accepted = research_ends < math.inf
    note(h, _NEED, account, 1.0 if accepted else 0.0)
    if accepted:
        keep_journey(h)
        join(h, WEBINARS, account, webinar, accounts[account]["need"])
        schedule(h, research_ends, _ACTIVE, account, account)
    return 0


@step("journeys", _ACTIVE)
def _turn_active(hub: int, account: int, row: int, c: int, d: int, e: int) -> int:
    """End research: talk to vendors from now on."""
    h = hub_at(hub, 1)[0]
    leave(h, WEBINARS, account)
    opening = turn_active(p_of(h), company_of(h), accounts_of(h), journeys_of(h), account, h["now"])
    note(h, _ACTIVE, account, opening[0])
    buy(h, account, opening[0], opening[1], opening[2], opening[3])
    return 0


@orchestrated
def buy(h: Hub, account: int, decides: float, hand_raise: float, first_search: float, nurture: float) -> None:
    """Search, perhaps raise a hand, and decide when the time has come."""
    if hand_raise < decides:
        schedule(h, hand_raise, _HAND_RAISE, account, account)
    if first_search < decides:
        schedule(h, first_search, _SEARCH, account, account)
    if nurture < math.inf:
        join(h, NURTURE, account, nurture, accounts_of(h)[account]["need"])
    schedule(h, decides, _DECISION, account, account)


@step("decisions", _DECISION)
def _decide(hub: int, account: int, row: int, c: int, d: int, e: int) -> int:
    """End the journey."""
    h = hub_at(hub, 1)[0]
    leave(h, NURTURE, account)
    outcome, deal, led = decide(p_of(h), company_of(h), accounts_of(h), journeys_of(h), deals_of(h), account, h["now"])
    note(h, _DECISION, account, float(outcome))
    if outcome == JOURNEY_OURS:
        call(h, WIN, account, deal, 0, 0, 0)
    if led and h["own_length"] == 0:
        call(h, FREE_SLOT, 0, 0, 0, 0, 0)
    if deal != NOTHING:
        let_deal_go(h, deal)
    return 0


@step("searches", _SEARCH)
def _search(hub: int, account: int, row: int, c: int, d: int, e: int) -> int:
    """Search, and again until the decision; some searches become leads of ours."""
    h = hub_at(hub, 1)[0]
    accounts = accounts_of(h)
    decides = accounts[account]["decides_at"]
    ours, k, time, named = search(p_of(h), company_of(h), accounts, account, h["now"])
    note(h, _SEARCH, account, 1.0 if ours else 0.0)
    if time < decides:
        schedule(h, time, _SEARCH, account, account)
    if ours:
        call(h, TAKE_LEAD, account, FROM_SEARCH, k, 1 if named else 0, NOTHING)
    return 0


@step("raised hands", _HAND_RAISE)
def _raise_hand(hub: int, account: int, row: int, c: int, d: int, e: int) -> int:
    """Ask for a conversation, or wait while we are in talks already."""
    h = hub_at(hub, 1)[0]
    asks, k, time = raise_hand(p_of(h), accounts_of(h), account, h["now"])
    note(h, _HAND_RAISE, account, 1.0 if asks else 0.0)
    if time < math.inf:
        schedule(h, time, _HAND_RAISE, account, account)
    if asks:
        call(h, TAKE_LEAD, account, FROM_HAND_RAISE, k, 0, NOTHING)
    return 0
