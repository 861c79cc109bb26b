"""A small engine with the interface of marketsim.engines: invented months, keyed luck, no market.

Read by worker processes, which find it through the search path of the test. Environment variables make it misbehave.
"""

import hashlib
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from marketsim.experiments.store import STATE_COLUMNS, TABLES
from marketsim.outcomes.metrics import columns_needed
from marketsim.scenario.errors import BadInput
from marketsim.scenario.scenario import Scenario

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


def past_key(scenario: Scenario) -> str:
    content = asdict(scenario)
    parts = [content[name] for name in ("world", "past", "history", "initial")]
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def note(what: str) -> None:
    """Leave a trace of what was played."""
    folder = os.environ.get("FAKE_TRACES")
    if folder:
        with (Path(folder) / f"{os.getpid()}.txt").open("a") as file:
            file.write(what + "\n")


class Session:
    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        self.scenario, self.seed, self.replication = scenario, seed, replication
        self.luck = np.random.default_rng([seed, replication])

    def play_past(self) -> None:
        note(f"past {self.replication}")
        time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
        self.level = self.luck.normal(0.0, 1.0)

    def play_on(self, scenario: Scenario) -> Outcome:
        note(f"arm {scenario.plan.name} {self.replication}")
        if not self.replication:
            print("a model may print")  # and must not disturb the reports of its worker
        time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
        misbehave = os.environ.get("FAKE_TROUBLE", "")
        if misbehave and misbehave.split()[1:] == [scenario.plan.name, str(self.replication)]:
            if misbehave.startswith("kill"):
                os.kill(os.getpid(), signal.SIGKILL)
            if misbehave.startswith("refuse"):
                raise BadInput("market.accounts=1 cannot be played. Use more")
            raise ArithmeticError("lead 4711 is in two final states")
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


def begin(scenario: Scenario, seed: int, replication: int, engine: str = "simpy") -> Session:
    return Session(scenario, seed, replication)


def simulate(scenario: Scenario, seed: int, replication: int, engine: str = "simpy") -> Outcome:
    session = begin(scenario, seed, replication, engine)
    session.play_past()
    return session.play_on(scenario)
