"""The reporter of differences: it finds the first one, says what it is, and is silent about equal runs."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from equality.compare import TABLES, first_difference
from property.scenarios import changed, small

from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.state.events import Event

Record = tuple[float, int, int, float]
LOG: list[Record] = [
    (-1.5, int(Event.WEEK), 0, 2.5),
    (0.25, int(Event.NEED), 17, 1.0),
    (0.25, int(Event.SEARCH), 3, math.nan),
    (7.0, int(Event.WORK_DONE), 1, -0.0),
]


@cache
def played() -> Outcome:
    scenario = small(60, horizon_years=1.0, history_years=0.25)
    steered = replace(scenario, plan=changed(scenario.plan, policy__kpi="lead_count"))
    return simulate(steered, 5, 0, "simpy", record=True)


def with_log(log: list[Record], engine: str = "simpy") -> Outcome:
    return replace(played(), log=log, engine=engine)


def with_table(name: str, change: Callable[[Any], Any]) -> Outcome:
    """Give the run with a changed copy of a table."""
    table = getattr(played().tables, name).copy()
    changed = change(table)
    return replace(played(), engine="compiled", tables=replace(played().tables, **{name: changed}))


def set_value(row: int, field: str, value: float) -> Callable[[Any], Any]:
    def change(table: Any) -> Any:
        table[field][row] = value
        return table

    return change


def test_equal_runs_do_not_differ() -> None:
    again = simulate(played().scenario, 5, 0, "simpy", record=True)
    assert first_difference(played(), again) is None
    assert first_difference(with_log(LOG), with_log(list(LOG))) is None


@pytest.mark.parametrize(
    ("number", "record", "told"),
    [
        (1, (0.25, int(Event.NEED), 17, 0.0), ("need of 17, detail 1.0", "need of 17, detail 0.0")),
        (1, (0.25, int(Event.NEED), 18, 1.0), ("need of 17", "need of 18")),
        (1, (0.25, int(Event.ACTIVE), 17, 1.0), ("need of 17", "active of 17")),
        (1, (math.nextafter(0.25, 1.0), int(Event.NEED), 17, 1.0), ("day 0.25,", "day 0.25000000000000006,")),
        (2, (0.25, int(Event.SEARCH), 3, 0.0), ("detail nan", "detail 0.0")),
        (3, (7.0, int(Event.WORK_DONE), 1, 0.0), ("detail -0.0", "detail 0.0")),
        (3, (7.0, 99, 1, -0.0), ("work_done of 1", "unknown class 99 of 1")),
    ],
)
def test_the_first_differing_event_is_told_from_both_sides(number: int, record: Record, told: tuple[str, str]) -> None:
    log = [*LOG[:number], record, *([(9.0, 0, 0, 0.0)] * (len(LOG) - number - 1))]
    difference = first_difference(with_log(LOG), with_log(log, "compiled"))
    assert difference is not None
    first, left, right = difference.splitlines()
    assert first.startswith(f"event {number} differs (the last common one: day {LOG[number - 1][0]!r}")
    assert left.startswith("  simpy: ")
    assert right.startswith("  compiled: ")
    assert told[0] in left
    assert told[1] in right


def test_a_log_that_ends_early_differs_where_it_ends() -> None:
    difference = first_difference(with_log(LOG), with_log(LOG[:2], "compiled"))
    assert difference is not None
    assert difference.startswith("event 2 differs")
    assert "compiled: no event 2: it has 2" in difference
    assert first_difference(with_log([]), with_log(LOG[:1])) is not None


@pytest.mark.parametrize("name", TABLES)
def test_one_changed_byte_of_any_table_is_found(name: str) -> None:
    def last_row_turned(table: Any) -> Any:
        fields = table.dtype.names
        column = table[fields[-1]] if fields else table
        while column.dtype.names:
            column = column[column.dtype.names[-1]]
        row = 0 if name in ("spend_weeks", "named_weeks") else len(table) - 1
        column[row] = column[row] + 1
        return table

    difference = first_difference(played(), with_table(name, last_row_turned))
    assert difference is not None
    assert difference.startswith(f"{name}, row ")


def test_the_first_row_counts_and_then_the_first_field() -> None:
    def change(table: Any) -> Any:
        table["cash"][4] += 1.0
        table["deals_won"][3] += 1.0
        table["spend_by_stage"][3, 2] = -7.0
        return table

    difference = first_difference(played(), with_table("months", change))
    assert difference is not None
    assert difference.startswith("months, row 3.spend_by_stage[2] differs\n  simpy: ")
    assert difference.endswith("\n  compiled: -7.0")


def test_fields_within_fields_have_their_names() -> None:
    def change(table: Any) -> Any:
        table["month"]["quits"][0] += 1.0
        return table

    difference = first_difference(played(), with_table("company", change))
    assert difference is not None
    assert difference.startswith("company, row 0.month.quits differs")


def test_what_is_not_a_number_equals_what_is_not_a_number() -> None:
    other_nan = np.array([0x7FF8000000000001], dtype="u8").view("f8")[0]
    one = with_table("months", set_value(2, "cash", math.nan))
    other = with_table("months", set_value(2, "cash", other_nan))
    assert one.tables.months.tobytes() != other.tables.months.tobytes()
    assert first_difference(one, other) is None
    assert first_difference(one, with_table("months", set_value(2, "cash", 0.0))) is not None


def test_signs_of_zero_differ() -> None:
    one = with_table("months", set_value(2, "quits", 0.0))
    other = with_table("months", set_value(2, "quits", -0.0))
    assert "-0.0" in str(first_difference(one, other))


def test_a_missing_row_is_found() -> None:
    difference = first_difference(played(), with_table("journeys", lambda table: table[:-1]))
    assert difference is not None
    assert difference.startswith("journeys has another number of rows")


def test_weeks_that_were_not_played_do_not_count() -> None:
    def grown(table: Any) -> Any:
        return np.concatenate([table, np.ones_like(table)])

    def last_week_changed(table: Any) -> Any:
        table[int(played().tables.company["week"][0]) + 13, 0] += 1.0
        return table

    assert first_difference(played(), with_table("spend_weeks", grown)) is None
    assert first_difference(played(), with_table("spend_weeks", last_week_changed)) is not None


def test_other_settings_of_a_run_are_found() -> None:
    other = replace(played(), tables=replace(played().tables, opening_cash=0.0))
    assert str(first_difference(played(), other)).startswith("opening_cash differs")


def test_a_run_of_another_seed_differs_in_an_event() -> None:
    other = simulate(played().scenario, 6, 0, "simpy", record=True)
    difference = first_difference(played(), other)
    assert difference is not None
    assert difference.startswith("event ")
    assert "\n  first: day " in difference
