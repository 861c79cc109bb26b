"""The audit finds what does not add up: people, touches, budgets and what contracts earn."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest
from property.scenarios import small

from marketsim.engines import simulate
from marketsim.state.audit import ConservationError, audit
from marketsim.state.layout import LEAD_LOST, TOUCH_MEETING
from marketsim.state.tables import RunTables


@cache
def _run() -> RunTables:
    return simulate(small(1500, horizon_years=2.0, history_years=1.0), 3, 0).tables


def _copy() -> RunTables:
    run = _run()
    tables = {f.name: getattr(run, f.name) for f in fields(run)}
    return replace(run, **{name: table.copy() for name, table in tables.items() if isinstance(table, np.ndarray)})


def _present(run: RunTables) -> np.ndarray:
    return np.flatnonzero(np.isnan(run.people["ended"]))[:1]


def _somebody_twice(run: RunTables) -> RunTables:
    return replace(run, people=np.concatenate([run.people, run.people[_present(run)]]))


def _one_touch_less(run: RunTables) -> RunTables:
    return replace(run, touches=run.touches[:-1])


def _recorded_after_all(run: RunTables) -> RunTables:
    run.touches["recorded"][int(np.argmin(run.touches["recorded"]))] = 1
    return run


def _another_account(run: RunTables) -> RunTables:
    row = int(np.argmax(run.touches["previous"] >= 0))
    run.touches["previous"][row] = row - 1 if run.touches["previous"][row] != row - 1 else row - 2
    return run


def _no_meeting(run: RunTables) -> RunTables:
    run.touches["kind"][int(np.argmax(run.touches["kind"] == TOUCH_MEETING))] = 0
    return run


def _earned_more(run: RunTables) -> RunTables:
    run.contracts["earned"][0] += 1.0
    return run


def _spent_more(run: RunTables) -> RunTables:
    run.spend_weeks[0, 0] += 1.0
    return run


def _structure_for_nothing(run: RunTables) -> RunTables:
    run.spend_weeks[0, -1] += 1.0
    return run


def _lost(run: RunTables) -> RunTables:
    run.months["lost_leads"][0] += 1.0
    assert not (run.leads["state"] == LEAD_LOST).any()
    return run


def _present_and_gone(run: RunTables) -> RunTables:
    run.people["ended"][_present(run)] = 1e9
    return run


def test_a_run_adds_up() -> None:
    audit(_copy())


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (_somebody_twice, "people on the floor"),
        (_one_touch_less, "touches"),
        (_recorded_after_all, "recorded touches"),
        (_another_account, "another account"),
        (_no_meeting, "touches that made a lead"),
        (_earned_more, "revenue"),
        (_spent_more, "spent on programmes"),
        (_structure_for_nothing, "spent on structure"),
        (_lost, "lost leads"),
        (_present_and_gone, "left without an end"),
    ],
)
def test_what_is_lost_or_made_from_nothing_is_found(tamper: Callable[[RunTables], RunTables], message: str) -> None:
    with pytest.raises(ConservationError, match=message):
        audit(tamper(_copy()))
