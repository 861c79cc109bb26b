"""Reps who wait for a lead: the one on the lowest seat gets the next."""

from marketsim.compiled.layout import Hub, seats_of, small_at
from marketsim.compiled.mode import orchestrated


@orchestrated
def be_idle(h: Hub, seat: int) -> None:
    """Wait for a lead. A seat may stand in the heap twice; what counts is whether it is idle."""
    seats_of(h)[seat]["idle"] = 1
    h["idle_count"] += 1
    heap = small_at(h["idle_seats"], 2 * h["seat_room"])
    if h["idle_heap_count"] == len(heap):
        _sweep_idle(h)
        return
    place = h["idle_heap_count"]
    h["idle_heap_count"] = place + 1
    while place > 0:
        parent = (place - 1) >> 1
        if heap[parent] <= seat:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = seat


@orchestrated
def _sweep_idle(h: Hub) -> None:
    """Fill the heap of idle seats anew, each once; in ascending order it is one."""
    heap = small_at(h["idle_seats"], 2 * h["seat_room"])
    seats = seats_of(h)
    count = 0
    for seat in range(len(seats)):
        if seats[seat]["idle"] == 1:
            heap[count] = seat
            count += 1
    h["idle_heap_count"] = count


@orchestrated
def lowest_idle(h: Hub) -> int:
    """Take the idle rep on the lowest seat; there is one."""
    heap = small_at(h["idle_seats"], 2 * h["seat_room"])
    seats = seats_of(h)
    while True:
        first = int(heap[0])
        count = h["idle_heap_count"] - 1
        h["idle_heap_count"] = count
        if count > 0:
            last = heap[count]
            place = 0
            while True:
                child = 2 * place + 1
                if child >= count:
                    break
                if child + 1 < count and heap[child + 1] < heap[child]:
                    child += 1
                if last <= heap[child]:
                    break
                heap[place] = heap[child]
                place = child
            heap[place] = last
        if seats[first]["idle"] == 1:
            stop_idling(h, first)
            return first


@orchestrated
def stop_idling(h: Hub, seat: int) -> None:
    """Count a rep as busy, or as gone."""
    seats_of(h)[seat]["idle"] = 0
    h["idle_count"] -= 1
