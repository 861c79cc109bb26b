"""Judge many mutants of a package: all must be noticed, apart from those named as equivalent with a reason."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import count
from pathlib import Path

from equality.cases import cases, cases_of_tables
from equality.mutants import Case, Verdict, played, verdict
from equality.mutations import Mutation

from marketsim.engines import simulate
from marketsim.outcomes import Outcome

_numbers = count()


def cases_of(package: str) -> list[Case]:
    """Return what mutants of a package have to play."""
    return [*cases(), *cases_of_tables()] if package == "compiled" else cases()


@cache
def expected(package: str) -> tuple[Outcome, ...]:
    """Return what the model as it is records of all cases: on SimPy, and where rows are used again compiled."""
    return tuple(played(case, simulate, "simpy" if case.logs else "compiled") for case in cases_of(package))


def judged(
    package: str, mutation: Mutation | None, tmp_path: Path, environment: Mapping[str, str] | None = None
) -> Verdict:
    """Play all cases with a slip (or none), until one notices it."""
    return verdict(package, mutation, cases_of(package), expected(package), tmp_path / str(next(_numbers)), environment)


def unnoticed(
    package: str,
    mutations: Iterable[Mutation],
    tmp_path: Path,
    equivalent: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """Return the names of the slips that no case notices, without those known to change nothing."""
    others = (mutation for mutation in mutations if mutation.name not in equivalent)
    return [mutation.name for mutation in others if not judged(package, mutation, tmp_path, environment).noticed]
