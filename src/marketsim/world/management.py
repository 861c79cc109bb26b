"""Management: adopts plans, reviews what it can measure, and spends money from week to week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from marketsim.scenario.scenario import Plan
from marketsim.state.customers import accrue
from marketsim.state.events import Event
from marketsim.state.funding import note_names
from marketsim.state.levers import set_plan
from marketsim.state.steering import believed_return, decide_funding, is_funding_round, is_review, review

if TYPE_CHECKING:
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage

_REVIEW = int(Event.REVIEW)


class Management:
    """Whoever leads the company. Everything it decides takes effect at a week's start."""

    def __init__(self, stage: Stage, model: Model) -> None:
        self._stage = stage
        self._model = model
        self._coming: list[tuple[int, Plan]] = []

    def follow(self, plans: Sequence[tuple[int, Plan]]) -> None:
        """Take over plans at the starts of weeks since day 0."""
        self._coming = sorted(plans, key=lambda entry: entry[0])

    def start_week(self, week: int) -> None:
        """Decide at a week's start (`week` counts from the run's start), before its rates are set."""
        stage = self._stage
        since_day_0 = week - stage.scenario.past_weeks
        first_row = stage.reviews.count
        if not self._follow_plans(since_day_0):
            self._look_back(week, since_day_0)
        stage.fund(week)
        stage.reviews.used()["budget_per_year"][first_row:] = stage.company["budget_per_year"][0]

    def _look_back(self, week: int, since_day_0: int) -> None:
        """Review what can be measured, and decide on the budget, if this is the week for it."""
        stage, now = self._stage, self._stage.clock.now
        believed = None
        if is_review(stage.p, since_day_0):
            row = stage.reviews.count
            for _ in range(len(stage.programmes)):
                stage.reviews.free_row()
                stage.reviews.keep()
            kpi, believed = review(
                stage.p, stage.company, stage.programmes, stage.accounts, stage.leads.used(), stage.deals.used(),
                stage.contracts.used(), stage.journeys.used(), stage.touches.used(), stage.spend_weeks,
                stage.named_weeks, stage.start, week, stage.reviews.rows, row, now,
            )  # fmt: skip
            stage.record(_REVIEW, int(stage.company["reviews"][0]) - 1, kpi)
        if is_funding_round(stage.p, since_day_0):
            if believed is None:
                believed = believed_return(
                    stage.p, stage.accounts, stage.contracts.used(), stage.journeys.used(), stage.touches.used(),
                    stage.spend_weeks, stage.named_weeks, stage.start, week, now,
                )  # fmt: skip
            decide_funding(stage.p, stage.company, believed)

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
