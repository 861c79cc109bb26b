"""Play tasks on worker processes; end them at once when the run is broken off, and leave nothing behind."""

import contextlib
import os
import queue
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

from marketsim.experiments.errors import RunFailed
from marketsim.experiments.speed import SMALLEST_TASK
from marketsim.experiments.tasks import Failed, Idle, Message, Saved, Setup, Task
from marketsim.experiments.worker import how_it_ended, receive, send
from marketsim.scenario.errors import BadInput

ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
START = "from marketsim.experiments.worker import main; main()"
LOOK_EVERY_SECONDS = 0.5
SHORTEST_SECONDS = 1e-6


def cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WorkerProcess:
    """A worker and the pipes to it. On POSIX it leads a process group of its own, so that its children end with it."""

    def __init__(self, setup: Setup) -> None:
        environment = dict(os.environ, **dict.fromkeys(ONE_THREAD, "1"))
        environment["PYTHONPATH"] = os.pathsep.join(path or os.getcwd() for path in sys.path)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=os.name == "posix",
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.tasks, self.reports = self.process.stdin, self.process.stdout
        self.setup = setup

    def serve(self, waiting: "queue.SimpleQueue[Task]", messages: "queue.SimpleQueue[Message | None]") -> None:
        """Hand tasks to the worker and its reports on, until none is left; None says that this worker is through."""
        task: Task | None = None
        try:
            send(self.tasks, self.setup)
            while True:
                try:
                    task = waiting.get_nowait()
                except queue.Empty:
                    break
                send(self.tasks, task)
                message: Message | None = None
                while not isinstance(message, Idle):
                    message = receive(self.reports)
                    assert message is not None
                    messages.put(message)
        except (EOFError, OSError, ValueError):
            code = self.process.wait()
            past, replication = (task.past, task.replication) if task else ("", -1)
            messages.put(Failed(past, "", replication, how_it_ended(code), died=True))
        finally:
            messages.put(None)

    def end(self) -> None:
        """End the worker and its children at once."""
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        elif self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.tasks, self.reports):
            with contextlib.suppress(OSError):
                stream.close()


def execute(
    tasks: Sequence[Task],
    *,
    store: str,
    keep: str,
    engines: str,
    workers: int,
    on_saved: Callable[[str], None],
) -> float:
    """Play tasks on worker processes and store every run.

    Parameters
    ----------
    tasks
        In the order in which they are started.
    store, keep, engines
        Folder of the store, what is kept of a run, name of the module that plays.
    workers
        Processes; no more are started than there are tasks. With more
        workers than tasks, arms of a task run side by side.
    on_saved
        Called with the key of each run as it is stored.

    Returns
    -------
    float
        Account-years played per second and process: the median of the tasks that are large enough to tell, since the
        first ones also compile; 0 if none is.

    Raises
    ------
    RunFailed, BadInput
        At the first run that breaks; runs finished before it are stored.
    KeyboardInterrupt
        Passed on after all processes were ended.

    """
    if not tasks:
        return 0.0
    count = min(workers, len(tasks))
    setup = Setup(store, keep, engines, arms_at_once=max(1, workers // len(tasks)))
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    processes: list[WorkerProcess] = []
    threads: list[threading.Thread] = []
    rates: list[float] = []
    try:
        for _ in range(count):
            process = WorkerProcess(setup)
            processes.append(process)
            thread = threading.Thread(target=process.serve, args=(waiting, messages), daemon=True)
            thread.start()
            threads.append(thread)
        through = 0
        while through < count:
            try:
                message = messages.get(timeout=LOOK_EVERY_SECONDS)  # a plain get() is deaf to Ctrl-C on Windows
            except queue.Empty:
                continue
            if message is None:
                through += 1
            elif isinstance(message, Saved):
                on_saved(message.key)
            elif isinstance(message, Failed):
                raise_failure(message)
            elif message.account_years >= SMALLEST_TASK:
                rates.append(message.account_years / max(message.seconds, SHORTEST_SECONDS))
    finally:
        for process in processes:
            process.end()
        for thread in threads:
            thread.join(timeout=LOOK_EVERY_SECONDS)
    return statistics.median(rates) if rates else 0.0


def raise_failure(failed: Failed) -> None:
    """Raise what a worker reported.

    Raises
    ------
    BadInput
        If the scenario asked for something that cannot be played.
    RunFailed
        Otherwise.

    """
    if failed.bad_input:
        raise BadInput(failed.text)
    where = f"replication {failed.replication} on the past {failed.past}" if failed.replication >= 0 else "a worker"
    who = f"{failed.arm}, {where}" if failed.arm else where
    kept = "Finished runs are kept; the same command continues"
    if failed.died:
        raise RunFailed(f"{who}: {failed.text}. {kept} (run.workers=1 needs the least memory).")
    error = RunFailed(f"{who}: {failed.text}. {kept}.")
    if failed.trace:
        error.add_note(failed.trace)
    raise error
