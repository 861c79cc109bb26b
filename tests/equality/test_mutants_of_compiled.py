"""Slips in the compiled orchestration are noticed too: the same cases, played uncompiled, against the SimPy engine.

A slip that changes nothing is named below with its reason. Where a change of the model brings a new one into the
sample that no case notices: let a case in `cases.py` notice it, or name it with a reason.
"""

import ast
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from equality.cases import cases_of_tables
from equality.compare import HAS_COMPILED, KEPT_WITHOUT_LOGS, first_difference
from equality.judging import expected, judged, unnoticed
from equality.mutants import CAN_FORK, SOURCE, played
from equality.mutations import Mutation, mutations_of, replaced

from marketsim.engines import simulate

pytestmark = [
    pytest.mark.skipif(not HAS_COMPILED, reason="there is no compiled engine yet"),
    pytest.mark.skipif(not CAN_FORK, reason="this system cannot fork a process"),
]

COMPILED = SOURCE / "compiled"
UNCOMPILED = {"MARKETSIM_UNCOMPILED": "1"}
SAMPLE, NIGHTLY_SAMPLE, BATCHES = 6, 240, 2
# what is no orchestration, or is not played uncompiled
NOT_JUDGED = {
    "addresses.": "views of memory: of these only the plain ones are played uncompiled",
    "memory.": "room of tables: slips in it cost memory, or end the process",
    "mode.": "whether orchestration is compiled",
    "idle._sweep_idle": "no case fills the heap of idle seats, which has room for hundreds",
    "loop._has_room": "margins: a table that is too small grows a little earlier or later",
    "layout.fetch_account": "asks for memory ahead of time",
    "layout.room_for_a_chunk": "margins",
    "steps._call_compiled": "is not played uncompiled",
    "run.Run.stop": "nobody stops a case",
    "run.Run.branch": "branches have tests of their own",
    "run.parts_to_compile": "says what is compiled next",
    "run.compile_parts": "compiles",
}
UNREAD = {
    ("return 0", "return 1"): "nobody reads what a step returns",
    ("h = hub_at(hub, 1)[0]", "h = hub_at(hub, 2)[0]"): "the view of the hub may be longer",
}
EQUIVALENT = {
    "clock.schedule: 1 -> 2 (2)": "the day's heap gets room a little earlier",
}
_FUND = "    fund(h, week, first_review)\n"
_RATES = '    rates = turn_week(p_of(h), company_of(h), programmes_of(h), h["now"])\n'
_NAMES = "    note_media(h, week)\n"
BY_HAND = {
    "rates before the money of the week": ("calendar", f"{_FUND}{_RATES}", f"{_RATES}{_FUND}"),
    "names before rates": ("calendar", f"{_RATES}{_NAMES}", f"{_NAMES}{_RATES}"),
    "one number for two inquiries": ("calendar", "FIRST_OF_BATCHES = 1 << 30", "FIRST_OF_BATCHES = 0"),
    "the invitation outlives the journey": ("buyers", "leave(h, WEBINARS, account)", "pass"),
    "a contact is kept warm for ever": ("buyers", "leave(h, NURTURE, account)", "pass"),
    "a slot is not freed": ("buyers", "        call(h, FREE_SLOT, 0, 0, 0, 0, 0)\n", "        pass\n"),
    "another class of searches": (
        "buyers", "schedule(h, time, _SEARCH, account", "schedule(h, time, _HAND_RAISE, account",
    ),
    "whoever has left a clock is called all the same": (
        "shared_clocks", 'if _still_waits(h, which, nearest["entity"], nearest["threshold"], nearest["need"]):',
        "if True:",
    ),
    "a touch is not kept": ("executives", "            keep_touch(h)\n", "            pass\n"),
    "another class on the clock": ("reps", "ends, _WORK_DONE, seat", "ends, _SEAT_FILLED, seat"),
    "whoever leaves still quits": ("reps", "    leave(h, QUITS, seat)\n", ""),
    "a closed seat is counted twice": ("reps", "        h[\"closing_count\"] -= 1\n", ""),
    "the floor closes a little later": (
        "reps", "h[\"now\"] < h[\"closes_at\"]", "h[\"now\"] <= h[\"closes_at\"] + 0.1",
    ),
    "the end belongs to the run": ("loop", "if time >= h[\"until\"]", "if time > h[\"until\"]"),
    "an instant ends before what it has caused": (
        "loop", "                _empty_agenda(h)\n", "                pass\n            if h[\"today_count\"] == 0:\n"
        "                _empty_agenda(h)\n",
    ),
    "today lies in a bucket": ("clock", "if day <= h[\"day\"]", "if day < h[\"day\"]"),
    "of two at the same time the later class": (
        "clock", "if _precedes(above, time, key):", "if _precedes(above, time, -key):",
    ),
    "this reading lies in a bucket": (
        "shared_clocks", "if bucket <= clock[\"bucket\"]:", "if bucket < clock[\"bucket\"]:",
    ),
    "another stride of the plans": (
        "management", "h[\"plan_factors\"], changes, h[\"programme_count\"]",
        "h[\"plan_factors\"], changes, h[\"spend_columns\"]",
    ),
    "a plan comes a week late": ("run", "self._coming[0][0] <= week", "self._coming[0][0] < week"),
    "a lead's row is free while its deal is in line": (
        "floor", "        refer_to_lead(h, lead)\n        if account", "        if account",
    ),
    "a lead's row is never free again": ("executives", "        let_lead_go(h, lead)\n", ""),
    "a place in line of another lead": ("waiting", "lead_number(h, row) == place[\"number\"] and ", ""),
}  # fmt: skip


def changes_nothing(mutation: Mutation) -> bool:
    """Tell whether a slip is one of those that nobody can notice."""
    usual = ast.unparse(ast.parse((COMPILED / f"{mutation.module}.py").read_text(encoding="utf-8"))).splitlines()
    slipped = mutation.source().splitlines()
    changed = [(one.strip(), other.strip()) for one, other in zip(usual, slipped, strict=False) if one != other]
    return mutation.name in EQUIVALENT or (len(changed) == 1 and changed[0] in UNREAD)


def drawn(first: int, last: int, batch: int) -> Iterator[Mutation]:
    """Yield a batch of the slips of the orchestration in the order of their lots."""
    judged = (mutation for mutation in mutations_of(COMPILED) if not mutation.name.startswith(tuple(NOT_JUDGED)))
    for mutation in islice(judged, first + batch, last, BATCHES):
        if not changes_nothing(mutation):
            yield mutation


def test_the_package_as_it_is_passes_uncompiled(tmp_path: Path) -> None:
    assert not judged("compiled", None, tmp_path, UNCOMPILED).how


def test_what_is_expected_without_logs_is_what_happens_on_simpy() -> None:
    bare = expected("compiled")[-len(cases_of_tables()) :]
    for case, outcome in zip(cases_of_tables(), bare, strict=True):
        difference = first_difference(played(case, simulate, "simpy"), outcome, tables=KEPT_WITHOUT_LOGS)
        assert difference is None, difference
        assert case.logs == outcome.keeps_logs


@pytest.mark.parametrize("slip", BY_HAND)
def test_slips_picked_by_hand_are_noticed(slip: str, tmp_path: Path) -> None:
    assert judged("compiled", replaced(COMPILED, *BY_HAND[slip]), tmp_path, UNCOMPILED).noticed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_slips_drawn_by_lot_are_noticed(batch: int, tmp_path: Path) -> None:
    assert unnoticed("compiled", drawn(0, SAMPLE, batch), tmp_path, EQUIVALENT, UNCOMPILED) == []


@pytest.mark.nightly
@pytest.mark.parametrize("batch", range(BATCHES))
def test_more_slips_drawn_by_lot_are_noticed(batch: int, tmp_path: Path) -> None:
    assert unnoticed("compiled", drawn(SAMPLE, NIGHTLY_SAMPLE, batch), tmp_path, EQUIVALENT, UNCOMPILED) == []


def test_what_is_named_as_equivalent_is_still_there() -> None:
    names = [mutation.name for mutation in mutations_of(COMPILED)]
    assert {*EQUIVALENT} <= {*names}
    assert all(any(name.startswith(part) for name in names) for part in NOT_JUDGED)
