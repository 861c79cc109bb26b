"""Transitions of deals on their way to an executive and off again; the account decides elsewhere."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import uniform4
from marketsim.rules.leads import work_length
from marketsim.state.layout import DEAL_CLOSED, DEAL_IN_LINE, DEAL_OPEN, NOBODY, Record, Rows
from marketsim.state.streams import DEAL_LENGTH


@compiled
def open_deal(w: Rows, accounts: Rows, deals: Rows, deal: int, lead: Record, row: int, now: float) -> None:
    """Write the deal that a lead has become; it waits in line for an executive."""
    d = deals[deal]
    d.opened = now
    d.started = math.nan
    d.closed = math.nan
    d.value_per_year = 0.0
    d.account = lead.account
    d.need = lead.need
    d.lead = row
    d.source = lead.source
    d.state = DEAL_IN_LINE
    d.fit = 1
    d.listed = 0
    w[0].deals_waiting += 1
    w[0].month.deals_opened += 1.0
    if lead.account != NOBODY:
        d.fit = accounts[lead.account].fit
        d.listed = accounts[lead.account].listed
        accounts[lead.account].deal = deal


@compiled
def start_deal(p: Rows, w: Rows, leads: Rows, deals: Rows, deal: int, now: float) -> float:
    """Give a deal to an executive; return when it ends by itself (infinite if the account decides), -1 if it left."""
    d = deals[deal]
    if d.state != DEAL_IN_LINE:
        return -1.0
    d.state = DEAL_OPEN
    d.started = now
    w[0].deals_waiting -= 1
    w[0].open_deals += 1
    if p[0].deal_own_length == 0:
        return math.inf
    lead = leads[d.lead]
    u = uniform4(p[0].key[DEAL_LENGTH], lead.account, lead.key_need, lead.source, lead.k)
    return now + work_length(u, p[0].work_distribution, p[0].deal_days, p[0].work_sigma)


@compiled
def finish_deal(w: Rows, deals: Rows, deal: int, now: float) -> None:
    """Free the executive of a deal with a length of its own; one of nobody's account is closed by that."""
    if deals[deal].account == NOBODY:
        deals[deal].state = DEAL_CLOSED
        deals[deal].closed = now
        w[0].open_deals -= 1
