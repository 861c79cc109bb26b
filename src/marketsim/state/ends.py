"""How a lead ends, and what its end leaves behind."""

import math

from marketsim.rules.compiling import compiled
from marketsim.state.journeys import next_hand_raise
from marketsim.state.layout import (
    ACTIVE,
    AUTOMATION,
    FROM_HAND_RAISE,
    LEAD_CONVERTED,
    NOBODY,
    NOTHING,
    NURTURE,
    TRUE_ACTIVE_FIT,
    Record,
    Rows,
)
from marketsim.state.pool import settle_in_pool
from marketsim.state.structure import structure_works


@compiled
def close_lead(p: Rows, w: Rows, lead: Record, state: int, now: float) -> None:
    """Give a lead its final state; one that came to nothing stays in nurture if there is any, else it is lost."""
    lead.state = state
    lead.finished = now
    is_kept = p[0].nurture_enabled == 1 and structure_works(w, AUTOMATION, now)
    if state != LEAD_CONVERTED and is_kept and w[0].stage_spend_per_day[NURTURE] > 0.0:
        lead.nurtured = 1


@compiled
def let_go(p: Rows, w: Rows, accounts: Rows, i: int) -> None:
    """End an open lead of the account; an active account without another one can be harvested again."""
    if i != NOBODY:
        accounts[i].open_leads -= 1
        settle_in_pool(p, w, accounts, i)


@compiled
def can_be_won(accounts: Rows, lead: Record) -> bool:
    """Tell whether the lead's account is buying at this moment, and not yet in talks with us."""
    if lead.account == NOBODY:
        return bool(lead.truth == TRUE_ACTIVE_FIT)
    return bool(accounts[lead.account].phase == ACTIVE and accounts[lead.account].deal == NOTHING)


@compiled
def hand_raise_after(p: Rows, accounts: Rows, leads: Rows, row: int, now: float) -> float:
    """Return when the account of a lead that came to nothing raises its hand again; infinite if it does not."""
    lead = leads[row]
    if lead.source != FROM_HAND_RAISE or lead.need != accounts[lead.account].need:
        return math.inf
    return next_hand_raise(p, accounts, lead.account, now)
