"""Touches: what the CRM could see of every contact between an account and us, and whose money it came from."""

from marketsim.rules.compiling import compiled
from marketsim.state.layout import (
    BRAND_TERMS,
    CAPTURE,
    FROM_ADS_LOW_INTENT,
    FROM_NURTURE,
    FROM_OUTBOUND,
    FROM_SEARCH,
    FROM_WEBINAR,
    FROM_WEBINAR_LOW_INTENT,
    MATCHING,
    MIDDLE,
    NOTHING,
    NURTURE,
    OUTBOUND,
    Rows,
)
from marketsim.state.structure import structure_works


@compiled
def stage_behind(w: Rows, source: int, brand_term: bool) -> int:
    """Return the stage whose money brings leads of a source; NOTHING for those that nobody pays for."""
    if source == FROM_SEARCH and brand_term and w[0].stage_pressure[BRAND_TERMS] > 0.0:
        return BRAND_TERMS
    if source in (FROM_SEARCH, FROM_ADS_LOW_INTENT):
        return CAPTURE
    if source in (FROM_WEBINAR, FROM_WEBINAR_LOW_INTENT):
        return MIDDLE
    if source == FROM_NURTURE:
        return NURTURE
    if source == FROM_OUTBOUND:
        return OUTBOUND
    return NOTHING


@compiled
def programme_of(programmes: Rows, stage: int, u: float) -> int:
    """Return one programme of a stage, drawn in proportion to its pressure there; NOTHING if none has any."""
    total = 0.0
    last = NOTHING
    for k in range(len(programmes)):
        if programmes[k].stage == stage and programmes[k].pressure > 0.0:
            total += programmes[k].effectiveness * programmes[k].pressure
            last = k
    below = 0.0
    for k in range(last):
        if programmes[k].stage == stage and programmes[k].pressure > 0.0:
            below += programmes[k].effectiveness * programmes[k].pressure
            if u * total < below:
                return k
    return last


@compiled
def write_touch(
    p: Rows, w: Rows, accounts: Rows, touches: Rows, row: int,
    i: int, lead: int, programme: int, contact: int, source: int, kind: int, recorded: bool, now: float,
) -> None:  # fmt: skip
    """Write a touch of an account to `touches[row]` and link it to the account's last one."""
    t = touches[row]
    t.at = now
    t.account = i
    t.need = accounts[i].need
    t.lead = lead
    t.previous = accounts[i].last_touch
    t.programme = programme
    t.contact = contact
    t.source = source
    t.kind = kind
    t.recorded = 1 if recorded else 0
    t.matched = 1 if contact == 0 or structure_works(w, MATCHING, now) else 0
    accounts[i].last_touch = row
    w[0].month.touches += 1.0
    w[0].month.touches_recorded += t.recorded
