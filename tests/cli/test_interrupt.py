"""Ctrl-C on the compiled engine: one line, exit code 130, what is finished is saved, and the command continues."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from marketsim.cli.dispatch import STOPPED
from marketsim.experiments.compiling import compile_first

PATIENCE_SECONDS = 120.0
LONG = (
    "compare", "strategies=[lead_factory,balanced]", "engine=compiled", "run.workers=2", "run.replications=5000",
    "run.horizon_years=2", "history.years=1", "market.accounts=4000", "money.marketing_budget_per_year=480000",
)  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")]


def stored(folder: Path) -> int:
    return len(list(folder.glob("results/.store/*/*.arrow")))


def test_ctrl_c_stops_the_compiled_engine(tmp_path: Path) -> None:
    compile_first("compiled")
    path = os.pathsep.join(entry for entry in sys.path if entry)
    process = subprocess.Popen(
        [sys.executable, "-m", "marketsim", *LONG],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + PATIENCE_SECONDS
    while stored(tmp_path) < 3:
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < end, "waited too long for three runs"
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == STOPPED
    assert output == ""
    last = errors.strip().splitlines()[-1]
    assert last == (
        f"marketsim: stopped. {stored(tmp_path)} of 10000 runs are saved; the same command continues from there."
    )
    assert "Traceback" not in errors
    assert not list(tmp_path.glob("results/.store/*/*.unfinished"))
