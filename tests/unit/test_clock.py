"""The ordered clock: what happens at one instant has one order, whoever was started first."""

from collections.abc import Generator
from typing import Any

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from marketsim.world.clock import Clock

Process = Generator[Any, Any, None]
Happening = tuple[float, int, int]

happenings = st.lists(
    st.tuples(st.integers(0, 12).map(float), st.integers(0, 3), st.integers(0, 5)), unique=True, max_size=40
)


def _note(clock: Clock, log: list[Happening], time: float, kind: int, entity: int) -> Process:
    yield clock.at(time, kind, entity)
    log.append((clock.now, kind, entity))


@given(happenings, st.randoms(use_true_random=False))
def test_events_happen_in_the_order_of_time_class_and_entity(plan: list[Happening], random: Any) -> None:
    clock, log = Clock(), []
    started = list(plan)
    random.shuffle(started)
    for happening in started:
        clock.process(_note(clock, log, *happening))
    clock.play(until=100.0)
    assert log == sorted(plan)
    assert clock.timed_events == len(plan)


@given(happenings, st.sampled_from([1.0, 2.5, 0.875]))
def test_on_a_grid_nothing_happens_early_or_more_than_a_step_late(plan: list[Happening], step: float) -> None:
    clock, log = Clock(grid_days=step), []
    for time, kind, entity in {(kind, entity): (time, kind, entity) for time, kind, entity in plan}.values():
        clock.process(_note(clock, log, time, kind, entity))
        assert time <= clock.snapped(time) < time + step
        assert clock.snapped(clock.snapped(time)) == clock.snapped(time)
    clock.play(until=100.0)
    assert log == sorted(log)
    assert all(time % step == 0.0 for time, _, _ in log)


@pytest.mark.parametrize("step", [0.25, 0.875, 1.0])
def test_what_is_on_a_dyadic_grid_stays_where_it_is(step: float) -> None:
    clock = Clock(grid_days=step)
    assert all(clock.snapped(k * step) == k * step for k in range(-5_000, 5_000))


def test_what_an_event_causes_at_once_comes_before_the_next_event_of_the_same_instant() -> None:
    clock = Clock()
    log: list[str] = []

    def cause() -> Process:
        yield clock.at(1.0, 0, 0)
        log.append("cause")
        clock.process(effect())

    def effect() -> Process:
        log.append("effect")
        granted = simpy.Event(clock).succeed()
        yield granted
        log.append("effect of the effect")

    def other() -> Process:
        yield clock.at(1.0, 0, 1)
        log.append("other")

    clock.process(other())
    clock.process(cause())
    clock.play(until=2.0)
    assert log == ["cause", "effect", "effect of the effect", "other"]


def test_until_is_exclusive_and_the_time_is_set_to_it() -> None:
    clock, log = Clock(start=-3.0), []
    for time in (-1.0, 0.0, 1.0):
        clock.process(_note(clock, log, time, 0, 0))
    clock.play(until=0.0)
    assert (clock.now, log) == (0.0, [(-1.0, 0, 0)])
    clock.play(until=5.0)
    assert (clock.now, len(log)) == (5.0, 3)


def test_stop_ends_play_before_the_next_timed_event_and_leaves_the_time() -> None:
    clock, log = Clock(), []
    clock.call_at(2.0, 0, 0, lambda _entity: clock.stop())
    clock.call_at(2.0, 0, 1, log.append)
    clock.call_at(9.0, 0, 2, log.append)
    clock.play(until=20.0)
    assert (clock.now, log) == (2.0, [])
    clock.play(until=30.0)
    assert (clock.now, log) == (30.0, [1, 2])


def test_delays_in_the_manner_of_simpy_are_refused() -> None:
    clock = Clock()
    with pytest.raises(RuntimeError, match=r"made by Clock\.at"):
        clock.timeout(1.0)


def test_an_error_in_a_process_comes_out() -> None:
    clock = Clock()

    def fails() -> Process:
        yield clock.at(1.0, 0, 0)
        raise ZeroDivisionError("as intended")

    clock.process(fails())
    with pytest.raises(ZeroDivisionError, match="as intended"):
        clock.play(until=2.0)
