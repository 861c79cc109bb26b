"""What is to be played: one task is one replication on one past, for all arms that are still missing."""

import traceback
from dataclasses import dataclass

from marketsim.scenario.errors import BadInput
from marketsim.scenario.scenario import Scenario

BRANCHING = ("compiled",)
"""Engines whose sessions can be branched and stopped, and which let other threads run."""
LONGEST_TRACE = 20_000
"""Characters; a report must fit into a pipe, for it is read after its writer has ended."""


@dataclass(frozen=True)
class Job:
    """One run: an arm of a task, and the key under which it is stored."""

    key: str
    arm: str
    scenario: Scenario


@dataclass(frozen=True)
class Task:
    """Arms of one replication that share one past (or a single arm)."""

    past: str
    replication: int
    seed: int
    engine: str
    jobs: tuple[Job, ...]

    @property
    def branches(self) -> bool:
        """Whether its runs branch within one process; those of the other engine are forked."""
        return self.engine in BRANCHING


@dataclass(frozen=True)
class Setup:
    """What every worker needs to know before its first task."""

    store: str
    keep: str
    engines: str
    arms_at_once: int


@dataclass(frozen=True)
class Saved:
    """A run was stored."""

    key: str


@dataclass(frozen=True)
class Idle:
    """A task is finished; its parts took so many seconds together."""

    seconds: float
    account_years: float


@dataclass(frozen=True)
class Failed:
    """A run broke (`text` of its error), asked for something impossible (`bad_input`), or its process died."""

    past: str
    arm: str
    replication: int
    text: str
    bad_input: bool = False
    died: bool = False
    trace: str = ""


Message = Saved | Idle | Failed


def failure(task: Task, job: Job, error: BaseException) -> Failed:
    """Put an error into a message that can travel."""
    text = str(error) if isinstance(error, BadInput) else f"{type(error).__name__}: {error}"[:LONGEST_TRACE]
    trace = "".join(traceback.format_exception(error))[-LONGEST_TRACE:]
    return Failed(task.past, job.arm, task.replication, text, isinstance(error, BadInput), trace=trace)
