"""Management: adopts plans, reviews what it can measure, and spends money from week to week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from marketsim.scenario.scenario import Later, Plan
from marketsim.state.customers import accrue
from marketsim.state.funding import note_names
from marketsim.state.levers import set_plan, week_of

if TYPE_CHECKING:
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage


class Management:
    """Whoever leads the company. Everything it decides takes effect at a week's start."""

    def __init__(self, stage: Stage, model: Model) -> None:
        self._stage = stage
        self._model = model
        self._coming: list[tuple[int, Plan]] = []

    def adopt(self, plan: Plan, later: Sequence[Later]) -> None:
        """Play another plan from day 0 on, and others from the week starts at or after their months."""
        plans = [(0, plan), *((week_of(entry.month), entry.plan) for entry in later)]
        self._coming = sorted(plans, key=lambda entry: entry[0])

    def start_week(self, week: int) -> None:
        """Decide at a week's start (`week` counts from the run's start), before its rates are set."""
        self._follow_plans(week - self._stage.scenario.past_weeks)
        self._stage.fund(week)

    def _follow_plans(self, week: int) -> bool:
        """Take over the plans whose week has come; tell whether there was one."""
        stage = self._stage
        is_new = False
        while self._coming and self._coming[0][0] <= week:
            stage.plan = self._coming.pop(0)[1]
            accrue(stage.p, stage.company, stage.clock.now)
            stage.budget = set_plan(
                stage.p, stage.company, stage.programmes, stage.plan, stage.scenario.world, stage.clock.now
            )
            self._model.floor.set_plan(stage.plan)
            is_new = True
        return is_new

    def note_week(self, week: int) -> None:
        """Note what the week's media are remembered for, once its rates are set."""
        stage = self._stage
        note_names(stage.p, stage.company, stage.programmes, stage.named_weeks[week])
