"""Play one replication of one scenario: open it, play the past, play on from day 0."""

import dataclasses
import gc
import hashlib
import json
import operator
from collections.abc import Iterator
from contextlib import contextmanager

from marketsim.outcomes.outcome import Outcome
from marketsim.scenario.errors import BadInput
from marketsim.scenario.scenario import DAYS_PER_MONTH, Scenario
from marketsim.state.audit import audit
from marketsim.state.tables import RunTables
from marketsim.world.model import Model

ENGINES = ("simpy",)
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
    """One run under way. It can be forked (the process copied) between past and plan, but not pickled or copied."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        replication: int,
        engine: str = "simpy",
        *,
        record: bool = False,
        grid_days: float | None = None,
        reverse_start: bool = False,
    ) -> None:
        if engine not in ENGINES:
            raise BadInput(f"no engine '{engine}'. There are: {', '.join(ENGINES)}.")
        seed, replication = _whole(seed, "seed"), _whole(replication, "replication")
        self.engine = engine
        self._past_key = past_key(scenario)
        self._seed, self._replication = seed, replication
        self._played = False
        with _no_garbage_collection():
            self._model = Model(
                scenario, seed, replication, record=record, grid_days=grid_days, reverse_start=reverse_start
            )

    @property
    def timed_events(self) -> int:
        """Number of events that have moved the clock so far."""
        return self._model.stage.clock.timed_events

    def play_past(self) -> None:
        """Play the common past, up to day 0."""
        with _no_garbage_collection():
            self._model.play_past()

    def play_on(self, scenario: Scenario) -> Outcome:
        """Play the plan of a scenario that shares this past; the session is used up by it.

        Raises
        ------
        ValueError
            If the scenario has another past, or the session has been played on before.
        ConservationError
            If something was lost on the way (a fault of the model).
        """
        if self._played:
            raise ValueError("this session has been played to its end; begin another one")
        if past_key(scenario) != self._past_key:
            raise ValueError(f"scenario '{scenario.name}' has another past than this session")
        self._played = True
        with _no_garbage_collection():
            self._model.play_on(scenario)
        stage = self._model.stage
        tables = RunTables(
            p=stage.p,
            company=stage.company,
            accounts=stage.accounts,
            leads=stage.leads.used(),
            deals=stage.deals.used(),
            contracts=stage.contracts.used(),
            journeys=stage.journeys.used(),
            months=stage.months.used(),
            touches=stage.touches.used(),
            people=stage.people.used(),
            reviews=stage.reviews.used(),
            spend_weeks=stage.spend_weeks,
            named_weeks=stage.named_weeks,
            programmes=tuple(scenario.world.programme),
            past_months=scenario.past_months,
            opening_cash=stage.opening_cash,
            starts_at=stage.start,
            ends_at=scenario.horizon_months * DAYS_PER_MONTH,
        )
        audit(tables)
        return Outcome(
            scenario, self._seed, self._replication, self.engine, tables, stage.log, stage.clock.timed_events
        )


def _whole(value: object, name: str) -> int:
    """Return a whole number that keys random numbers; two different ones never give the same numbers."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = -1
    if isinstance(value, bool) or not 0 <= number < _KEYS:
        raise BadInput(f"{name} must be a whole number from 0 to 2**64 - 1, got {value!r}")
    return number


def begin(scenario: Scenario, seed: int, replication: int, engine: str = "simpy", **how: object) -> Session:
    """Open a run at the start of its past (keywords as in `Session`)."""
    return Session(scenario, seed, replication, engine, **how)  # type: ignore[arg-type]


def simulate(scenario: Scenario, seed: int, replication: int, engine: str = "simpy", **how: object) -> Outcome:
    """Play one replication of a scenario from the start of its past to its horizon.

    Parameters
    ----------
    scenario
        From `load_scenario`.
    seed, replication
        Whole numbers; together they key every random number.
    engine
        "simpy".

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
