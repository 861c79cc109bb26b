"""Transitions of deals on their way to an executive and off again; the account decides elsewhere."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import uniform2, uniform4
from marketsim.rules.leads import work_length
from marketsim.state.decision import contract_value
from marketsim.state.layout import DEAL_CLOSED, DEAL_IN_LINE, DEAL_OPEN, NOBODY, TOUCH_MEETING, Record, Rows
from marketsim.state.streams import DEAL_LENGTH, DEAL_RECORDED
from marketsim.state.touches import write_touch


@compiled
def open_deal(p: Rows, w: Rows, accounts: Rows, deals: Rows, deal: int, lead: Record, row: int, now: float) -> None:
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
    d.programme = lead.programme
    d.contacts = 0
    d.value_at_opening = 0.0
    w[0].deals_waiting += 1
    w[0].month.deals_opened += 1.0
    if lead.account != NOBODY:
        d.fit = accounts[lead.account].fit
        d.listed = accounts[lead.account].listed
        d.contacts = accounts[lead.account].contacts
        d.value_at_opening = contract_value(p, accounts, lead.account)
        accounts[lead.account].deal = deal


@compiled
def start_deal(
    p: Rows, w: Rows, accounts: Rows, leads: Rows, deals: Rows, touches: Rows, deal: int, touch: int, now: float
) -> tuple[float, bool]:
    """Give a deal to an executive: return when it ends by itself, and whether they meet (written to `touches[touch]`).

    The time is infinite if the account decides when it ends, and -infinity if the account has left the line.
    """
    d = deals[deal]
    if d.state != DEAL_IN_LINE:
        return -math.inf, False
    d.state = DEAL_OPEN
    d.started = now
    w[0].deals_waiting -= 1
    w[0].open_deals += 1
    lead = leads[d.lead]
    i = d.account
    if i != NOBODY:
        recorded = uniform2(p[0].key[DEAL_RECORDED], i, d.need) < p[0].recording_rate_sales
        write_touch(
            p, w, accounts, touches, touch, i, d.lead, d.programme, lead.contact, d.source, TOUCH_MEETING, recorded, now
        )
    if p[0].deal_own_length == 0:
        return math.inf, i != NOBODY
    u = uniform4(p[0].key[DEAL_LENGTH], lead.account, lead.key_need, lead.source, lead.k)
    return now + work_length(u, p[0].work_distribution, p[0].deal_days, p[0].work_sigma), i != NOBODY


@compiled
def finish_deal(w: Rows, deals: Rows, deal: int, now: float) -> None:
    """Free the executive of a deal with a length of its own; one of nobody's account is closed by that."""
    if deals[deal].account == NOBODY:
        deals[deal].state = DEAL_CLOSED
        deals[deal].closed = now
        w[0].open_deals -= 1
