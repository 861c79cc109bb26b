"""Development reps, as steps: seats on which people work leads and call accounts, leave one day, and are replaced."""

import math

from marketsim.compiled.clock import schedule
from marketsim.compiled.idle import be_idle, lowest_idle, stop_idling
from marketsim.compiled.layout import (
    GO_HOME,
    LOOK_AROUND,
    QUITS,
    TAKES_SEAT,
    WAKES,
    Hub,
    accounts_of,
    company_of,
    hub_at,
    items_at,
    leads_of,
    note,
    p_of,
    people_of,
    seats_of,
)
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.shared_clocks import join_quits, leave, replan, take_nearest
from marketsim.compiled.steps import DROP_LEAD, START_WEEK, TAKE_LEAD, TAKE_SEAT, WAKE, WORK, call, step
from marketsim.compiled.waiting import oldest_arrived, take_first, take_oldest, wait_in_line
from marketsim.state.customers import accrue
from marketsim.state.events import Event
from marketsim.state.hours import next_opening
from marketsim.state.layout import FROM_OUTBOUND, HAND_OVER, LEFT_COMPANY, NOBODY, NOTHING, OUTBOUND, SEAT_CLOSED
from marketsim.state.outbound import finish_call, fund_calls, start_call
from marketsim.state.people import (
    ADD_SEAT,
    CLOSE_SEAT,
    judge_load,
    new_seat_filled,
    tenure_threshold,
    vacancy_ends,
    write_person,
)
from marketsim.state.work import start_work

_WORK_DONE, _SEAT_FILLED, _QUIT = int(Event.WORK_DONE), int(Event.SEAT_FILLED), int(Event.QUIT)
_OPENING, _CALL_DONE = int(Event.OPENING), int(Event.CALL_DONE)
_DAYS_PER_WEEK, _WEEKS_PER_QUARTER = 7.0, 13


@orchestrated
def put_on_agenda(h: Hub, what: int, who: int, lead: int) -> None:
    """Let something happen at this instant, after what is on the agenda already."""
    room = h["agenda_room"]
    item = items_at(h["agenda"], room)[(h["agenda_first"] + h["agenda_count"]) % room]
    item["what"] = what
    item["who"] = who
    item["lead"] = lead
    h["agenda_count"] += 1


@orchestrated
def take(h: Hub, lead: int) -> None:
    """Give a lead to an idle rep, or let it wait."""
    if h["idle_count"] > 0 and h["now"] < h["closes_at"]:
        put_on_agenda(h, WAKES, lowest_idle(h), lead)
    else:
        wait_in_line(h, lead)


@orchestrated
def _next_lead(h: Hub) -> int:
    """Take a lead from the queue; one that has waited too long goes first, if there is a rule for the hand-over."""
    if h["now"] - oldest_arrived(h) > h["response_target"] and (
        h["now"] >= company_of(h)[0]["structure_from"][HAND_OVER]
    ):
        return take_oldest(h)
    return take_first(h)


# ---- the day ----


@orchestrated
def expect_opening(h: Hub) -> None:
    """Let the next day on the floor begin."""
    schedule(h, next_opening(p_of(h), h["now"]), _OPENING, 0, 0)


@orchestrated
def _pays_calls(h: Hub) -> bool:
    return bool(h["outbound"] == 1 and company_of(h)[0]["stage_spend_per_day"][OUTBOUND] > 0.0)


@step("opening hours", _OPENING)
def _open_floor(hub: int, zero: int, row: int, c: int, d: int, e: int) -> int:
    """Begin a day: grant its calls, and let everybody who waits look for work."""
    h = hub_at(hub, 1)[0]
    p = p_of(h)
    note(h, _OPENING, 0, 0.0)
    if h["has_hours"] == 1:
        h["closes_at"] = math.floor(h["now"]) + p[0]["closes_at"]
    if h["outbound"] == 1:
        fund_calls(p, company_of(h))
    if h["has_hours"] == 1 or _pays_calls(h):
        expect_opening(h)
    else:
        h["days_begin"] = 0
    seats = seats_of(h)
    for seat in range(len(seats)):
        if seats[seat]["idle"] == 1:
            seats[seat]["idle"] = 0
            put_on_agenda(h, WAKES, seat, LOOK_AROUND)
    h["idle_count"] = 0
    h["idle_heap_count"] = 0
    return 0


@step("weeks on the floor", START_WEEK)
def _start_week(hub: int, a: int, b: int, c: int, d: int, e: int) -> int:
    """Look at the number of seats once a quarter, and at whether the days of an open floor must begin."""
    h = hub_at(hub, 1)[0]
    now = h["now"]
    week = math.floor(now / _DAYS_PER_WEEK + 0.5)
    if h["hires"] == 1 and now > 0.0 and week % _WEEKS_PER_QUARTER == 0:
        _judge_seats(h)
    if h["has_hours"] == 0 and h["days_begin"] == 0 and _pays_calls(h):
        h["days_begin"] = 1
        schedule(h, now, _OPENING, 0, 0)
    return 0


# ---- seats ----


@orchestrated
def free_seat(h: Hub) -> int:
    """Take the lowest free seat number."""
    seats = seats_of(h)
    seat = 0
    while seats[seat]["exists"] == 1:
        seat += 1
    seats[seat]["exists"] = 1
    h["seat_count"] += 1
    return seat


@orchestrated
def add_seat(h: Hub, hired: float, person: int) -> None:
    """Let somebody take a free seat now or on the day of being hired."""
    seat = free_seat(h)
    seats = seats_of(h)
    seats[seat]["hired"] = hired
    put_on_agenda(h, TAKES_SEAT, seat, person)


@orchestrated
def _judge_seats(h: Hub) -> None:
    """Add a seat, or until the next verdict let one go that empties, if the quarter's load calls for it."""
    p, company = p_of(h), company_of(h)
    verdict = judge_load(p, company)
    h["to_close"] = 1 if verdict == CLOSE_SEAT and h["seat_count"] - h["closing_count"] > 1 else 0
    if verdict == ADD_SEAT:
        seat = free_seat(h)
        company[0]["seats"] += 1
        company[0]["month"]["hires"] += 1.0
        seats = seats_of(h)
        seats[seat]["hired"] = new_seat_filled(p, seat, seats[seat]["tenure"], h["now"])
        put_on_agenda(h, TAKES_SEAT, seat, NOTHING)


@orchestrated
def sit_down(h: Hub, seat: int, tenure: int, hired: float) -> int:
    """Note that somebody takes a seat; return the row of the table of people."""
    row = h["people_count"]
    h["people_count"] = row + 1
    write_person(people_of(h), row, seat, tenure, hired)
    return int(row)


@step("seats", TAKE_SEAT)
def _take_seat(hub: int, seat: int, person: int, c: int, d: int, e: int) -> int:
    """Take a seat, or leave it empty until the day of being hired."""
    h = hub_at(hub, 1)[0]
    own = seats_of(h)[seat]
    own["person"] = person
    if own["hired"] > h["now"]:
        own["new"] = 1
        schedule(h, own["hired"], _SEAT_FILLED, seat, seat)
    else:
        _occupy(h, seat)
    return 0


@step("seats that are filled", _SEAT_FILLED)
def _fill_seat(hub: int, seat: int, row: int, c: int, d: int, e: int) -> int:
    """Let somebody new sit down."""
    h = hub_at(hub, 1)[0]
    note(h, _SEAT_FILLED, seat, 0.0)
    own = seats_of(h)[seat]
    if own["new"] == 0:
        own["hired"] = h["now"]
    own["new"] = 0
    _occupy(h, seat)
    return 0


@orchestrated
def _occupy(h: Hub, seat: int) -> None:
    """Sit down and work, unless the seat has been closed."""
    own = seats_of(h)[seat]
    if own["closing"] == 1:
        _remove_seat(h, seat)
        return
    if own["person"] == NOTHING:
        own["person"] = sit_down(h, seat, own["tenure"], own["hired"])
    company_of(h)[0]["reps"] += 1
    join_quits(h, seat, tenure_threshold(p_of(h), seat, own["tenure"]))
    call(h, WORK, seat, 0, 0, 0, 0)


@orchestrated
def _remove_seat(h: Hub, seat: int) -> None:
    own = seats_of(h)[seat]
    if own["closing"] == 1:
        own["closing"] = 0
        h["closing_count"] -= 1
    own["exists"] = 0
    h["seat_count"] -= 1


@orchestrated
def _closes_empty_seat(h: Hub) -> bool:
    """Close a seat that has just emptied, if there is one too many."""
    if h["to_close"] == 0:
        return False
    h["to_close"] = 0
    company = company_of(h)
    accrue(p_of(h), company, h["now"])
    company[0]["seats"] -= 1
    company[0]["month"]["seats_closed"] += 1.0
    return True


@orchestrated
def _stand_up(h: Hub, seat: int) -> None:
    """Leave a seat: it is closed, or filled again after a while."""
    own = seats_of(h)[seat]
    own["leaving"] = 0
    leave(h, QUITS, seat)
    company_of(h)[0]["reps"] -= 1
    own["tenure"] += 1
    person = people_of(h)[own["person"]]
    person["ended"] = h["now"]
    person["departure"] = SEAT_CLOSED if own["closing"] == 1 else LEFT_COMPANY
    own["person"] = NOTHING
    if own["closing"] == 1 or _closes_empty_seat(h):
        _remove_seat(h, seat)
    else:
        schedule(h, vacancy_ends(p_of(h), seat, own["tenure"] - 1, h["now"]), _SEAT_FILLED, seat, seat)


# ---- work ----


@orchestrated
def _begin(h: Hub, seat: int, lead: int) -> bool:
    """Start to work a lead; tell whether it was still worth it."""
    own = seats_of(h)[seat]
    now = h["now"]
    ends = start_work(p_of(h), company_of(h), accounts_of(h), leads_of(h), lead, now - own["hired"], now)
    if ends < now:
        call(h, DROP_LEAD, lead, 0, 0, 0, 0)
        return False
    own["lead"] = lead
    schedule(h, ends, _WORK_DONE, seat, seat)
    return True


@step("reps looking for work", WORK)
def _work(hub: int, seat: int, b: int, c: int, d: int, e: int) -> int:
    """Work a lead, call somebody or wait, unless it is time to go."""
    h = hub_at(hub, 1)[0]
    own = seats_of(h)[seat]
    while own["leaving"] == 0 and own["closing"] == 0:
        if h["now"] >= h["closes_at"]:
            be_idle(h, seat)
            return 0
        if h["waiting"] == 0:
            company = company_of(h)
            if h["outbound"] == 1 and company[0]["calls_left"] >= 1.0:
                schedule(h, start_call(p_of(h), company, h["now"]), _CALL_DONE, seat, seat)
            else:
                be_idle(h, seat)
            return 0
        if _begin(h, seat, _next_lead(h)):
            return 0
    _stand_up(h, seat)
    return 0


@step("reps who are called", WAKE)
def _wake(hub: int, seat: int, lead: int, c: int, d: int, e: int) -> int:
    """Get a lead, look for work, or go home."""
    h = hub_at(hub, 1)[0]
    if lead == GO_HOME:
        _stand_up(h, seat)
    elif lead == LOOK_AROUND or not _begin(h, seat, lead):
        call(h, WORK, seat, 0, 0, 0, 0)
    return 0


@step("outbound calls", _CALL_DONE)
def _finish_call(hub: int, seat: int, row: int, c: int, d: int, e: int) -> int:
    """End a call; whoever wants to talk becomes a lead."""
    h = hub_at(hub, 1)[0]
    own = seats_of(h)[seat]
    number = own["calls"]
    own["calls"] = number + 1
    account, k = finish_call(p_of(h), company_of(h), accounts_of(h), seat, number, h["now"])
    note(h, _CALL_DONE, seat, float(account))
    if account != NOBODY:
        call(h, TAKE_LEAD, account, FROM_OUTBOUND, k, 0, NOTHING)
    call(h, WORK, seat, 0, 0, 0, 0)
    return 0


@step("people who leave", _QUIT)
def _quit(hub: int, kind: int, b: int, c: int, d: int, e: int) -> int:
    """Let the person on a seat leave, after the lead in hand."""
    h = hub_at(hub, 1)[0]
    seat = take_nearest(h, QUITS)
    company_of(h)[0]["month"]["quits"] += 1.0
    note(h, _QUIT, seat, 0.0)
    seats_of(h)[seat]["leaving"] = 1
    send_home(h, seat)
    replan(h, QUITS)
    return 0


@orchestrated
def send_home(h: Hub, seat: int) -> None:
    """Wake a waiting rep without a lead."""
    if seats_of(h)[seat]["idle"] == 1:
        stop_idling(h, seat)
        put_on_agenda(h, WAKES, seat, GO_HOME)
