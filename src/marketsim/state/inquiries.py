"""What inquiries come from between the weeks: webinars, and clicks without intent."""

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import exponential, uniform2, uniform3
from marketsim.state.chains import leave_memory
from marketsim.state.layout import CAPTURE, DORMANT, FROM_ADS_LOW_INTENT, LOW_TIER, RESEARCH, Rows
from marketsim.state.streams import LOW_INTENT_GAP, LOW_INTENT_REFRESH, WEBINAR_MEMORY


@compiled
def attend_webinar(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> bool:
    """Let an account on its journey attend a webinar, unless it has closed itself to us; it may remember us from it."""
    if accounts[i].closed_until > now:
        return False
    accounts[i].webinar = 1
    if uniform2(p[0].key[WEBINAR_MEMORY], i, accounts[i].need) < p[0].memory_by_webinar:
        leave_memory(p, w, accounts, i, now)
    return True


@compiled
def low_intent_threshold(p: Rows, accounts: Rows, i: int, which: int, source: int) -> float:
    """Return the account's threshold on the clock of a low-intent source (`which` of three), for its present cycle."""
    return exponential(uniform3(p[0].key[LOW_INTENT_GAP], i, source, accounts[i].cycle[which]))


@compiled
def inquire_idly(
    p: Rows, w: Rows, accounts: Rows, i: int, which: int, source: int, now: float
) -> tuple[bool, int, float]:
    """Let an account click without intent: is it a lead, its cycle, and when the account is fresh again.

    An inquiry through advertising is paid whoever sends it; only accounts that are not buying yield a lead here. One
    that has closed itself to us passes by, and is not paid.
    """
    cycle = accounts[i].cycle[which]
    accounts[i].cycle[which] = cycle + 1
    if source == FROM_ADS_LOW_INTENT:
        w[0].fresh_ads -= 1
    closed = accounts[i].closed_until > now
    if source == FROM_ADS_LOW_INTENT and not closed:
        w[0].month.spend_by_stage[CAPTURE] += w[0].tier_price[LOW_TIER]
    is_lead = not closed and (accounts[i].phase == DORMANT or accounts[i].phase == RESEARCH)
    rest = p[0].refresh_days[which] * (0.5 + uniform3(p[0].key[LOW_INTENT_REFRESH], i, source, cycle))
    return is_lead, cycle, now + rest


@compiled
def refresh(p: Rows, w: Rows, accounts: Rows, i: int, which: int, source: int) -> float:
    """Make the account fresh for a low-intent source again; return its new threshold."""
    if source == FROM_ADS_LOW_INTENT:
        w[0].fresh_ads += 1
    return low_intent_threshold(p, accounts, i, which, source)
