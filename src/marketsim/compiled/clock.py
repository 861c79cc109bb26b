"""The ordered clock in tables: what is pending, by day, the present day's in order; by (time, class, entity)."""

import math

from marketsim.compiled.layout import (
    BLOCK,
    CLASS_SHIFT,
    DAYS_AHEAD,
    HOURS,
    NONE,
    Hub,
    Row,
    Rows,
    entries_at,
    fetch_account,
    later_at,
    small_at,
)
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.rows import deal_number, lead_number
from marketsim.state.events import Event

_TRANSFER, _SECOND_CONTACT = int(Event.TRANSFER), int(Event.SECOND_CONTACT)
_FETCHED_AHEAD = 4  # events
_WORK_DONE, _DEAL_DONE = int(Event.WORK_DONE), int(Event.DEAL_DONE)


@orchestrated
def snapped(h: Hub, time: float) -> float:
    """Return the time itself, or the next point of the coarse grid that tests use to force ties."""
    if h["grid_days"] <= 0.0 or time == math.inf:
        return time
    return math.ceil(time / h["grid_days"]) * h["grid_days"]


@orchestrated
def schedule(h: Hub, time: float, kind: int, entity: int, row: int) -> None:
    """Let an event happen at a time (days); its entity lies in `row`."""
    if h["grid_days"] > 0.0:
        time = snapped(h, time)
    day = math.floor(time)
    if day <= h["day"]:
        _push_soon(h, time, kind << CLASS_SHIFT | int(entity), row)
    else:
        put_off(h, small_at(h["day_heads"], DAYS_AHEAD), day & (DAYS_AHEAD - 1), time, kind, row)
        h["in_days"] += 1


@orchestrated
def put_off(h: Hub, heads: Rows, bucket: int, time: float, kind: int, row: int) -> None:
    """Put something into a bucket."""
    later = later_at(h["later"], h["later_room"])
    last = int(heads[bucket])
    if last == NONE or last % BLOCK == BLOCK - 1:
        block = int(h["free_block"])
        if block == NONE:
            block = int(h["later_count"])
            h["later_count"] = block + BLOCK
        else:
            h["free_block"] = later[block]["row"]
        later[block]["row"] = last
        last = block
    last += 1
    heads[bucket] = last
    event = later[last]
    event["time"] = time
    event["kind"] = kind
    event["row"] = row


@orchestrated
def empty_block(h: Hub, last: int) -> int:
    """Free the block in which a bucket's last row lies; return the last row of the block that follows."""
    later = later_at(h["later"], h["later_room"])
    block = last - last % BLOCK
    following = int(later[block]["row"])
    later[block]["row"] = h["free_block"]
    h["free_block"] = block
    return following


@orchestrated
def _entity(h: Hub, kind: int, row: int) -> int:
    """Return the entity of an event: the number of a lead or a deal, whose rows may be used again; else the row."""
    if kind in (_TRANSFER, _SECOND_CONTACT) or (kind == _WORK_DONE and h["finite"] == 0):
        return lead_number(h, row)
    if kind == _DEAL_DONE:
        return deal_number(h, row)
    return row


@orchestrated
def _precedes(one: Row, time: float, key: int) -> bool:
    return bool(one["time"] < time or (one["time"] == time and one["key"] < key))


@orchestrated
def _write(entry: Row, time: float, key: int, row: int) -> None:
    entry["time"] = time
    entry["key"] = key
    entry["row"] = row


@orchestrated
def _push_soon(h: Hub, time: float, key: int, row: int) -> None:
    """Put an event of the present day, which has begun, into the heap of these."""
    heap = entries_at(h["soon"], h["soon_room"])
    place = h["soon_count"]
    h["soon_count"] = place + 1
    while place > 0:
        parent = (place - 1) >> 1
        above = heap[parent]
        if _precedes(above, time, key):
            break
        _write(heap[place], above["time"], above["key"], above["row"])
        place = parent
    _write(heap[place], time, key, row)


@orchestrated
def drop_soon(h: Hub) -> None:
    """Take the first event of the heap away."""
    heap = entries_at(h["soon"], h["soon_room"])
    count = h["soon_count"] - 1
    h["soon_count"] = count
    if count == 0:
        return
    last = heap[count]
    time, key, row = last["time"], last["key"], last["row"]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= count:
            break
        other = child + 1
        if other < count and _precedes(heap[other], heap[child]["time"], heap[child]["key"]):
            child = other
        lower = heap[child]
        if not _precedes(lower, time, key):
            break
        _write(heap[place], lower["time"], lower["key"], lower["row"])
        place = child
    _write(heap[place], time, key, row)


@orchestrated
def drop_today(h: Hub) -> None:
    """Take the first event of the day's list away; let the processor fetch what one of the next is about."""
    first = h["today_first"] + 1
    h["today_first"] = first
    if first + _FETCHED_AHEAD < h["today_count"]:
        fetch_account(h, entries_at(h["today"], h["today_room"])[first + _FETCHED_AHEAD]["row"])


@orchestrated
def next_day(h: Hub) -> None:
    """Move on to the next day, when the day before is over: put its events into order."""
    day = h["day"] + 1
    h["day"] = day
    heads = small_at(h["day_heads"], DAYS_AHEAD)
    bucket = day & (DAYS_AHEAD - 1)
    last = int(heads[bucket])
    heads[bucket] = NONE
    later = later_at(h["later"], h["later_room"])
    found = entries_at(h["found"], h["found_room"])
    count = 0
    while last != NONE:
        for k in range(last - last % BLOCK + 1, last + 1):
            time, kind, row = later[k]["time"], int(later[k]["kind"]), int(later[k]["row"])
            if math.floor(time) > day:  # a whole round further ahead
                put_off(h, heads, bucket, time, kind, row)
            else:
                _write(found[count], time, kind << CLASS_SHIFT | _entity(h, kind, row), row)
                count += 1
        last = empty_block(h, last)
    h["in_days"] -= count
    h["today_first"] = 0
    h["today_count"] = count
    _put_in_order(h, count, float(day))


@orchestrated
def _put_in_order(h: Hub, count: int, day: float) -> None:
    """Sort the events of a day: first by the hour (as many hours as there are events), then within."""
    found = entries_at(h["found"], h["found_room"])
    today = entries_at(h["today"], h["today_room"])
    hours = min(count, HOURS)
    ends = small_at(h["hours"], HOURS + 1)
    for hour in range(hours + 1):
        ends[hour] = 0
    for k in range(count):
        ends[int((found[k]["time"] - day) * hours) + 1] += 1
    for hour in range(hours):
        ends[hour + 1] += ends[hour]
    for k in range(count):
        entry = found[k]
        hour = int((entry["time"] - day) * hours)
        place = int(ends[hour])
        ends[hour] = place + 1
        _write(today[place], entry["time"], entry["key"], entry["row"])
    for k in range(1, count):
        entry = today[k]
        time, key, row = entry["time"], entry["key"], entry["row"]
        place = k
        while place > 0 and not _precedes(today[place - 1], time, key):
            above = today[place - 1]
            _write(today[place], above["time"], above["key"], above["row"])
            place -= 1
        if place != k:
            _write(today[place], time, key, row)
    for k in range(min(count, _FETCHED_AHEAD)):
        fetch_account(h, today[k]["row"])
