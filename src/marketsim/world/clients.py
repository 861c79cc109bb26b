"""Customers: the yearly renewal, and friends they recommend us to."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from marketsim.rules.draws import uniform2
from marketsim.scenario.scenario import DAYS_PER_YEAR
from marketsim.state.customers import recommend, renew, sign_contract
from marketsim.state.events import Event
from marketsim.state.layout import FROM_OUTSIDE, FROM_REFERRAL, NOBODY, NOTHING
from marketsim.state.opening import CONTRACT_AGE, opens_as_customer
from marketsim.state.streams import OPENING

if TYPE_CHECKING:
    from marketsim.world.model import Model
    from marketsim.world.stage import Stage

Process = Generator[Any, Any, None]

_RENEWAL, _REFERRAL = int(Event.RENEWAL), int(Event.REFERRAL)


class Clients:
    """Accounts under contract with us."""

    def __init__(self, stage: Stage, model: Model) -> None:
        self._stage = stage
        self._model = model
        self._clock = stage.clock

    def open(self) -> list[Process]:
        """Return the processes of the customers a run opens with (none where a past is played)."""
        stage, now = self._stage, self._clock.now
        if stage.p["initial_customer_share"][0] <= 0.0:
            return []
        processes = []
        for account in range(len(stage.accounts)):
            if opens_as_customer(stage.p, stage.accounts, account):
                age = float(uniform2(stage.p["key"][0][OPENING], account, CONTRACT_AGE)) * DAYS_PER_YEAR
                processes.append(self._contract(account, self._sign(account, FROM_OUTSIDE, NOTHING, now - age)))
        return processes

    def win(self, account: int, deal: int) -> None:
        """Sign a contract for a deal that was won."""
        source = int(self._stage.deals.rows[deal]["source"])
        self._clock.process(self._contract(account, self._sign(account, source, deal, self._clock.now)))

    def _sign(self, account: int, source: int, deal: int, started: float) -> float:
        stage = self._stage
        row = stage.contracts.free_row()
        stage.contracts.keep()
        renews_at: float = sign_contract(
            stage.p, stage.company, stage.accounts, stage.contracts.rows, stage.deals.rows, row, account, source, deal,
            started, self._clock.now,
        )  # fmt: skip
        return renews_at

    def _contract(self, account: int, renews_at: float) -> Process:
        """Stay from year to year, recommend us now and then, and leave one day."""
        stage, clock = self._stage, self._clock
        while True:
            next_referral = float(stage.accounts[account]["next_referral_at"])
            if next_referral < renews_at:
                clock.process(self._recommend(account, next_referral, renews_at))
            yield clock.at(renews_at, _RENEWAL, account)
            stays = renew(stage.p, stage.company, stage.accounts, stage.contracts.rows, account, clock.now)
            stage.record(_RENEWAL, account, stays)
            if not stays:
                return
            renews_at = float(stage.accounts[account]["renews_at"])

    def _recommend(self, account: int, time: float, until: float) -> Process:
        """Recommend us to friends within one contract year."""
        stage, clock = self._stage, self._clock
        while time < until:
            yield clock.at(time, _REFERRAL, account)
            recommends, friend, k, time = recommend(stage.p, stage.company, stage.accounts, account, clock.now)
            if recommends:
                stage.record(_REFERRAL, account, friend)
            if friend != NOBODY:
                self._model.floor.take_lead(friend, FROM_REFERRAL, k)
