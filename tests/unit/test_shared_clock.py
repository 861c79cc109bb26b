"""The shared clock against brute force: every entity keeps its own account of how far the clock has run."""

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketsim.world.clock import Clock
from marketsim.world.shared_clock import LeavableClock, SharedClock

Process = Generator[Any, Any, None]
Ring = tuple[float, int]

KIND, CHANGE = 7, 1
WEEKS = 12
WEEK = 7.0
HORIZON = WEEKS * WEEK

rates = st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.7]), min_size=WEEKS, max_size=WEEKS)
times = st.floats(0.0, HORIZON - 1.0)
distances = st.floats(1e-3, 60.0)


@dataclass(frozen=True)
class Wait:
    """An entity waits from `joins` for `distance`, but leaves at `leaves` if nothing rang until then."""

    joins: float
    distance: float
    leaves: float


waits = st.lists(st.builds(Wait, times, distances, st.one_of(st.just(math.inf), times)), min_size=1, max_size=25)


def _run_distance(rates_by_week: list[float], start: float, end: float) -> float:
    """Integrate the rate from start to end."""
    return sum(
        rate * max(0.0, min(end, (week + 1) * WEEK) - max(start, week * WEEK))
        for week, rate in enumerate(rates_by_week)
    )


def _brute_force(rates_by_week: list[float], wait: Wait) -> float:
    """Find by walking the weeks when the clock has run the entity's distance."""
    left = wait.distance
    for week, rate in enumerate(rates_by_week):
        start, end = max(wait.joins, week * WEEK), (week + 1) * WEEK
        if end <= start:
            continue
        if rate * (end - start) >= left:
            return start + left / rate
        left -= rate * (end - start)
    return math.inf


def _play(shared: type[SharedClock], rates_by_week: list[float], all_waits: list[Wait]) -> list[Ring]:
    clock = Clock()
    rings: list[Ring] = []
    watch = shared(clock, KIND, lambda entity: rings.append((clock.now, entity)))

    def turn() -> Process:
        for week, rate in enumerate(rates_by_week):
            yield clock.at(week * WEEK, CHANGE, 0)
            watch.set_rate(rate)

    def come_and_go(entity: int, wait: Wait) -> Process:
        yield clock.at(wait.joins, CHANGE + 1, entity)
        watch.join(entity, wait.distance)
        if wait.joins < wait.leaves < math.inf and isinstance(watch, LeavableClock):
            yield clock.at(wait.leaves, CHANGE + 2, entity)
            watch.leave(entity)

    clock.process(turn())
    for entity, wait in enumerate(all_waits):
        clock.process(come_and_go(entity, wait))
    clock.play(until=HORIZON)
    return rings


@given(rates, waits)
def test_every_entity_rings_once_and_when_brute_force_says(rates_by_week: list[float], all_waits: list[Wait]) -> None:
    rings = _play(SharedClock, rates_by_week, all_waits)
    assert [time for time, _ in rings] == sorted(time for time, _ in rings)
    rang = {entity: time for time, entity in rings}
    assert len(rang) == len(rings)
    for entity, wait in enumerate(all_waits):
        expected = _brute_force(rates_by_week, wait)
        if abs(expected - HORIZON) > 1e-6 and expected < HORIZON:
            assert rang[entity] == pytest.approx(expected, abs=1e-6)
        elif expected > HORIZON:
            # numerically, a distance may be complete just as the clock stops running
            run = _run_distance(rates_by_week, wait.joins, HORIZON)
            assert entity not in rang or run == pytest.approx(wait.distance)


@given(rates, waits)
def test_who_leaves_before_the_clock_rings_is_not_rung(rates_by_week: list[float], all_waits: list[Wait]) -> None:
    rang = {entity: time for time, entity in _play(LeavableClock, rates_by_week, all_waits)}
    for entity, wait in enumerate(all_waits):
        expected = _brute_force(rates_by_week, wait)
        leaves = wait.leaves if wait.leaves > wait.joins else math.inf
        if expected < min(leaves, HORIZON) - 1e-6:
            assert rang[entity] == pytest.approx(expected, abs=1e-6)
        elif expected > leaves + 1e-6:
            assert entity not in rang or rang[entity] <= leaves + 1e-6


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_many_entities_that_come_back_after_each_ring(seed: int) -> None:
    """Two hundred entities, a rate that changes every week, everybody back in line at once after a ring."""
    random = np.random.default_rng(seed)
    rates_by_week = random.choice([0.0, 0.2, 1.0, 2.5], size=WEEKS).tolist()
    n = 200
    gaps = random.exponential(6.0, size=(n, 400))
    clock = Clock()
    count = np.zeros(n, dtype=int)
    rings: list[Ring] = []

    def ring(entity: int) -> None:
        rings.append((clock.now, entity))
        count[entity] += 1
        watch.join(entity, gaps[entity, count[entity]])

    watch = SharedClock(clock, KIND, ring)
    watch.join_all(list(range(n)), gaps[:, 0].tolist())

    def turn() -> Process:
        for week, rate in enumerate(rates_by_week):
            yield clock.at(week * WEEK, CHANGE, 0)
            watch.set_rate(rate)

    clock.process(turn())
    clock.play(until=HORIZON)
    run = _run_distance(rates_by_week, 0.0, HORIZON)
    reached = np.cumsum(gaps, axis=1)
    clear = (np.abs(reached - run) > 1e-6).all(axis=1)  # nobody within rounding of the end
    assert (count == (reached < run).sum(axis=1))[clear].all()
    assert [time for time, _ in rings] == sorted(time for time, _ in rings)


def test_a_second_wait_replaces_the_first_and_a_clock_at_rest_rings_nobody() -> None:
    clock = Clock()
    rings: list[Ring] = []
    watch = LeavableClock(clock, KIND, lambda entity: rings.append((clock.now, entity)))
    watch.join(3, 1.0)
    watch.join(3, 5.0)
    watch.join(4, 2.0)
    clock.play(until=10.0)
    assert rings == []
    watch.set_rate(1.0)
    clock.play(until=30.0)
    assert rings == [(12.0, 4), (15.0, 3)]
    watch.leave(3)  # not waiting: nothing happens
    clock.play(until=40.0)
    assert len(rings) == 2


@given(waits)
def test_on_a_grid_ties_ring_in_the_order_of_their_distance(all_waits: list[Wait]) -> None:
    clock = Clock(grid_days=1.75)
    rings: list[Ring] = []
    watch = LeavableClock(clock, KIND, lambda entity: rings.append((clock.now, entity)))
    for entity, wait in enumerate(all_waits):
        watch.join(entity, wait.distance)
    watch.set_rate(0.5)
    clock.play(until=HORIZON)
    due = sorted((wait.distance, entity) for entity, wait in enumerate(all_waits))
    assert [entity for _, entity in rings] == [entity for _, entity in due][: len(rings)]
    for time, entity in rings:
        assert time == clock.snapped(all_waits[entity].distance / 0.5)
