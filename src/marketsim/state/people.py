"""People on the sales floor: how long they stay, who replaces them, and when the number of seats changes."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import exponential, lognormal, uniform2
from marketsim.state.layout import PRESENT, Rows
from marketsim.state.streams import HIRING_DELAY, SEAT_TENURE, SEAT_VACANCY

# what a quarter's load calls for
KEEP_SEATS, ADD_SEAT, CLOSE_SEAT = range(3)


@compiled
def tenure_threshold(p: Rows, seat: int, tenure: int) -> float:
    """Return how much strain the person on a seat bears before leaving, on the clock of leaving."""
    return exponential(uniform2(p[0].key[SEAT_TENURE], seat, tenure))


@compiled
def vacancy_ends(p: Rows, seat: int, tenure: int, now: float) -> float:
    """Return when a seat that was left is filled again."""
    return now + p[0].vacancy_days * (0.5 + uniform2(p[0].key[SEAT_VACANCY], seat, tenure))


@compiled
def new_seat_filled(p: Rows, seat: int, tenure: int, now: float) -> float:
    """Return when a seat that is added now is filled."""
    return now + lognormal(p[0].hiring_days, p[0].hiring_sigma, uniform2(p[0].key[HIRING_DELAY], seat, tenure))


@compiled
def judge_load(p: Rows, w: Rows) -> int:
    """Tell whether the load calls for one seat more or less: the one hiring rule, the same for every strategy."""
    if w[0].load > p[0].hire_above:
        return ADD_SEAT
    if w[0].load < p[0].shrink_below:
        return CLOSE_SEAT
    return KEEP_SEATS


@compiled
def write_person(people: Rows, row: int, seat: int, tenure: int, started: float) -> None:
    """Write to `people[row]` that somebody has taken a seat."""
    person = people[row]
    person.started = started
    person.ended = math.nan
    person.seat = seat
    person.tenure = tenure
    person.leads_worked = 0
    person.departure = PRESENT
