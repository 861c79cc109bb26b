"""A worker process: plays tasks it reads from its standard input, stores the runs, and reports on its standard output.

On the SimPy engine it has one thread, so it may fork: the past of a task is played once, then every arm continues it in
a child. Where the system cannot fork, every arm replays the past; keyed random numbers give the same bytes. Sessions of
the compiled engine branch within the process instead.
"""

import contextlib
import gc
import importlib
import os
import pickle
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from marketsim.experiments.branches import account_years
from marketsim.experiments.store import Store
from marketsim.experiments.tasks import Failed, Idle, Job, Message, Saved, Setup, Task, failure
from marketsim.experiments.threads import Players
from marketsim.scenario.errors import BadInput

LOOK_EVERY_SECONDS = 0.5
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


class Player:
    """Plays tasks with one engine into one store."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.store = Store(Path(setup.store))
        self.engines: ModuleType = importlib.import_module(setup.engines)

    def play(self, task: Task, report: Callable[[Message], None]) -> None:
        """Play the arms of a task and report that it is done; the first failure ends it."""
        if task.branches:
            self._play_in_threads(task, report)
            return
        start = time.perf_counter()
        forks = len(task.jobs) > 1 and hasattr(os, "fork")
        for message in self._play_forked(task) if forks else self._replay(task):
            report(message)
        report(Idle(time.perf_counter() - start, account_years(task)))

    def _play_in_threads(self, task: Task, report: Callable[[Message], None]) -> None:
        """Play arms side by side where there are more cores than tasks."""
        players = Players(self.setup, self.store, self.engines, [task], report)
        helpers = [threading.Thread(target=players.work, daemon=True) for _ in range(self.setup.arms_at_once - 1)]
        for helper in helpers:
            helper.start()
        players.work()
        for helper in helpers:
            helper.join()

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
    one_at_a_time = threading.Lock()

    def report(message: Message) -> None:
        with one_at_a_time:
            send(reports, message)

    try:
        setup = receive(tasks)
        try:
            player = Player(setup)
        except Exception as error:
            send(reports, Failed("", "", -1, f"{type(error).__name__}: {error}", isinstance(error, BadInput)))
            return
        while True:
            task: Task = receive(tasks)
            player.play(task, report)
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    main()
