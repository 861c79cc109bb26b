"""Accounts that have closed themselves to us, in a list: to count them, nobody looks at all the others.

A link is 2 + the next account; 1 ends the list, and an account with link 0 is not on it.
"""

from marketsim.rules.compiling import compiled
from marketsim.state.layout import NOBODY, Rows

_END, _FIRST = 1, 2


@compiled
def close_account(w: Rows, accounts: Rows, i: int, until: float) -> None:
    """Let an account close itself to us for a while."""
    accounts[i].closed_until = until
    if accounts[i].closed_link == 0:
        accounts[i].closed_link = max(_END, w[0].closed_link)
        w[0].closed_link = i + _FIRST


@compiled
def count_closed(w: Rows, accounts: Rows, now: float) -> int:
    """Count the accounts that are closed to us now; those that have opened again leave the list."""
    closed = 0
    before = NOBODY
    link = w[0].closed_link
    while link >= _FIRST:
        i = link - _FIRST
        link = accounts[i].closed_link
        if accounts[i].closed_until > now:
            closed += 1
            before = i
            continue
        accounts[i].closed_link = 0
        if before == NOBODY:
            w[0].closed_link = link
        else:
            accounts[before].closed_link = link
    return closed
