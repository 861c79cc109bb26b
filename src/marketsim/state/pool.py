"""The harvest pool: active accounts whose searches are on offer. Only the accounts' own clocks fill it.

An account with an open lead or deal of ours leaves the pool. Without that (`harvest.pool_depletes` off) all active
accounts stay in it: a search of an account in talks may become one more lead of the same need, which can win nothing.
"""

from marketsim.rules.compiling import compiled
from marketsim.state.layout import ACTIVE, NOTHING, Rows


@compiled
def is_free(accounts: Rows, i: int) -> bool:
    """Tell whether an account is active and not in talks with us: no open lead, no deal of ours."""
    a = accounts[i]
    return bool(a.phase == ACTIVE and a.open_leads == 0 and a.deal == NOTHING)


@compiled
def settle_in_pool(p: Rows, w: Rows, accounts: Rows, i: int) -> None:
    """Bring the harvest pool up to date for one account: free, or merely active where the pool is never used up."""
    a = accounts[i]
    before = a.in_pool
    after = 0
    if is_free(accounts, i) or (p[0].pool_depletes == 0 and a.phase == ACTIVE):
        after = 1 + a.listed
    w[0].pool_unlisted[a.segment] += (1 if after == 1 else 0) - (1 if before == 1 else 0)
    w[0].pool_listed[a.segment] += (1 if after == 2 else 0) - (1 if before == 2 else 0)
    accounts[i].in_pool = after


@compiled
def answers_search(accounts: Rows, i: int, now: float) -> bool:
    """Tell whether a search of an account may be ours: it is in the pool and has not closed itself to us."""
    return bool(accounts[i].in_pool > 0 and accounts[i].closed_until <= now)


@compiled
def can_be_harvested(accounts: Rows, i: int, now: float) -> bool:
    """Tell whether a free account would answer us: it has not closed itself."""
    return is_free(accounts, i) and bool(accounts[i].closed_until <= now)
