"""Clocks that many entities wait on: each has one event, at the time of its nearest. See `world.shared_clock`.

Accounts wait for idle clicks in buckets of the clock's reading, because all of them do; the few others in a heap.
"""

import math

from marketsim.compiled.clock import snapped
from marketsim.compiled.layout import (
    BUCKETS_PER_READING,
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
    marks_at,
    numbers_at,
    seats_of,
    small_at,
)
from marketsim.compiled.mode import orchestrated
from marketsim.rules.clocks import reading, rings_at
from marketsim.state.layout import ACTIVE, RESEARCH


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
def _still_waits(h: Hub, which: int, mark: Row) -> bool:
    """Tell whether the nearest has not left in the meantime."""
    if which == QUITS:
        return bool(seats_of(h)[mark["entity"]]["threshold"] == mark["threshold"])
    account = accounts_of(h)[mark["entity"]]
    phase = ACTIVE if which == NURTURE else RESEARCH
    return bool(account["phase"] == phase and account["need"] == mark["need"])


@orchestrated
def _bring_nearest(h: Hub, which: int) -> bool:
    """Bring whoever is nearest to the top of the heap; tell whether there is anybody."""
    clock = clock_of(h, which)
    if IDLE_ADS <= which <= IDLE_WEBINARS:
        while clock["marks_count"] == 0 and clock["in_buckets"] > 0:
            _open_bucket(h, which, clock)
    else:
        marks = marks_at(clock["marks"], clock["marks_room"])
        while clock["marks_count"] > 0 and not _still_waits(h, which, marks[0]):
            _drop_mark(clock)
    return bool(clock["marks_count"] > 0)


@orchestrated
def _open_bucket(h: Hub, which: int, clock: Row) -> None:
    """Move the next bucket of an idle clock into its heap."""
    heads = small_at(clock["heads"], READINGS_AHEAD)
    bucket = clock["bucket"] + 1
    while heads[bucket & (READINGS_AHEAD - 1)] == NONE:
        bucket += 1
    clock["bucket"] = bucket
    account = int(heads[bucket & (READINGS_AHEAD - 1)])
    heads[bucket & (READINGS_AHEAD - 1)] = NONE
    thresholds = numbers_at(clock["thresholds"], h["account_count"])
    following = small_at(clock["following"], h["account_count"])
    while account != NONE:
        after = int(following[account])
        threshold = thresholds[account]
        if math.floor(threshold * BUCKETS_PER_READING) > bucket:  # a whole round further ahead
            following[account] = heads[bucket & (READINGS_AHEAD - 1)]
            heads[bucket & (READINGS_AHEAD - 1)] = account
        else:
            _push_mark(clock, threshold, account, 0)
            clock["in_buckets"] -= 1
        account = after


@orchestrated
def _plan(h: Hub, which: int) -> None:
    """Set when the clock rings next."""
    clock = clock_of(h, which)
    clock["due"] = math.inf
    if _bring_nearest(h, which):
        nearest = marks_at(clock["marks"], clock["marks_room"])[0]["threshold"]
        due = rings_at(nearest, clock["reading"], clock["since"], clock["rate"], h["now"])
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
def join(h: Hub, which: int, entity: int, distance: float, need: int) -> None:
    """Let somebody wait until a clock of few has run `distance` further."""
    clock = clock_of(h, which)
    threshold = _reading_now(h, which) + distance
    if which == QUITS:
        seats_of(h)[entity]["threshold"] = threshold
    _push_mark(clock, threshold, entity, need)
    nearest = marks_at(clock["marks"], clock["marks_room"])[0]
    if nearest["entity"] == entity and nearest["threshold"] == threshold:
        _plan(h, which)


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
def put_idle(h: Hub, which: int, account: int, distance: float) -> bool:
    """Let an account wait on a clock of idle clicks; tell whether it is in the heap of the nearest."""
    clock = clock_of(h, which)
    threshold = _reading_now(h, which) + distance
    bucket = math.floor(threshold * BUCKETS_PER_READING)
    if bucket <= clock["bucket"]:
        _push_mark(clock, threshold, account, 0)
        return True
    heads = small_at(clock["heads"], READINGS_AHEAD)
    numbers_at(clock["thresholds"], h["account_count"])[account] = threshold
    small_at(clock["following"], h["account_count"])[account] = heads[bucket & (READINGS_AHEAD - 1)]
    heads[bucket & (READINGS_AHEAD - 1)] = account
    clock["in_buckets"] += 1
    return False


@orchestrated
def join_idle(h: Hub, which: int, account: int, distance: float) -> None:
    """Let an account wait on a clock of idle clicks, and be the next if it is the nearest."""
    clock = clock_of(h, which)
    nobody = clock["due"] == math.inf
    in_heap = put_idle(h, which, account, distance)
    if nobody or (in_heap and marks_at(clock["marks"], clock["marks_room"])[0]["entity"] == account):
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
