"""The event loop: what is on the agenda, then the next event, in the order (time, class, entity)."""

import math

from marketsim.compiled.clock import drop_soon, drop_today, next_day
from marketsim.compiled.layout import (
    BLOCK,
    CHUNK,
    CLASS_SHIFT,
    CLOCKS,
    CONTINUES,
    DONE,
    NEEDS_PLAN,
    NEEDS_ROOM,
    STOPPED,
    TAKES_SEAT,
    WAKES,
    Hub,
    clocks_at,
    entries_at,
    hub_at,
    items_at,
    room_for_a_chunk,
)
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.shared_clocks import next_clock_key
from marketsim.compiled.steps import ADVANCE, TAKE_SEAT, WAKE, WORK_ALONE, call, step
from marketsim.state.events import Event

_WEEK = int(Event.WEEK)
_A_CLOCK, _TODAY, _SOON = range(3)
_ENTITY = (1 << CLASS_SHIFT) - 1


@orchestrated
def _has_room(h: Hub) -> bool:
    """Tell whether every table has room for what a chunk of events may write at most."""
    rows = room_for_a_chunk(h)
    clocks = clocks_at(h["clocks"], CLOCKS)
    for which in range(CLOCKS):
        if clocks[which]["marks_count"] + clocks[which]["in_buckets"] + rows > clocks[which]["marks_room"]:
            return False
    return bool(
        h["leads_count"] + rows <= h["leads_room"]
        and h["deals_count"] + rows <= h["deals_room"]
        and h["contracts_count"] + rows <= h["contracts_room"]
        and h["journeys_count"] + rows <= h["journeys_room"]
        and h["touches_count"] + rows <= h["touches_room"]
        and h["people_count"] + rows <= h["people_room"]
        and h["reviews_count"] + CHUNK * h["programme_count"] <= h["reviews_room"]
        and h["later_count"] + BLOCK * rows <= h["later_room"]
        and h["in_days"] + rows <= h["today_room"]
        and h["soon_count"] + rows <= h["soon_room"]
        and h["queue_count"] + rows <= h["queue_room"]
        and h["by_age_count"] + rows <= h["by_age_room"]
        and h["line_count"] + rows <= h["line_room"]
        and (h["recording"] == 0 or h["records_count"] + 4 * rows <= h["records_room"])
        and h["seat_count"] + CHUNK < h["seat_room"]
    )


@orchestrated
def _empty_agenda(h: Hub) -> None:
    """Let everything happen that this instant has caused, first come first served."""
    while h["agenda_count"] > 0:
        room = h["agenda_room"]
        item = items_at(h["agenda"], room)[h["agenda_first"]]
        what, who, lead = item["what"], item["who"], item["lead"]
        h["agenda_first"] = (h["agenda_first"] + 1) % room
        h["agenda_count"] -= 1
        if what == WAKES:
            call(h, WAKE, who, lead, 0, 0, 0)
        elif what == TAKES_SEAT:
            call(h, TAKE_SEAT, who, lead, 0, 0, 0)
        else:
            call(h, WORK_ALONE, lead, 0, 0, 0, 0)


@orchestrated
def _happens_next(h: Hub) -> int:
    """Let the next event happen if it lies before `until`; say how to go on."""
    last_day = math.floor(h["until"])
    due = h["next_due"]
    while h["today_first"] == h["today_count"] and h["soon_count"] == 0 and due >= h["day"] + 1 and h["day"] < last_day:
        next_day(h)
    time, key, row, which = due, next_clock_key(h), 0, _A_CLOCK
    if h["today_first"] < h["today_count"]:
        first = entries_at(h["today"], h["today_room"])[h["today_first"]]
        if first["time"] < time or (first["time"] == time and first["key"] < key):
            time, key, row, which = first["time"], first["key"], first["row"], _TODAY
    if h["soon_count"] > 0:
        first = entries_at(h["soon"], h["soon_room"])[0]
        if first["time"] < time or (first["time"] == time and first["key"] < key):
            time, key, row, which = first["time"], first["key"], first["row"], _SOON
    if time >= h["until"]:
        return DONE
    h["now"] = time
    kind = key >> CLASS_SHIFT
    if which == _A_CLOCK:
        h["timed_events"] += 1
        call(h, kind, kind, 0, 0, 0, 0)
        return CONTINUES
    if kind == _WEEK and h["plan_adopted"] == 0 and h["next_plan_week"] <= h["week"] - h["past_weeks"]:
        return NEEDS_PLAN
    if which == _TODAY:
        drop_today(h)
    else:
        drop_soon(h)
    h["timed_events"] += 1
    call(h, kind, key & _ENTITY, row, kind, 0, 0)
    return CONTINUES


@step("the event loop", ADVANCE)
def advance(hub: int, most_events: int, b: int, c: int, d: int, e: int) -> int:
    """Play until `until`, for so many events, or until Python has to do something; say which."""
    h = hub_at(hub, 1)[0]
    played = 0
    while played < most_events:
        if not _has_room(h):
            return NEEDS_ROOM
        for _ in range(CHUNK):
            if h["plan_adopted"] == 0:  # a plan is adopted in the midst of its week's start
                _empty_agenda(h)
            if h["stopped"] == 1:
                return STOPPED
            how = _happens_next(h)
            if how != CONTINUES:
                return how
        played += CHUNK
    return CONTINUES
