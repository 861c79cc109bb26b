"""The queue of leads that wait for a development rep, as a heap; one by age beside it where a target asks for it."""

import math

from marketsim.compiled.layout import Hub, Row, Rows, leads_of, places_at
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.rows import lead_number
from marketsim.state.layout import LEAD_WAITING

FIRST_IN_FIRST_OUT, NEWEST_FIRST, BEST_SCORE_FIRST, HAND_RAISERS_FIRST = range(4)
DISCIPLINES = ("first_in_first_out", "newest_first", "best_score_first", "hand_raisers_first")


@orchestrated
def _precedes(one: Row, group: float, rank: float, number: int) -> bool:
    if one["group"] != group:
        return bool(one["group"] < group)
    if one["rank"] != rank:
        return bool(one["rank"] < rank)
    return bool(one["number"] < number)


@orchestrated
def _write(place: Row, group: float, rank: float, number: int, row: int) -> None:
    place["group"] = group
    place["rank"] = rank
    place["number"] = number
    place["row"] = row


@orchestrated
def _push(heap: Rows, count: int, group: float, rank: float, number: int, row: int) -> None:
    """Put a lead into a heap that holds `count`."""
    place = count
    while place > 0:
        parent = (place - 1) >> 1
        above = heap[parent]
        if _precedes(above, group, rank, number):
            break
        _write(heap[place], above["group"], above["rank"], above["number"], above["row"])
        place = parent
    _write(heap[place], group, rank, number, row)


@orchestrated
def _drop(heap: Rows, count: int) -> None:
    """Take the first of `count` away."""
    last = heap[count - 1]
    group, rank, number, row = last["group"], last["rank"], last["number"], last["row"]
    count -= 1
    place = 0
    while True:
        child = 2 * place + 1
        if child >= count:
            break
        other = child + 1
        if other < count and _precedes(heap[other], heap[child]["group"], heap[child]["rank"], heap[child]["number"]):
            child = other
        lower = heap[child]
        if not _precedes(lower, group, rank, number):
            break
        _write(heap[place], lower["group"], lower["rank"], lower["number"], lower["row"])
        place = child
    if count > 0:
        _write(heap[place], group, rank, number, row)


@orchestrated
def _place(h: Hub, row: int) -> tuple[float, float]:
    """Return where a lead stands by the queue's discipline: smallest first, then by the order of arrival."""
    lead = leads_of(h)[row]
    number = lead_number(h, row)
    group = 0.0 if lead["front"] == 1 else 1.0
    if h["discipline"] == FIRST_IN_FIRST_OUT:
        return 0.0, float(number)
    if h["discipline"] == NEWEST_FIRST:
        return 0.0, -float(number)
    if h["discipline"] == BEST_SCORE_FIRST:
        return group, -lead["score"]
    return group, float(number)


@orchestrated
def wait_in_line(h: Hub, row: int) -> None:
    """Let a lead wait for a rep."""
    group, rank = _place(h, row)
    number = lead_number(h, row)
    _push(places_at(h["queue"], h["queue_room"]), h["queue_count"], group, rank, number, row)
    h["queue_count"] += 1
    h["waiting"] += 1
    if h["ages"] == 1:
        arrived = leads_of(h)[row]["arrived"]
        _push(places_at(h["by_age"], h["by_age_room"]), h["by_age_count"], arrived, float(number), number, row)
        h["by_age_count"] += 1


@orchestrated
def _is_waiting(h: Hub, place: Row) -> bool:
    """Tell whether a place is still that of a lead that waits, and not taken out of turn or by another lead."""
    row = place["row"]
    return bool(lead_number(h, row) == place["number"] and leads_of(h)[row]["state"] == LEAD_WAITING)


@orchestrated
def oldest_arrived(h: Hub) -> float:
    """Return when the lead arrived that has waited longest; infinite if ages are not kept."""
    heap = places_at(h["by_age"], h["by_age_room"])
    while h["by_age_count"] > 0 and not _is_waiting(h, heap[0]):
        _drop(heap, h["by_age_count"])
        h["by_age_count"] -= 1
    return heap[0]["group"] if h["by_age_count"] > 0 else math.inf


@orchestrated
def take_oldest(h: Hub) -> int:
    """Take the lead that has waited longest (`oldest_arrived` has just been asked)."""
    heap = places_at(h["by_age"], h["by_age_room"])
    row = int(heap[0]["row"])
    _drop(heap, h["by_age_count"])
    h["by_age_count"] -= 1
    h["waiting"] -= 1
    return row


@orchestrated
def take_first(h: Hub) -> int:
    """Take the lead whose turn it is."""
    heap = places_at(h["queue"], h["queue_room"])
    while True:
        row = int(heap[0]["row"])
        is_waiting = _is_waiting(h, heap[0])
        _drop(heap, h["queue_count"])
        h["queue_count"] -= 1
        if is_waiting:
            h["waiting"] -= 1
            return row


@orchestrated
def set_discipline(h: Hub, discipline: int) -> None:
    """Put the leads into the order of another discipline."""
    h["discipline"] = discipline
    heap = places_at(h["queue"], h["queue_room"])
    count = h["queue_count"]
    kept = 0
    for place in range(count):
        if _is_waiting(h, heap[place]):
            row = int(heap[place]["row"])
            group, rank = _place(h, row)
            _push(heap, kept, group, rank, lead_number(h, row), row)
            kept += 1
    h["queue_count"] = kept
