"""Slips in the orchestration on SimPy are noticed by what equality compares: records and tables of 200 accounts.

A slip that changes nothing is named below with its reason. Where a change of the model brings a new one into the
sample that no case notices: let a case in `cases.py` notice it, or name it with a reason.
"""

from pathlib import Path

import pytest
from equality.judging import judged, unnoticed
from equality.mutants import CAN_FORK, SOURCE
from equality.mutations import mutations_of, replaced

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system cannot fork a process")

WORLD = SOURCE / "world"
SAMPLE, NIGHTLY_SAMPLE, BATCHES = 60, 240, 4
_ENTITY = "events of this class happen one at a time, and their entity is not looked at"
_KEYS = "a first part of the key that is the same for all leads orders none of them"
_CONTINUOUS = "both times are drawn from continuous distributions and compared before they are snapped"
EQUIVALENT = {
    "reps.Reps._expect_opening: 0 -> 1": _ENTITY,
    "calendar.Calendar._inquiries: 0 -> 1 (2)": _ENTITY,
    "calendar.Calendar._inquiry_batches: 0 -> 1 (2)": _ENTITY,
    "waiting.place_in_queue: 0.0 -> 1.0 (2)": _KEYS,
    "waiting.place_in_queue: 1.0 -> 2.0 (2)": "hand-raisers stay before the others",
    "shared_clock.SharedClock.__init__: self._due = math.inf -> nothing": "whoever joins sets it before it is read",
    "model.Model.go_on_as: stage.scenario = replace(scenario, world=stage.scenario.world, histor… -> nothing": (
        "a case goes on as the scenario that it was opened with; branches are played in test_branching"
    ),
    "reps.Reps.start_week: 0.0 -> 1.0": "weeks start at multiples of 7 days",
    "reps.Reps._free_seat: 1 -> 2": "the lowest free number is never above the number of seats taken",
    "clock.Clock.play: self.timed_events += 1 -> nothing": "a measure of speed, which the model does not read",
    "clock.Clock.play: self._day < int(until) -> self._day <= int(until)": "what is not before the end stays in line",
    "clients.Clients._recommend: time < until -> time <= until": _CONTINUOUS,
}
_PLAN = "            self._model.management.start_week(week)\n"
_RATES = "            rates = turn_week(stage.p, stage.company, stage.programmes, clock.now)\n"
_NAMES = "            self._model.management.note_week(week)\n"
BY_HAND = {
    "rates before the plan of the week": ("calendar", f"{_PLAN}{_RATES}", f"{_RATES}{_PLAN}"),
    "names before rates": ("calendar", f"{_RATES}{_NAMES}", f"{_NAMES}{_RATES}"),
    "a rep who waits is not put back": ("reps", "                heappush(self._idle, seat)\n", ""),
    "a rep who left stays away": ("reps", "        self._leaving.discard(seat)\n", ""),
    "seats in the order of the heap, backwards": ("reps", "sorted(self._idle)", "sorted(self._idle, reverse=True)"),
    "whoever leaves still quits": ("reps", "            self.quits.leave(seat)\n", ""),
    "the invitation outlives the journey": ("programmes", "self.webinars.leave(account)", "pass"),
    "a contact is kept warm for ever": ("programmes", "self.nurture.leave(account)", "pass"),
    "a slot is not freed": ("buyers", "            model.floor.close_deal()\n", "            pass\n"),
    "the line of deals from behind": ("executives", "self._line.popleft()", "self._line.pop()"),
    "the agenda from behind": ("clock", "agenda.popleft()", "agenda.pop()"),
    "the end belongs to the run": ("clock", "today[0][0] >= self._until", "today[0][0] > self._until"),
    "a plan comes a week late": ("management", "self._coming[0][0] <= week", "self._coming[0][0] < week"),
    "another class on the clock": ("reps", "clock.at(ends, _WORK_DONE, seat)", "clock.at(ends, _SEAT_FILLED, seat)"),
    "another class of searches": ("buyers", "int(Event.SEARCH)", "int(Event.NURTURE)"),
    "renewals after transfers": ("clients", "int(Event.RENEWAL)", "int(Event.SECOND_CONTACT)"),
    "a touch is not kept": ("executives", "                stage.touches.keep()\n", "                pass\n"),
    "one number for two inquiries": ("calendar", "_FIRST_OF_BATCHES = 1 << 30", "_FIRST_OF_BATCHES = 0"),
    "at least as old as the target": ("reps", "> self._response_target\n", ">= self._response_target + 0.25\n"),
    "the floor closes a little later": (
        "reps", "self._clock.now < self._closes_at:\n            self._waiting",
        "self._clock.now <= self._closes_at + 0.1:\n            self._waiting",
    ),
    "a stale event rings": (
        "shared_clock", "        if now != self._due:\n            return  # the",
        "        if False:\n            return  # the",
    ),
}  # fmt: skip


def test_the_package_as_it_is_passes(tmp_path: Path) -> None:
    assert not judged("world", None, tmp_path).how


@pytest.mark.parametrize("slip", BY_HAND)
def test_slips_picked_by_hand_are_noticed(slip: str, tmp_path: Path) -> None:
    assert judged("world", replaced(WORLD, *BY_HAND[slip]), tmp_path).noticed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_slips_drawn_by_lot_are_noticed(batch: int, tmp_path: Path) -> None:
    sample = mutations_of(WORLD)[:SAMPLE][batch::BATCHES]
    assert unnoticed("world", sample, tmp_path, EQUIVALENT) == []


@pytest.mark.nightly
@pytest.mark.parametrize("batch", range(BATCHES))
def test_more_slips_drawn_by_lot_are_noticed(batch: int, tmp_path: Path) -> None:
    sample = mutations_of(WORLD)[SAMPLE:NIGHTLY_SAMPLE][batch::BATCHES]
    assert unnoticed("world", sample, tmp_path, EQUIVALENT) == []


def test_what_is_named_as_equivalent_is_still_there() -> None:
    assert {*EQUIVALENT} <= {mutation.name for mutation in mutations_of(WORLD)}
