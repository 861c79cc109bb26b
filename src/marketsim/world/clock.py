"""A SimPy environment in which everything that happens at one instant has one fixed order.

Timed events are made by `at` and `call_at` alone and happen in the order (time, class, entity). What an event causes at
the same instant (a process that starts, a wait that is granted) goes to a first-in-first-out agenda that is emptied
before the next timed event. So the order does not depend on which process was started first.
"""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any, final

import simpy
from simpy.events import Event

_CLASS_SHIFT = 48  # entities are below 2**48
_ENTITY = (1 << _CLASS_SHIFT) - 1

Action = Callable[[int], None]


@final
class Moment(Event):
    """A timed event; it is already triggered, and happens when its time comes."""

    callbacks: list[Callable[[Any], None]] | None  # type: ignore[assignment]

    # The same for all moments, hence set once and not for each.
    _ok = True
    _value = None
    _defused = False

    def __init__(self) -> None:
        self.callbacks = []


class Clock(simpy.Environment):
    """SimPy's environment with an ordered clock. Times are days; day 0 is when the plans start to differ.

    Events of later days wait unsorted in a list per day, and enter the heap when their day comes. A heap of one day
    stays in the processor's cache, which a heap of all pending events of a market does not; the order is the same.
    """

    def __init__(self, start: float = 0.0, grid_days: float | None = None) -> None:
        super().__init__(start)
        self._agenda: deque[Event] = deque()
        self._grid_days = grid_days
        self._today: list[tuple[float, int, Moment | Action]] = []
        self._day = int(start)
        self._later: defaultdict[int, list[tuple[float, int, Moment | Action]]] = defaultdict(list)
        self._until = -math.inf
        self.timed_events = 0

    def snapped(self, time: float) -> float:
        """Return the time itself, or the next point of the coarse grid that tests use to force ties."""
        if self._grid_days is None or time == math.inf:
            return time
        return math.ceil(time / self._grid_days) * self._grid_days

    def schedule(self, event: Event, priority: Any = None, delay: float = 0) -> None:
        """Put an event that happens now on the agenda (called by SimPy itself)."""
        if delay:
            raise RuntimeError("timed events are made by Clock.at(time, class, entity)")
        self._agenda.append(event)

    def at(self, time: float, kind: int, entity: int) -> Moment:
        """Return an event at an absolute time (days) that a process can wait for."""
        moment = Moment()
        self.call_at(time, kind, entity, moment)
        return moment

    def call_at(self, time: float, kind: int, entity: int, action: "Moment | Action") -> None:
        """Call `action` with the entity at an absolute time (days): what needs no process of its own to wait for it."""
        if self._grid_days is not None:
            time = self.snapped(time)
        day = int(time)  # truncation is monotone, which is all that the lists need
        if day <= self._day:
            heappush(self._today, (time, kind << _CLASS_SHIFT | entity, action))
        else:
            self._later[day].append((time, kind << _CLASS_SHIFT | entity, action))

    def play(self, until: float) -> None:
        """Let everything happen that lies before `until` (exclusive), and set the time to it (unless stopped)."""
        self._until = until
        agenda = self._agenda
        today = self._today
        while True:
            if agenda:
                self._happen(agenda.popleft())
            elif today:
                if today[0][0] >= self._until:
                    break
                self._now, key, action = heappop(today)
                self.timed_events += 1
                if type(action) is Moment:
                    callbacks, action.callbacks = action.callbacks, None
                    for callback in callbacks or ():
                        callback(action)
                else:
                    action(key & _ENTITY)
            elif self._day < int(until):
                self._day += 1
                today.extend(self._later.pop(self._day, ()))
                heapify(today)
            else:
                break
        if self._until == until:
            self._now = until

    def stop(self) -> None:
        """End `play` before the next timed event."""
        self._until = -math.inf

    @staticmethod
    def _happen(event: Event) -> None:
        """Wake whoever waits for an event of this instant; an error in a process that nobody waits for is raised."""
        callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
        for callback in callbacks:
            callback(event)
        if not event._ok and not event.defused:
            raise event._value

    def run(self, until: Any = None) -> None:
        """Play until a time; the ordered clock knows no other end."""
        self.play(float(until))

    def step(self) -> None:
        """Refuse: events of one instant belong together."""
        raise RuntimeError("the ordered clock plays whole instants; use play(until)")
