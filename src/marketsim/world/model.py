"""The model on SimPy: buyers, programmes, the sales floor, clients and the calendar, on one stage."""

from __future__ import annotations

from dataclasses import replace

from marketsim.scenario.scenario import DAYS_PER_MONTH, Plan, Scenario
from marketsim.state.customers import settle_contracts
from marketsim.world.buyers import Buyers
from marketsim.world.calendar import Calendar
from marketsim.world.clients import Clients
from marketsim.world.floor import Floor
from marketsim.world.management import Management
from marketsim.world.programmes import Programmes
from marketsim.world.stage import Stage


class Model:
    """One run, opened at the start of its past.

    Parameters
    ----------
    scenario
        The world, the past, and the plan that is played from day 0.
    seed, replication
        Together they key every random number.
    record
        Keep a log of all events.
    grid_days
        Snap all times to a grid of this many days (tests force ties with it).
    reverse_start
        Start the processes in reverse order (tests show that nothing depends on it).
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        replication: int,
        *,
        record: bool = False,
        grid_days: float | None = None,
        reverse_start: bool = False,
    ) -> None:
        self.stage = Stage(scenario, seed, replication, record=record, grid_days=grid_days)
        self.floor = Floor(self.stage, self)
        self.programmes = Programmes(self.stage, self)
        self.buyers = Buyers(self.stage, self)
        self.clients = Clients(self.stage, self)
        self.management = Management(self.stage, self)
        self.calendar = Calendar(self.stage, self)
        self.programmes.open()
        processes = self.buyers.open() + self.clients.open() + self.calendar.open()
        processes += self.floor.open(scenario.initial.rep_tenure_days)
        for process in reversed(processes) if reverse_start else processes:
            self.stage.clock.process(process)

    def play_past(self) -> None:
        """Play everything before day 0."""
        self.stage.clock.play(until=0.0)

    def play(self, until: float) -> None:
        """Play everything before a day."""
        self.stage.clock.play(until)

    def go_on_as(self, scenario: Scenario, coming: list[tuple[int, Plan]]) -> None:
        """Play a scenario that shares this past from now on: its horizon, and plans to come at week starts."""
        stage = self.stage
        stage.scenario = replace(
            scenario, world=stage.scenario.world, history=stage.scenario.history, initial=stage.scenario.initial
        )
        self.management.follow(coming)

    def finish(self) -> None:
        """Play to the horizon, and close the books."""
        stage = self.stage
        self.play(stage.scenario.horizon_months * DAYS_PER_MONTH)
        if stage.company["insolvent"][0]:
            self.calendar.write_empty_months()
        else:
            self.calendar.close_month()
        settle_contracts(stage.p, stage.contracts.used(), stage.clock.now)
