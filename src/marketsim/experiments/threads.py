"""Threads that play tasks of an engine whose sessions branch: what arms share is played once, everything else beside.

The compiled loop lets other threads run while it plays, so that one process keeps all cores busy. A session is branched
only when its branch is about to be played: a big market is in memory once per thread and fork, not once per arm.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from marketsim.experiments.branches import Branch, Leaf, account_years, branches_of
from marketsim.experiments.store import WITH_LOGS, Store
from marketsim.experiments.tasks import Idle, Job, Message, Saved, Setup, Task, failure

PATIENCE_SECONDS = 2.0


class _Running:
    """A task under way: how long its parts took, and how many are not done."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.seconds = 0.0
        self.parts = 1


@dataclass(frozen=True)
class _Part:
    """A branch of a task for whoever is free; without a session the whole task, from the start of its past."""

    running: _Running
    branches: tuple[Branch, ...]
    session: Any = None


class _Broken(Exception):
    """A run broke: the first arm of the branch it belongs to; the error is its cause."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.job = job


class Players:
    """Plays tasks, in as many threads as call `work`.

    Parameters
    ----------
    setup, store, engines
        What is kept of a run, where, and the module that plays.
    tasks
        In the order in which they are started.
    report
        Called with every message, from any of the threads.
    """

    def __init__(
        self, setup: Setup, store: Store, engines: ModuleType, tasks: Sequence[Task], report: Callable[[Message], None]
    ) -> None:
        self.setup, self.store, self.engines, self.report = setup, store, engines, report
        self._tasks = deque(tasks)
        self._parts: deque[_Part] = deque()
        self._changed = threading.Condition()
        self._playing = 0
        self._waiting = 0
        self._stopped = False
        self._sessions: list[Any] = []

    def work(self) -> None:
        """Play until nothing is left or one run breaks."""
        while (part := self._next()) is not None:
            start = time.perf_counter()
            try:
                self._play(part)
            except Exception as error:
                self._broken(part, error)
            finally:
                self._done(part, time.perf_counter() - start)

    def stop(self) -> None:
        """Let every thread end within half a second; runs that are not finished are lost."""
        with self._changed:
            self._stopped = True
            sessions = list(self._sessions)
            self._changed.notify_all()
        for session in sessions:
            session.stop()

    def _next(self) -> _Part | None:
        """Return what to play next: a branch that was handed over, else the next task; None if nothing can come."""
        with self._changed:
            self._waiting += 1
            while not (self._stopped or self._parts or self._tasks) and self._playing:
                self._changed.wait()
            self._waiting -= 1
            if self._stopped or not (self._parts or self._tasks):
                return None
            self._playing += 1
            if self._parts:
                return self._parts.popleft()
            task = self._tasks.popleft()
        return _Part(_Running(task), branches_of(task.jobs))

    def _done(self, part: _Part, seconds: float) -> None:
        running = part.running
        with self._changed:
            self._playing -= 1
            running.seconds += seconds
            running.parts -= 1
            through = not running.parts and not self._stopped
            self._changed.notify_all()
        if through:
            self.report(Idle(running.seconds, account_years(running.task)))

    def _broken(self, part: _Part, error: Exception) -> None:
        with self._changed:
            if self._stopped:
                return  # asked to stop, or the second one that breaks
        job, cause = part.branches[0].jobs[0], error
        if isinstance(error, _Broken) and isinstance(error.__cause__, Exception):
            job, cause = error.job, error.__cause__
        self.report(failure(part.running.task, job, cause))
        self.stop()

    def _play(self, part: _Part) -> None:
        task = part.running.task
        if part.session is not None:
            with self._known(part.session):
                self._continue(part.running, part.session, part.branches)
            return
        logs = self.setup.keep in WITH_LOGS or any(self.engines.needs_logs(job.scenario) for job in task.jobs)
        session = self.engines.begin(task.jobs[0].scenario, task.seed, task.replication, engine=task.engine, logs=logs)
        with self._known(session):
            session.play_past()
            self._continue(part.running, session, part.branches)

    def _continue(self, running: _Running, session: Any, branches: tuple[Branch, ...]) -> None:
        """Play all branches that begin here, the last one with the session itself."""
        for branch in branches[:-1]:
            if self._stopped:
                return
            copy = session.branch()
            if not self._handed_over(_Part(running, (branch,), copy)):
                with self._known(copy):
                    self._finish(running, copy, branch)
        self._finish(running, session, branches[-1])

    def _finish(self, running: _Running, session: Any, branch: Branch) -> None:
        try:
            if isinstance(branch, Leaf):
                outcome = session.play_on(branch.scenario)
                self.store.save(branch.job.key, outcome, self.setup.keep)
                self.report(Saved(branch.job.key))
            else:
                session.play_to(branch.scenario, branch.month)
                self._continue(running, session, branch.branches)
        except _Broken:
            raise
        except Exception as error:
            raise _Broken(branch.jobs[0]) from error

    def _handed_over(self, part: _Part) -> bool:
        """Leave a branch to a thread that has nothing to do, if there is one."""
        with self._changed:
            if self._stopped or self._tasks or self._waiting <= len(self._parts):
                return False
            part.running.parts += 1
            self._parts.append(part)
            self._changed.notify()
            return True

    @contextmanager
    def _known(self, session: Any) -> Iterator[None]:
        """Let a session be stopped while it plays."""
        with self._changed:
            self._sessions.append(session)
            stopped = self._stopped
        if stopped:
            session.stop()
        try:
            yield
        finally:
            with self._changed:
                self._sessions = [one for one in self._sessions if one is not session]


class ThreadCrew:
    """Plays tasks in threads of this process.

    Parameters
    ----------
    tasks, setup, store, engines, workers
        What is played, how and where it is kept, the module that plays, and how many threads may work.
    messages
        Where reports go; a None says that one of the threads is through.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        setup: Setup,
        store: Store,
        engines: ModuleType,
        workers: int,
        messages: "queue.SimpleQueue[Message | None]",
    ) -> None:
        self.count = min(workers, sum(len(task.jobs) for task in tasks))
        self._players = Players(setup, store, engines, tasks, messages.put)
        self._messages = messages
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads."""
        for _ in range(self.count):
            thread = threading.Thread(target=self._work, daemon=True)
            thread.start()
            self._threads.append(thread)

    def _work(self) -> None:
        try:
            self._players.work()
        finally:
            self._messages.put(None)

    def end(self) -> None:
        """Stop what still plays; a run that is being stored is stored."""
        self._players.stop()
        for thread in self._threads:
            thread.join(timeout=PATIENCE_SECONDS)
