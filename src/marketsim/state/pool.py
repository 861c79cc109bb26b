"""The harvest pool: active accounts without an open lead or deal of ours. Only the accounts' own clocks fill it."""

from marketsim.rules.compiling import compiled
from marketsim.state.layout import ACTIVE, NOTHING, Rows


@compiled
def settle_in_pool(w: Rows, accounts: Rows, i: int) -> None:
    """Bring the harvest pool up to date for one account: active, with no open lead or deal of ours."""
    a = accounts[i]
    before = a.in_pool
    after = 0
    if a.phase == ACTIVE and a.open_leads == 0 and a.deal == NOTHING:
        after = 1 + a.listed
    w[0].pool_unlisted[a.segment] += (1 if after == 1 else 0) - (1 if before == 1 else 0)
    w[0].pool_listed[a.segment] += (1 if after == 2 else 0) - (1 if before == 2 else 0)
    accounts[i].in_pool = after


@compiled
def can_be_harvested(accounts: Rows, i: int, now: float) -> bool:
    """Tell whether an account in the pool would answer us: it has not closed itself."""
    return bool(accounts[i].in_pool > 0 and accounts[i].closed_until <= now)
