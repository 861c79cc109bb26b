"""An engine whose sessions branch is played in threads: what arms share once, the same bytes as on processes."""

import _thread
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from marketsim.experiments import Interrupted, RunFailed, play
from marketsim.experiments.branches import Fork, Leaf, account_years, branches_of
from marketsim.experiments.tasks import Job, Task
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.scenario import Later, Scenario

FAKE = "fake_engines"
ARMS = ("lead_factory", "harvest_mix", "balanced", "brand_only")
Make = Callable[..., Experiment]
Played = Callable[[], list[str]]


def stored(place: Path) -> dict[str, bytes]:
    files = [path for path in (place / ".store").rglob("*") if path.is_file() and path.name != "speed.json"]
    return {path.name: path.read_bytes() for path in files}


def switching(scenario: Scenario, *later: tuple[float, Scenario]) -> Scenario:
    return replace(scenario, later=tuple(Later(month, other.plan) for month, other in later))


def jobs(scenarios: dict[str, Scenario]) -> tuple[Job, ...]:
    return tuple(Job(f"key of {name}", name, scenario) for name, scenario in scenarios.items())


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_threads_give_the_same_bytes_as_processes(experiment: Make, tmp_path: Path, workers: int) -> None:
    settings = {"pasts": True, "engine": "compiled", "workers": workers}
    threads = play(experiment(ARMS, output_dir=tmp_path / "threads" / "run", **settings), engines=FAKE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("marketsim.experiments.executor.MOST_THREADS", 0)
        processes = play(experiment(ARMS, output_dir=tmp_path / "processes" / "run", **settings), engines=FAKE)
    pd.testing.assert_frame_equal(threads.monthly, processes.monthly, check_exact=True)
    assert len(stored(tmp_path / "threads")) == 4 * (3 + 2 + 2)
    assert stored(tmp_path / "threads") == stored(tmp_path / "processes")


def test_the_past_is_played_once_and_branched(experiment: Make, played: Played) -> None:
    play(experiment(ARMS, engine="compiled", replications=2), engines=FAKE)
    lines = played()
    assert [line for line in lines if line.startswith("past")] == ["past 0", "past 1"]
    assert sum(line.startswith("branch") for line in lines) == 6
    assert sum(line.startswith("arm") for line in lines) == 8


def test_arms_of_one_replication_run_side_by_side(experiment: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_SECONDS", "0.3")
    session = import_module(FAKE).Session
    play_on, playing, most = session.play_on, [], [0]

    def counted(self: object, scenario: Scenario) -> object:
        playing.append(self)
        most[0] = max(most[0], len(playing))
        try:
            return play_on(self, scenario)
        finally:
            playing.remove(self)

    monkeypatch.setattr(session, "play_on", counted)
    base = experiment(ARMS, engine="compiled", workers=4)
    play(replace(base, run=replace(base.run, replications=1)), engines=FAKE)
    assert most[0] >= 3


def test_arms_that_switch_at_the_same_month_share_what_comes_before(experiment: Make, played: Played) -> None:
    base = experiment(ARMS, engine="compiled", replications=2)
    stays = base.arms["lead_factory"]
    arms = {"stays": stays} | {name: switching(stays, (24.0, base.arms[name])) for name in ARMS[1:]}
    runs = play(replace(base, arms=arms), engines=FAKE)
    lines = played()
    assert [line for line in lines if " to " in line] == ["lead_factory to 24 0", "lead_factory to 24 1"]
    assert sum(line.startswith("past") for line in lines) == 2
    assert sum(line.startswith("arm") for line in lines) == 8
    alone = play(replace(base, arms=arms, engine="simpy"), engines=FAKE)
    pd.testing.assert_frame_equal(runs.monthly, alone.monthly, check_exact=True)


def test_the_tree_of_arms(experiment: Make) -> None:
    base = experiment(ARMS).arms
    one, two, three, four = (replace(base[name], horizon_years=10.0) for name in ARMS)
    tree = branches_of(
        jobs(
            {
                "a": switching(one, (12.0, two), (36.0, three)),
                "b": switching(one, (12.0, two), (48.0, three)),
                "c": switching(one, (24.0, four)),
                "d": two,
                "e": one,
            }
        )
    )
    first, second = tree
    assert isinstance(first, Fork)
    assert first.month == 12.0
    assert [job.arm for job in first.jobs] == ["a", "b", "c", "e"]
    deeper, beside = first.branches
    assert isinstance(deeper, Fork)
    assert deeper.month == 36.0
    assert [job.arm for job in deeper.jobs] == ["a", "b"]
    assert isinstance(beside, Fork)
    assert beside.month == 24.0
    assert [job.arm for job in beside.jobs] == ["c", "e"]
    assert isinstance(second, Leaf)
    assert second.job.arm == "d"


def test_what_is_not_shared(experiment: Make) -> None:
    base = experiment(ARMS).arms
    one, two = base["lead_factory"], base["balanced"]
    at_once = {"a": one, "b": switching(one, (0.0, two))}
    beyond = {"a": one, "b": switching(one, (36.0, two))}  # the horizon is 36 months
    longer = {"a": one, "b": replace(one, horizon_years=4.0)}
    disordered = {"a": one, "b": switching(one, (24.0, two), (12.0, two))}
    for arms in (at_once, beyond, longer, disordered):
        assert all(isinstance(branch, Leaf) for branch in branches_of(jobs(arms)))


def test_the_name_of_a_plan_is_only_a_label(experiment: Make) -> None:
    one, two = (experiment(ARMS).arms[name] for name in ("lead_factory", "balanced"))
    renamed = switching(replace(one, plan=replace(one.plan, name="later_balanced")), (12.0, two))
    (tree,) = branches_of(jobs({"a": one, "b": renamed}))
    assert isinstance(tree, Fork)
    assert tree.month == 12.0


def test_work_counts_what_is_shared_once(experiment: Make) -> None:
    one, two = (experiment(ARMS).arms[name] for name in ("lead_factory", "balanced"))
    arms = jobs({"a": one, "b": switching(one, (24.0, two))})
    accounts, past = one.world.market.accounts, one.history.years
    assert account_years(Task("", 0, 1, "compiled", arms)) == pytest.approx(accounts * (past + 3 + 1))
    assert account_years(Task("", 0, 1, "simpy", arms)) == pytest.approx(accounts * (past + 3 + 3))


@pytest.mark.parametrize("how", ["break", "refuse"])
def test_a_run_that_breaks_is_named_and_finished_ones_stay(
    experiment: Make, played: Played, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("FAKE_TROUBLE", f"{how} balanced 1")
    error, words = {
        "break": (RunFailed, "balanced, replication 1 on the past balanced.*ArithmeticError: lead 4711"),
        "refuse": (BadInput, "^market.accounts=1 cannot be played"),
    }[how]
    with pytest.raises(error, match=words):
        play(experiment(engine="compiled", workers=1), engines=FAKE)
    assert "arm lead_factory 2" not in played()
    monkeypatch.delenv("FAKE_TROUBLE")
    play(experiment(engine="compiled", workers=1), engines=FAKE)
    again = {line for line in played() if line.startswith("arm")}
    assert again == {"arm balanced 1", "arm lead_factory 2", "arm balanced 2"}


def test_ctrl_c_stops_every_session_and_keeps_what_is_finished(
    experiment: Make, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = experiment(ARMS, engine="compiled", replications=2, workers=2)
    play(replace(asked, arms={"lead_factory": asked.arms["lead_factory"]}), engines=FAKE)
    played()
    monkeypatch.setenv("FAKE_SECONDS", "60")
    timer = threading.Timer(0.5, _thread.interrupt_main)
    timer.start()
    start = time.monotonic()
    with pytest.raises(Interrupted, match="2 of 8 runs are saved; the same command continues"):
        play(asked, engines=FAKE)
    assert time.monotonic() - start < 30  # and not the minutes it was asked for
    timer.join()
    assert not [line for line in played() if line.startswith("arm")]
    assert not [thread for thread in threading.enumerate() if "_work" in thread.name]
