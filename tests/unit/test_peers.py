"""The comparison with other simulators: who is here without extras plays the same model, and a difference is found."""

import importlib
import shutil

import pytest
from peers import by_numba
from peers.agreement import Disagreement, compare, insist
from peers.contenders import BASELINE, CONTENDERS, YARDSTICK, Contender
from peers.funnel import MEASURES, Funnel, Played
from peers.hold import c_loop_ns
from peers.processes import Missing, Player
from peers.publish import COLUMNS, lines
from peers.table import Row, agreement_table, missing_lines, ratio_lines, speed_table

ALWAYS_HERE = [c for c in CONTENDERS if c.module in ("simpy", "marketsim")]
MONTHS = 6


@pytest.fixture(scope="module")
def yardstick() -> list[Played]:
    return [by_numba.play(1, seed) for seed in range(100)]


@pytest.mark.parametrize("contender", ALWAYS_HERE, ids=lambda contender: contender.name)
def test_they_play_the_same_funnel(contender: Contender, yardstick: list[Played]) -> None:
    play = importlib.import_module(f"peers.by_{contender.module}").ready(contender.name)
    runs = {YARDSTICK: yardstick, contender.name: [play(1, 500 + seed) for seed in range(MONTHS)]}
    compared = compare(runs, YARDSTICK)
    insist(compared)
    assert [c.measure for c in compared] == list(MEASURES)
    assert max(c.standard_error / c.yardstick for c in compared) < 0.05  # narrow enough to mean something


@pytest.mark.parametrize(
    "other",
    [Funnel(reps=7), Funnel(executives=8), Funnel(first_share=0.3), Funnel(batch_size=10), Funnel(work_sigma=0.9)],
    ids=["reps", "executives", "first", "batch", "sigma"],
)
def test_another_funnel_is_found_out(other: Funnel, yardstick: list[Played]) -> None:
    runs = {YARDSTICK: yardstick, "other": [by_numba.play(1, 500 + seed, other) for seed in range(20)]}
    with pytest.raises(Disagreement, match="other: "):
        insist(compare(runs, YARDSTICK))


def test_a_contender_that_is_not_installed_is_missing_with_its_reason() -> None:
    nobody = Contender("nobody", "nobody", "a simulator that nobody has", "nobody")
    with pytest.raises(Missing, match="by_nobody"):
        Player(nobody)
    assert "No module" in missing_lines({nobody: "No module named 'nobody'"})[0]
    assert nobody.may_be_missing
    assert [c.name for c in CONTENDERS if not c.may_be_missing and not c.is_ours] == [BASELINE, YARDSTICK]


def test_tables_say_what_was_measured(yardstick: list[Played]) -> None:
    by_name = {c.name: c for c in CONTENDERS}
    ours = next(c for c in CONTENDERS if c.is_ours)

    def row(contender: Contender, leads: float) -> Row:
        rates, base = (0.9 * leads, leads, 1.2 * leads), 1000.0
        return Row(contender, "1.0", 0.5, 2, rates, tuple(1e9 / r for r in rates), tuple(r / base for r in rates))

    rows = [row(ours, 60_000.0), row(by_name["simpy"], 1000.0), row(by_name["cimba"], 40_000.0)]
    text = speed_table(rows, BASELINE).splitlines()
    assert [line.split("  ")[0] for line in text[1:]] == [
        "SimPy, a process per lead 1.0", "cimba, leanest form 1.0", f"{ours.label} 1.0",
    ]  # fmt: skip
    assert "60,000" in text[3]
    assert "54 to 72" in text[3]
    assert ratio_lines(rows) == [f"{ours.label} / cimba, leanest form: 1.5 (1.5 to 1.5)"]
    written = lines(rows, {by_name["ciw"]: "not installed"})
    assert {len(line) for line in written} == {len(COLUMNS)}
    assert dict(zip(COLUMNS, written[2], strict=True))["our_best_against"] == "1"
    assert written[-1][-1] == "not installed"
    compared = compare({YARDSTICK: yardstick, "simpy": yardstick[:3]}, YARDSTICK)
    assert len(agreement_table(compared, YARDSTICK).splitlines()) == 3


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no C compiler")
def test_the_hold_model_in_c_takes_some_nanoseconds() -> None:
    assert 0.0 < c_loop_ns(16, events=1000, repeats=1) < 1e6
    with pytest.raises(ValueError, match="at least one"):
        c_loop_ns(0)
