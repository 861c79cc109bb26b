"""The queue of leads that wait for a development rep."""

from __future__ import annotations

import math
from heapq import heapify, heappop, heappush

Place = tuple[float, float, int]


def place_in_queue(discipline: str, front: bool, score: float, lead: int) -> Place:
    """Return where a lead stands: smallest first. Leads are numbered in the order of arrival."""
    if discipline == "first_in_first_out":
        return 0.0, float(lead), lead
    if discipline == "newest_first":
        return 0.0, -float(lead), lead
    if discipline == "best_score_first":
        return (0.0 if front else 1.0), -score, lead
    return (0.0 if front else 1.0), float(lead), lead


class WaitingLeads:
    """Leads in the order of the queue's discipline; with `ages` it is known which one has waited longest."""

    def __init__(self, discipline: str, *, ages: bool) -> None:
        self._discipline = discipline
        self._queue: list[Place] = []
        self._judged: dict[int, tuple[bool, float]] = {}
        self._ages = ages
        self._by_age: list[tuple[float, int]] = []

    def __len__(self) -> int:
        """Return how many leads wait."""
        return len(self._judged)

    def set_discipline(self, discipline: str) -> None:
        """Put the leads into the order of another discipline."""
        self._discipline = discipline
        self._queue = [place_in_queue(discipline, *judged, lead) for lead, judged in self._judged.items()]
        heapify(self._queue)

    def add(self, lead: int, front: bool, score: float, arrived: float) -> None:
        """Let a lead wait."""
        self._judged[lead] = (front, score)
        heappush(self._queue, place_in_queue(self._discipline, front, score, lead))
        if self._ages:
            heappush(self._by_age, (arrived, lead))

    def oldest_arrived(self) -> float:
        """Return when the lead arrived that has waited longest; infinite if ages are not kept."""
        while self._by_age and self._by_age[0][1] not in self._judged:
            heappop(self._by_age)
        return self._by_age[0][0] if self._by_age else math.inf

    def take_oldest(self) -> int:
        """Take the lead that has waited longest (`oldest_arrived` has just been asked)."""
        lead = heappop(self._by_age)[1]
        del self._judged[lead]
        return lead

    def take(self) -> int:
        """Take the lead whose turn it is."""
        while True:
            lead = heappop(self._queue)[2]
            if self._judged.pop(lead, None) is not None:
                return lead
