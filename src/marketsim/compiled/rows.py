"""Which row a new lead, deal, contract, journey or touch is written to, and when a row is free again.

With logs every row is kept and its number is its place. Without, a row is used again once nothing refers to it: a lead
that is open, makes another contact inquire or has its deal in line is referred to, a deal in line, of an account or of
an executive too. Numbers go on counting either way, because they order events and queues.
"""

from marketsim.compiled.layout import Hub, flags_at, small_at
from marketsim.compiled.mode import orchestrated


@orchestrated
def free_lead(h: Hub) -> int:
    """Return the row for a new lead."""
    if h["leads_free_count"] > 0:
        return int(small_at(h["leads_free"], h["leads_room"])[h["leads_free_count"] - 1])
    return int(h["leads_count"])


@orchestrated
def keep_lead(h: Hub, row: int) -> None:
    """Count the row for a new lead as used; the lead is open."""
    if h["leads_free_count"] > 0:
        h["leads_free_count"] -= 1
    else:
        h["leads_count"] += 1
    small_at(h["lead_numbers"], h["leads_room"])[row] = h["leads_ever"]
    h["leads_ever"] += 1
    flags_at(h["lead_links"], h["leads_room"])[row] = 1


@orchestrated
def lead_number(h: Hub, row: int) -> int:
    """Return the how many-th lead of the run lies in a row."""
    return int(small_at(h["lead_numbers"], h["leads_room"])[row])


@orchestrated
def refer_to_lead(h: Hub, row: int) -> None:
    """Keep a lead's row for one more reason."""
    flags_at(h["lead_links"], h["leads_room"])[row] += 1


@orchestrated
def let_lead_go(h: Hub, row: int) -> None:
    """Keep a lead's row for one reason less."""
    links = flags_at(h["lead_links"], h["leads_room"])
    links[row] -= 1
    if h["logs"] == 0 and links[row] == 0:
        small_at(h["leads_free"], h["leads_room"])[h["leads_free_count"]] = row
        h["leads_free_count"] += 1


@orchestrated
def free_deal(h: Hub) -> int:
    """Return the row for a new deal."""
    if h["deals_free_count"] > 0:
        return int(small_at(h["deals_free"], h["deals_room"])[h["deals_free_count"] - 1])
    return int(h["deals_count"])


@orchestrated
def keep_deal(h: Hub, row: int) -> None:
    """Count the row for a new deal as used; the deal is in line."""
    if h["deals_free_count"] > 0:
        h["deals_free_count"] -= 1
    else:
        h["deals_count"] += 1
    small_at(h["deal_numbers"], h["deals_room"])[row] = h["deals_ever"]
    h["deals_ever"] += 1
    flags_at(h["deal_links"], h["deals_room"])[row] = 1


@orchestrated
def deal_number(h: Hub, row: int) -> int:
    """Return the how many-th deal of the run lies in a row."""
    return int(small_at(h["deal_numbers"], h["deals_room"])[row])


@orchestrated
def refer_to_deal(h: Hub, row: int) -> None:
    """Keep a deal's row for one more reason."""
    flags_at(h["deal_links"], h["deals_room"])[row] += 1


@orchestrated
def let_deal_go(h: Hub, row: int) -> None:
    """Keep a deal's row for one reason less."""
    links = flags_at(h["deal_links"], h["deals_room"])
    links[row] -= 1
    if h["logs"] == 0 and links[row] == 0:
        small_at(h["deals_free"], h["deals_room"])[h["deals_free_count"]] = row
        h["deals_free_count"] += 1


@orchestrated
def new_contract(h: Hub) -> int:
    """Return the row for a new contract, and count it as used."""
    if h["contracts_free_count"] > 0:
        h["contracts_free_count"] -= 1
        return int(small_at(h["contracts_free"], h["contracts_room"])[h["contracts_free_count"]])
    h["contracts_count"] += 1
    return int(h["contracts_count"]) - 1


@orchestrated
def let_contract_go(h: Hub, row: int) -> None:
    """Free the row of a contract that has ended."""
    if h["logs"] == 0:
        small_at(h["contracts_free"], h["contracts_room"])[h["contracts_free_count"]] = row
        h["contracts_free_count"] += 1


@orchestrated
def free_journey(h: Hub) -> int:
    """Return the row for a new journey; without logs all are written over each other, because nobody reads them."""
    return int(h["journeys_count"])


@orchestrated
def keep_journey(h: Hub) -> None:
    """Count the row for a new journey as used."""
    if h["logs"] == 1:
        h["journeys_count"] += 1


@orchestrated
def free_touch(h: Hub) -> int:
    """Return the row for a new touch; without logs all are written over each other, because nobody reads them."""
    return int(h["touches_count"])


@orchestrated
def keep_touch(h: Hub) -> None:
    """Count the row for a new touch as used."""
    if h["logs"] == 1:
        h["touches_count"] += 1
