"""Customers, as steps: the yearly renewal, and friends they recommend us to."""

from marketsim.compiled.clock import schedule
from marketsim.compiled.layout import (
    Hub,
    accounts_of,
    company_of,
    contracts_of,
    deals_of,
    hub_at,
    note,
    p_of,
)
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.rows import let_contract_go, new_contract
from marketsim.compiled.steps import OPEN_CLIENTS, TAKE_LEAD, WIN, call, step
from marketsim.rules.draws import uniform2
from marketsim.state.customers import recommend, renew, sign_contract
from marketsim.state.events import Event
from marketsim.state.layout import FROM_OUTSIDE, FROM_REFERRAL, NOBODY, NOTHING
from marketsim.state.opening import CONTRACT_AGE, opens_as_customer
from marketsim.state.streams import OPENING

_RENEWAL, _REFERRAL = int(Event.RENEWAL), int(Event.REFERRAL)


@step("won deals", WIN)
def _win(hub: int, account: int, deal: int, c: int, d: int, e: int) -> int:
    """Sign a contract for a deal that was won."""
    h = hub_at(hub, 1)[0]
    _sign(h, account, deals_of(h)[deal]["source"], deal, h["now"])
    return 0


@step("opening: customers", OPEN_CLIENTS)
def _open(hub: int, a: int, b: int, c: int, d: int, e: int) -> int:
    """Sign the contracts of the customers that a run opens with (none where a past is played)."""
    h = hub_at(hub, 1)[0]
    p, accounts = p_of(h), accounts_of(h)
    for account in range(len(accounts)):
        if opens_as_customer(p, accounts, account):
            age = uniform2(p[0]["key"][OPENING], account, CONTRACT_AGE) * p[0]["days_per_year"]
            _sign(h, account, FROM_OUTSIDE, NOTHING, h["now"] - age)
    return 0


@orchestrated
def _sign(h: Hub, account: int, source: int, deal: int, started: float) -> None:
    renews_at = sign_contract(
        p_of(h), company_of(h), accounts_of(h), contracts_of(h), deals_of(h), new_contract(h), account, source, deal,
        started, h["now"],
    )  # fmt: skip
    _expect_year(h, account, renews_at)


@orchestrated
def _expect_year(h: Hub, account: int, renews_at: float) -> None:
    """Stay for a year, and recommend us now and then."""
    next_referral = accounts_of(h)[account]["next_referral_at"]
    if next_referral < renews_at:
        schedule(h, next_referral, _REFERRAL, account, account)
    schedule(h, renews_at, _RENEWAL, account, account)


@step("renewals", _RENEWAL)
def _renew(hub: int, account: int, row: int, c: int, d: int, e: int) -> int:
    """Stay for another year, or leave."""
    h = hub_at(hub, 1)[0]
    accounts = accounts_of(h)
    contract = accounts[account]["contract"]
    stays = renew(p_of(h), company_of(h), accounts, contracts_of(h), account, h["now"])
    note(h, _RENEWAL, account, 1.0 if stays else 0.0)
    if stays:
        _expect_year(h, account, accounts[account]["renews_at"])
    else:
        let_contract_go(h, contract)
    return 0


@step("recommendations", _REFERRAL)
def _recommend(hub: int, account: int, row: int, c: int, d: int, e: int) -> int:
    """Recommend us to friends, within one contract year."""
    h = hub_at(hub, 1)[0]
    accounts = accounts_of(h)
    until = accounts[account]["renews_at"]
    recommends, friend, k, time = recommend(p_of(h), company_of(h), accounts, account, h["now"])
    if recommends:
        note(h, _REFERRAL, account, float(friend))
    if time < until:
        schedule(h, time, _REFERRAL, account, account)
    if friend != NOBODY:
        call(h, TAKE_LEAD, friend, FROM_REFERRAL, k, 0, NOTHING)
    return 0
