"""Play one replication of one scenario: open it, play the past, play on from day 0."""

import dataclasses
import gc
import hashlib
import json
import operator
from collections.abc import Iterator
from contextlib import contextmanager

from marketsim.compiled.run import Run, Stopped
from marketsim.outcomes.outcome import Outcome
from marketsim.scenario.errors import BadInput
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK, Plan, Scenario
from marketsim.state.audit import audit
from marketsim.state.levers import week_of
from marketsim.world.model import Model

__all__ = ["ENGINES", "Session", "Stopped", "begin", "past_key", "plans_before", "simulate"]

ENGINES = ("compiled", "simpy")
_KEYS = 1 << 64  # seeds and replications are folded into 64 bits


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Keep the collector from walking through a hundred thousand waiting processes again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Session:
    """One run under way. The compiled engine's can branch; one on SimPy can be forked (the process copied) instead.

    Parameters
    ----------
    scenario, seed, replication
        As in `simulate`.
    engine
        "compiled" or "simpy": the same story, bit for bit.
    record
        Keep a log of all events.
    grid_days
        Snap all times to a grid of this many days (tests force ties with it).
    logs
        Keep the tables of leads, deals, contracts, journeys and touches (the SimPy engine always does, and a run that
        somebody steers by them).
    reverse_start
        Start the processes in reverse order (SimPy only; tests show that nothing depends on it).
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        replication: int,
        engine: str = "compiled",
        *,
        record: bool = False,
        grid_days: float | None = None,
        logs: bool = True,
        reverse_start: bool = False,
    ) -> None:
        if engine not in ENGINES:
            raise BadInput(f"no engine '{engine}'. There are: {', '.join(ENGINES)}.")
        seed, replication = _whole(seed, "seed"), _whole(replication, "replication")
        self.engine = engine
        self._begun = scenario
        self._seed, self._replication = seed, replication
        self._month = 0.0
        self._adopted: list[tuple[int, Plan]] = []
        self._played = False
        self._model: Model | None = None
        self._run: Run | None = None
        if engine == "simpy":
            with _no_garbage_collection():
                self._model = Model(
                    scenario, seed, replication, record=record, grid_days=grid_days, reverse_start=reverse_start
                )
            return
        if reverse_start:
            raise ValueError("reverse_start is for engine='simpy': the compiled engine has no processes to start")
        self._run = Run(scenario, seed, replication, record=record, grid_days=grid_days, logs=logs)

    @property
    def can_branch(self) -> bool:
        """Whether `branch` works."""
        return self._run is not None

    @property
    def timed_events(self) -> int:
        """Number of events that have moved the clock so far (on SimPy with those that turned out to be stale)."""
        if self._run is not None:
            return self._run.timed_events
        assert self._model is not None
        return self._model.stage.clock.timed_events

    def stop(self) -> None:
        """Ask the run to stop, from any thread: what is playing raises `Stopped` (compiled engine only)."""
        if self._run is not None:
            self._run.stop()

    def play_past(self) -> None:
        """Play the common past, up to day 0."""
        if self._run is not None:
            self._run.play_past()
            return
        assert self._model is not None
        with _no_garbage_collection():
            self._model.play_past()

    def play_to(self, scenario: Scenario, month: float) -> None:
        """Play the plan of a scenario that shares this past up to the start of a month.

        Raises
        ------
        ValueError
            If the scenario has another past, or other plans so far, than this session; or if the month is over.
        """
        if not self._month <= month <= scenario.horizon_months:
            raise ValueError(f"month {month:g} is over, or lies beyond the horizon")
        self._follow(scenario)
        self._month = month
        self._adopted = plans_before(scenario, month)
        if self._run is not None:
            self._run.play(month * DAYS_PER_MONTH)
            return
        assert self._model is not None
        with _no_garbage_collection():
            self._model.play(month * DAYS_PER_MONTH)

    def branch(self) -> "Session":
        """Return an independent session that goes on from here.

        Raises
        ------
        ValueError
            On the SimPy engine, whose processes cannot be copied.
        """
        if self._run is None:
            raise ValueError("a session on SimPy cannot branch; use engine='compiled', or begin another one")
        if self._played:
            raise ValueError("this session has been played to its end; begin another one")
        other = Session.__new__(Session)
        other.__dict__.update(self.__dict__)
        other._run = self._run.branch()
        return other

    def play_on(self, scenario: Scenario) -> Outcome:
        """Play the plan of a scenario that shares this past; the session is used up by it.

        Raises
        ------
        ValueError
            If the scenario has another past, or other plans so far, or the session has been played on before.
        ConservationError
            If something was lost on the way (a fault of the model).
        """
        self._follow(scenario)
        self._played = True
        if self._run is not None:
            self._run.finish()
            tables, log, events = self._run.tables(), self._run.log, self._run.timed_events
            keeps_logs = self._run.keeps_logs
        else:
            assert self._model is not None
            with _no_garbage_collection():
                self._model.finish()
            stage = self._model.stage
            tables, log, events, keeps_logs = stage.tables(), stage.log, stage.clock.timed_events, True
        audit(tables, keeps_logs=keeps_logs)
        return Outcome(scenario, self._seed, self._replication, self.engine, tables, log, events, keeps_logs)

    def _follow(self, scenario: Scenario) -> None:
        """Go on with the plans of a scenario."""
        if self._played:
            raise ValueError("this session has been played to its end; begin another one")
        if not _same_past(scenario, self._begun):
            raise ValueError(f"scenario '{scenario.name}' has another past than this session")
        if plans_before(scenario, self._month) != self._adopted:
            raise ValueError(
                f"scenario '{scenario.name}' has other plans before month {self._month:g} than this session"
            )
        coming = _plans(scenario)[len(self._adopted) :]
        if self._run is not None:
            self._run.go_on_as(scenario, coming)
        else:
            assert self._model is not None
            self._model.go_on_as(scenario, coming)


def _same_past(one: Scenario, other: Scenario) -> bool:
    """Tell whether two scenarios share a past; those of one experiment mostly share the very objects."""
    alike = one.world is other.world and one.past == other.past
    if alike and one.history == other.history and one.initial == other.initial:
        return True
    return past_key(one) == past_key(other)


def _plans(scenario: Scenario) -> list[tuple[int, Plan]]:
    """Return the plans of a scenario and the weeks at whose start they are adopted; names are no matter."""
    plans = [(0, scenario.plan), *((week_of(entry.month), entry.plan) for entry in scenario.later)]
    return [(week, dataclasses.replace(plan, name="")) for week, plan in sorted(plans, key=lambda entry: entry[0])]


def plans_before(scenario: Scenario, month: float) -> list[tuple[int, Plan]]:
    """Return the plans that a scenario has adopted when a month starts, with the weeks since day 0.

    Arms of one past with the same plans before a month are the same run up to there.
    """
    return [entry for entry in _plans(scenario) if entry[0] * DAYS_PER_WEEK < month * DAYS_PER_MONTH]


def _whole(value: object, name: str) -> int:
    """Return a whole number that keys random numbers; two different ones never give the same numbers."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = -1
    if isinstance(value, bool) or not 0 <= number < _KEYS:
        raise BadInput(f"{name} must be a whole number from 0 to 2**64 - 1, got {value!r}")
    return number


def begin(scenario: Scenario, seed: int, replication: int, engine: str = "compiled", **how: object) -> Session:
    """Open a run at the start of its past (keywords as in `Session`)."""
    return Session(scenario, seed, replication, engine, **how)  # type: ignore[arg-type]


def simulate(scenario: Scenario, seed: int, replication: int, engine: str = "compiled", **how: object) -> Outcome:
    """Play one replication of a scenario from the start of its past to its horizon.

    Parameters
    ----------
    scenario
        From `load_scenario`.
    seed, replication
        Whole numbers; together they key every random number.
    engine
        "compiled", or "simpy" for the model as it is read: the same events and the same floats.

    Returns
    -------
    Outcome
        Monthly series and tidy tables.
    """
    session = begin(scenario, seed, replication, engine, **how)
    session.play_past()
    return session.play_on(scenario)


def past_key(scenario: Scenario) -> str:
    """Return a hash of everything that the past depends on; arms with the same one can share a past."""
    world = dataclasses.asdict(scenario.world)
    for part, settings in (("sales", scenario.world.sales), ("money", scenario.world.money)):
        for f in dataclasses.fields(settings):
            if f.metadata.get("lever"):
                del world[part][f.name]  # a lever counts through the plan
    content = [world, dataclasses.asdict(scenario.past), dataclasses.asdict(scenario.history)]
    content.append(dataclasses.asdict(scenario.initial))
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()
