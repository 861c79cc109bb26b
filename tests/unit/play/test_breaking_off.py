"""Breaking off: Ctrl-C and kill -9 leave finished runs, no orphans, and the same command continues."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from marketsim.experiments import play
from marketsim.scenario.experiment import Experiment

FAKE = "fake_engines"
SLOW_SECONDS = "0.4"
PATIENCE_SECONDS = 60.0

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")]

SCRIPT = """
import sys
from marketsim.experiments import Interrupted, compare
try:
    arms = ["strategy=lead_factory", "strategy=balanced"]
    compare(arms, replications=8, horizon_years=3, workers=2, engine=sys.argv[1], engines="fake_engines")
except Interrupted as stop:
    print(f"marketsim: {stop}", file=sys.stderr)
    sys.exit(130)
print("finished")
"""


def start(engine: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, engine],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def saved() -> int:
    return len(list(Path("results/.store").glob("*/*.arrow")))


def wait_for(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, f"waited too long for {what}"
        time.sleep(0.05)


def alive(pids: list[int]) -> list[int]:
    """Those of the processes that still run (a zombie does not)."""
    found = []
    for pid in pids:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        state = Path(f"/proc/{pid}/stat")
        try:
            if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
                continue
        except OSError:
            continue
        found.append(pid)
    return found


def players(tmp_path: Path) -> list[int]:
    return [int(path.stem) for path in (tmp_path / "traces").glob("*.txt")]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_what_is_finished_stays_and_nothing_is_left_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals, engine: str
) -> None:
    monkeypatch.setenv("FAKE_SECONDS", SLOW_SECONDS)
    process = start(engine)
    wait_for(lambda: saved() >= 3, "three runs")
    started = time.monotonic()
    process.send_signal(how)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert time.monotonic() - started < 5
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert errors.strip().splitlines()[-1].startswith("marketsim: stopped. ")
        assert "of 16 runs are saved; the same command continues" in errors
        assert "Traceback" not in errors
    wait_for(lambda: not alive(players(tmp_path)), "players to end")
    kept = saved()
    assert 3 <= kept < 16
    time.sleep(2 * float(SLOW_SECONDS))
    assert saved() == kept, "something is still playing"

    for path in (tmp_path / "traces").glob("*.txt"):
        path.unlink()
    monkeypatch.setenv("FAKE_SECONDS", "0")
    again = start(engine)
    output, errors = again.communicate(timeout=PATIENCE_SECONDS)
    assert output.strip() == "finished", errors
    lines = [line for path in (tmp_path / "traces").glob("*.txt") for line in path.read_text().splitlines()]
    assert sum(line.startswith("arm") for line in lines) == 16 - kept
    assert saved() == 16


def test_a_killed_worker_gives_a_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, experiment: Callable[..., Experiment]
) -> None:
    import threading

    from marketsim.experiments import RunFailed

    monkeypatch.setenv("FAKE_SECONDS", SLOW_SECONDS)

    def kill_one() -> None:
        wait_for(lambda: bool(players(tmp_path)), "a worker")
        os.kill(players(tmp_path)[0], signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    with pytest.raises(RunFailed, match="SIGKILL"):
        play(experiment(workers=1), engines=FAKE)
    killer.join()
    wait_for(lambda: not alive(players(tmp_path)), "players to end")
