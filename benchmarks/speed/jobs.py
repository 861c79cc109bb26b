"""What is measured in a process of its own, because peak memory and a first run belong to a process."""

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from marketsim import load_scenario
from marketsim.engines import begin, compile_parts, parts_to_compile, simulate
from speed.markets import SEED, scaled_market

Found = dict[str, float]
_KB = 1024.0
_SMALL = ("market.accounts=2000", "history.years=0", "run.horizon_years=1")


def _peak_bytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KB


def size(accounts: int, years: float) -> Found:
    """Play a market after a past of one year, without logs: processor seconds a year, and per event."""
    scenario = load_scenario([*scaled_market(accounts), "history.years=1", f"run.horizon_years={years}"])
    simulate(load_scenario(list(_SMALL)), SEED, 0, logs=False)
    session = begin(scenario, SEED, 0, logs=False)
    session.play_past()
    gc.freeze()
    before, start = session.timed_events, time.process_time()
    session.play_on(scenario)
    seconds = time.process_time() - start
    return {"seconds_per_year": seconds / years, "ns_per_event": 1e9 * seconds / (session.timed_events - before)}


def memory(accounts: int, years: float) -> Found:
    """Play a market without a past and without logs: what the process holds at most, and beyond a small run."""
    simulate(load_scenario(list(_SMALL)), SEED, 0, logs=False)
    base = _peak_bytes()
    scenario = load_scenario([*scaled_market(accounts), "history.years=0", f"run.horizon_years={years}"])
    start = time.process_time()
    outcome = simulate(scenario, SEED, 0, logs=False)
    return {
        "seconds": time.process_time() - start,
        "events": float(outcome.timed_events),
        "peak_bytes": _peak_bytes(),
        "bytes_per_account": (_peak_bytes() - base) / accounts,
    }


def ready() -> Found:
    """Compile what is missing in the cache of machine code, and play once: parts, seconds, seconds of the first run."""
    parts, start = len(parts_to_compile()), time.perf_counter()
    compile_parts()
    compiled, cpu = time.perf_counter(), time.process_time()
    simulate(load_scenario(list(_SMALL)), SEED, 0)
    return {
        "parts": float(parts),
        "seconds": compiled - start,
        "cpu_seconds": cpu,
        "first_run_seconds": time.perf_counter() - compiled,
    }


JOBS: dict[str, Callable[..., Found]] = {"size": size, "memory": memory, "ready": ready}


def apart(job: str, environment: Mapping[str, str] | None = None, **arguments: Any) -> Found:
    """Do a job in a new process; `environment` replaces that of this one."""
    command = [sys.executable, str(Path(__file__).parent), "--job", json.dumps([job, arguments])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: Found = json.loads(done.stdout)
    return found


def do(order: str) -> None:
    """Do a job that another process has asked for, and tell it what came out."""
    job, arguments = json.loads(order)
    print(json.dumps(JOBS[job](**arguments)))
