"""What marketing's money does between the weeks, as steps: idle clicks, webinars, and contacts that are kept warm."""

from marketsim.compiled.clock import schedule
from marketsim.compiled.layout import IDLE_ADS, NURTURE, WEBINARS, accounts_of, company_of, hub_at, note, p_of
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.shared_clocks import join, put_waiting, replan, take_nearest
from marketsim.compiled.steps import OPEN_IDLE_CLICKS, TAKE_LEAD, call, step
from marketsim.state.events import Event
from marketsim.state.inquiries import attend_webinar, inquire_idly, low_intent_threshold, refresh
from marketsim.state.layout import (
    FROM_ADS_LOW_INTENT,
    FROM_NURTURE,
    FROM_ORGANIC,
    FROM_WEBINAR,
    FROM_WEBINAR_LOW_INTENT,
    NOTHING,
)
from marketsim.state.pool import can_be_harvested

_WEBINAR, _NURTURE = int(Event.WEBINAR), int(Event.NURTURE)
_FIRST_CLICK, _LAST_CLICK = int(Event.LOW_INTENT_ADS), int(Event.LOW_INTENT_WEBINAR)
_FIRST_REFRESH = int(Event.REFRESH_ADS)


@orchestrated
def source_of(which: int) -> int:
    """Return the source of the leads of one of the three kinds of idle clicks."""
    if which == 0:
        return FROM_ADS_LOW_INTENT
    return FROM_ORGANIC if which == 1 else FROM_WEBINAR_LOW_INTENT


@step("idle clicks", *range(_FIRST_CLICK, _LAST_CLICK + 1))
def _inquire(hub: int, kind: int, b: int, c: int, d: int, e: int) -> int:
    """Let an account click without intent; it is fresh again after a while."""
    h = hub_at(hub, 1)[0]
    which = kind - _FIRST_CLICK
    source = source_of(which)
    account = take_nearest(h, IDLE_ADS + which)
    is_lead, cycle, fresh_at = inquire_idly(p_of(h), company_of(h), accounts_of(h), account, which, source, h["now"])
    note(h, kind, account, 1.0 if is_lead else 0.0)
    schedule(h, fresh_at, _FIRST_REFRESH + which, account, account)
    if is_lead:
        call(h, TAKE_LEAD, account, source, cycle, 0, NOTHING)
    replan(h, IDLE_ADS + which)
    return 0


@step("accounts that are fresh again", *range(_FIRST_REFRESH, _FIRST_REFRESH + 3))
def _refresh(hub: int, account: int, row: int, kind: int, d: int, e: int) -> int:
    """Let an account click without intent again."""
    h = hub_at(hub, 1)[0]
    which = kind - _FIRST_REFRESH
    note(h, kind, account, 0.0)
    distance = refresh(p_of(h), company_of(h), accounts_of(h), account, which, source_of(which))
    join(h, IDLE_ADS + which, account, distance, 0)
    return 0


@step("webinars", _WEBINAR)
def _attend(hub: int, kind: int, b: int, c: int, d: int, e: int) -> int:
    """Let an account on its journey attend a webinar."""
    h = hub_at(hub, 1)[0]
    account = take_nearest(h, WEBINARS)
    attends = attend_webinar(p_of(h), company_of(h), accounts_of(h), account, h["now"])
    note(h, _WEBINAR, account, 0.0)
    if attends:
        call(h, TAKE_LEAD, account, FROM_WEBINAR, 0, 0, NOTHING)
    replan(h, WEBINARS)
    return 0


@step("nurture", _NURTURE)
def _find(hub: int, kind: int, b: int, c: int, d: int, e: int) -> int:
    """Find an active account whose contact is known."""
    h = hub_at(hub, 1)[0]
    account = take_nearest(h, NURTURE)
    answers = can_be_harvested(accounts_of(h), account, h["now"])
    note(h, _NURTURE, account, 1.0 if answers else 0.0)
    if answers:
        call(h, TAKE_LEAD, account, FROM_NURTURE, 0, 0, NOTHING)
    replan(h, NURTURE)
    return 0


@step("opening: idle clicks", OPEN_IDLE_CLICKS)
def _open_idle_clicks(hub: int, which: int, b: int, c: int, d: int, e: int) -> int:
    """Make every account fresh for one kind of idle clicks."""
    h = hub_at(hub, 1)[0]
    accounts = accounts_of(h)
    source = source_of(which)
    if source == FROM_ADS_LOW_INTENT:
        company_of(h)[0]["fresh_ads"] = len(accounts)
    for account in range(len(accounts)):
        distance = low_intent_threshold(p_of(h), accounts, account, which, source)
        put_waiting(h, IDLE_ADS + which, account, distance, 0)
    replan(h, IDLE_ADS + which)
    return 0
