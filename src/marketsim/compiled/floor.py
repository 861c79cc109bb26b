"""The sales floor, as steps: leads come in, development reps work them, executives hold the deals they become."""

import math

from marketsim.compiled.clock import schedule
from marketsim.compiled.layout import (
    WORKS_ALONE,
    Hub,
    accounts_of,
    company_of,
    deals_of,
    hub_at,
    leads_of,
    note,
    p_of,
    people_of,
    programmes_of,
    seats_of,
    touches_of,
)
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.reps import put_on_agenda, take
from marketsim.compiled.rows import (
    free_deal,
    free_lead,
    free_touch,
    keep_deal,
    keep_lead,
    keep_touch,
    lead_number,
    let_lead_go,
    refer_to_deal,
    refer_to_lead,
)
from marketsim.compiled.steps import DROP_LEAD, FINISH_LEAD, TAKE_DEAL, TAKE_LEAD, WORK, WORK_ALONE, call, step
from marketsim.state.contacts import JOINED_LEAD, NEW_LEAD, meet_next_contact
from marketsim.state.ends import hand_raise_after
from marketsim.state.events import Event
from marketsim.state.journeys import next_hand_raise
from marketsim.state.layout import FROM_HAND_RAISE, FROM_SECOND_CONTACT, NOBODY
from marketsim.state.leads import ABANDONED, CLOSED_AT_ONCE, ON_ITS_WAY, raise_lead, reach_sales
from marketsim.state.work import finish_work, start_work

_WORK_DONE, _HAND_RAISE = int(Event.WORK_DONE), int(Event.HAND_RAISE)
_TRANSFER, _SECOND_CONTACT = int(Event.TRANSFER), int(Event.SECOND_CONTACT)
_RAMPED = math.inf


@step("new leads", TAKE_LEAD)
def _take_lead(hub: int, account: int, source: int, k: int, brand_term: int, origin: int) -> int:
    """Judge a new lead; what is qualified and trusted goes to a rep or to the queue."""
    h = hub_at(hub, 1)[0]
    p, accounts = p_of(h), accounts_of(h)
    lead, touch = free_lead(h), free_touch(h)
    route, _, reaches_sales, next_contact = raise_lead(
        p, company_of(h), accounts, leads_of(h), touches_of(h), programmes_of(h), lead, touch,
        account, source, k, brand_term == 1, origin, h["now"],
    )  # fmt: skip
    if route == ABANDONED:
        if source == FROM_HAND_RAISE:
            _expect_hand(h, account, next_hand_raise(p, accounts, account, h["now"]))
        return 0
    keep_lead(h, lead)
    if account != NOBODY:
        keep_touch(h)
    if next_contact < math.inf:
        refer_to_lead(h, lead)
        schedule(h, next_contact, _SECOND_CONTACT, lead_number(h, lead), lead)
    if route == ON_ITS_WAY:
        schedule(h, reaches_sales, _TRANSFER, lead_number(h, lead), lead)
    elif route != CLOSED_AT_ONCE:
        _pass_on(h, lead)
    else:
        if source == FROM_HAND_RAISE:
            _wait_for_hand(h, lead)
        let_lead_go(h, lead)
    return 0


@orchestrated
def _pass_on(h: Hub, lead: int) -> None:
    """Give a lead to sales."""
    if h["finite"] == 1:
        take(h, lead)
    else:
        put_on_agenda(h, WORKS_ALONE, 0, lead)


@step("leads on their way to sales", _TRANSFER)
def _reach_sales(hub: int, number: int, lead: int, c: int, d: int, e: int) -> int:
    """Let a lead that was on its way reach sales, which may refuse it."""
    h = hub_at(hub, 1)[0]
    waits = reach_sales(p_of(h), company_of(h), accounts_of(h), leads_of(h), lead, h["now"])
    note(h, _TRANSFER, number, 1.0 if waits else 0.0)
    if waits:
        _pass_on(h, lead)
    else:
        let_lead_go(h, lead)
    return 0


@step("further contacts", _SECOND_CONTACT)
def _meet_next_contact(hub: int, number: int, origin: int, c: int, d: int, e: int) -> int:
    """Let another contact of an account inquire: it joins the open lead, or makes a lead of its own."""
    h = hub_at(hub, 1)[0]
    leads = leads_of(h)
    comes_to, k, next_contact = meet_next_contact(
        p_of(h), company_of(h), accounts_of(h), leads, touches_of(h), origin, free_touch(h), h["now"]
    )
    note(h, _SECOND_CONTACT, number, float(comes_to))
    if comes_to == JOINED_LEAD:
        keep_touch(h)
        if next_contact < math.inf:
            refer_to_lead(h, origin)
            schedule(h, next_contact, _SECOND_CONTACT, number, origin)
    elif comes_to == NEW_LEAD:
        call(h, TAKE_LEAD, leads[origin]["account"], FROM_SECOND_CONTACT, k, 0, origin)
    let_lead_go(h, origin)
    return 0


@step("worked leads", FINISH_LEAD)
def _finish(hub: int, lead: int, b: int, c: int, d: int, e: int) -> int:
    """End the work on a lead: it may become a deal, or its account may raise a hand again."""
    h = hub_at(hub, 1)[0]
    leads = leads_of(h)
    deal = free_deal(h)
    converted, called, hand_raise = finish_work(
        p_of(h), company_of(h), accounts_of(h), leads, deals_of(h), touches_of(h), lead, deal, free_touch(h), h["now"]
    )
    if called:
        keep_touch(h)
    account = leads[lead]["account"]
    if converted:
        keep_deal(h, deal)
        refer_to_lead(h, lead)
        if account != NOBODY:
            refer_to_deal(h, deal)
        call(h, TAKE_DEAL, deal, 0, 0, 0, 0)
    else:
        _expect_hand(h, account, hand_raise)
    let_lead_go(h, lead)
    return 0


@step("leads that went cold", DROP_LEAD)
def _drop(hub: int, lead: int, b: int, c: int, d: int, e: int) -> int:
    """Let a lead go that went cold before anybody had time for it."""
    h = hub_at(hub, 1)[0]
    _wait_for_hand(h, lead)
    let_lead_go(h, lead)
    return 0


@orchestrated
def _wait_for_hand(h: Hub, lead: int) -> None:
    """Expect another raised hand from the account of a lead that came to nothing."""
    leads = leads_of(h)
    time = hand_raise_after(p_of(h), accounts_of(h), leads, lead, h["now"])
    _expect_hand(h, leads[lead]["account"], time)


@orchestrated
def _expect_hand(h: Hub, account: int, time: float) -> None:
    if time < math.inf:
        schedule(h, time, _HAND_RAISE, account, account)


@step("work on leads", _WORK_DONE)
def _end_work(hub: int, who: int, row: int, c: int, d: int, e: int) -> int:
    """End the work of a rep on a lead, or of nobody in particular where hands are not finite."""
    h = hub_at(hub, 1)[0]
    if h["finite"] == 0:
        call(h, FINISH_LEAD, row, 0, 0, 0, 0)
        note(h, _WORK_DONE, who, 0.0)
        return 0
    seat = seats_of(h)[who]
    people_of(h)[seat["person"]]["leads_worked"] += 1
    lead = seat["lead"]
    number = lead_number(h, lead)
    call(h, FINISH_LEAD, lead, 0, 0, 0, 0)
    note(h, _WORK_DONE, who, float(number))
    call(h, WORK, who, 0, 0, 0, 0)
    return 0


@step("work without limits", WORK_ALONE)
def _work_alone(hub: int, lead: int, b: int, c: int, d: int, e: int) -> int:
    """Work a lead at once, where hands are not finite."""
    h = hub_at(hub, 1)[0]
    ends = start_work(p_of(h), company_of(h), accounts_of(h), leads_of(h), lead, _RAMPED, h["now"])
    if ends >= h["now"]:
        schedule(h, ends, _WORK_DONE, lead_number(h, lead), lead)
    else:
        let_lead_go(h, lead)
    return 0
