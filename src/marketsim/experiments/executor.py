"""Play tasks: in threads of this process where the engine lets them run side by side, else on worker processes."""

import importlib
import queue
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from marketsim.experiments.errors import RunFailed
from marketsim.experiments.processes import ProcessCrew
from marketsim.experiments.speed import SMALLEST_TASK
from marketsim.experiments.store import WITH_LOGS, Store
from marketsim.experiments.tasks import Failed, Message, Saved, Setup, Task
from marketsim.experiments.threads import ThreadCrew
from marketsim.scenario.errors import BadInput

LOOK_EVERY_SECONDS = 0.5
SHORTEST_SECONDS = 1e-6
MOST_THREADS, MOST_THREADS_WITH_TABLES = 8, 2
"""Up to so many workers are threads of one process: docs/decisions/0010-branches-and-threads.md says why."""


def execute(
    tasks: Sequence[Task],
    *,
    store: str,
    keep: str,
    engines: str,
    workers: int,
    on_saved: Callable[[str], None],
) -> float:
    """Play tasks and store every run.

    Parameters
    ----------
    tasks
        In the order in which they are started.
    store, keep, engines
        Folder of the store, what is kept of a run, name of the module that plays.
    workers
        Threads or processes. With more workers than tasks, arms of a task run side by side.
    on_saved
        Called with the key of each run as it is stored.

    Returns
    -------
    float
        Account-years played per second and worker: the median of the tasks that are large enough to tell, since the
        first ones also compile; 0 if none is.

    Raises
    ------
    RunFailed, BadInput
        At the first run that breaks; runs finished before it are stored.
    KeyboardInterrupt
        Passed on after all that plays was ended.

    """
    if not tasks:
        return 0.0
    setup = Setup(store, keep, engines, arms_at_once=max(1, workers // len(tasks)))
    messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    crew: ThreadCrew | ProcessCrew
    most_threads = MOST_THREADS_WITH_TABLES if keep in WITH_LOGS else MOST_THREADS
    if tasks[0].branches and workers <= most_threads:
        module = importlib.import_module(engines)
        crew = ThreadCrew(tasks, setup, Store(Path(store)), module, workers, messages)
    else:
        crew = ProcessCrew(tasks, setup, workers, messages)
    rates: list[float] = []
    try:
        crew.start()
        through = 0
        while through < crew.count:
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
        crew.end()
        while not messages.empty():  # what was stored while the rest was ended
            message = messages.get()
            if isinstance(message, Saved):
                on_saved(message.key)
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
