"""Transitions of accounts on their own clocks: opening, needs, the journey, searches and the decision."""

import math

import numpy as np

from marketsim.rules.arithmetic import exp, normal_quantile
from marketsim.rules.choice import own_utility
from marketsim.rules.compiling import compiled
from marketsim.rules.draws import (
    exponential,
    gumbel,
    lognormal,
    lognormal_in_progress,
    uniform1,
    uniform2,
    uniform3,
)
from marketsim.rules.market import group_size, need_is_met, no_decision_probability
from marketsim.state.chains import look_up_awareness, look_up_known, look_up_memory, make_aware, set_known
from marketsim.state.layout import (
    ACTIVE,
    CAPTURE,
    CUSTOMER,
    DEAL_IN_LINE,
    DEAL_LEFT_LINE,
    DEAL_LOST,
    DEAL_NO_DECISION,
    DEAL_OPEN,
    DEAL_WON,
    DORMANT,
    HOT_TIER,
    JOURNEY_NO_DECISION,
    JOURNEY_OPEN,
    JOURNEY_OURS,
    JOURNEY_RIVAL,
    NOTHING,
    RESEARCH,
)
from marketsim.state.streams import (
    ACTIVE_LENGTH,
    BUYS,
    FIT,
    GROUP,
    HAND_RAISE,
    HAND_RAISE_GAP,
    KNOWN,
    LIST_FROM_NURTURE,
    LIST_FROM_WEBINAR,
    NEED_ACCEPTED,
    NEED_GAP,
    NEED_VALUE,
    NURTURE_GAP,
    OPENING,
    OWN_TASTE,
    RESEARCH_LENGTH,
    RIVAL_LISTED,
    RIVAL_TASTE,
    SEARCH_GAP,
    SEARCH_MARK,
    SEGMENT,
    VALUE,
    WEBINAR_GAP,
)

# which draw of the stream `opening`
_PHASE, _RESIDUAL, _IS_CUSTOMER, _IS_KNOWN = range(4)
# occasions on which memory is looked up
_AT_RESEARCH, _AT_ACTIVE = range(2)


@compiled
def settle_in_pool(w: np.ndarray, accounts: np.ndarray, i: int) -> None:
    """Bring the harvest pool up to date for one account: active, with no open lead or deal of ours."""
    a = accounts[i]
    before = a.in_pool
    after = 0
    if a.phase == ACTIVE and a.open_leads == 0 and a.deal == NOTHING:
        after = 1 + a.listed
    if after == before:
        return
    if before == 1:
        w[0].pool_unlisted[a.segment] -= 1
    elif before == 2:
        w[0].pool_listed[a.segment] -= 1
    if after == 1:
        w[0].pool_unlisted[a.segment] += 1
    elif after == 2:
        w[0].pool_listed[a.segment] += 1
    accounts[i].in_pool = after


@compiled
def _next_candidate(p: np.ndarray, accounts: np.ndarray, i: int, since: float) -> float:
    """Step to the account's next candidate need; return its time."""
    accounts[i].candidate += 1
    gap = exponential(uniform2(p[0].key[NEED_GAP], i, accounts[i].candidate))
    return since + gap / p[0].candidate_rate[accounts[i].segment]


@compiled
def open_accounts(p: np.ndarray, w: np.ndarray, accounts: np.ndarray, first: np.ndarray, now: float) -> None:
    """Give every account its traits and a phase of the stationary market.

    `first` (accounts x 2) receives the time of the first candidate need, and the end of the opening research phase
    (infinite if the account opens in another phase). An account that opens active has `decides_at` set.
    """
    key = p[0].key
    for i in range(len(accounts)):
        a = accounts[i]
        u = uniform1(key[SEGMENT], i)
        a.segment = 0 if u < p[0].segment_cutoff[0] else (1 if u < p[0].segment_cutoff[1] else 2)
        a.fit = 1 if uniform1(key[FIT], i) < p[0].good_fit_share else 0
        a.group = group_size(p[0].group_mean[a.segment], p[0].group_sigma, uniform1(key[GROUP], i))
        a.value_per_year = lognormal(p[0].value_mean[a.segment], p[0].value_sigma, uniform1(key[VALUE], i))
        a.lock_until = now
        a.known_at = now
        a.good_lead_need = -1
        a.need = 0
        a.candidate = 0
        a.journey = NOTHING
        a.deal = NOTHING
        a.contract = NOTHING
        w[0].class_accounts[2 * a.segment + a.fit] += 1
        w[0].segment_accounts[a.segment] += 1
        first[i, 0] = _next_candidate(p, accounts, i, now)
        first[i, 1] = math.inf
        research = p[0].research_days[a.segment]
        active = p[0].active_days[a.segment]
        locked = p[0].purchase_probability[a.segment] * p[0].lock_days
        where = uniform2(key[OPENING], i, _PHASE) * p[0].entry_days
        left = 1.0 - uniform2(key[OPENING], i, _RESIDUAL)
        if where < research:
            a.phase = RESEARCH
            w[0].research += 1
            length = lognormal_in_progress(research, p[0].research_sigma, uniform2(key[RESEARCH_LENGTH], i, 0))
            first[i, 1] = now + length * left
        elif where < research + active:
            a.phase = ACTIVE
            w[0].active += 1
            length = lognormal_in_progress(active, p[0].active_sigma, uniform2(key[ACTIVE_LENGTH], i, 0))
            a.decides_at = now + length * left
            a.active_at = a.decides_at - length
        elif where < research + active + locked:
            a.lock_until = now + p[0].lock_days * left
        if uniform2(key[OPENING], i, _IS_KNOWN) < p[0].initial_known_share:
            set_known(p, w, accounts, i, 1.0, now)
    for c in range(len(w[0].memory_level)):
        w[0].memory_level[c] = p[0].initial_memory
        w[0].aware_level[c] = p[0].aware_base


@compiled
def opens_as_customer(p: np.ndarray, accounts: np.ndarray, i: int) -> bool:
    """Tell whether a dormant account opens under contract with us, such that all together make the wanted share."""
    if accounts[i].phase != DORMANT:
        return False
    dormant_share = 1.0 - (p[0].research_days[accounts[i].segment] + p[0].active_days[accounts[i].segment]) / p[0].entry_days
    return uniform2(p[0].key[OPENING], i, _IS_CUSTOMER) * dormant_share < p[0].initial_customer_share


@compiled
def meet_need(
    p: np.ndarray, w: np.ndarray, accounts: np.ndarray, journeys: np.ndarray, row: int, i: int, now: float
) -> tuple[float, float, float]:
    """Meet a candidate need.

    Returns the time of the next candidate, the end of research if the need is accepted (else infinite), and the
    account's threshold on the clock of webinars. An accepted need is written to `journeys[row]`.
    """
    need = accounts[i].candidate
    following = _next_candidate(p, accounts, i, now)
    if accounts[i].phase != DORMANT or now < accounts[i].lock_until:
        return following, math.inf, math.inf
    relative = 1.0
    if look_up_awareness(p, w, accounts, i, need, now) == 0:
        relative = p[0].aware_hazard_ratio
    if not need_is_met(uniform2(p[0].key[NEED_ACCEPTED], i, need), p[0].economy, relative, p[0].demand_ceiling):
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
    length = lognormal(p[0].research_days[a.segment], p[0].research_sigma, uniform2(p[0].key[RESEARCH_LENGTH], i, need))
    return following, now + length, webinar_threshold(p, w, accounts, i, now)


@compiled
def webinar_threshold(p: np.ndarray, w: np.ndarray, accounts: np.ndarray, i: int, now: float) -> float:
    """Return the account's threshold on the clock of webinars for this journey, in its unit (attendances x days)."""
    weight = p[0].webinar_weight_unremembered
    if look_up_memory(p, w, accounts, i, _AT_RESEARCH, now) == 1:
        weight = p[0].webinar_weight_remembered
    gap = exponential(uniform2(p[0].key[WEBINAR_GAP], i, accounts[i].need))
    return gap * p[0].research_days[accounts[i].segment] / weight


@compiled
def hand_raise_delay(p: np.ndarray, accounts: np.ndarray, i: int) -> float:
    """Return the days until the account raises its hand (again)."""
    a = accounts[i]
    gap = exponential(uniform3(p[0].key[HAND_RAISE_GAP], i, a.need, a.hand_raises))
    return gap * p[0].hand_raise_delay_share * (a.decides_at - a.active_at)


@compiled
def turn_active(
    p: np.ndarray, w: np.ndarray, accounts: np.ndarray, journeys: np.ndarray, i: int, now: float
) -> tuple[float, float, float, float]:
    """Start the active phase: form the day-one list.

    Returns the time of the decision, of the first raised hand (infinite if none), of the first search, and the account's
    threshold on the clock of nurture (infinite if its contact is not known).
    """
    a = accounts[i]
    need = a.need
    key = p[0].key
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
    if a.webinar == 1 and uniform2(key[LIST_FROM_WEBINAR], i, need) < p[0].list_from_webinar:
        listed = 1
    if known == 1 and uniform2(key[LIST_FROM_NURTURE], i, need) < p[0].list_from_nurture * w[0].nurture_strength:
        listed = 1
    a.listed = listed
    settle_in_pool(w, accounts, i)
    w[0].month.turned_active += 1.0
    w[0].month.turned_active_listed += listed
    if a.journey != NOTHING:
        journeys[a.journey].active_at = now
        journeys[a.journey].listed = listed
        journeys[a.journey].remembers = remembers
        journeys[a.journey].webinar = a.webinar
    hand_raise_at = math.inf
    if listed == 1 and uniform2(key[HAND_RAISE], i, need) < p[0].hand_raise_probability:
        hand_raise_at = now + hand_raise_delay(p, accounts, i)
    nurture = math.inf
    if known == 1:
        nurture = exponential(uniform2(key[NURTURE_GAP], i, need)) * p[0].active_days[a.segment]
    return a.decides_at, hand_raise_at, next_search(p, accounts, i, now), nurture


@compiled
def next_search(p: np.ndarray, accounts: np.ndarray, i: int, now: float) -> float:
    """Return the time of the account's next search."""
    rate = p[0].search_rate[accounts[i].segment]
    if rate <= 0.0:
        return math.inf
    return now + exponential(uniform3(p[0].key[SEARCH_GAP], i, accounts[i].need, accounts[i].searches)) / rate


@compiled
def search(p: np.ndarray, w: np.ndarray, accounts: np.ndarray, i: int, now: float) -> tuple[bool, int, float]:
    """Let an active account search: is the search ours, its number, and the time of the next one. A won one is paid."""
    k = accounts[i].searches
    ours = False
    if accounts[i].in_pool > 0:
        weight = 1.0 if accounts[i].listed == 1 else p[0].unlisted_weight
        mark = uniform3(p[0].key[SEARCH_MARK], i, accounts[i].need, k)
        if mark < w[0].hot_share_won * weight:
            ours = True
            w[0].month.spend_by_stage[CAPTURE] += p[0].bid_weight[HOT_TIER] * w[0].clearing_price
    accounts[i].searches = k + 1
    return ours, k, next_search(p, accounts, i, now)


@compiled
def raise_hand(p: np.ndarray, accounts: np.ndarray, i: int, now: float) -> tuple[bool, int, float]:
    """Let an account that lists us ask for a conversation: is it a lead, its number, and the time of the next try.

    An account that is in talks with us through another lead keeps its wish for later; one with a deal drops it.
    """
    k = accounts[i].hand_raises
    accounts[i].hand_raises = k + 1
    if accounts[i].in_pool > 0:
        return True, k, math.inf
    if accounts[i].deal != NOTHING:
        return False, k, math.inf
    return False, k, next_hand_raise(p, accounts, i, now)


@compiled
def next_hand_raise(p: np.ndarray, accounts: np.ndarray, i: int, now: float) -> float:
    """Return the time of the next try after a hand-raise came to nothing; infinite after the last one."""
    if accounts[i].phase != ACTIVE or accounts[i].hand_raises >= p[0].hand_raise_tries:
        return math.inf
    time = now + hand_raise_delay(p, accounts, i)
    return time if time < accounts[i].decides_at else math.inf


@compiled
def listed_rivals(p: np.ndarray, i: int, need: int, listed: np.ndarray) -> None:
    """Mark in `listed` (one flag per vendor) the rivals on the list: a binomial number of them, at least one."""
    nearest = 2.0
    nearest_vendor = 0
    anybody = False
    for vendor in range(p[0].rivals):
        u = uniform3(p[0].key[RIVAL_LISTED], i, need, vendor)
        listed[vendor] = u < p[0].rival_list_probability
        anybody = anybody or listed[vendor]
        if u < nearest:
            nearest = u
            nearest_vendor = vendor
    if not anybody:
        listed[nearest_vendor] = True


@compiled
def best_rival(p: np.ndarray, i: int, need: int) -> tuple[float, int]:
    """Return the utility of the best rival on the list, and which vendor it is."""
    listed = np.zeros(p[0].rivals, dtype=np.bool_)
    listed_rivals(p, i, need, listed)
    best = -math.inf
    best_vendor = 0
    for vendor in range(p[0].rivals):
        if listed[vendor]:
            utility = gumbel(uniform3(p[0].key[RIVAL_TASTE], i, need, vendor))
            if utility > best:
                best = utility
                best_vendor = vendor
    return best, best_vendor


@compiled
def contract_value(p: np.ndarray, accounts: np.ndarray, i: int) -> float:
    """Return what this need is worth a year: the account's value times the need's own factor (mean 1)."""
    sigma = p[0].value_sigma_between_needs
    z = normal_quantile(uniform2(p[0].key[NEED_VALUE], i, accounts[i].need))
    return accounts[i].value_per_year * exp(sigma * z - 0.5 * sigma * sigma)


@compiled
def decide(
    p: np.ndarray, w: np.ndarray, accounts: np.ndarray, journeys: np.ndarray, deals: np.ndarray, i: int, now: float
) -> tuple[int, int, bool]:
    """End the active phase: buy at all, and from whom.

    Returns the outcome, the deal that was closed (or NOTHING), and whether an executive led it.

    A closed deal that was still in line keeps the state "left line", whatever the account decided.
    """
    a = accounts[i]
    need = a.need
    deal = a.deal
    led = deal != NOTHING and deals[deal].state == DEAL_OPEN
    buys = True
    if p[0].no_decision_enabled == 1:
        chance = no_decision_probability(a.group, p[0].no_decision_intercept, p[0].no_decision_slope)
        buys = uniform2(p[0].key[BUYS], i, need) > chance
    outcome = JOURNEY_NO_DECISION
    if buys:
        outcome = JOURNEY_RIVAL
        if led:
            time_share = (now - deals[deal].started) / (a.decides_at - a.active_at)
            utility = own_utility(
                p[0].utility_base, p[0].utility_listed, p[0].utility_webinar, p[0].utility_fit, p[0].utility_time_with_us,
                float(a.listed), float(a.webinar), float(a.fit), time_share,
            )  # fmt: skip
            if utility + gumbel(uniform2(p[0].key[OWN_TASTE], i, need)) > best_rival(p, i, need)[0]:
                outcome = JOURNEY_OURS
    a.phase = CUSTOMER if outcome == JOURNEY_OURS else DORMANT
    if outcome == JOURNEY_RIVAL:
        a.lock_until = now + p[0].lock_days
    w[0].active -= 1
    if outcome == JOURNEY_NO_DECISION:
        w[0].month.market_no_decisions += 1.0
    else:
        w[0].month.market_purchases += 1.0
    if deal != NOTHING:
        _close_deal(p, w, accounts, deals, deal, outcome, now)
        a.deal = NOTHING
    if a.journey != NOTHING:
        journeys[a.journey].decided = now
        journeys[a.journey].outcome = outcome
        a.journey = NOTHING
    settle_in_pool(w, accounts, i)
    make_aware(p, w, accounts, i, now)
    return outcome, deal, led


@compiled
def _close_deal(
    p: np.ndarray, w: np.ndarray, accounts: np.ndarray, deals: np.ndarray, deal: int, outcome: int, now: float
) -> None:
    """Write the end of a deal that the account's decision brings."""
    d = deals[deal]
    d.closed = now
    if d.state == DEAL_IN_LINE:
        d.state = DEAL_LEFT_LINE
        w[0].deals_waiting -= 1
    else:
        w[0].open_deals -= 1
        if outcome == JOURNEY_OURS:
            d.state = DEAL_WON
            d.value_per_year = contract_value(p, accounts, d.account)
            w[0].month.deals_won += 1.0
            w[0].month.deals_won_listed += d.listed
            w[0].month.deals_won_fit += d.fit
            return
        d.state = DEAL_NO_DECISION if outcome == JOURNEY_NO_DECISION else DEAL_LOST
    if outcome == JOURNEY_NO_DECISION:
        w[0].month.deals_no_decision += 1.0
    else:
        w[0].month.deals_lost += 1.0
