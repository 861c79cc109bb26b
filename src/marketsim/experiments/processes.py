"""Worker processes that play tasks; they are ended at once when the run is broken off, and leave nothing behind."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

from marketsim.experiments.tasks import Failed, Idle, Message, Setup, Task
from marketsim.experiments.worker import how_it_ended, receive, send

ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
START = "from marketsim.experiments.worker import main; main()"
PATIENCE_SECONDS = 0.5


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


class ProcessCrew:
    """Plays tasks on worker processes, no more of them than there are tasks.

    Parameters
    ----------
    tasks, setup, workers
        What is played, how it is kept, and how many processes may work.
    messages
        Where reports go; a None says that one of the processes is through.
    """

    def __init__(
        self, tasks: Sequence[Task], setup: Setup, workers: int, messages: "queue.SimpleQueue[Message | None]"
    ) -> None:
        self.count = min(workers, len(tasks))
        self._setup, self._messages = setup, messages
        self._waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            self._waiting.put(task)
        self._processes: list[WorkerProcess] = []
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the processes and a thread for each that talks to it."""
        for _ in range(self.count):
            process = WorkerProcess(self._setup)
            self._processes.append(process)
            thread = threading.Thread(target=process.serve, args=(self._waiting, self._messages), daemon=True)
            thread.start()
            self._threads.append(thread)

    def end(self) -> None:
        """End all processes at once, whatever they do."""
        for process in self._processes:
            process.end()
        for thread in self._threads:
            thread.join(timeout=PATIENCE_SECONDS)
