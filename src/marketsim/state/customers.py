"""Transitions of customers: contract, renewal, recommendation; and money as it flows."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.customers import churn_probability, grown_value, remaining_value
from marketsim.rules.draws import exponential, uniform3, uniform4
from marketsim.state.chains import leave_memory, make_aware
from marketsim.state.decision import contract_value
from marketsim.state.layout import ACTIVE, CAPTURE, CUSTOMER, DORMANT, NOBODY, NOTHING, Rows
from marketsim.state.pool import settle_in_pool
from marketsim.state.streams import REFERRAL_GAP, REFERRAL_TARGET, REFERRAL_TO_ACTIVE, RENEWAL


@compiled
def accrue(p: Rows, w: Rows, now: float) -> None:
    """Let money flow until now at the present rates. Bought inquiries are booked one by one elsewhere."""
    days = now - w[0].accrued_until
    w[0].accrued_until = now
    if days <= 0.0:
        return
    years = days / p[0].days_per_year
    revenue = (w[0].revenue_fit + w[0].revenue_unfit) * years
    w[0].month.revenue += revenue
    w[0].month.cost_of_goods += revenue * (1.0 - p[0].gross_margin)
    w[0].month.cost_to_serve += (
        w[0].revenue_fit * p[0].cost_to_serve_fit + w[0].revenue_unfit * p[0].cost_to_serve_unfit
    ) * years
    w[0].month.payroll += (
        p[0].development_reps * p[0].rep_cost_per_day + p[0].executives * p[0].executive_cost_per_day
    ) * days
    w[0].month.overhead += p[0].overhead_per_day * p[0].present * days
    for stage in range(len(w[0].stage_spend_per_day)):
        if stage == CAPTURE:
            w[0].month.capture_budget += w[0].stage_spend_per_day[stage] * days
        else:
            w[0].month.spend_by_stage[stage] += w[0].stage_spend_per_day[stage] * days


@compiled
def _change_revenue(p: Rows, w: Rows, fit: int, change: float, now: float) -> None:
    """Change recurring revenue by `change` (money per year)."""
    accrue(p, w, now)
    if fit == 1:
        w[0].revenue_fit += change
    else:
        w[0].revenue_unfit += change


@compiled
def sign_contract(
    p: Rows, w: Rows, accounts: Rows, contracts: Rows, row: int, i: int, source: int,
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
    _change_revenue(p, w, a.fit, value, now)
    w[0].customers[a.segment] += 1
    w[0].customers_fit += a.fit
    if p[0].memory_by_contract == 1:
        leave_memory(p, w, accounts, i, now)
    if started == now:
        w[0].month.customers_won += 1.0
        w[0].month.new_recurring_revenue += value
    settle_in_pool(w, accounts, i)
    return a.renews_at


@compiled
def churn_chance(p: Rows, segment: int, fit: int) -> float:
    """Return the chance that a customer leaves at a renewal."""
    if p[0].churn_enabled == 0:
        return 0.0
    return churn_probability(p[0].churn_rate[segment], 1.0 if fit == 1 else p[0].churn_ratio_unfit)


@compiled
def renew(p: Rows, w: Rows, accounts: Rows, contracts: Rows, i: int, now: float) -> bool:
    """Let a customer renew, at a grown value, or leave: then it is back in the market, and knows us and the problem."""
    a = accounts[i]
    a.years_bought += 1
    leaves = uniform3(p[0].key[RENEWAL], i, a.need_bought, a.years_bought) < churn_chance(p, a.segment, a.fit)
    c = contracts[a.contract]
    if leaves:
        _change_revenue(p, w, a.fit, -a.contract_value, now)
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
    _change_revenue(p, w, a.fit, value - a.contract_value, now)
    a.contract_value = value
    a.renews_at = now + p[0].days_per_year
    c.value = value
    c.renewals += 1
    w[0].month.renewals += 1.0
    return True


@compiled
def _referral_after(p: Rows, accounts: Rows, i: int, now: float) -> float:
    """Return the time of the customer's next recommendation; infinite for one that does not fit."""
    if p[0].referral_rate <= 0.0 or accounts[i].fit == 0:
        return math.inf
    gap = exponential(uniform3(p[0].key[REFERRAL_GAP], i, accounts[i].need_bought, accounts[i].referrals_made))
    return now + gap / p[0].referral_rate


@compiled
def recommend(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> tuple[int, int, float]:
    """Let a customer recommend us to an account of its segment; half of them find one that is buying just now.

    Returns the friend if that makes it a lead (else NOBODY: it is a customer, in talks with us already, or nobody was
    found), the ordinal of this recommendation at the friend, and the time of the customer's next one. The friend
    remembers us, knows the problem, and lists us if it is buying.
    """
    k = accounts[i].referrals_made
    need = accounts[i].need_bought
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
        return NOBODY, 0, accounts[i].next_referral_at
    received = accounts[friend].referrals_received
    accounts[friend].referrals_received = received + 1
    if p[0].memory_by_referral == 1:
        leave_memory(p, w, accounts, friend, now)
    make_aware(p, w, accounts, friend, now)
    if accounts[friend].phase == ACTIVE:
        accounts[friend].listed = 1
        settle_in_pool(w, accounts, friend)
    in_talks = accounts[friend].phase == ACTIVE and accounts[friend].in_pool == 0
    if in_talks or accounts[friend].phase == CUSTOMER:
        return NOBODY, received, accounts[i].next_referral_at
    return friend, received, accounts[i].next_referral_at


@compiled
def remaining_contracts(p: Rows, accounts: Rows, now: float) -> float:
    """Return what all contracts are expected to earn in ten further years, discounted to now."""
    total = 0.0
    for i in range(len(accounts)):
        a = accounts[i]
        if a.phase == CUSTOMER:
            serve = p[0].cost_to_serve_fit if a.fit == 1 else p[0].cost_to_serve_unfit
            total += remaining_value(
                a.contract_value, a.contract_first_value, a.renews_at - now, churn_chance(p, a.segment, a.fit),
                p[0].expansion, p[0].expansion_cap, p[0].gross_margin - serve, p[0].discount_rate, p[0].days_per_year,
            )  # fmt: skip
    return total
