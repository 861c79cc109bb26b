"""Slips in the compiled orchestration are noticed too: the same cases, played uncompiled, against the SimPy engine.

A slip that changes nothing is named below with its reason. Where a change of the model brings a new one into the
sample that no case notices: let a case in `cases.py` notice it, or name it with a reason.
"""

from pathlib import Path

import pytest
from equality.compare import HAS_COMPILED
from equality.judging import judged, unnoticed
from equality.mutants import CAN_FORK, SOURCE
from equality.mutations import mutations_of, replaced

pytestmark = [
    pytest.mark.skipif(not HAS_COMPILED, reason="there is no compiled engine yet"),
    pytest.mark.skipif(not CAN_FORK, reason="this system cannot fork a process"),
]

COMPILED = SOURCE / "compiled"
UNCOMPILED = {"MARKETSIM_UNCOMPILED": "1"}
SAMPLE, NIGHTLY_SAMPLE, BATCHES = 60, 240, 4
EQUIVALENT: dict[str, str] = {}
BY_HAND: dict[str, tuple[str, str, str]] = {}


def test_the_package_as_it_is_passes_uncompiled(tmp_path: Path) -> None:
    assert not judged("compiled", None, tmp_path, UNCOMPILED).how


@pytest.mark.parametrize("slip", BY_HAND)
def test_slips_picked_by_hand_are_noticed(slip: str, tmp_path: Path) -> None:
    assert judged("compiled", replaced(COMPILED, *BY_HAND[slip]), tmp_path, UNCOMPILED).noticed


@pytest.mark.parametrize("batch", range(BATCHES))
def test_slips_drawn_by_lot_are_noticed(batch: int, tmp_path: Path) -> None:
    sample = mutations_of(COMPILED)[:SAMPLE][batch::BATCHES]
    assert unnoticed("compiled", sample, tmp_path, EQUIVALENT, UNCOMPILED) == []


@pytest.mark.nightly
@pytest.mark.parametrize("batch", range(BATCHES))
def test_more_slips_drawn_by_lot_are_noticed(batch: int, tmp_path: Path) -> None:
    sample = mutations_of(COMPILED)[SAMPLE:NIGHTLY_SAMPLE][batch::BATCHES]
    assert unnoticed("compiled", sample, tmp_path, EQUIVALENT, UNCOMPILED) == []
