"""A worker process: plays tasks it reads from its standard input, stores the runs, and reports on its standard output.

It is an ordinary process of its own with one thread, so it may fork: the past of a task is played once, then every arm
continues it in a child. Where the system cannot fork, every arm replays the past; keyed random numbers give the same
bytes.
"""

import contextlib
import gc
import importlib
import os
import pickle
import signal
import struct
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from marketsim.experiments.store import Store
from marketsim.experiments.tasks import Failed, Idle, Job, Message, Saved, Setup, Task
from marketsim.scenario.errors import BadInput

LOOK_EVERY_SECONDS = 0.5
LONGEST_TRACE = 20_000
"""Characters; a report must fit into a pipe, for it is read after its writer has ended."""
_LENGTH = struct.Struct("<Q")


def send(stream: IO[bytes], item: Any) -> None:
    """Write one object with its length."""
    data = pickle.dumps(item)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one object.

    Raises
    ------
    EOFError
        If the other side is gone.

    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


def die_with(parent: int, *, whole_group: bool) -> None:
    """Look twice a second whether the parent is still there, and end at once (with the group) if not.

    A timer signal rather than a thread, because a process with threads should not fork.
    """
    if not hasattr(signal, "setitimer"):
        return

    def look(_signal: int, _frame: Any) -> None:
        if os.getppid() != parent:
            if whole_group:
                os.killpg(0, signal.SIGKILL)
            os._exit(1)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, LOOK_EVERY_SECONDS, LOOK_EVERY_SECONDS)


def failure(task: Task, job: Job, error: BaseException) -> Failed:
    """Put an error into a message that can travel."""
    text = str(error) if isinstance(error, BadInput) else f"{type(error).__name__}: {error}"[:LONGEST_TRACE]
    trace = "".join(traceback.format_exception(error))[-LONGEST_TRACE:]
    return Failed(task.past, job.arm, task.replication, text, isinstance(error, BadInput), trace=trace)


class Player:
    """Plays tasks with one engine into one store."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.store = Store(Path(setup.store))
        self.engines: ModuleType = importlib.import_module(setup.engines)

    def play(self, task: Task) -> Iterator[Message]:
        """Play the arms of a task; the first failure ends it."""
        if len(task.jobs) > 1 and hasattr(os, "fork"):
            yield from self._play_forked(task)
        else:
            yield from self._replay(task)

    def _replay(self, task: Task) -> Iterator[Message]:
        for job in task.jobs:
            try:
                outcome = self.engines.simulate(job.scenario, task.seed, task.replication, engine=task.engine)
                self.store.save(job.key, outcome, self.setup.keep)
            except Exception as error:
                yield failure(task, job, error)
                return
            yield Saved(job.key)

    def _play_forked(self, task: Task) -> Iterator[Message]:
        try:
            first = task.jobs[0].scenario
            session = self.engines.begin(first, task.seed, task.replication, engine=task.engine)
            session.play_past()
        except Exception as error:
            yield failure(task, task.jobs[0], error)
            return
        gc.collect()
        gc.freeze()  # so that children do not copy pages only to mark them
        try:
            yield from self._fork_arms(task, session)
        finally:
            del session
            gc.unfreeze()
            gc.collect()

    def _fork_arms(self, task: Task, session: Any) -> Iterator[Message]:
        running: dict[int, tuple[Job, int]] = {}
        waiting = list(task.jobs)
        broken = False
        while running or (waiting and not broken):
            while waiting and not broken and len(running) < self.setup.arms_at_once:
                job = waiting.pop(0)
                pid, pipe = self._start(task, job, session)
                running[pid] = (job, pipe)
            pid, status = os.wait()
            job, pipe = running.pop(pid)
            with os.fdopen(pipe, "rb") as report:
                data = report.read()
            code = os.waitstatus_to_exitcode(status)
            if code == 0:
                yield Saved(job.key)
                continue
            broken = True
            if data:
                yield pickle.loads(data)
            else:
                yield Failed(task.past, job.arm, task.replication, how_it_ended(code), died=True)

    def _start(self, task: Task, job: Job, session: Any) -> tuple[int, int]:
        """Fork a child that continues the past with one arm, stores it and ends."""
        worker = os.getpid()
        readable, writable = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writable)
            return pid, readable
        code = 1
        try:
            die_with(worker, whole_group=False)
            outcome = session.play_on(job.scenario)
            self.store.save(job.key, outcome, self.setup.keep)
            code = 0
        except BaseException as error:
            os.write(writable, pickle.dumps(failure(task, job, error)))
        finally:
            with contextlib.suppress(OSError):
                sys.stderr.flush()
            os._exit(code)


def how_it_ended(code: int) -> str:
    """Say in words how a process ended."""
    if code >= 0:
        return f"its process ended with code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    memory = ", perhaps because the machine ran out of memory" if name == "SIGKILL" else ""
    return f"its process was ended by {name}{memory}"


def main() -> None:
    """Serve tasks until the standard input ends; keep the standard output free of anything a model prints."""
    parent = int(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    tasks = os.fdopen(os.dup(0), "rb")
    reports = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    die_with(parent, whole_group=True)
    try:
        setup = receive(tasks)
        try:
            player = Player(setup)
        except Exception as error:
            send(reports, Failed("", "", -1, f"{type(error).__name__}: {error}", isinstance(error, BadInput)))
            return
        while True:
            task: Task = receive(tasks)
            start = time.perf_counter()
            for message in player.play(task):
                send(reports, message)
            send(reports, Idle(time.perf_counter() - start, task.account_years))
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
