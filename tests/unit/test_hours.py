"""Business hours: working time, its inverse, and the next opening."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketsim.rules.hours import opening_after, time_of_work, working_time

NINE, FIVE = 9 / 24, 17 / 24
TIMES = st.floats(-5000.0, 5000.0, allow_nan=False)


@pytest.mark.parametrize(
    ("now", "worked"),
    [
        (0.0, 0.0),  # Monday, midnight
        (NINE, 0.0),
        (13 / 24, 0.5),
        (FIVE, 1.0),
        (1.0, 1.0),
        (4 + 11 / 24, 4.25),  # Friday, 11 o'clock
        (5.5, 5.0),  # Saturday
        (7.0, 5.0),
        (-1.0, 0.0),  # the Sunday before
        (-3 + 13 / 24, -0.5),  # the Friday before, 13 o'clock
    ],
)
def test_working_time_by_hand(now: float, worked: float) -> None:
    assert working_time(now, NINE, FIVE) == pytest.approx(worked)


@given(TIMES, st.floats(0.0, 40.0))
def test_work_ends_when_its_time_has_passed(now: float, days: float) -> None:
    done = working_time(now, NINE, FIVE) + days
    end = time_of_work(done, NINE, FIVE)
    assert working_time(end, NINE, FIVE) == pytest.approx(done, abs=1e-9)
    # the first such instant: within opening hours, closing time included, never the morning after
    assert end - math.floor(end) > NINE - 1e-9 or days == 0.0
    assert end - math.floor(end) <= FIVE + 1e-9
    assert math.floor(end) % 7 < 5


@given(TIMES, TIMES)
def test_working_time_never_runs_backwards(one: float, other: float) -> None:
    early, late = sorted((one, other))
    assert working_time(early, NINE, FIVE) <= working_time(late, NINE, FIVE)
    assert working_time(early + 7, NINE, FIVE) == pytest.approx(working_time(early, NINE, FIVE) + 5)


@given(TIMES)
def test_no_working_time_passes_before_the_next_opening_while_closed(now: float) -> None:
    opening = opening_after(now, NINE)
    assert now < opening <= now + 3.0 + 1e-9
    assert math.floor(opening) % 7 < 5
    if not (math.floor(now) % 7 < 5 and NINE <= now - math.floor(now) < FIVE):
        assert working_time(opening, NINE, FIVE) == pytest.approx(working_time(now, NINE, FIVE), abs=1e-9)


def test_an_opening_is_followed_by_the_one_of_the_next_working_day() -> None:
    days, now = [], 0.0
    for _ in range(7):
        now = opening_after(now, NINE)
        days.append(math.floor(now))
    assert days == [0, 1, 2, 3, 4, 7, 8]


def test_a_floor_that_is_open_all_day_on_working_days() -> None:
    assert working_time(2.25, 0.0, 1.0) == pytest.approx(2.25)
    assert time_of_work(5.5, 0.0, 1.0) == pytest.approx(7.5)
