"""A clock that many entities wait on: one real event stands for all of them, at the time of the nearest."""

import math
from collections.abc import Callable
from heapq import heapify, heappop, heappush

from marketsim.rules.clocks import reading, rings_at
from marketsim.world.clock import Clock


class SharedClock:
    """Rings for each waiting entity once the clock has run its distance; the rate may change at any time.

    Parameters
    ----------
    clock
        The simulation's clock.
    kind
        Class of the event; its entity is always 0, as one shared clock has one event.
    ring
        Called with the entity that is due.
    """

    def __init__(self, clock: Clock, kind: int, ring: Callable[[int], None]) -> None:
        self._clock = clock
        self._kind = kind
        self._ring = ring
        self._reading = 0.0
        self._since = clock.now
        self._rate = 0.0
        self._waiting: list[tuple[float, int]] = []
        self._withdrawn: dict[int, int] = {}
        self._due = math.inf
        self._planned: set[float] = set()

    def join(self, entity: int, distance: float) -> None:
        """Let `entity` wait until the clock has run `distance` further."""
        heappush(self._waiting, (self._now_reading() + distance, entity))
        if self._waiting[0][1] == entity:
            self._plan()

    def join_all(self, entities: list[int], distances: list[float]) -> None:
        """Let many entities wait at once."""
        now = self._now_reading()
        self._waiting.extend((now + distance, entity) for entity, distance in zip(entities, distances, strict=True))
        heapify(self._waiting)
        self._plan()

    def set_rate(self, rate: float) -> None:
        """Run at `rate` from now on."""
        self._reading = self._now_reading()
        self._since = self._clock.now
        self._rate = rate
        self._plan()

    def _now_reading(self) -> float:
        return reading(self._reading, self._since, self._rate, self._clock.now)

    def _plan(self) -> None:
        """Make sure that an event stands at the time of the nearest entity."""
        if not self._waiting:
            self._due = math.inf
            return
        time = rings_at(self._waiting[0][0], self._reading, self._since, self._rate, self._clock.now)
        self._due = self._clock.snapped(time)
        if self._due < math.inf and self._due not in self._planned:
            self._planned.add(self._due)
            self._clock.call_at(self._due, self._kind, 0, self._happen)

    def _happen(self, _entity: int) -> None:
        now = self._clock.now
        self._planned.discard(now)
        if now != self._due:
            return  # the rate has changed since this event was planned
        _, entity = heappop(self._waiting)
        self._ring(entity)
        self._plan()


class LeavableClock(SharedClock):
    """A shared clock that an entity can leave again before it rings."""

    def __init__(self, clock: Clock, kind: int, ring: Callable[[int], None]) -> None:
        super().__init__(clock, kind, ring)
        self._threshold: dict[int, float] = {}

    def join(self, entity: int, distance: float) -> None:
        """Let `entity` wait until the clock has run `distance` further."""
        threshold = self._now_reading() + distance
        self._threshold[entity] = threshold
        heappush(self._waiting, (threshold, entity))
        if self._waiting[0][1] == entity:
            self._plan()

    def leave(self, entity: int) -> None:
        """Stop waiting; nothing happens if the entity is not waiting."""
        self._threshold.pop(entity, None)
        if self._waiting and self._waiting[0][1] == entity:
            self._plan()

    def _plan(self) -> None:
        waiting, threshold = self._waiting, self._threshold
        while waiting and threshold.get(waiting[0][1]) != waiting[0][0]:
            heappop(waiting)
        super()._plan()

    def _happen(self, _entity: int) -> None:
        now = self._clock.now
        self._planned.discard(now)
        if now != self._due:
            return
        _, entity = heappop(self._waiting)
        del self._threshold[entity]
        self._ring(entity)
        self._plan()
