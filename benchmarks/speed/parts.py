"""The parts of the measurement. Everything that is compared is measured in turns, and ratios are taken within a turn.

Seconds are processor seconds of this process, except where something runs side by side or somebody waits: machines are
shared and noisy.
"""

import math
import os
import pty
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import simpy
from peers.hold import c_loop_ns

import marketsim
from marketsim import load_scenario
from marketsim.engines import Session, begin, compile_parts, simulate
from marketsim.rules.compiling import CACHE_FOLDER, cache_of
from marketsim.scenario.folders import conf_folder
from speed.figures import Figure
from speed.jobs import apart
from speed.markets import EVERYTHING, SEED


@dataclass(frozen=True)
class How:
    """How much is measured: turns, up to ten million accounts, or smaller markets only."""

    repeats: int
    largest: bool = False
    quick: bool = False


TEN_YEARS = ("run.horizon_years=10",)
LARGEST = 10_000_000
_SIZES = {2_000: 10.0, 20_000: 5.0, 200_000: 2.0, 1_000_000: 1.0}  # accounts, years
_QUICK_SIZES = {2_000: 4.0, 20_000: 2.0, 200_000: 1.0}
_MONTH_OF_COUNT = 60
_MMONE_CUSTOMERS = 60_000
_THREADS, _RUNS = 2, 4
_FIRST_BYTES = 1 << 12
_WINDOW = (24, 100)  # lines and columns
_MODULES = ("rules", "state", "compiled")
_EDITED = ("clients", "buyers", "floor")


def engines(how: How) -> list[Figure]:
    """Play both engines on the default market: the past of twelve years, ten years, and the monthly series of it."""
    scenario = load_scenario(list(TEN_YEARS))
    players: dict[str, Callable[[int], float]] = {
        "simpy": lambda turn: _seconds_of(lambda: simulate(scenario, SEED, turn, "simpy").monthly),
        "compiled": lambda turn: _seconds_of(lambda: simulate(scenario, SEED, turn, logs=False).monthly),
        "logs": lambda turn: _seconds_of(lambda: simulate(scenario, SEED, turn).monthly),
    }
    for play in players.values():
        play(how.repeats)
    spent: dict[str, list[float]] = {name: [] for name in players}
    for turn in range(how.repeats):
        for name in _rotated(list(players), turn):
            spent[name].append(players[name](turn))
    market = "default market, past and ten years"
    ratios = {name: _ratios(spent["simpy"], spent[name]) for name in ("compiled", "logs")}
    return [
        Figure("engines.simpy", f"SimPy engine, {market}", "s a run", tuple(spent["simpy"])),
        Figure("engines.compiled", f"compiled engine, {market}, monthly series", "s a run", tuple(spent["compiled"])),
        Figure("engines.logs", f"compiled engine, {market}, all logs", "s a run", tuple(spent["logs"])),
        Figure("engines.ratio", "compiled against SimPy, monthly series", "times", ratios["compiled"], "at least 30"),
        Figure("engines.ratio_logs", "compiled against SimPy, all logs", "times", ratios["logs"], "at least 20"),
    ]


def threads(how: How) -> list[Figure]:
    """Play runs one after the other, and the same runs in two threads of one process (seconds on the clock)."""
    scenario = load_scenario(list(TEN_YEARS))

    def play(first: int, step: int) -> None:
        for replication in range(first, _RUNS, step):
            simulate(scenario, SEED, replication, logs=False)

    play(0, _RUNS)
    found, shares = [], []
    for _ in range(how.repeats):
        start, cpu = time.perf_counter(), time.process_time()
        play(0, 1)
        alone = time.perf_counter() - start
        shares.append((time.process_time() - cpu) / alone)
        crew = [threading.Thread(target=play, args=(k, _THREADS)) for k in range(_THREADS)]
        start = time.perf_counter()
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        found.append(alone / (time.perf_counter() - start))
    return [
        Figure("threads.ratio", "two threads against one", "times", tuple(found), "at least 1.6"),
        Figure("threads.share", "of the time of one thread a processor was ours", "", tuple(shares)),
    ]


def slope(how: How) -> list[Figure]:
    """Time a year of markets that grow with budget, staff and rivals; without logs, each in a new process."""
    sizes = dict(_QUICK_SIZES if how.quick else _SIZES)
    if how.largest:
        sizes[LARGEST] = 1.0
    found: dict[int, list[dict[str, float]]] = {accounts: [] for accounts in sizes}
    for turn in range(how.repeats):
        for accounts, years in sizes.items():
            if accounts < LARGEST or turn == 0:
                found[accounts].append(apart("size", accounts=accounts, years=years))
    slopes = []
    for turn in range(how.repeats):
        rows = [(n, runs[min(turn, len(runs) - 1)]["seconds_per_year"]) for n, runs in found.items()]
        slopes.append(_slope(rows))
    smallest, biggest = min(sizes), max(sizes)
    figures = [
        Figure(
            f"slope.{biggest}", f"slope of log cost over log accounts, {smallest:,} to {biggest:,}", "", tuple(slopes),
            "at most 1.2",
        )
    ]  # fmt: skip
    for accounts, runs in found.items():
        per_event = tuple(run["ns_per_event"] for run in runs)
        per_year = tuple(run["seconds_per_year"] for run in runs)
        figures += [
            Figure(f"slope.year.{accounts}", f"{accounts:,} accounts, logs off", "s a year", per_year),
            Figure(f"slope.event.{accounts}", f"{accounts:,} accounts, logs off", "ns per timed event", per_event),
        ]
    return figures


def memory(how: How) -> list[Figure]:
    """Measure peak memory of ten years without logs and without a past (`history.years=0`), in a new process."""
    accounts = LARGEST if how.largest else LARGEST // 10
    found = apart("memory", accounts=accounts, years=10.0)
    market = f"{accounts:,} accounts, ten years, logs off, no past"
    return [
        Figure(f"memory.account.{accounts}", market, "bytes an account", (found["bytes_per_account"],), "at most 300"),
        Figure(
            f"memory.peak.{accounts}",
            market,
            "GB at most",
            (found["peak_bytes"] / 1e9,),
            "under 4" if how.largest else "",
        ),
        Figure(f"memory.seconds.{accounts}", market, "s a run", (found["seconds"],)),
    ]


def events(how: How) -> list[Figure]:
    """Time an event of the default market, beside a loop in C over a heap with as many pending."""
    scenario = load_scenario(list(TEN_YEARS))
    session = begin(scenario, SEED, 0, logs=False)
    session.play_past()
    halfway = session.branch()
    halfway.play_to(scenario, _MONTH_OF_COUNT)
    pending, waiting = _pending(halfway)
    spent, loop, distance = [], [], []
    for _ in range(how.repeats):
        run = session.branch()
        before = run.timed_events
        seconds = _seconds_of(lambda run=run: run.play_on(scenario))  # type: ignore[misc]
        spent.append(1e9 * seconds / (run.timed_events - before))
        loop.append(c_loop_ns(pending + waiting))
        distance.append(spent[-1] / loop[-1])
    held = f"{pending:,} pending events and {waiting:,} who wait on shared clocks"
    return [
        Figure("events.ours", f"compiled engine, default market, logs off; {held}", "ns per timed event", tuple(spent)),
        Figure("events.c", "a loop in C that only takes from a heap of that size and puts back", "ns", tuple(loop)),
        Figure("events.ratio", "the distance to that limit", "times", tuple(distance)),
    ]


def branch(how: How) -> list[Figure]:
    """Copy a session of the default market at day 0 (milliseconds on the clock)."""
    scenario = load_scenario(list(TEN_YEARS))
    figures = []
    for name, logs in (("without logs", False), ("with all logs", True)):
        session = begin(scenario, SEED, 0, logs=logs)
        session.play_past()
        spent = []
        for _ in range(3 * how.repeats):
            start = time.perf_counter()
            session.branch()
            spent.append(1e3 * (time.perf_counter() - start))
        figures.append(Figure(f"branch.{int(logs)}", f"a branch at day 0, {name}", "ms", tuple(spent)))
    return figures


def start(how: How) -> list[Figure]:
    """Wait for first words and for a first finished run, with a warm cache (seconds on the clock)."""
    words, runs = [], []
    for _ in range(how.repeats):
        with tempfile.TemporaryDirectory() as folder:
            said, done = _first_words(
                ["compare", "run.replications=2", "run.workers=1", f"output_dir={folder}/run", *TEN_YEARS]
            )
        words.append(said)
        runs.append(done)
    return [
        Figure("start.words", "`marketsim compare` in a new process: first words", "s", tuple(words)),
        Figure("start.run", "`marketsim compare` in a new process: first finished run shown", "s", tuple(runs)),
    ]


def cold(how: How) -> list[Figure]:
    """Compile everything into an empty cache, in a new process."""
    with tempfile.TemporaryDirectory() as cache:
        found = apart("ready", environment=_environment(cache))
    return [
        Figure("cold.parts", "parts to compile after an install", "parts", (found["parts"],)),
        Figure("cold.seconds", "compiling them", "s on the clock", (found["seconds"],), "at most 120"),
        Figure("cold.cpu", "compiling them, with the start of Python", "processor s", (found["cpu_seconds"],)),
        Figure("cold.first", "the first run after it", "s on the clock", (found["first_run_seconds"],)),
    ]


def edit(how: How) -> list[Figure]:
    """Compile what an edit of one file of event classes leaves to compile, in a copy of the package."""
    figures = []
    compile_parts()
    package = Path(marketsim.__file__).parent
    for module in _EDITED:
        with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as source:
            _copy_cache(package, Path(cache))
            copy = Path(source) / "marketsim"
            shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__", "conf"))
            (copy / "conf").symlink_to(conf_folder())
            with (copy / "compiled" / f"{module}.py").open("a", encoding="utf-8") as file:
                file.write("\n# edited\n")
            found = apart("ready", environment=_environment(cache, PYTHONPATH=source))
        what = f"an edit of compiled/{module}.py: {found['parts']:.0f} parts"
        figures.append(Figure(f"edit.{module}", what, "s on the clock", (found["seconds"],), "at most 15"))
    return figures


def load(how: How) -> list[Figure]:
    """Time an event with everything on beside one of the core, on both engines; and ours on SimPy beside bare SimPy."""
    figures = []
    for engine, years in (("compiled", 4.0), ("simpy", 1.0)):
        _ns_per_event(engine, years, *EVERYTHING)
        ratios = []
        for _ in range(how.repeats):
            core = _ns_per_event(engine, years, "experiment=core")
            ratios.append(_ns_per_event(engine, years, *EVERYTHING) / core)
        what = f"{engine} engine: time per event with everything on, against the core"
        figures.append(Figure(f"load.{engine}", what, "times", tuple(ratios)))
    ratios = [_bare_simpy_ns() / _ns_per_event("simpy", 2.0) for _ in range(how.repeats)]
    what = "SimPy engine against bare SimPy (M/M/1): timed events per second"
    return [*figures, Figure("load.bare", what, "times", tuple(ratios), "at least 0.5")]


PARTS = {
    "engines": engines, "threads": threads, "events": events, "slope": slope, "memory": memory, "branch": branch,
    "start": start, "load": load, "cold": cold, "edit": edit,
}  # fmt: skip
ASKED_FOR = ("cold", "edit")
"""Parts that are left out unless somebody asks for them."""


# ---- how ----


def _seconds_of(what: Callable[[], object]) -> float:
    begun = time.process_time()
    what()
    return time.process_time() - begun


def _rotated(names: Sequence[str], turn: int) -> list[str]:
    return [names[(k + turn) % len(names)] for k in range(len(names))]


def _ratios(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    return tuple(a / b for a, b in zip(one, other, strict=True))


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the least-squares slope of log y against log x."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x = statistics.fmean(x for x, _ in logs)
    mean_y = statistics.fmean(y for _, y in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def _pending(session: Session) -> tuple[int, int]:
    """Return how many events are pending, and how many wait on shared clocks."""
    run = session._run
    assert run is not None
    h, clocks = run.memory.h, run.memory.clocks
    waiting = clocks["marks_count"].sum() + clocks["in_buckets"].sum()
    return int(h["today_count"] + h["soon_count"] + h["in_days"]), int(waiting)


def _ns_per_event(engine: str, years: float, *overrides: str) -> float:
    """Return nanoseconds per timed event after a past of one year."""
    scenario = load_scenario(["history.years=1", f"run.horizon_years={years}", *overrides])
    session = begin(scenario, SEED, 0, engine)
    session.play_past()
    before = session.timed_events
    seconds = _seconds_of(lambda: session.play_on(scenario))
    return 1e9 * seconds / (session.timed_events - before)


def _bare_simpy_ns() -> float:
    """Return nanoseconds per timed event of M/M/1 with a process per customer and a Resource."""
    draw = random.Random(SEED)
    env = simpy.Environment()
    desk = simpy.Resource(env, capacity=1)

    def customer() -> object:
        with desk.request() as turn:
            yield turn
            yield env.timeout(draw.expovariate(1.0))

    def arrivals() -> object:
        for _ in range(_MMONE_CUSTOMERS):
            yield env.timeout(draw.expovariate(0.8))
            env.process(customer())

    env.process(arrivals())
    return 1e9 * _seconds_of(env.run) / (2 * _MMONE_CUSTOMERS)


def _environment(cache: str, **more: str) -> dict[str, str]:
    """Return the environment of a process with a cache of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    return {**kept, "XDG_CACHE_HOME": cache, **more}


def _copy_cache(package: Path, cache: Path) -> None:
    """Copy the machine code of the package as it stands."""
    assert CACHE_FOLDER is not None
    for room in _MODULES:
        for path in sorted((package / room).glob("*.py")):
            folder = Path(cache_of(f"marketsim.{room}.{path.stem}"))
            if folder.exists():
                shutil.copytree(folder, cache / "marketsim" / "compiled" / folder.name)


def _first_words(words: Sequence[str]) -> tuple[float, float]:
    """Run a command on a terminal of its own; return when it said something, and when it showed a finished run."""
    master, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, _WINDOW)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "marketsim", *words]
    with subprocess.Popen(command, stdout=terminal, stderr=terminal, stdin=subprocess.DEVNULL) as process:
        os.close(terminal)
        said, first, done = b"", math.nan, math.nan
        while True:
            try:
                chunk = os.read(master, _FIRST_BYTES)
            except OSError:  # Linux says so when the other end is closed
                break
            if not chunk:
                break
            said += chunk
            first = time.perf_counter() - begun if math.isnan(first) else first
            if math.isnan(done) and any(f" {k}/".encode() in said for k in (1, 2)):
                done = time.perf_counter() - begun
    os.close(master)
    if process.returncode:
        raise RuntimeError(said.decode(errors="replace"))
    return first, done
