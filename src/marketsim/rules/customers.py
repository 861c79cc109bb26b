"""Customers: churn, growth, and what the contracts that remain are worth."""

from marketsim.rules.arithmetic import exp, log
from marketsim.rules.compiling import compiled

REMAINING_YEARS = 10


@compiled
def churn_probability(rate_per_year: float, ratio: float) -> float:
    """Return the chance to leave at a yearly renewal."""
    return 1.0 - exp(-rate_per_year * ratio)


@compiled
def grown_value(value: float, first_value: float, growth: float, cap: float) -> float:
    """Return the value of a contract after a renewal, at most `cap` times the first value."""
    return min(value * (1.0 + growth), first_value * cap)


@compiled
def margin_at_price(gross_margin: float, cost_to_serve: float, price_ratio: float) -> float:
    """Return the share of revenue that is left where the price is `price_ratio` of the list's.

    `gross_margin` and `cost_to_serve` are shares at list price; goods and service cost the same at any price.
    """
    return gross_margin - cost_to_serve - (1.0 / price_ratio - 1.0) * (1.0 - gross_margin + cost_to_serve)


@compiled
def remaining_value(
    value: float, first_value: float, days_to_renewal: float, churn: float, growth: float, cap: float,
    margin: float, discount_rate: float, days_per_year: float,
) -> float:  # fmt: skip
    """Return the expected margin of one contract over the next ten years, discounted to now.

    `margin` is the share of value that is left after cost of goods and cost to serve, `churn` the chance to leave at
    each renewal. Money flows in the middle of each stretch between renewals.
    """
    log_rate = log(1.0 + discount_rate)
    horizon = REMAINING_YEARS * days_per_year
    total = 0.0
    alive = 1.0
    start = 0.0
    end = min(days_to_renewal, horizon)
    while True:
        middle = 0.5 * (start + end) / days_per_year
        total += alive * value * margin * (end - start) / days_per_year * exp(-log_rate * middle)
        if end >= horizon:
            return total
        alive *= 1.0 - churn
        value = grown_value(value, first_value, growth, cap)
        start = end
        end = min(end + days_per_year, horizon)
