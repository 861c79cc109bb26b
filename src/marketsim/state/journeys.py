"""Transitions of accounts on their own clocks: opening, needs, the journey, searches and the decision."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import (
    exponential,
    lognormal,
    uniform2,
    uniform3,
)
from marketsim.rules.market import need_is_met
from marketsim.state.chains import look_up_awareness, look_up_known, look_up_memory
from marketsim.state.economy import economy_at
from marketsim.state.layout import (
    ACTIVE,
    BRAND_TERMS,
    BRAND_TIER,
    CAPTURE,
    DORMANT,
    HOT_TIER,
    JOURNEY_CONTENT,
    JOURNEY_OPEN,
    NOTHING,
    RESEARCH,
    Rows,
)
from marketsim.state.pool import answers_search, can_be_harvested, settle_in_pool
from marketsim.state.streams import (
    ACTIVE_LENGTH,
    BRAND_TERM,
    HAND_RAISE,
    HAND_RAISE_GAP,
    KNOWN,
    LIST_FROM_NURTURE,
    LIST_FROM_WEBINAR,
    LISTED_WHILE_CLOSED,
    NEED_ACCEPTED,
    NEED_GAP,
    NURTURE_GAP,
    RESEARCH_LENGTH,
    SEARCH_GAP,
    SEARCH_MARK,
    WEBINAR_GAP,
)
from marketsim.state.structure import structure_works

# occasions on which memory is looked up
_AT_RESEARCH, _AT_ACTIVE = range(2)


@compiled
def next_candidate(p: Rows, accounts: Rows, i: int, since: float) -> float:
    """Step to the account's next candidate need; return its time."""
    accounts[i].candidate += 1
    gap = exponential(uniform2(p[0].key[NEED_GAP], i, accounts[i].candidate))
    return since + gap / p[0].candidate_rate[accounts[i].segment]


@compiled
def meet_need(
    p: Rows, w: Rows, accounts: Rows, journeys: Rows, row: int, i: int, now: float
) -> tuple[float, float, float]:
    """Meet a candidate need.

    Returns the time of the next candidate, the end of research if the need is accepted (else infinite), and the
    account's threshold on the clock of webinars. An accepted need is written to `journeys[row]`.
    """
    need = accounts[i].candidate
    following = next_candidate(p, accounts, i, now)
    if accounts[i].phase != DORMANT or now < accounts[i].lock_until:
        return following, math.inf, math.inf
    relative = 1.0
    if look_up_awareness(p, w, accounts, i, need, now) == 0:
        relative = p[0].aware_hazard_ratio
    if not need_is_met(uniform2(p[0].key[NEED_ACCEPTED], i, need), economy_at(p, now), relative, p[0].demand_ceiling):
        return following, math.inf, math.inf
    a = accounts[i]
    a.need = need
    a.phase = RESEARCH
    a.webinar = 0
    a.listed = 0
    a.journey = row
    a.searches = 0
    a.hand_raises = 0
    a.referrals_received = 0
    a.contacts = 0
    w[0].research += 1
    w[0].month.market_entries += 1.0
    j = journeys[row]
    j.started = now
    j.active_at = math.nan
    j.decided = math.nan
    j.account = i
    j.need = need
    j.segment = a.segment
    j.fit = a.fit
    j.outcome = JOURNEY_OPEN
    j.group = a.group
    j.contacts = 0
    j.closed = 0
    j.rival_list_probability = w[0].rival_list_probability
    length = lognormal(p[0].research_days[a.segment], p[0].research_sigma, uniform2(p[0].key[RESEARCH_LENGTH], i, need))
    return following, now + length, webinar_threshold(p, w, accounts, i, now)


@compiled
def webinar_threshold(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> float:
    """Return the account's threshold on the clock of webinars for this journey, in its unit (attendances x days)."""
    weight = p[0].webinar_weight_unremembered
    if look_up_memory(p, w, accounts, i, _AT_RESEARCH, now) == 1:
        weight = p[0].webinar_weight_remembered
    gap = exponential(uniform2(p[0].key[WEBINAR_GAP], i, accounts[i].need))
    return gap * p[0].research_days[accounts[i].segment] / weight


@compiled
def hand_raise_delay(p: Rows, accounts: Rows, i: int) -> float:
    """Return the days until the account raises its hand (again)."""
    a = accounts[i]
    gap = exponential(uniform3(p[0].key[HAND_RAISE_GAP], i, a.need, a.hand_raises))
    return gap * p[0].hand_raise_delay_share * (a.decides_at - a.active_at)


@compiled
def turn_active(
    p: Rows, w: Rows, accounts: Rows, journeys: Rows, i: int, now: float
) -> tuple[float, float, float, float]:
    """Start the active phase: form the day-one list.

    Returns the time of the decision, of the first raised hand (infinite if none), of the first search, and the
    account's threshold on the clock of nurture (infinite if its contact is not known).
    """
    a = accounts[i]
    need = a.need
    key = p[0].key
    # What depends on no look-up is drawn first: a processor that guesses a look-up wrong does not do it over again.
    first_search = next_search(p, accounts, i, now)
    nurture = exponential(uniform2(key[NURTURE_GAP], i, need)) * p[0].active_days[a.segment]
    found_by_nurture = uniform2(key[LIST_FROM_NURTURE], i, need) < p[0].list_from_nurture * w[0].nurture_strength
    if a.phase == RESEARCH:
        length = lognormal(p[0].active_days[a.segment], p[0].active_sigma, uniform2(key[ACTIVE_LENGTH], i, need))
        a.phase = ACTIVE
        a.active_at = now
        a.decides_at = now + length
        w[0].research -= 1
        w[0].active += 1
    remembers = look_up_memory(p, w, accounts, i, _AT_ACTIVE, now)
    known = look_up_known(p, w, accounts, i, uniform2(key[KNOWN], i, need), now)
    listed = remembers
    if a.webinar == 1:
        by_webinar = p[0].list_from_webinar
        if not structure_works(w, JOURNEY_CONTENT, now):
            by_webinar *= p[0].webinar_ratio_without_content
        if uniform2(key[LIST_FROM_WEBINAR], i, need) < by_webinar:
            listed = 1
    if known == 1 and found_by_nurture:
        listed = 1
    closed = a.closed_until > now
    if closed and uniform2(key[LISTED_WHILE_CLOSED], i, need) >= p[0].scorched_list_ratio:
        listed = 0
    a.listed = listed
    settle_in_pool(p, w, accounts, i)
    w[0].month.turned_active += 1.0
    w[0].month.turned_active_listed += listed
    w[0].month.turned_active_by_segment[a.segment] += 1.0
    w[0].month.turned_active_listed_by_segment[a.segment] += listed
    if a.journey != NOTHING:
        journeys[a.journey].active_at = now
        journeys[a.journey].listed = listed
        journeys[a.journey].remembers = remembers
        journeys[a.journey].webinar = a.webinar
        journeys[a.journey].closed = 1 if closed else 0
    hand_raise_at = math.inf
    if listed == 1 and uniform2(key[HAND_RAISE], i, need) < p[0].hand_raise_probability:
        hand_raise_at = now + hand_raise_delay(p, accounts, i)
    return a.decides_at, hand_raise_at, first_search, nurture if known == 1 else math.inf


@compiled
def next_search(p: Rows, accounts: Rows, i: int, now: float) -> float:
    """Return the time of the account's next search."""
    rate = p[0].search_rate[accounts[i].segment]
    if rate <= 0.0:
        return math.inf
    return now + exponential(uniform3(p[0].key[SEARCH_GAP], i, accounts[i].need, accounts[i].searches)) / rate


@compiled
def search(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> tuple[bool, int, float, bool]:
    """Let an active account search: is the search ours, its number, the time of the next one, and was it for our name.

    Some of those who list us search for our name. A search that is ours is paid at once.
    """
    k = accounts[i].searches
    need = accounts[i].need
    listed = accounts[i].listed == 1
    named = False
    ours = False
    if answers_search(accounts, i, now):
        if listed and p[0].brand_terms_share > 0.0:
            named = uniform3(p[0].key[BRAND_TERM], i, need, k) < p[0].brand_terms_share
        share = w[0].hot_share_won
        if named:
            share = w[0].brand_share_won
        elif not listed:
            share *= p[0].unlisted_weight
        if uniform3(p[0].key[SEARCH_MARK], i, need, k) < share:
            ours = True
            _pay_search(p, w, named)
    accounts[i].searches = k + 1
    return ours, k, next_search(p, accounts, i, now), named


@compiled
def _pay_search(p: Rows, w: Rows, named: bool) -> None:
    """Book the price of a search that is ours; one for our name is paid by its own stage if that has a budget."""
    if not named:
        w[0].month.spend_by_stage[CAPTURE] += w[0].tier_price[HOT_TIER]
        return
    stage = BRAND_TERMS if w[0].stage_pressure[BRAND_TERMS] > 0.0 else CAPTURE
    w[0].month.spend_by_stage[stage] += w[0].tier_price[BRAND_TIER]


@compiled
def raise_hand(p: Rows, accounts: Rows, i: int, now: float) -> tuple[bool, int, float]:
    """Let an account that lists us ask for a conversation: is it a lead, its number, and the time of the next try.

    An account that is in talks with us through another lead, or has closed itself to us, keeps its wish for later; one
    with a deal drops it.
    """
    k = accounts[i].hand_raises
    accounts[i].hand_raises = k + 1
    if can_be_harvested(accounts, i, now):
        return True, k, math.inf
    if accounts[i].deal != NOTHING:
        return False, k, math.inf
    return False, k, next_hand_raise(p, accounts, i, now)


@compiled
def next_hand_raise(p: Rows, accounts: Rows, i: int, now: float) -> float:
    """Return the time of the next try after a hand-raise came to nothing; infinite after the last one."""
    if accounts[i].phase != ACTIVE or accounts[i].hand_raises >= p[0].hand_raise_tries:
        return math.inf
    time = now + hand_raise_delay(p, accounts, i)
    return time if time < accounts[i].decides_at else math.inf
