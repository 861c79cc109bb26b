"""Clocks that many entities wait on: each has one event, at the time of its nearest. See `world.shared_clock`.

Accounts wait in buckets of the clock's reading; only those of the bucket that comes next are in a heap. Who leaves is
found out when its turn comes: then it is in another phase, or on another journey.
"""

import math

from marketsim.compiled.clock import empty_block, put_off, snapped
from marketsim.compiled.layout import (
    BLOCK,
    CLASS_SHIFT,
    CLOCKS,
    IDLE_ADS,
    IDLE_WEBINARS,
    NONE,
    NURTURE,
    QUITS,
    READINGS_AHEAD,
    Hub,
    Row,
    accounts_of,
    clocks_at,
    fetch_account,
    later_at,
    marks_at,
    seats_of,
    small_at,
)
from marketsim.compiled.mode import orchestrated
from marketsim.rules.clocks import reading, rings_at
from marketsim.state.layout import ACTIVE, RESEARCH

_BEYOND = 1e15  # buckets


@orchestrated
def clock_of(h: Hub, which: int) -> Row:
    """Return the row of one of the shared clocks."""
    return clocks_at(h["clocks"], CLOCKS)[which]


@orchestrated
def _reading_now(h: Hub, which: int) -> float:
    clock = clock_of(h, which)
    return reading(clock["reading"], clock["since"], clock["rate"], h["now"])


@orchestrated
def _precedes(one: Row, threshold: float, entity: int) -> bool:
    return bool(one["threshold"] < threshold or (one["threshold"] == threshold and one["entity"] < entity))


@orchestrated
def _push_mark(clock: Row, threshold: float, entity: int, need: int) -> None:
    marks = marks_at(clock["marks"], clock["marks_room"])
    place = clock["marks_count"]
    clock["marks_count"] = place + 1
    while place > 0:
        parent = (place - 1) >> 1
        above = marks[parent]
        if _precedes(above, threshold, entity):
            break
        below = marks[place]
        below["threshold"] = above["threshold"]
        below["entity"] = above["entity"]
        below["need"] = above["need"]
        place = parent
    mark = marks[place]
    mark["threshold"] = threshold
    mark["entity"] = entity
    mark["need"] = need


@orchestrated
def _drop_mark(clock: Row) -> None:
    """Take the nearest away."""
    marks = marks_at(clock["marks"], clock["marks_room"])
    count = clock["marks_count"] - 1
    clock["marks_count"] = count
    if count <= 0:
        return
    last = marks[count]
    threshold, entity, need = last["threshold"], last["entity"], last["need"]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= count:
            break
        other = child + 1
        if other < count and _precedes(marks[other], marks[child]["threshold"], marks[child]["entity"]):
            child = other
        lower = marks[child]
        if not _precedes(lower, threshold, entity):
            break
        upper = marks[place]
        upper["threshold"] = lower["threshold"]
        upper["entity"] = lower["entity"]
        upper["need"] = lower["need"]
        place = child
    mark = marks[place]
    mark["threshold"] = threshold
    mark["entity"] = entity
    mark["need"] = need


@orchestrated
def _is_idle(which: int) -> bool:
    """Tell whether a clock is one of idle clicks, which nobody leaves."""
    return IDLE_ADS <= which <= IDLE_WEBINARS


@orchestrated
def _still_waits(h: Hub, which: int, entity: int, threshold: float, need: int) -> bool:
    """Tell whether somebody has not left in the meantime."""
    if which == QUITS:
        return bool(seats_of(h)[entity]["threshold"] == threshold)
    account = accounts_of(h)[entity]
    phase = ACTIVE if which == NURTURE else RESEARCH
    return bool(account["phase"] == phase and account["need"] == need)


@orchestrated
def _bring_nearest(h: Hub, which: int) -> bool:
    """Bring whoever is nearest to the top of the heap; tell whether there is anybody."""
    clock = clock_of(h, which)
    is_idle = _is_idle(which)
    while True:
        if clock["marks_count"] == 0:
            if clock["in_buckets"] == 0:
                return False
            _open_bucket(h, which, clock)
            continue
        if is_idle:
            return True
        nearest = marks_at(clock["marks"], clock["marks_room"])[0]
        if _still_waits(h, which, nearest["entity"], nearest["threshold"], nearest["need"]):
            return True
        _drop_mark(clock)


@orchestrated
def _open_bucket(h: Hub, which: int, clock: Row) -> None:
    """Move those who still wait in the next bucket into the heap."""
    is_idle = _is_idle(which)
    heads = small_at(clock["heads"], READINGS_AHEAD)
    bucket = clock["bucket"] + 1
    while heads[bucket & (READINGS_AHEAD - 1)] == NONE:
        bucket += 1
    clock["bucket"] = bucket
    place = bucket & (READINGS_AHEAD - 1)
    last = int(heads[place])
    heads[place] = NONE
    later = later_at(h["later"], h["later_room"])
    while last != NONE:
        for k in range(last - last % BLOCK + 1, last + 1):
            fetch_account(h, later[k]["row"])
        for k in range(last - last % BLOCK + 1, last + 1):
            threshold, need, account = later[k]["time"], int(later[k]["kind"]), int(later[k]["row"])
            if math.floor(threshold * clock["buckets_per_reading"]) > bucket:  # a whole round further ahead
                put_off(h, heads, place, threshold, need, account)
                continue
            clock["in_buckets"] -= 1
            if is_idle or _still_waits(h, which, account, threshold, need):
                _push_mark(clock, threshold, account, need)
        last = empty_block(h, last)


@orchestrated
def _plan(h: Hub, which: int) -> None:
    """Set when the clock rings next."""
    clock = clock_of(h, which)
    clock["due"] = math.inf
    if _bring_nearest(h, which):
        nearest = marks_at(clock["marks"], clock["marks_room"])[0]
        if which != QUITS:
            fetch_account(h, nearest["entity"])
        due = rings_at(nearest["threshold"], clock["reading"], clock["since"], clock["rate"], h["now"])
        clock["due"] = snapped(h, due)
    set_next_clock(h)


@orchestrated
def set_next_clock(h: Hub) -> None:
    """Find which of the clocks rings first; of those at the same time, the one of the lowest class."""
    first = 0
    clocks = clocks_at(h["clocks"], CLOCKS)
    for which in range(1, CLOCKS):
        clock = clocks[which]
        if clock["due"] < clocks[first]["due"] or (
            clock["due"] == clocks[first]["due"] and clock["kind"] < clocks[first]["kind"]
        ):
            first = which
    h["next_clock"] = first
    h["next_due"] = clocks[first]["due"]


@orchestrated
def next_clock_key(h: Hub) -> int:
    """Return class and entity of the shared clock that rings first, as one number."""
    return int(clock_of(h, h["next_clock"])["kind"]) << CLASS_SHIFT


@orchestrated
def set_rate(h: Hub, which: int, rate: float) -> None:
    """Run a clock at `rate` from now on."""
    clock = clock_of(h, which)
    clock["reading"] = _reading_now(h, which)
    clock["since"] = h["now"]
    clock["rate"] = rate
    _plan(h, which)


@orchestrated
def put_waiting(h: Hub, which: int, entity: int, distance: float, need: int) -> None:
    """Let an account wait until a clock has run `distance` further, without looking whether it is the nearest now."""
    clock = clock_of(h, which)
    threshold = _reading_now(h, which) + distance
    place = threshold * clock["buckets_per_reading"]
    if place > _BEYOND:
        return  # no clock comes that far
    bucket = math.floor(place)
    if bucket <= clock["bucket"]:
        _push_mark(clock, threshold, entity, need)
    else:
        heads = small_at(clock["heads"], READINGS_AHEAD)
        put_off(h, heads, bucket & (READINGS_AHEAD - 1), threshold, need, entity)
        clock["in_buckets"] += 1


@orchestrated
def join(h: Hub, which: int, entity: int, distance: float, need: int) -> None:
    """Let an account wait until a clock has run `distance` further; `need` is what it waits for."""
    put_waiting(h, which, entity, distance, need)
    clock = clock_of(h, which)
    if clock["marks_count"] == 0 or marks_at(clock["marks"], clock["marks_room"])[0]["entity"] == entity:
        _plan(h, which)


@orchestrated
def join_quits(h: Hub, seat: int, distance: float) -> None:
    """Let the person on a seat wait to leave, for so much strain."""
    clock = clock_of(h, QUITS)
    threshold = _reading_now(h, QUITS) + distance
    seats_of(h)[seat]["threshold"] = threshold
    _push_mark(clock, threshold, seat, 0)
    if marks_at(clock["marks"], clock["marks_room"])[0]["entity"] == seat:
        _plan(h, QUITS)


@orchestrated
def leave(h: Hub, which: int, entity: int) -> None:
    """Stop waiting; nothing happens if the entity is not waiting. The others are looked at when their turn comes."""
    clock = clock_of(h, which)
    if which == QUITS:
        seats_of(h)[entity]["threshold"] = math.nan
    if clock["marks_count"] > 0 and marks_at(clock["marks"], clock["marks_room"])[0]["entity"] == entity:
        _drop_mark(clock)
        _plan(h, which)


@orchestrated
def take_nearest(h: Hub, which: int) -> int:
    """Take away whoever the clock rings for; `replan` has to follow."""
    clock = clock_of(h, which)
    entity = int(marks_at(clock["marks"], clock["marks_room"])[0]["entity"])
    _drop_mark(clock)
    if which == QUITS:
        seats_of(h)[entity]["threshold"] = math.nan
    clock["due"] = math.inf
    return entity


@orchestrated
def replan(h: Hub, which: int) -> None:
    """Set when the clock rings next, after it has rung."""
    _plan(h, which)
