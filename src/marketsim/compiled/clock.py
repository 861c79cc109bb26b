"""The ordered clock in tables: what is pending, by day, the present day's in a heap; by (time, class, entity)."""

import math

from marketsim.compiled.layout import CLASS_SHIFT, DAYS_AHEAD, NONE, Hub, Rows, entries_at, small_at
from marketsim.compiled.mode import orchestrated


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
    key = kind << CLASS_SHIFT | int(entity)
    day = math.floor(time)
    if day <= h["day"]:
        _push_today(h, time, key, row)
        return
    entries = entries_at(h["entries"], h["entries_room"])
    slot = h["free_entry"]
    if slot == NONE:
        slot = h["entries_count"]
        h["entries_count"] += 1
    else:
        h["free_entry"] = entries[slot]["next"]
    heads = small_at(h["day_heads"], DAYS_AHEAD)
    bucket = int(day) & (DAYS_AHEAD - 1)
    entry = entries[slot]
    entry["time"] = time
    entry["key"] = key
    entry["row"] = row
    entry["next"] = heads[bucket]
    heads[bucket] = slot
    h["in_days"] += 1


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


@orchestrated
def next_day(h: Hub) -> None:
    """Move on to the next day; the day before is over."""
    day = h["day"] + 1
    h["day"] = day
    heads = small_at(h["day_heads"], DAYS_AHEAD)
    bucket = int(day) & (DAYS_AHEAD - 1)
    slot = int(heads[bucket])
    if slot == NONE:
        return
    heads[bucket] = NONE
    entries = entries_at(h["entries"], h["entries_room"])
    heap = entries_at(h["today"], h["today_room"])
    count = h["today_count"]
    while slot != NONE:
        entry = entries[slot]
        following = int(entry["next"])
        if math.floor(entry["time"]) > day:  # a whole round further ahead
            entry["next"] = heads[bucket]
            heads[bucket] = slot
        else:
            first = heap[count]
            first["time"] = entry["time"]
            first["key"] = entry["key"]
            first["row"] = entry["row"]
            count += 1
            entry["next"] = h["free_entry"]
            h["free_entry"] = slot
            h["in_days"] -= 1
        slot = following
    h["today_count"] = count
    for place in range((count >> 1) - 1, -1, -1):
        entry = heap[place]
        _sink(heap, count, place, entry["time"], entry["key"], entry["row"])
