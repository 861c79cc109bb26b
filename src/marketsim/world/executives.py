"""Account executives: each holds a limited number of open deals, the others wait in line."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from marketsim.state.deals import finish_deal, start_deal
from marketsim.state.events import Event

if TYPE_CHECKING:
    from marketsim.scenario.scenario import Plan
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]

_DEAL_DONE = int(Event.DEAL_DONE)


class Executives:
    """Slots for deals, and the line before them: first in, first out."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._clock = stage.clock
        self._finite = stage.scenario.world.sales.finite_hands
        self._own_length = stage.scenario.world.sales.deal_ends == "own_length"
        self._line: deque[int] = deque()
        self._slots = 0.0
        self._slots_used = 0

    def set_plan(self, plan: Plan) -> None:
        """Bring the slots to what the plan says."""
        self._slots = float(plan.executives * plan.deals_per_executive) if plan.present else 0.0
        if not self._finite:
            self._slots = math.inf
        self._fill_slots()

    def take(self, deal: int) -> None:
        """Put a new deal in line."""
        self._line.append(deal)
        self._fill_slots()

    def close_deal(self) -> None:
        """Free the slot of a deal that an account's decision has ended."""
        if not self._own_length:
            self._free_slot()

    def _fill_slots(self) -> None:
        """Give waiting deals to executives with a free slot; some have left the line."""
        stage, clock = self._stage, self._clock
        while self._line and self._slots_used < self._slots:
            deal = self._line.popleft()
            touch = stage.touches.free_row()
            ends, meets = start_deal(
                stage.p, stage.company, stage.accounts, stage.leads.rows, stage.deals.rows, stage.touches.rows,
                deal, touch, clock.now,
            )  # fmt: skip
            if meets:
                stage.touches.keep()
            if ends < clock.now:
                continue
            self._slots_used += 1
            if ends < math.inf:
                clock.process(self._own_deal(deal, ends))

    def _own_deal(self, deal: int, ends: float) -> Process:
        """Hold a deal for a length of its own."""
        yield self._clock.at(ends, _DEAL_DONE, deal)
        finish_deal(self._stage.company, self._stage.deals.rows, deal, self._clock.now)
        self._stage.record(_DEAL_DONE, deal)
        self._free_slot()

    def _free_slot(self) -> None:
        self._slots_used -= 1
        self._fill_slots()
