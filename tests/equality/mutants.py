"""Play a package with a slip in it, in a process of its own, and tell whether the records notice.

A slip may send any number into compiled code, which does not check bounds, or never end. So every mutant plays in a
forked process, and loops count their rounds: there is an end after a few times as many as the model itself needs.
"""

import ast
import faulthandler
import importlib
import importlib.util
import os
import shutil
import signal
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

from equality.compare import first_difference
from equality.mutations import Mutation

import marketsim
from marketsim.outcomes import Outcome
from marketsim.scenario.scenario import Scenario

CAN_FORK = hasattr(os, "fork")
SOURCE = Path(marketsim.__file__).parent
ROUNDS_AT_MOST = 1_500_000
_CPU_SECONDS_AT_MOST = 60  # for a loop inside compiled code that never ends
_ENGINE_OF = {"world": "simpy", "compiled": "compiled"}
_COUNTER = '''"""Counts the rounds of loops, so that a mutant ends."""

left = [{most}]


class Endless(Exception):
    pass


def count_round():
    left[0] -= 1
    if left[0] < 0:
        raise Endless
'''


@dataclass(frozen=True)
class Case:
    """What a mutant has to play."""

    scenario: Scenario
    seed: int = 1
    grid_days: float | None = None
    logs: bool = True


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: what gave it away, or nothing."""

    noticed: bool
    how: str


def played(case: Case, simulate: Any, engine: str) -> Outcome:
    """Play a case with the `simulate` of whichever package."""
    how = {"record": True, "grid_days": case.grid_days, "logs": case.logs}
    outcome: Outcome = simulate(case.scenario, case.seed, 0, engine, **how)
    return outcome


def verdict(
    package: str,
    mutation: Mutation | None,
    cases: Sequence[Case],
    expected: Sequence[Outcome],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    rounds_at_most: int = ROUNDS_AT_MOST,
) -> Verdict:
    """Play a package with a slip (or none) in a process of its own, and compare with what is expected.

    Parameters
    ----------
    package : str
        "world" or "compiled".
    mutation : Mutation or None
        The slip.
    cases, expected : sequence
        What is played, and the runs of the model as it is.
    folder : Path
        An empty folder for the mutated source.
    environment : mapping, optional
        Variables that are set before the package is imported.
    rounds_at_most : int
        Rounds of all loops of the package after which a mutant has lost.
    """
    _write(package, mutation, folder, rounds_at_most)
    reads, writes = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # this process has no threads that hold locks
        child = os.fork()
    if not child:
        told = "raised SystemExit"
        try:
            os.close(reads)
            faulthandler.disable()  # a mutant that ends the process is noticed, and no news
            _limit_cpu()
            os.environ.update(environment or {})
            told = _play(package, folder, cases, expected)
        except BaseException as error:  # also what a mutant does to the process
            told = f"raised {type(error).__name__}: {error}"
        finally:
            os.write(writes, told.encode()[:4000])
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        how = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    shutil.rmtree(folder)
    if os.WIFSIGNALED(status):
        how = f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return Verdict(bool(how), how)


def _write(package: str, mutation: Mutation | None, folder: Path, rounds_at_most: int) -> None:
    """Write the package into a folder, with the slip, and with a counter in every loop that may not end."""
    folder.mkdir(parents=True)
    counter = f"marketsim.{package}.rounds"
    (folder / "rounds.py").write_text(_COUNTER.format(most=rounds_at_most), encoding="utf-8")
    for path in sorted((SOURCE / package).glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if mutation is not None and mutation.module == path.stem:
            text = mutation.source()
        tree = ast.parse(text)
        loops = [node for node in ast.walk(tree) if isinstance(node, ast.While) or _only_repeats(node)]
        for loop in loops:
            loop.body.insert(0, ast.parse("count_round()").body[0])
        if loops:
            place = sum(isinstance(node, ast.Expr) or _of_the_future(node) for node in tree.body[:2])
            tree.body.insert(place, ast.parse(f"from {counter} import count_round").body[0])
        (folder / path.name).write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")


def _only_repeats(node: ast.AST) -> TypeGuard[ast.For]:
    """Tell whether a loop does something so many times, such as the next event."""
    return isinstance(node, ast.For) and isinstance(node.target, ast.Name) and node.target.id == "_"


def _of_the_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _limit_cpu() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS_AT_MOST, _CPU_SECONDS_AT_MOST))


def _play(package: str, folder: Path, cases: Sequence[Case], expected: Sequence[Outcome]) -> str:
    """Play the cases in this process until one gives the mutant away; return how, or nothing."""
    engines = _graft(package, folder)
    _compile_no_more()
    for case, reference in zip(cases, expected, strict=True):
        difference = first_difference(reference, played(case, engines.simulate, _ENGINE_OF[package]))
        if difference is not None:
            return difference
    return ""


def _compile_no_more() -> None:
    """Refuse arguments of new types: a mutant would wait for the compiler, and leave its machine code behind."""
    for name, module in [*sys.modules.items()]:
        if name.startswith(("marketsim.rules.", "marketsim.state.")):
            for value in vars(module).values():
                if getattr(value, "signatures", None):
                    value.disable_compile()


def _graft(package: str, folder: Path) -> ModuleType:
    """Put the package in a folder into the place of the one that ships; return the engines that use it."""
    sys.dont_write_bytecode = True
    whole = f"marketsim.{package}"
    for name in [*sys.modules]:
        if name == whole or name.startswith((f"{whole}.", "marketsim.engines")):
            del sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        whole, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[whole] = module
    setattr(marketsim, package, module)
    spec.loader.exec_module(module)
    return importlib.import_module("marketsim.engines")
