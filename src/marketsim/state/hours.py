"""Time on the sales floor: when work ends that begins now, and how busy the reps have been."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.hours import opening_after, time_of_work, working_time
from marketsim.state.layout import Rows


@compiled
def worked_between(p: Rows, then: float, now: float) -> float:
    """Return the working time from then to now, in the unit in which work is measured."""
    if p[0].business_hours == 0:
        return now - then
    return working_time(now, p[0].opens_at, p[0].closes_at) - working_time(then, p[0].opens_at, p[0].closes_at)


@compiled
def work_ends(p: Rows, days: float, now: float) -> float:
    """Return when a piece of work ends that takes so many days of work from now on."""
    if p[0].business_hours == 0:
        return now + days
    done = working_time(now, p[0].opens_at, p[0].closes_at) + days
    return max(now, time_of_work(done, p[0].opens_at, p[0].closes_at))


@compiled
def next_opening(p: Rows, now: float) -> float:
    """Return when the floor opens next; a floor that never closes opens its day at midnight."""
    if p[0].business_hours == 0:
        return math.floor(now) + 1.0
    return opening_after(now, p[0].opens_at)


@compiled
def pass_busy_time(p: Rows, w: Rows, now: float) -> None:
    """Add the working time that reps were busy since this was last looked at."""
    w[0].busy_days += w[0].busy_reps * worked_between(p, w[0].busy_until, now)
    w[0].busy_until = now
