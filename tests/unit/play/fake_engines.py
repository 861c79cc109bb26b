"""A small engine with the interface of marketsim.engines: invented months, keyed luck, no market.

Read by worker processes, which find it through the search path of the test. Environment variables make it misbehave.
"""

import hashlib
import os
import signal
import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from marketsim.experiments.store import STATE_COLUMNS, TABLES
from marketsim.outcomes.metrics import columns_needed
from marketsim.scenario.errors import BadInput
from marketsim.scenario.scenario import Scenario

COMPILED: set[str] = set()
GAIN = {"lead_factory": 0.0, "harvest_mix": 1.2, "balanced": 1.5, "brand_only": -0.6}


@dataclass(frozen=True)
class Outcome:
    monthly: pd.DataFrame
    leads: pd.DataFrame
    deals: pd.DataFrame
    customers: pd.DataFrame
    journeys: pd.DataFrame
    touches: pd.DataFrame
    reviews: pd.DataFrame
    people: pd.DataFrame
    unit_economics: pd.DataFrame

    @property
    def monthly_columns(self) -> dict[str, np.ndarray]:
        return {name: column.to_numpy() for name, column in self.monthly.items()}


def past_key(scenario: Scenario) -> str:
    content = asdict(scenario)
    parts = [content[name] for name in ("world", "past", "history", "initial")]
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def note(what: str) -> None:
    """Leave a trace of what was played."""
    folder = os.environ.get("FAKE_TRACES")
    if folder:
        with (Path(folder) / f"{os.getpid()}.txt").open("a", buffering=1) as file:
            file.write(what + "\n")


class Stopped(RuntimeError):
    """Somebody asked the session to stop."""


class Session:
    def __init__(self, scenario: Scenario, seed: int, replication: int, engine: str, logs: bool) -> None:
        self.scenario, self.seed, self.replication, self.logs = scenario, seed, replication, logs
        self.can_branch = engine == "compiled"
        self.luck = np.random.default_rng([seed, replication])
        self.month = 0.0
        self.stopping = threading.Event()

    def _take_time(self) -> None:
        if self.stopping.wait(float(os.environ.get("FAKE_SECONDS", "0"))):
            raise Stopped

    def play_past(self) -> None:
        note(f"past {self.replication}")
        self._take_time()
        self.level = self.luck.normal(0.0, 1.0)

    def play_to(self, scenario: Scenario, month: float) -> None:
        assert self.can_branch
        note(f"{scenario.plan.name} to {month:.0f} {self.replication}")
        self._take_time()
        self._adopt(scenario)
        assert self.month < month
        self.month = month

    def branch(self) -> "Session":
        assert self.can_branch
        note(f"branch {self.replication}")
        copy = Session(self.scenario, self.seed, self.replication, "compiled", self.logs)
        copy.level, copy.month = self.level, self.month
        copy.luck = deepcopy(self.luck)
        return copy

    def stop(self) -> None:
        self.stopping.set()

    def _adopt(self, scenario: Scenario) -> None:
        """Take over a plan; what has been played of another one must be the same."""
        if self.month:
            before = [[entry for entry in one.later if entry.month < self.month] for one in (self.scenario, scenario)]
            assert scenario.plan == self.scenario.plan
            assert before[0] == before[1]
        self.scenario = scenario

    def play_on(self, scenario: Scenario) -> Outcome:
        note(f"arm {scenario.plan.name} {self.replication}")
        self._adopt(scenario)
        if not self.replication and not self.can_branch:
            print("a model may print")  # and must not disturb the reports of its worker
        self._take_time()
        misbehave = os.environ.get("FAKE_TROUBLE", "")
        if misbehave and misbehave.split()[1:] == [scenario.plan.name, str(self.replication)]:
            if misbehave.startswith("kill"):
                os.kill(os.getpid(), signal.SIGKILL)
            if misbehave.startswith("refuse"):
                raise BadInput("market.accounts=1 cannot be played. Use more")
            raise ArithmeticError("lead 4711 is in two final states")
        assert self.logs or self.can_branch
        return invent(scenario, self.level, self.luck)


def invent(scenario: Scenario, level: float, luck: np.random.Generator) -> Outcome:
    months = np.arange(-12, round(12 * scenario.horizon_years))
    own = int.from_bytes(hashlib.blake2b(scenario.plan.name.encode(), digest_size=4).digest(), "big")
    apart = np.random.default_rng([own, int(1e6 * abs(level))])
    noise = luck.normal(0.0, 1.0, (3, len(months))) + 3.0 * apart.normal(0.0, 1.0, (3, 1))
    gain = GAIN.get(scenario.plan.name, 0.3) * np.clip((months - 12) / 60, -0.2, 1.0) * (months >= 0)
    frame = pd.DataFrame({"month": months})
    for column in dict.fromkeys((*STATE_COLUMNS, *columns_needed())):
        frame[column] = 100.0 + level + gain
    for entry in scenario.later:
        gain = gain + 0.1 * len(entry.plan.name) * (months >= entry.month)
    frame["good_leads"] = np.round(75 + 12 * gain + 3 * noise[0])
    frame["marketing_spend"] = 2.4e6 / 12
    frame["payroll"] = 3.0e6 / 12
    frame["customers_won"] = np.round(10 + 6 * gain + noise[1])
    frame["profit"] = 5e4 + 1e5 * gain + 1e4 * level + 8e3 * noise[2]
    frame["recurring_revenue"] = 14e6 + 1e6 * level + 9e4 * months * (1 + gain)
    frame["remaining_contracts"] = np.where(months % 12 == 11, 1.6 * frame["recurring_revenue"], np.nan)
    frame["cash"] = 12e6 + frame["profit"].cumsum()
    frame["customers"] = np.round(380 + months * (1 + gain))
    frame["memory_reported"], frame["trust"], frame["response_hours"] = 0.31, 0.16, 4.0
    frame["only_in_monthly"] = 1.0
    rows = pd.DataFrame({"account": [1, 2], "time": [3.5, 4.5], "source": ["search", "webinar"]})
    return Outcome(frame, *[rows] * len(TABLES))


def begin(scenario: Scenario, seed: int, replication: int, engine: str = "simpy", *, logs: bool = True) -> Session:
    return Session(scenario, seed, replication, engine, logs)


def simulate(scenario: Scenario, seed: int, replication: int, engine: str = "simpy", **how: bool) -> Outcome:
    session = begin(scenario, seed, replication, engine, **how)
    session.play_past()
    return session.play_on(scenario)


def parts_to_compile(engine: str) -> list[str]:
    """Name the parts that no run or `compile_parts` has compiled yet."""
    names = os.environ.get("FAKE_PARTS", "").split()
    return [name for name in names if name not in COMPILED]


def compile_parts(engine: str, on_part: Callable[[str, int, int], None] | None = None) -> None:
    names = parts_to_compile(engine)
    for number, name in enumerate(names, 1):
        if on_part is not None:
            on_part(name, number, len(names))
        COMPILED.add(name)


def needs_logs(scenario: Scenario) -> bool:
    return scenario.plan.policy.kpi != "none"
