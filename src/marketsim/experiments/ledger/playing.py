"""Play the arms of claims and keep of every run only what the claims measure.

A unit is one replication in one place (a market, a past, a drawn world) for all arms that are still missing there. Its
file holds one number per arm and term; a unit that was played before, for other claims, is added to.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import queue
import sys
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from marketsim.experiments.branches import Branch, Leaf, branches_of
from marketsim.experiments.errors import Interrupted, RunFailed
from marketsim.experiments.keys import ENGINES, digest, model_hash
from marketsim.experiments.ledger.cast import Content, Term
from marketsim.experiments.store import require_writable, write_atomically
from marketsim.experiments.tasks import Job
from marketsim.outcomes.measures import measure
from marketsim.scenario.scenario import DAYS_PER_YEAR, Scenario
from marketsim.state.layout import JOURNEY_OURS, JOURNEY_RIVAL

FloatArray = npt.NDArray[np.float64]
Numbers = dict[Content, dict[str, float]]
"""Of one unit: by arm and term."""

ENGINE = "compiled"
PATIENCE_SECONDS = 5.0
COHORT_WINS, COHORT_PURCHASES = "cohort wins", "cohort purchases"
"""Measures of history matching: the window is the year in which the day-one list was formed; needs logs."""
_CHECK_BYTES = 32


@dataclass(frozen=True)
class Place:
    """Where a unit is played.

    Attributes
    ----------
    name
        What it is called and stored by; it names everything that makes it other than the usual place.
    groups
        Contents that share a past and the need for logs.
    terms
        What is measured of each content.
    scenarios
        Gives the scenarios as they are played here, by content; called once, when the first unit starts.
    replications
        How many units.
    """

    name: str
    groups: tuple[tuple[Content, ...], ...]
    terms: Mapping[Content, tuple[Term, ...]]
    scenarios: Callable[[], Mapping[Content, Scenario]]
    replications: int


@dataclass(frozen=True)
class Unit:
    """One replication in one place, and the contents that are missing."""

    place: Place
    replication: int
    missing: frozenset[Content]


class TermStore:
    """A folder of finished units, whole or not there.

    Parameters
    ----------
    folder
        Created if missing.
    seed, engines
        Part of what a unit is known by, with the hash of the model.
    """

    def __init__(self, folder: Path, seed: int, engines: str = ENGINES) -> None:
        require_writable(folder)
        self.folder, self.seed = folder, seed
        self.damaged = 0
        self._model = model_hash(engines)

    def read(self, place: str, replication: int) -> Numbers:
        """Return what is known of a unit; nothing where its file is missing or damaged."""
        path = self._path(place, replication)
        try:
            data = path.read_bytes()
        except OSError:
            return {}
        check, body = data[:_CHECK_BYTES], data[_CHECK_BYTES:]
        if digest(body).encode() == check:
            found: Numbers = json.loads(zlib.decompress(body))
            return found
        self.damaged += 1
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".corrupt"))
        return {}

    def add(self, place: str, replication: int, numbers: Numbers) -> None:
        """Add to what is known of a unit."""
        known = self.read(place, replication)
        for content, own in numbers.items():
            known[content] = {**known.get(content, {}), **own}
        body = zlib.compress(json.dumps(known, separators=(",", ":")).encode())
        path = self._path(place, replication)
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, digest(body).encode() + body, wait_for_disk=False)

    def _path(self, place: str, replication: int) -> Path:
        key = digest(json.dumps([place, replication, self.seed, ENGINE, self._model]).encode())
        return self.folder / key[:2] / f"{key}.terms"


def missing_in(place: Place, known: Numbers) -> frozenset[Content]:
    """Return the contents of a place of which a term is not known."""
    return frozenset(
        content
        for content, terms in place.terms.items()
        if not {term.key for term in terms} <= known.get(content, {}).keys()
    )


def play_places(
    places: Sequence[Place], store: TermStore, *, workers: int, progress: bool = True, engines: str = ENGINES
) -> dict[str, list[Numbers]]:
    """Play what is missing and return all numbers, by place and replication.

    Raises
    ------
    RunFailed
        If a run breaks; finished units are kept.
    Interrupted
        On Ctrl-C, within seconds; finished units are kept.
    """
    known = {(place.name, r): store.read(place.name, r) for place in places for r in range(place.replications)}
    units = []
    for place in places:
        for r in range(place.replications):
            missing = missing_in(place, known[place.name, r])
            if missing:
                units.append(Unit(place, r, missing))
    if store.damaged:
        print(f"marketsim: {store.damaged} damaged files set aside in {store.folder}", file=sys.stderr)
    if units:
        for name, r, numbers in _played(units, store, workers=workers, progress=progress, engines=engines):
            both = known[name, r]
            for content, own in numbers.items():
                both[content] = {**both.get(content, {}), **own}
    return {place.name: [known[place.name, r] for r in range(place.replications)] for place in places}


def _played(
    units: Sequence[Unit], store: TermStore, *, workers: int, progress: bool, engines: str
) -> Iterator[tuple[str, int, Numbers]]:
    total = sum(len(unit.missing) for unit in units)
    bar = tqdm(
        total=total,
        unit=" runs",
        disable=None if progress else True,
        file=sys.stderr,
        dynamic_ncols=True,
        bar_format="  {percentage:3.0f} %|{bar}| {n_fmt}/{total_fmt} runs [{elapsed}<{remaining}]",
    )
    players = _Players(units, store, importlib.import_module(engines))
    threads = [threading.Thread(target=players.work, daemon=True) for _ in range(min(workers, len(units)))]
    done = 0
    with bar:
        try:
            for thread in threads:
                thread.start()
            while done < len(units):
                message = players.messages.get()
                if isinstance(message, Exception):
                    raise message
                done += 1
                bar.update(len(message[2]))
                yield message
        except KeyboardInterrupt:
            raise Interrupted(
                f"stopped. {done} of {len(units)} parts of the work are saved; the same command continues from there."
            ) from None
        finally:
            players.stop()
            for thread in threads:
                thread.join(timeout=PATIENCE_SECONDS)


class _Players:
    """Threads that play units, each from its past to the end of its arms."""

    def __init__(self, units: Sequence[Unit], store: TermStore, engines: Any) -> None:
        self.messages: queue.SimpleQueue[tuple[str, int, Numbers] | Exception] = queue.SimpleQueue()
        self._units = deque(units)
        self._store, self._engines = store, engines
        self._lock = threading.Lock()
        self._stopped = False
        self._sessions: set[Any] = set()
        self._scenarios: dict[str, Mapping[Content, Scenario]] = {}

    def work(self) -> None:
        """Play until nothing is left, or something breaks."""
        while True:
            with self._lock:
                if self._stopped or not self._units:
                    return
                unit = self._units.popleft()
            try:
                numbers = self._play(unit)
                self._store.add(unit.place.name, unit.replication, numbers)
            except Exception as error:
                if not self._stopped:
                    text = f"{unit.place.name}, replication {unit.replication}: {type(error).__name__}: {error}"
                    failed = RunFailed(text)
                    failed.__cause__ = error
                    self.stop()
                    self.messages.put(failed)
                return
            self.messages.put((unit.place.name, unit.replication, numbers))

    def stop(self) -> None:
        """Let every thread end soon; units that are not finished are lost."""
        with self._lock:
            self._stopped = True
            sessions = list(self._sessions)
        for session in sessions:
            session.stop()

    def _play(self, unit: Unit) -> Numbers:
        with self._lock:
            if unit.place.name not in self._scenarios:
                self._scenarios[unit.place.name] = unit.place.scenarios()
                for other in [name for name in self._scenarios if name not in self._names_left(unit)]:
                    del self._scenarios[other]
            scenarios = self._scenarios[unit.place.name]
        numbers: Numbers = {}
        for group in unit.place.groups:
            jobs = [Job(content, content, scenarios[content]) for content in group if content in unit.missing]
            if not jobs:
                continue
            logs = any(
                self._engines.needs_logs(job.scenario) or any(_needs_logs(term) for term in unit.place.terms[job.key])
                for job in jobs
            )
            session = self._engines.begin(
                jobs[0].scenario, self._store.seed, unit.replication, engine=ENGINE, logs=logs
            )
            with self._known(session):
                session.play_past()
                self._continue(unit, session, branches_of(jobs), numbers)
        return numbers

    def _names_left(self, unit: Unit) -> set[str]:
        return {unit.place.name, *(other.place.name for other in self._units)}

    def _continue(self, unit: Unit, session: Any, branches: Sequence[Branch], numbers: Numbers) -> None:
        for number, branch in enumerate(branches):
            own = session if number == len(branches) - 1 else session.branch()
            with self._known(own):
                if isinstance(branch, Leaf):
                    outcome = own.play_on(branch.scenario)
                    numbers[branch.job.key] = reduced(outcome, unit.place.terms[branch.job.key])
                else:
                    own.play_to(branch.scenario, branch.month)
                    self._continue(unit, own, branch.branches, numbers)

    @contextlib.contextmanager
    def _known(self, session: Any) -> Iterator[None]:
        with self._lock:
            self._sessions.add(session)
            stopped = self._stopped
        if stopped:
            session.stop()
        try:
            yield
        finally:
            with self._lock:
                self._sessions.discard(session)


def _needs_logs(term: Term) -> bool:
    return term.measure in (COHORT_WINS, COHORT_PURCHASES)


def reduced(outcome: Any, terms: Sequence[Term]) -> dict[str, float]:
    """Return the terms of a finished run."""
    rate = outcome.scenario.world.money.discount_rate_per_year
    columns = outcome.monthly_columns
    found = {}
    for term in terms:
        if _needs_logs(term):
            found[term.key] = _cohort(outcome, term)
        else:
            found[term.key] = measure(term.measure).compute(columns, term.first, term.end, rate)
    return found


def _cohort(outcome: Any, term: Term) -> float:
    """Count our wins, or all purchases, among the accounts whose day-one list was formed in the window."""
    journeys = outcome.tables.journeys
    formed = journeys["active_at"]
    own = (formed >= term.first / 12.0 * DAYS_PER_YEAR) & (formed < term.end / 12.0 * DAYS_PER_YEAR)
    wins = float((own & (journeys["outcome"] == JOURNEY_OURS)).sum())
    if term.measure == COHORT_WINS:
        return wins
    return wins + float((own & (journeys["outcome"] == JOURNEY_RIVAL)).sum())
