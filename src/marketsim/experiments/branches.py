"""What arms on the same past share beyond day 0: a tree, of which every stretch is played once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from marketsim.experiments.tasks import Job, Task
from marketsim.scenario.scenario import MONTHS_PER_YEAR, Later, Plan, Scenario

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Leaf:
    """An arm that is played to its end."""

    job: Job

    @property
    def scenario(self) -> Scenario:
        """What is played."""
        return self.job.scenario

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Arms that end here."""
        return (self.job,)

    def months(self, since: float) -> float:
        """Return how many months are played from `since` on."""
        return max(0.0, self.scenario.horizon_months - since)


@dataclass(frozen=True)
class Fork:
    """Arms that are the same up to a month: one of their scenarios is played to it, then every branch goes on."""

    scenario: Scenario
    month: float
    branches: "tuple[Branch, ...]"

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Arms that begin here."""
        return tuple(job for branch in self.branches for job in branch.jobs)

    def months(self, since: float) -> float:
        """Return how many months are played from `since` on, all branches together."""
        return self.month - since + sum(branch.months(self.month) for branch in self.branches)


Branch = Leaf | Fork


def branches_of(jobs: Sequence[Job]) -> tuple[Branch, ...]:
    """Return the branches that begin at day 0, for arms that share a past."""
    found: list[Branch] = []
    for group in _grouped(jobs, lambda job: (_unnamed(job.scenario.plan), job.scenario.horizon_years)):
        found += _grown([Leaf(job) for job in group], 0)
    return tuple(found)


def account_years(task: Task) -> float:
    """Return the work in a task, accounts times years, with everything that is shared counted once."""
    first = task.jobs[0].scenario
    if task.branches:
        months = sum(branch.months(0.0) for branch in branches_of(task.jobs))
    else:
        months = sum(job.scenario.horizon_months for job in task.jobs)
    return first.world.market.accounts * (first.history.years + months / MONTHS_PER_YEAR)


def _grown(leaves: Sequence[Leaf], depth: int) -> list[Branch]:
    """Return the branches of arms with the same plan, whose first `depth` later plans are the same too."""
    if len(leaves) == 1 or any(_out_of_order(leaf.scenario.later) for leaf in leaves):
        return list(leaves)
    while all(_entry(leaf, depth) == _entry(leaves[0], depth) for leaf in leaves):
        if _entry(leaves[0], depth) is None:
            return list(leaves)
        depth += 1
    months = [entry.month for leaf in leaves if (entry := _entry(leaf, depth)) is not None]
    month = min(months)

    def taken(leaf: Leaf) -> Later | None:
        entry = _entry(leaf, depth)
        return entry if entry is not None and entry.month == month else None

    if month >= leaves[0].scenario.horizon_months:
        return list(leaves)
    grown = [branch for group in _grouped(leaves, taken) for branch in _grown(group, depth)]
    return [Fork(leaves[0].scenario, month, tuple(grown))] if month > 0.0 else grown


def _entry(leaf: Leaf, depth: int) -> Later | None:
    later = leaf.scenario.later
    return Later(later[depth].month, _unnamed(later[depth].plan)) if depth < len(later) else None


def _out_of_order(later: Sequence[Later]) -> bool:
    return any(one.month >= following.month for one, following in pairwise(later))


def _unnamed(plan: Plan) -> Plan:
    """Return a plan without its name, which is only a label."""
    return replace(plan, name="")


def _grouped(things: Sequence[Thing], what: Callable[[Thing], object]) -> list[list[Thing]]:
    """Group by equality, in the order in which they come (plans hold dictionaries, which cannot be hashed)."""
    groups: list[tuple[object, list[Thing]]] = []
    for thing in things:
        key = what(thing)
        same = next((group for known, group in groups if known == key), None)
        if same is None:
            groups.append((key, [thing]))
        else:
            same.append(thing)
    return [group for _, group in groups]
