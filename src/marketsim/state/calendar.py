"""Transitions of the calendar: what changes at a week's start, and what is written at a month's end."""

import math

from marketsim.rules.auction import clearing_price, share_won
from marketsim.rules.compiling import compiled
from marketsim.rules.draws import exponential, uniform1, uniform2
from marketsim.rules.leads import moved_average
from marketsim.rules.memory import (
    adstock,
    awareness_learning,
    clock_after,
    hill,
    level_after,
    memory_learning,
    nurture_strength,
)
from marketsim.rules.people import leaving_hazard
from marketsim.state.chains import known_contacts, reported_memory
from marketsim.state.customers import accrue, remaining_contracts
from marketsim.state.layout import BRAND, CAPTURE, CONTENT, HOT_TIER, LOW_TIER, MIDDLE, NURTURE, Rows
from marketsim.state.streams import INQUIRY_GAP, SEAT_TENURE, SEAT_VACANCY


@compiled
def turn_week(p: Rows, w: Rows, programmes: Rows, now: float) -> tuple[float, float, float, float, float, float]:
    """Start a week: close the old one's rates, and set those of the new one from spend, rivals, customers and load.

    Returns the rates per day of the shared clocks: webinars, nurture, low-intent advertising, organic forms, low-intent
    webinars, and people leaving.
    """
    accrue(p, w, now)
    _advance_chains(p, w, now)
    _spend(p, w, programmes)
    _set_learning(p, w)
    w[0].webinar_strength = 0.0
    if p[0].middle_enabled == 1:
        w[0].webinar_strength = hill(w[0].stage_pressure[MIDDLE], p[0].middle_half, 1.0)
    w[0].nurture_strength = 0.0
    if p[0].nurture_enabled == 1:
        w[0].nurture_strength = nurture_strength(
            w[0].stage_pressure[NURTURE], known_contacts(p, w, now), p[0].nurture_half
        )
    _clear_auction(p, w)
    leaving = _turn_load(p, w, now)
    w[0].week_start = now
    return (
        p[0].webinars_per_journey * w[0].webinar_strength,
        p[0].nurture_finds * w[0].nurture_strength,
        p[0].ads_low_rate * w[0].low_share_won,
        p[0].organic_rate * _mean_memory(w) * p[0].present,
        p[0].webinar_low_rate * w[0].webinar_strength,
        leaving,
    )


@compiled
def _advance_chains(p: Rows, w: Rows, now: float) -> None:
    days = now - w[0].week_start
    for c in range(len(w[0].memory_level)):
        learning = w[0].memory_learning[c]
        w[0].memory_level[c] = level_after(w[0].memory_level[c], learning, p[0].memory_forgetting, days)
        w[0].memory_clock[c] = clock_after(w[0].memory_clock[c], learning, p[0].memory_forgetting, days)
        learning = w[0].aware_learning[c]
        w[0].aware_level[c] = level_after(w[0].aware_level[c], learning, p[0].aware_forgetting, days)
        w[0].aware_clock[c] = clock_after(w[0].aware_clock[c], learning, p[0].aware_forgetting, days)


@compiled
def _spend(p: Rows, w: Rows, programmes: Rows) -> None:
    """Put this week's spend on every programme; programmes of one stage add before its one response curve."""
    w[0].stage_pressure[:] = 0.0
    w[0].stage_spend_per_day[:] = 0.0
    for k in range(len(programmes)):
        programme = programmes[k]
        programme.pressure = adstock(programme.pressure, programme.spend_per_year, programme.carry_over)
        w[0].stage_pressure[programme.stage] += programme.effectiveness * programme.pressure
        w[0].stage_spend_per_day[programme.stage] += programme.spend_per_year / p[0].days_per_year


@compiled
def _set_learning(p: Rows, w: Rows) -> None:
    brand = hill(w[0].stage_pressure[BRAND], p[0].memory_brand_half, p[0].memory_shape)
    content = hill(w[0].stage_pressure[CONTENT], p[0].memory_content_half, p[0].memory_shape)
    teaching = hill(w[0].stage_pressure[CONTENT] + p[0].rivals_extra_teaching, p[0].aware_half, p[0].aware_shape)
    aware = awareness_learning(p[0].aware_forgetting, p[0].aware_base, p[0].aware_gain, teaching)
    for c in range(len(w[0].memory_learning)):
        segment = c // 2
        customer_share = 0.0
        if w[0].segment_accounts[segment] > 0:
            customer_share = w[0].customers[segment] / w[0].segment_accounts[segment]
        w[0].memory_learning[c] = p[0].present * memory_learning(
            p[0].memory_base, p[0].memory_brand, p[0].memory_content, p[0].memory_word_of_mouth,
            brand, content, customer_share,
        )  # fmt: skip
        w[0].aware_learning[c] = aware


@compiled
def _mean_memory(w: Rows) -> float:
    """Return mean-field memory over all accounts at the week's start."""
    accounts = 0
    total = 0.0
    for c in range(len(w[0].memory_level)):
        accounts += w[0].class_accounts[c]
        total += w[0].memory_level[c] * w[0].class_accounts[c]
    return total / accounts


@compiled
def _clear_auction(p: Rows, w: Rows) -> None:
    """Find the one price at which this week's capture budget buys what the pools offer."""
    w[0].tier_flow[:] = 0.0
    for s in range(len(w[0].pool_listed)):
        weight = w[0].pool_listed[s] + p[0].unlisted_weight * w[0].pool_unlisted[s]
        w[0].tier_flow[HOT_TIER] += p[0].search_rate[s] * weight
    w[0].tier_flow[LOW_TIER] = p[0].ads_low_rate * w[0].fresh_ads
    price = 0.0
    if p[0].harvest_enabled == 1:
        budget = w[0].stage_pressure[CAPTURE] / p[0].days_per_year
        price = clearing_price(budget, w[0].tier_flow, p[0].reserve_price, p[0].bid_weight)
    w[0].clearing_price = price
    w[0].hot_share_won = share_won(price, p[0].bid_weight[HOT_TIER], p[0].reserve_price[HOT_TIER])
    w[0].low_share_won = share_won(price, p[0].bid_weight[LOW_TIER], p[0].reserve_price[LOW_TIER])


@compiled
def _turn_load(p: Rows, w: Rows, now: float) -> float:
    """Average the load of the past week in; return the hazard per day that a rep leaves."""
    w[0].busy_days += w[0].busy_reps * (now - w[0].busy_until)
    w[0].busy_until = now
    days = now - w[0].week_start
    if days > 0.0 and w[0].reps > 0:
        w[0].load = moved_average(w[0].load, min(1.0, w[0].busy_days / (w[0].reps * days)), p[0].load_weight)
    w[0].busy_days = 0.0
    if p[0].people_enabled == 0:
        return 0.0
    return leaving_hazard(
        p[0].attrition, w[0].load, p[0].load_limit, p[0].load_span, w[0].waste, p[0].waste_limit, p[0].waste_span
    )


@compiled
def close_month(p: Rows, w: Rows, accounts: Rows, months: Rows, row: int, value_contracts: bool, now: float) -> None:
    """Write the month that ends now to `months[row]`, add its profit to cash, and start the next one's sums at 0."""
    accrue(p, w, now)
    flows = w[0].month
    profit = flows.revenue - flows.cost_of_goods - flows.cost_to_serve - flows.payroll - flows.overhead
    profit -= flows.spend_structure
    for stage in range(len(flows.spend_by_stage)):
        profit -= flows.spend_by_stage[stage]
    w[0].cash += profit
    _write_stocks(p, w, accounts, months, row, value_contracts, now)


@compiled
def _write_stocks(p: Rows, w: Rows, accounts: Rows, months: Rows, row: int, value_contracts: bool, now: float) -> None:
    m = months[row]
    m.cash = w[0].cash
    m.customers = w[0].customers.sum()
    m.customers_fit = w[0].customers_fit
    m.recurring_revenue_fit = w[0].revenue_fit
    m.recurring_revenue_unfit = w[0].revenue_unfit
    m.remaining_contracts = remaining_contracts(p, accounts, now) if value_contracts else math.nan
    m.memory, m.memory_reported, m.awareness = reported_memory(p, w, now)
    m.known_contacts = known_contacts(p, w, now)
    m.active_accounts = w[0].active
    m.research_accounts = w[0].research
    m.pool_accounts = w[0].pool_listed.sum() + w[0].pool_unlisted.sum()
    m.trust = w[0].trust
    m.waste = w[0].waste
    m.load = w[0].load
    m.queue_length = w[0].queue_length
    m.reps = w[0].reps
    m.open_deals = w[0].open_deals
    m.deals_waiting = w[0].deals_waiting
    m.clearing_price = w[0].clearing_price if w[0].clearing_price > 0.0 else math.nan
    m.hot_share_won = w[0].hot_share_won
    m.nurture_strength = w[0].nurture_strength


@compiled
def tenure_threshold(p: Rows, seat: int, tenure: int) -> float:
    """Return how much strain the person on a seat bears before leaving, on the clock of leaving."""
    return exponential(uniform2(p[0].key[SEAT_TENURE], seat, tenure))


@compiled
def vacancy_ends(p: Rows, seat: int, tenure: int, now: float) -> float:
    """Return when a seat that was left is filled again."""
    return now + p[0].vacancy_days * (0.5 + uniform2(p[0].key[SEAT_VACANCY], seat, tenure))


@compiled
def next_inquiry(p: Rows, k: int, now: float) -> float:
    """Return the time of the k-th inquiry from outside the market; infinite if there are none."""
    if p[0].inquiry_rate <= 0.0:
        return math.inf
    return now + exponential(uniform1(p[0].key[INQUIRY_GAP], k)) / p[0].inquiry_rate
