"""The queue of leads: disciplines, and who has waited longest."""

import math

from marketsim.world.waiting import WaitingLeads


def filled(discipline: str, *, ages: bool = True) -> WaitingLeads:
    queue = WaitingLeads(discipline, ages=ages)
    for lead, (front, score, arrived) in enumerate([(False, 1.0, 0.5), (True, 0.2, 1.0), (False, 3.0, 2.0)]):
        queue.add(lead, front, score, arrived)
    return queue


def drained(queue: WaitingLeads) -> list[int]:
    return [queue.take() for _ in range(len(queue))]


def test_disciplines() -> None:
    assert drained(filled("first_in_first_out")) == [0, 1, 2]
    assert drained(filled("newest_first")) == [2, 1, 0]
    assert drained(filled("hand_raisers_first")) == [1, 0, 2]
    assert drained(filled("best_score_first")) == [1, 2, 0]


def test_another_discipline_reorders_who_waits() -> None:
    queue = filled("newest_first")
    assert queue.take() == 2
    queue.set_discipline("first_in_first_out")
    assert drained(queue) == [0, 1]


def test_whoever_has_waited_longest_can_go_first() -> None:
    queue = filled("newest_first")
    queue.add(3, False, 0.0, 0.25)  # came later, from a way that took long
    assert queue.oldest_arrived() == 0.25
    assert queue.take_oldest() == 3
    assert queue.take() == 2
    assert queue.oldest_arrived() == 0.5
    assert queue.take_oldest() == 0
    assert drained(queue) == [1]
    assert queue.oldest_arrived() == math.inf


def test_without_ages_nobody_has_waited_too_long() -> None:
    assert filled("newest_first", ages=False).oldest_arrived() == math.inf
