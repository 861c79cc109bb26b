"""Transitions of customers: contract, renewal, recommendation; and money as it flows."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.customers import churn_probability, grown_value, margin_at_price, remaining_value
from marketsim.rules.draws import exponential, uniform3, uniform4
from marketsim.state.chains import leave_memory, look_up_memory_by, make_aware, memory_chance
from marketsim.state.decision import contract_value
from marketsim.state.layout import (
    ACTIVE,
    BRAND_TERMS,
    CAPTURE,
    CUSTOMER,
    DORMANT,
    NOBODY,
    NOTHING,
    OUTBOUND,
    Record,
    Rows,
)
from marketsim.state.pool import is_free, settle_in_pool
from marketsim.state.streams import (
    REFERRAL_ACCEPTED,
    REFERRAL_GAP,
    REFERRAL_TARGET,
    REFERRAL_TO_ACTIVE,
    RENEWAL,
    RENEWAL_MEMORY,
)


@compiled
def accrue(p: Rows, w: Rows, now: float) -> None:
    """Let money flow until now at the present rates. Bought inquiries and calls are booked one by one elsewhere.

    What it costs to make and to serve follows the list value of the contracts: a discount lowers revenue alone.
    """
    days = now - w[0].accrued_until
    w[0].accrued_until = now
    if days <= 0.0:
        return
    years = days / p[0].days_per_year
    revenue = (w[0].revenue_fit + w[0].revenue_unfit) * years
    w[0].month.revenue += revenue
    w[0].month.revenue_fit += w[0].revenue_fit * years
    w[0].month.cost_to_serve_fit += w[0].listed_fit * p[0].cost_to_serve_fit * years
    w[0].month.spend_structure += w[0].structure_spend_per_day * days
    w[0].month.cost_of_goods += (w[0].listed_fit + w[0].listed_unfit) * years * (1.0 - p[0].gross_margin)
    w[0].month.cost_to_serve += (
        w[0].listed_fit * p[0].cost_to_serve_fit + w[0].listed_unfit * p[0].cost_to_serve_unfit
    ) * years
    w[0].month.payroll += (w[0].seats * p[0].rep_cost_per_day + p[0].executives * p[0].executive_cost_per_day) * days
    w[0].month.overhead += p[0].overhead_per_day * p[0].present * days
    for stage in range(len(w[0].stage_spend_per_day)):
        if stage in (CAPTURE, BRAND_TERMS) or (stage == OUTBOUND and p[0].outbound_enabled == 1):
            w[0].month.capture_budget += w[0].stage_spend_per_day[stage] * days
        else:
            w[0].month.spend_by_stage[stage] += w[0].stage_spend_per_day[stage] * days


@compiled
def _change_revenue(p: Rows, w: Rows, fit: int, change: float, price_ratio: float, now: float) -> None:
    """Change recurring revenue by `change` (money per year), at a price relative to the list."""
    accrue(p, w, now)
    if fit == 1:
        w[0].revenue_fit += change
        w[0].listed_fit += change / price_ratio
    else:
        w[0].revenue_unfit += change
        w[0].listed_unfit += change / price_ratio


@compiled
def sign_contract(
    p: Rows, w: Rows, accounts: Rows, contracts: Rows, deals: Rows, row: int, i: int, source: int, deal: int,
    started: float, now: float,
) -> float:  # fmt: skip
    """Make the account our customer, under a contract that began at `started`; return the time of the next renewal."""
    a = accounts[i]
    value = contract_value(p, accounts, i)
    a.phase = CUSTOMER
    a.contract = row
    a.need_bought = a.need
    a.contract_value = value
    a.contract_first_value = value
    a.price_ratio = p[0].price_ratio
    a.years_bought = 0
    a.referrals_made = 0
    a.renews_at = started + p[0].days_per_year
    a.next_referral_at = _referral_after(p, accounts, i, now)
    c = contracts[row]
    c.started = started
    c.ended = math.nan
    c.first_value = value
    c.value = value
    c.account = i
    c.need = a.need
    c.renewals = 0
    c.source = source
    c.segment = a.segment
    c.fit = a.fit
    c.programme = NOTHING
    c.deal = deal
    if deal != NOTHING:
        c.programme = deals[deal].programme
    c.price_ratio = a.price_ratio
    c.earned = 0.0
    c.earned_until = now
    _change_revenue(p, w, a.fit, value, a.price_ratio, now)
    w[0].customers[a.segment] += 1
    w[0].customers_fit += a.fit
    if p[0].memory_by_contract == 1:
        leave_memory(p, w, accounts, i, now)
    c.expected_lifetime_value = expected_value(p, w, accounts, i, now)
    if started == now:
        w[0].month.expected_lifetime_value_won += c.expected_lifetime_value
        w[0].month.customers_won += 1.0
        w[0].month.new_recurring_revenue += value
    settle_in_pool(p, w, accounts, i)
    return a.renews_at


@compiled
def churn_chance(p: Rows, w: Rows, segment: int, fit: int, remembers: int) -> float:
    """Return the chance that a customer leaves at a renewal; 1 where nobody renews.

    Memory of the brand and insight into what customers need both lower the rate.
    """
    if p[0].renewals_enabled == 0:
        return 1.0
    if p[0].churn_enabled == 0:
        return 0.0
    ratio = 1.0 if fit == 1 else p[0].churn_ratio_unfit
    ratio *= 1.0 - p[0].loyalty_effect * remembers
    return churn_probability(p[0].churn_rate[segment], ratio * (1.0 - p[0].insight_churn * w[0].insight))


@compiled
def _settle(contract: Record, days_per_year: float, now: float) -> None:
    """Book what a contract has earned at its present value until now."""
    contract.earned += contract.value * (now - contract.earned_until) / days_per_year
    contract.earned_until = now


@compiled
def settle_contracts(p: Rows, contracts: Rows, now: float) -> None:
    """Book what the running contracts have earned until now."""
    for k in range(len(contracts)):
        if math.isnan(contracts[k].ended):
            _settle(contracts[k], p[0].days_per_year, now)


@compiled
def renew(p: Rows, w: Rows, accounts: Rows, contracts: Rows, i: int, now: float) -> bool:
    """Let a customer renew, at a grown value, or leave: then it is back in the market, and knows us and the problem."""
    a = accounts[i]
    a.years_bought += 1
    remembers = 0
    if p[0].loyalty_effect > 0.0:
        mark = uniform3(p[0].key[RENEWAL_MEMORY], i, a.need_bought, a.years_bought)
        remembers = look_up_memory_by(p, w, accounts, i, mark, now)
    chance = churn_chance(p, w, a.segment, a.fit, remembers)
    leaves = uniform3(p[0].key[RENEWAL], i, a.need_bought, a.years_bought) < chance
    c = contracts[a.contract]
    _settle(c, p[0].days_per_year, now)
    if leaves:
        _change_revenue(p, w, a.fit, -a.contract_value, a.price_ratio, now)
        w[0].customers[a.segment] -= 1
        w[0].customers_fit -= a.fit
        w[0].month.customers_churned += 1.0
        c.ended = now
        a.phase = DORMANT
        a.contract = NOTHING
        a.contract_value = 0.0
        a.next_referral_at = math.inf
        leave_memory(p, w, accounts, i, now)
        make_aware(p, w, accounts, i, now)
        return False
    value = grown_value(a.contract_value, a.contract_first_value, p[0].expansion, p[0].expansion_cap)
    _change_revenue(p, w, a.fit, value - a.contract_value, a.price_ratio, now)
    a.contract_value = value
    a.renews_at = now + p[0].days_per_year
    c.value = value
    c.renewals += 1
    w[0].month.renewals += 1.0
    return True


@compiled
def _referral_ratio(p: Rows, insight: float, advocacy: float) -> float:
    """Return how often customers recommend us, relative to those who are neither understood nor asked."""
    return (1.0 + p[0].insight_referral * insight) * (1.0 + p[0].advocacy_referral * advocacy)


@compiled
def _highest_referral_ratio(p: Rows) -> float:
    """Return the most that insight and advocacy can make of the rate of recommendations."""
    return _referral_ratio(p, float(p[0].insight_enabled), float(p[0].advocacy_enabled))


@compiled
def _referral_after(p: Rows, accounts: Rows, i: int, now: float) -> float:
    """Return the time of the customer's next occasion to recommend us; infinite for one that does not fit.

    Occasions come at the highest rate, and `recommend` thins them: what insight and advocacy do holds at once, also for
    customers whose next occasion was drawn long before.
    """
    if p[0].referral_rate <= 0.0 or accounts[i].fit == 0:
        return math.inf
    gap = exponential(uniform3(p[0].key[REFERRAL_GAP], i, accounts[i].need_bought, accounts[i].referrals_made))
    return now + gap / (p[0].referral_rate * _highest_referral_ratio(p))


@compiled
def recommend(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> tuple[bool, int, int, float]:
    """Let a customer recommend us to an account of its segment; half of them find one that is buying just now.

    Returns whether the customer recommends us on this occasion, the friend if that makes it a lead (else NOBODY: it is
    a customer, in talks with us already, or nobody was found), the ordinal of this recommendation at the friend, and
    the time of the customer's next occasion. The friend remembers us, knows the problem, and lists us if it is buying.
    """
    k = accounts[i].referrals_made
    need = accounts[i].need_bought
    highest = _highest_referral_ratio(p)
    share = _referral_ratio(p, w[0].insight, w[0].advocacy_response) / highest
    if highest > 1.0 and uniform3(p[0].key[REFERRAL_ACCEPTED], i, need, k) >= share:
        accounts[i].referrals_made = k + 1
        accounts[i].next_referral_at = _referral_after(p, accounts, i, now)
        return False, NOBODY, 0, accounts[i].next_referral_at
    wants_active = uniform3(p[0].key[REFERRAL_TO_ACTIVE], i, need, k) < p[0].referral_to_active
    friend = NOBODY
    for attempt in range(p[0].referral_tries):
        j = int(uniform4(p[0].key[REFERRAL_TARGET], i, need, k, attempt) * len(accounts))
        if j != i and accounts[j].segment == accounts[i].segment and (not wants_active or accounts[j].phase == ACTIVE):
            friend = j
            break
    accounts[i].referrals_made = k + 1
    accounts[i].next_referral_at = _referral_after(p, accounts, i, now)
    if friend == NOBODY:
        return True, NOBODY, 0, accounts[i].next_referral_at
    received = accounts[friend].referrals_received
    accounts[friend].referrals_received = received + 1
    if p[0].memory_by_referral == 1:
        leave_memory(p, w, accounts, friend, now)
    make_aware(p, w, accounts, friend, now)
    if accounts[friend].phase == ACTIVE:
        accounts[friend].listed = 1
        settle_in_pool(p, w, accounts, friend)
    in_talks = accounts[friend].phase == ACTIVE and not is_free(accounts, friend)
    if in_talks or accounts[friend].phase == CUSTOMER:
        return True, NOBODY, received, accounts[i].next_referral_at
    return True, friend, received, accounts[i].next_referral_at


@compiled
def expected_value(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> float:
    """Return what a customer is expected to earn in ten further years with the chances of now, discounted to now."""
    a = accounts[i]
    chance = churn_chance(p, w, a.segment, a.fit, 0)
    if p[0].loyalty_effect > 0.0:
        loyal = churn_chance(p, w, a.segment, a.fit, 1)
        chance += memory_chance(p, w, accounts, i, now) * (loyal - chance)
    serve = p[0].cost_to_serve_fit if a.fit == 1 else p[0].cost_to_serve_unfit
    margin = margin_at_price(p[0].gross_margin, serve, a.price_ratio)
    return remaining_value(
        a.contract_value, a.contract_first_value, a.renews_at - now, chance,
        p[0].expansion, p[0].expansion_cap, margin, p[0].discount_rate, p[0].days_per_year,
    )  # fmt: skip


@compiled
def remaining_contracts(p: Rows, w: Rows, accounts: Rows, now: float) -> float:
    """Return what all contracts are expected to earn in ten further years, discounted to now."""
    total = 0.0
    for i in range(len(accounts)):
        if accounts[i].phase == CUSTOMER:
            total += expected_value(p, w, accounts, i, now)
    return total
