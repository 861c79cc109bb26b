"""Find the first difference between two runs: event by event, then row by row, floats by their bits."""

import math
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from marketsim.engines import session, simulate
from marketsim.outcomes import Outcome
from marketsim.scenario.scenario import DAYS_PER_WEEK, Scenario
from marketsim.state.events import Event
from marketsim.state.tables import RunTables

Array = np.ndarray[Any, Any]

HAS_COMPILED = "compiled" in session.ENGINES
PAIR = ("simpy", "compiled")
WEEKS = ("spend_weeks", "named_weeks")
# What causes comes before what is caused: parameters, single rows, sums, and the state at the end.
TABLES = (
    "p", "leads", "deals", "contracts", "journeys", "touches", "people", "reviews", *WEEKS, "months", "accounts",
    "company",
)  # fmt: skip
KEPT_WITHOUT_LOGS = ("people", "reviews", *WEEKS, "months")
SINGLE = tuple(field.name for field in fields(RunTables) if field.name not in TABLES)
_EVENT = np.dtype([("day", "f8"), ("event", "i8"), ("entity", "i8"), ("detail", "f8")])


def first_difference(one: Outcome, other: Outcome, *, tables: tuple[str, ...] = TABLES) -> str | None:
    """Tell where two runs part: the first differing event, or else the first differing row of a table.

    Floats are equal if their bits are, and if both are not a number.

    Parameters
    ----------
    one, other : Outcome
        Two runs. Events are compared if both kept a log.
    tables : tuple of str
        The tables to compare, in this order.

    Returns
    -------
    str or None
        One line for each side, or None if there is no difference.
    """
    found = _in_events(one, other)
    if found is None:
        for name in tables:
            found = found or _in_table(name, _table(one, name), _table(other, name))
        for name in SINGLE if tables == TABLES else ():
            found = found or _in_setting(name, getattr(one.tables, name), getattr(other.tables, name))
    if found is None:
        return None
    where, left, right = found
    names = _names(one, other)
    return f"{where}\n  {names[0]}: {left}\n  {names[1]}: {right}"


def assert_equal(scenario: Scenario, seed: int, replication: int, **how: Any) -> tuple[Outcome, Outcome]:
    """Play a scenario on both engines (keywords as in `simulate`), and fail at the first difference.

    Returns
    -------
    tuple of Outcome
        The run on SimPy and the compiled one.
    """
    one, other = (simulate(scenario, seed, replication, engine, record=True, **how) for engine in PAIR)
    difference = first_difference(one, other)
    assert difference is None, difference
    return one, other


def _names(one: Outcome, other: Outcome) -> tuple[str, str]:
    return (one.engine, other.engine) if one.engine != other.engine else ("first", "second")


# ---- events ----


def _in_events(one: Outcome, other: Outcome) -> tuple[str, str, str] | None:
    """Compare the logs; a record is (time, class, entity, detail)."""
    if one.log is None or other.log is None:
        return None
    logs = [np.array([tuple(record) for record in log], dtype=_EVENT) for log in (one.log, other.log)]
    both = min(map(len, logs))
    row, _ = _first_row(logs[0][:both], logs[1][:both])
    if row is None and len(logs[0]) == len(logs[1]):
        return None
    number = both if row is None else row
    before = f" (the last common one: {_told(logs[0], number - 1)})" if number else ""
    return f"event {number} differs{before}", _told(logs[0], number), _told(logs[1], number)


def _told(log: Array, number: int) -> str:
    if number >= len(log):
        return f"no event {number}: it has {len(log)}"
    day, kind, entity, detail = log[number].tolist()
    name = Event(kind).name.lower() if kind in set(Event) else f"unknown class {kind}"
    return f"day {day!r}, {name} of {entity}, detail {detail!r}"


# ---- tables ----


def _table(outcome: Outcome, name: str) -> Array:
    """Return a table; of the tables of weeks only the weeks that were played, as they have room for more."""
    table: Array = getattr(outcome.tables, name)
    if name not in WEEKS:
        return table
    past_weeks = round(-outcome.tables.starts_at / DAYS_PER_WEEK)
    return table[: int(outcome.tables.company["week"][0]) + past_weeks + 1]


def _in_table(name: str, one: Array, other: Array) -> tuple[str, str, str] | None:
    """Compare two tables: fields, rows that both have, and the number of rows."""
    if one.dtype != other.dtype or one.shape[1:] != other.shape[1:]:
        return f"{name} has other fields", str(one.dtype), str(other.dtype)
    if one.shape == other.shape and one.tobytes() == other.tobytes():
        return None
    both = min(len(one), len(other))
    row, field = _first_row(one[:both], other[:both])
    if row is not None:
        label, left, right = field
        return f"{name}, row {row}{label} differs", left, right
    if len(one) != len(other):
        return f"{name} has another number of rows", f"{len(one)} rows", f"{len(other)} rows"
    return None


def _first_row(one: Array, other: Array) -> tuple[int, tuple[str, str, str]] | tuple[None, None]:
    """Return the first row in which two tables differ, with the name of the field and both values."""
    first, found = len(one), None
    for label, left, right in _leaves(one, other, ""):
        differ = (_bits(left) != _bits(right)).reshape(len(left), math.prod(left.shape[1:]))
        rows = np.flatnonzero(differ.any(axis=1))
        if len(rows) and rows[0] < first:
            first = int(rows[0])
            column = int(np.flatnonzero(differ[first])[0])
            place = f"[{column}]" if left.ndim > 1 else ""
            values = (repr(side[first].reshape(-1)[column].item()) for side in (left, right))
            found = (label + place, *values)
    return (None, None) if found is None else (first, found)


def _leaves(one: Array, other: Array, label: str) -> Iterator[tuple[str, Array, Array]]:
    if one.dtype.names is None:
        yield label, one, other
    for name in one.dtype.names or ():
        yield from _leaves(one[name], other[name], f"{label}.{name}")


def _bits(values: Array) -> Array:
    """Return values as whole numbers that are equal if and only if the values are the same bit for bit."""
    if values.dtype.kind != "f":
        return values
    return np.where(np.isnan(values), math.nan, values).astype("f8").view("u8")


def _in_setting(name: str, one: object, other: object) -> tuple[str, str, str] | None:
    return None if repr(one) == repr(other) else (f"{name} differs", repr(one), repr(other))
