"""Account executives, as steps: each holds a limited number of open deals, the others wait in line."""

import math

from marketsim.compiled.clock import schedule
from marketsim.compiled.layout import (
    Hub,
    accounts_of,
    company_of,
    counts_at,
    deals_of,
    hub_at,
    leads_of,
    note,
    p_of,
    touches_of,
)
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.rows import deal_number, free_touch, keep_touch, let_deal_go, let_lead_go, refer_to_deal
from marketsim.compiled.steps import FREE_SLOT, TAKE_DEAL, call, step
from marketsim.state.deals import finish_deal, start_deal
from marketsim.state.events import Event

_DEAL_DONE = int(Event.DEAL_DONE)


@step("new deals", TAKE_DEAL)
def _take(hub: int, deal: int, b: int, c: int, d: int, e: int) -> int:
    """Put a new deal in line."""
    h = hub_at(hub, 1)[0]
    room = h["line_room"]
    counts_at(h["line"], room)[(h["line_first"] + h["line_count"]) % room] = deal
    h["line_count"] += 1
    fill_slots(h)
    return 0


@orchestrated
def fill_slots(h: Hub) -> None:
    """Give waiting deals to executives with a free slot; some have left the line."""
    while h["line_count"] > 0 and h["slots_used"] < h["slots"]:
        deal = int(counts_at(h["line"], h["line_room"])[h["line_first"]])
        h["line_first"] = (h["line_first"] + 1) % h["line_room"]
        h["line_count"] -= 1
        deals = deals_of(h)
        lead = deals[deal]["lead"]
        ends, meets = start_deal(
            p_of(h), company_of(h), accounts_of(h), leads_of(h), deals, touches_of(h), deal, free_touch(h), h["now"]
        )
        let_lead_go(h, lead)
        if meets:
            keep_touch(h)
        if ends >= h["now"]:
            h["slots_used"] += 1
            if ends < math.inf:
                refer_to_deal(h, deal)
                schedule(h, ends, _DEAL_DONE, deal_number(h, deal), deal)
        let_deal_go(h, deal)


@step("deals that end by themselves", _DEAL_DONE)
def _end_deal(hub: int, number: int, deal: int, c: int, d: int, e: int) -> int:
    """End a deal of a length of its own."""
    h = hub_at(hub, 1)[0]
    finish_deal(company_of(h), deals_of(h), deal, h["now"])
    note(h, _DEAL_DONE, number, 0.0)
    let_deal_go(h, deal)
    call(h, FREE_SLOT, 0, 0, 0, 0, 0)
    return 0


@step("executives who are free again", FREE_SLOT)
def _free_slot(hub: int, a: int, b: int, c: int, d: int, e: int) -> int:
    """Free one slot of an executive."""
    h = hub_at(hub, 1)[0]
    h["slots_used"] -= 1
    fill_slots(h)
    return 0
