"""Business hours: working time passes from Monday to Friday between opening and closing, in working days."""

import math

from marketsim.rules.compiling import compiled

_DAYS_PER_WEEK = 7
_WORKING_DAYS = 5


@compiled
def day_of_week(day: int) -> int:
    """Return the day of the week, Monday 0; day 0 is a Monday, and days before it are negative."""
    return day - _DAYS_PER_WEEK * math.floor(day / _DAYS_PER_WEEK)


@compiled
def working_time(now: float, opens: float, closes: float) -> float:
    """Return the working days from day 0 to now; `opens` and `closes` are shares of a day."""
    day = math.floor(now)
    week = math.floor(day / _DAYS_PER_WEEK)
    weekday = day - _DAYS_PER_WEEK * week
    if weekday >= _WORKING_DAYS:
        return float(_WORKING_DAYS * (week + 1))
    passed = min(1.0, max(0.0, (now - (day + opens)) / (closes - opens)))
    return _WORKING_DAYS * week + weekday + passed


@compiled
def time_of_work(work: float, opens: float, closes: float) -> float:
    """Return the first instant at which so much working time has passed since day 0."""
    whole = math.ceil(work) - 1
    week = math.floor(whole / _WORKING_DAYS)
    return _DAYS_PER_WEEK * week + (whole - _WORKING_DAYS * week) + opens + (work - whole) * (closes - opens)


@compiled
def opening_after(now: float, opens: float) -> float:
    """Return the next opening after now."""
    day = math.floor(now)
    if day + opens <= now:
        day += 1
    weekday = day_of_week(day)
    if weekday >= _WORKING_DAYS:
        day += _DAYS_PER_WEEK - weekday
    return day + opens
