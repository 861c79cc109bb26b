"""The decision at the end of the active phase: buy at all, and from whom; and what it means for a deal of ours."""

import math

from marketsim.rules.arithmetic import exp, log, normal_quantile
from marketsim.rules.choice import own_utility
from marketsim.rules.compiling import compiled
from marketsim.rules.draws import gumbel, uniform2, uniform3
from marketsim.rules.market import coverage, no_decision_probability
from marketsim.state.chains import make_aware
from marketsim.state.layout import (
    CUSTOMER,
    DEAL_IN_LINE,
    DEAL_LEFT_LINE,
    DEAL_LOST,
    DEAL_NO_DECISION,
    DEAL_OPEN,
    DEAL_WON,
    DORMANT,
    JOURNEY_CONTENT,
    JOURNEY_NO_DECISION,
    JOURNEY_OURS,
    JOURNEY_RIVAL,
    NOTHING,
    Rows,
)
from marketsim.state.pool import settle_in_pool
from marketsim.state.streams import BUYS, NEED_VALUE, OWN_TASTE, RIVAL_LISTED, RIVAL_TASTE
from marketsim.state.structure import structure_works


@compiled
def listed_rivals(p: Rows, i: int, need: int, probability: float, listed: Rows) -> None:
    """Mark in `listed` (one flag per vendor) the rivals on the list: a binomial number of them, at least one."""
    nearest = 2.0
    nearest_vendor = 0
    anybody = False
    for vendor in range(p[0].rivals):
        u = uniform3(p[0].key[RIVAL_LISTED], i, need, vendor)
        listed[vendor] = u < probability
        anybody = anybody or listed[vendor]
        if u < nearest:
            nearest = u
            nearest_vendor = vendor
    if not anybody:
        listed[nearest_vendor] = True


@compiled
def best_rival(p: Rows, i: int, need: int, probability: float) -> tuple[float, int]:
    """Return the utility of the best rival on the list (see `listed_rivals`), and which vendor it is."""
    nearest = 2.0
    nearest_vendor = 0
    anybody = False
    best = -math.inf
    best_vendor = 0
    for vendor in range(p[0].rivals):
        u = uniform3(p[0].key[RIVAL_LISTED], i, need, vendor)
        if u < probability:
            anybody = True
            utility = gumbel(uniform3(p[0].key[RIVAL_TASTE], i, need, vendor))
            if utility > best:
                best = utility
                best_vendor = vendor
        if u < nearest:
            nearest = u
            nearest_vendor = vendor
    if not anybody:
        best = gumbel(uniform3(p[0].key[RIVAL_TASTE], i, need, nearest_vendor))
        best_vendor = nearest_vendor
    return best, best_vendor


@compiled
def contract_value(p: Rows, accounts: Rows, i: int) -> float:
    """Return what this need is worth a year: the account's value times the need's own factor (mean 1), at our price."""
    sigma = p[0].value_sigma_between_needs
    z = normal_quantile(uniform2(p[0].key[NEED_VALUE], i, accounts[i].need))
    return accounts[i].value_per_year * exp(sigma * z - 0.5 * sigma * sigma) * p[0].price_ratio


@compiled
def _offer(p: Rows, w: Rows, accounts: Rows, i: int, time_share: float, now: float) -> float:
    """Return our utility to the account before its taste: what is remembered, shown, asked and improved."""
    a = accounts[i]
    by_webinar = p[0].utility_webinar
    if not structure_works(w, JOURNEY_CONTENT, now):
        by_webinar *= p[0].webinar_ratio_without_content
    utility = own_utility(
        p[0].utility_base, p[0].utility_listed, by_webinar, p[0].utility_fit, p[0].utility_time_with_us,
        float(a.listed), float(a.webinar), float(a.fit), time_share,
    )  # fmt: skip
    utility += p[0].utility_coverage * coverage(max(1, a.contacts), a.group)
    utility += p[0].utility_log_price * log(p[0].price_ratio)
    utility += p[0].insight_offer * w[0].insight
    return utility + p[0].enablement_utility * w[0].enablement_response


@compiled
def decide(p: Rows, w: Rows, accounts: Rows, journeys: Rows, deals: Rows, i: int, now: float) -> tuple[int, int, bool]:
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
        contacts = max(1, a.contacts) if deal != NOTHING else a.contacts
        consensus = p[0].consensus * coverage(contacts, a.group)
        chance = no_decision_probability(a.group, p[0].no_decision_intercept, p[0].no_decision_slope, consensus)
        buys = uniform2(p[0].key[BUYS], i, need) > chance
    outcome = JOURNEY_RIVAL if buys else JOURNEY_NO_DECISION
    if led and buys:
        time_share = (now - deals[deal].started) / (a.decides_at - a.active_at)
        utility = _offer(p, w, accounts, i, time_share, now)
        rival = best_rival(p, i, need, w[0].rival_list_probability)[0]
        if utility + gumbel(uniform2(p[0].key[OWN_TASTE], i, need)) > rival:
            outcome = JOURNEY_OURS
    a.phase = CUSTOMER if outcome == JOURNEY_OURS else DORMANT
    a.lock_until = now + p[0].lock_days if outcome == JOURNEY_RIVAL else a.lock_until
    w[0].active -= 1
    w[0].month.market_no_decisions += 1.0 if outcome == JOURNEY_NO_DECISION else 0.0
    w[0].month.market_purchases += 0.0 if outcome == JOURNEY_NO_DECISION else 1.0
    if deal != NOTHING:
        _close_deal(p, w, accounts, deals, deal, outcome, now)
        a.deal = NOTHING
    if a.journey != NOTHING:
        journeys[a.journey].decided = now
        journeys[a.journey].outcome = outcome
        journeys[a.journey].contacts = a.contacts
        journeys[a.journey].rival_list_probability = w[0].rival_list_probability
        a.journey = NOTHING
    settle_in_pool(p, w, accounts, i)
    make_aware(p, w, accounts, i, now)
    return outcome, deal, led


@compiled
def _close_deal(p: Rows, w: Rows, accounts: Rows, deals: Rows, deal: int, outcome: int, now: float) -> None:
    """Write the end of a deal that the account's decision brings."""
    d = deals[deal]
    d.closed = now
    d.listed = accounts[d.account].listed  # a recommendation may have put us on the list since
    if d.state == DEAL_IN_LINE:
        d.state = DEAL_LEFT_LINE
        w[0].deals_waiting -= 1
    else:
        w[0].open_deals -= 1
        if outcome == JOURNEY_OURS:
            d.state = DEAL_WON
            d.value_per_year = contract_value(p, accounts, d.account)
            w[0].month.deals_won += 1.0
            w[0].month.won_days_sum += now - d.opened
            w[0].month.deals_won_listed += d.listed
            w[0].month.deals_won_fit += d.fit
            return
        d.state = DEAL_NO_DECISION if outcome == JOURNEY_NO_DECISION else DEAL_LOST
    if outcome == JOURNEY_NO_DECISION:
        w[0].month.deals_no_decision += 1.0
    else:
        w[0].month.deals_lost += 1.0
