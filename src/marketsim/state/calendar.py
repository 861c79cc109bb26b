"""Transitions of the calendar: what changes at a week's start, and what is written at a month's end."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import exponential, uniform1
from marketsim.rules.leads import moved_average
from marketsim.rules.people import leaving_hazard
from marketsim.state.chains import known_contacts, reported_memory, reported_memory_of
from marketsim.state.closed import count_closed
from marketsim.state.customers import accrue, remaining_contracts
from marketsim.state.economy import economy_at
from marketsim.state.hours import pass_busy_time, worked_between
from marketsim.state.layout import LOW_TIER, Rows
from marketsim.state.media import (
    advance_chains,
    clear_auction,
    mean_memory,
    set_learning,
    set_responses,
    spend,
)
from marketsim.state.rivals import advance_rivals
from marketsim.state.streams import INQUIRY_GAP

_MONTHS_PER_YEAR = 12


@compiled
def turn_week(p: Rows, w: Rows, programmes: Rows, now: float) -> tuple[float, float, float, float, float, float]:
    """Start a week: close the old one's rates, and set those of the new one from spend, rivals, customers and load.

    Returns the rates per day of the shared clocks: webinars, nurture, low-intent advertising, organic forms, low-intent
    webinars, and people leaving.
    """
    accrue(p, w, now)
    advance_chains(p, w, now)
    advance_rivals(p, w, now)
    spend(p, w, programmes)
    set_responses(p, w, now)
    set_learning(p, w, now)
    clear_auction(p, w)
    leaving = _turn_load(p, w, now)
    w[0].week_start = now
    return (
        p[0].webinars_per_journey * w[0].webinar_strength,
        p[0].nurture_finds * w[0].nurture_strength,
        p[0].ads_low_rate * w[0].low_share_won,
        p[0].organic_rate * mean_memory(w) * p[0].present,
        p[0].webinar_low_rate * w[0].webinar_strength,
        leaving,
    )


@compiled
def _turn_load(p: Rows, w: Rows, now: float) -> float:
    """Average the load of the past week in; return the hazard per day that a rep leaves."""
    pass_busy_time(p, w, now)
    days = worked_between(p, w[0].week_start, now)
    if days > 0.0 and w[0].reps > 0:
        w[0].load = moved_average(w[0].load, min(1.0, w[0].busy_days / (w[0].reps * days)), p[0].load_weight)
    w[0].busy_days = 0.0
    if p[0].people_enabled == 0:
        return 0.0
    return leaving_hazard(
        p[0].attrition, w[0].load, p[0].load_limit, p[0].load_span, w[0].waste, p[0].waste_limit, p[0].waste_span
    )


@compiled
def values_contracts(month: int, last_month: int) -> bool:
    """Tell whether the contracts are valued at the end of a month: of every year, and of the last month."""
    year_ends = (month + 1) % _MONTHS_PER_YEAR == 0 and month >= -1
    return year_ends or month == last_month


@compiled
def close_books(
    p: Rows, w: Rows, flows: Rows, accounts: Rows, months: Rows, numbers: Rows, row: int,
    past_months: int, horizon_months: int, opening_cash: float, now: float,
) -> None:  # fmt: skip
    """Close the month that ends now: write it to `months[row]`, add its profit to cash, start the next one's sums at 0.

    `flows` are the company's sums of the month as plain numbers, `numbers` is the row of `months` as such. The plan
    starts at day 0 with `opening_cash`, whatever the past left. A company without cash is insolvent.
    """
    month = row - past_months
    accrue(p, w, now)
    sums = w[0].month
    profit = sums.revenue - sums.cost_of_goods - sums.cost_to_serve - sums.payroll - sums.overhead
    profit -= sums.spend_structure
    for stage in range(len(sums.spend_by_stage)):
        profit -= sums.spend_by_stage[stage]
    w[0].cash += profit
    _write_stocks(p, w, accounts, months, row, values_contracts(month, horizon_months - 1), now)
    if month == -1:
        w[0].cash = opening_cash
        months[row].cash = opening_cash
    for k in range(len(flows)):
        numbers[k] = flows[k]
        flows[k] = 0.0
    if p[0].insolvency_enabled == 1 and month >= 0 and w[0].cash < 0.0:
        w[0].insolvent = 1


@compiled
def leave_month_empty(w: Rows, months: Rows, row: int, past_months: int, horizon_months: int) -> None:
    """Write a row without anything but the last cash, for a month that an insolvent company does not see."""
    months[row].cash = w[0].cash
    if not values_contracts(row - past_months, horizon_months - 1):
        months[row].remaining_contracts = math.nan


@compiled
def _write_stocks(p: Rows, w: Rows, accounts: Rows, months: Rows, row: int, value_contracts: bool, now: float) -> None:
    m = months[row]
    m.cash = w[0].cash
    m.customers = w[0].customers.sum()
    m.customers_fit = w[0].customers_fit
    m.recurring_revenue_fit = w[0].revenue_fit
    m.recurring_revenue_unfit = w[0].revenue_unfit
    m.remaining_contracts = remaining_contracts(p, w, accounts, now) if value_contracts else math.nan
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
    m.brand_clearing_price = w[0].brand_clearing_price if w[0].brand_clearing_price > 0.0 else math.nan
    m.brand_share_won = w[0].brand_share_won
    m.brand_response = w[0].brand_response
    m.content_response = w[0].content_response
    m.rival_list_probability = w[0].rival_list_probability
    m.economy = economy_at(p, now)
    m.insight = w[0].insight
    m.closed_accounts = count_closed(w, accounts, now)
    m.seats = w[0].seats
    m.qualification_threshold = p[0].qualification_threshold
    m.low_intent_bid = p[0].bid_weight[LOW_TIER]
    m.budget_per_year = w[0].budget_per_year
    for s in range(len(m.memory_by_segment)):
        m.memory_by_segment[s] = reported_memory_of(p, w, s, now)


@compiled
def next_inquiry(p: Rows, k: int, now: float) -> float:
    """Return the time of the k-th inquiry from outside the market; infinite if there are none."""
    if p[0].inquiry_rate <= 0.0:
        return math.inf
    return now + exponential(uniform1(p[0].key[INQUIRY_GAP], k)) / p[0].inquiry_rate
