"""What is to be played: one task is one replication on one past, for all arms that are still missing."""

from dataclasses import dataclass

from marketsim.scenario.scenario import Scenario


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
    def account_years(self) -> float:
        """Work in it: accounts times years, with the past played once."""
        first = self.jobs[0].scenario
        years = first.history.years + sum(job.scenario.horizon_years for job in self.jobs)
        return first.world.market.accounts * years


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
    """A worker finished a task after so many seconds."""

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
