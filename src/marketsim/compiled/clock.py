"""The ordered clock in tables: what is pending, by day, the present day's in a heap; by (time, class, entity)."""

import math

from marketsim.compiled.layout import (
    BLOCK,
    CLASS_SHIFT,
    DAYS_AHEAD,
    NONE,
    Hub,
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
        _push_today(h, time, kind << CLASS_SHIFT | int(entity), row)
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
def _push_today(h: Hub, time: float, key: int, row: int) -> None:
    """Put an event of the present day into the heap."""
    heap = entries_at(h["today"], h["today_room"])
    place = h["today_count"]
    h["today_count"] = place + 1
    while place > 0:
        parent = (place - 1) >> 1
        above = heap[parent]
        if above["time"] < time or (above["time"] == time and above["key"] < key):
            break
        below = heap[place]
        below["time"] = above["time"]
        below["key"] = above["key"]
        below["row"] = above["row"]
        place = parent
    entry = heap[place]
    entry["time"] = time
    entry["key"] = key
    entry["row"] = row


@orchestrated
def _sink(heap: Rows, count: int, place: int, time: float, key: int, row: int) -> None:
    """Put an entry where it belongs in a heap of `count`, from an empty place on downwards."""
    while True:
        child = 2 * place + 1
        if child >= count:
            break
        other = child + 1
        if other < count and (
            heap[other]["time"] < heap[child]["time"]
            or (heap[other]["time"] == heap[child]["time"] and heap[other]["key"] < heap[child]["key"])
        ):
            child = other
        lower = heap[child]
        if time < lower["time"] or (time == lower["time"] and key < lower["key"]):
            break
        upper = heap[place]
        upper["time"] = lower["time"]
        upper["key"] = lower["key"]
        upper["row"] = lower["row"]
        place = child
    entry = heap[place]
    entry["time"] = time
    entry["key"] = key
    entry["row"] = row


@orchestrated
def drop_first(h: Hub) -> None:
    """Take the first event of the present day away."""
    heap = entries_at(h["today"], h["today_room"])
    count = h["today_count"] - 1
    h["today_count"] = count
    if count > 0:
        last = heap[count]
        _sink(heap, count, 0, last["time"], last["key"], last["row"])
        fetch_account(h, heap[0]["row"])


@orchestrated
def next_day(h: Hub) -> None:
    """Move on to the next day; the day before is over."""
    day = h["day"] + 1
    h["day"] = day
    heads = small_at(h["day_heads"], DAYS_AHEAD)
    bucket = day & (DAYS_AHEAD - 1)
    last = int(heads[bucket])
    heads[bucket] = NONE
    later = later_at(h["later"], h["later_room"])
    heap = entries_at(h["today"], h["today_room"])
    count = 0
    while last != NONE:
        for k in range(last - last % BLOCK + 1, last + 1):
            time, kind, row = later[k]["time"], int(later[k]["kind"]), int(later[k]["row"])
            if math.floor(time) > day:  # a whole round further ahead
                put_off(h, heads, bucket, time, kind, row)
                continue
            h["in_days"] -= 1
            entry = heap[count]
            entry["time"] = time
            entry["key"] = kind << CLASS_SHIFT | _entity(h, kind, row)
            entry["row"] = row
            count += 1
            fetch_account(h, row)
        last = empty_block(h, last)
    h["today_count"] = count
    for place in range((count >> 1) - 1, -1, -1):
        entry = heap[place]
        _sink(heap, count, place, entry["time"], entry["key"], entry["row"])
