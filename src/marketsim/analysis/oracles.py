"""Answers that are known without simulating: closed forms the model must meet where its mechanisms reduce to them.

Nothing here imports the rules or the engines, so that a fault there cannot hide in its own check. Times, rates and
money are in whatever units the caller keeps to.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, stats

Numbers = npt.NDArray[np.float64]

_BISECTIONS = 200
_MOST_IN_SYSTEM = 4000
_QUANTILES = 20_000


@dataclass(frozen=True)
class Queue:
    """What a queue does in the long run: chance to wait, mean wait of all, chance to abandon, mean number waiting."""

    chance_to_wait: float
    mean_wait: float
    chance_to_abandon: float
    mean_waiting: float


def erlang_c(arrival_rate: float, service_rate: float, servers: int) -> Queue:
    """Return the long run of M/M/c, first in first out (c = 1: M/M/1).

    Source: Erlang (1917); Gross, Shortle, Thompson & Harris (2008), section 2.3.

    Raises
    ------
    ValueError
        If the servers cannot keep up.
    """
    offered = arrival_rate / service_rate
    if offered >= servers:
        raise ValueError(f"{servers} servers cannot keep up with an offered load of {offered:g}")
    busy = offered**servers / math.factorial(servers) * servers / (servers - offered)
    wait = busy / (sum(offered**k / math.factorial(k) for k in range(servers)) + busy)
    mean = wait / (servers * service_rate - arrival_rate)
    return Queue(wait, mean, 0.0, arrival_rate * mean)


def erlang_a(arrival_rate: float, service_rate: float, abandon_rate: float, servers: int) -> Queue:
    """Return the long run of M/M/c+M: whoever waits longer than an exponential patience leaves unserved.

    The wait ends with service or with patience. Source: Palm (1957); Garnett, Mandelbaum & Reiman (2002), from the
    birth-and-death chain itself.
    """
    number = np.arange(_MOST_IN_SYSTEM + 1)
    leaving = np.minimum(number, servers) * service_rate + np.maximum(number - servers, 0) * abandon_rate
    weight = np.zeros(len(number))
    weight[1:] = np.cumsum(math.log(arrival_rate) - np.log(leaving[1:]))
    chance = np.exp(weight - weight.max())
    chance /= chance.sum()
    waiting = float((np.maximum(number - servers, 0) * chance).sum())
    return Queue(float(chance[servers:].sum()), waiting / arrival_rate, abandon_rate * waiting / arrival_rate, waiting)


def pollaczek_khinchine(arrival_rate: float, mean_service: float, mean_square_service: float) -> float:
    """Return the mean wait in M/G/1, first in first out.

    Source: Pollaczek (1930), Khinchine (1932); Gross et al. (2008), section 5.1.
    """
    load = arrival_rate * mean_service
    if load >= 1.0:
        raise ValueError(f"one server cannot keep up with an offered load of {load:g}")
    return arrival_rate * mean_square_service / (2.0 * (1.0 - load))


def periodic_batches_mean_wait(size: int, every: float, service_rate: float, servers: int, most: int = 400) -> float:
    """Return the mean wait where `size` customers arrive at once at regular times; exponential service (D^[K]/M/c).

    The number left when the next batch comes is a Markov chain: the batch joins, then a pure death process runs.
    Whoever finds m in the system waits for m + 1 - c departures. Source: embedded chain, Gross et al. (2008), 5.3.
    """
    rates = np.minimum(np.arange(most + 1), servers) * service_rate
    death = np.diag(-rates) + np.diag(rates[1:], -1)
    after = linalg.expm(death * every)
    step = after[np.minimum(np.arange(most + 1) + size, most)]
    left = np.full(most + 1, 1.0 / (most + 1))
    left = np.linalg.matrix_power(step, 4096).T @ left
    found = np.arange(most + 1)[:, None] + np.arange(size)[None, :]
    wait = np.maximum(found + 1 - servers, 0) / (servers * service_rate)
    return float(left @ wait.mean(axis=1))


def integrated_rate(starts: Sequence[float], rates: Sequence[float], until: float) -> float:
    """Return the expected number of points up to `until` of a Poisson process whose rate is constant between `starts`.

    A process thinned from a higher rate has the same. Source: Lewis & Shedler (1979).
    """
    edges = np.append(np.asarray(starts, dtype=np.float64), math.inf)
    stretch = np.clip(until - edges[:-1], 0.0, np.diff(edges))
    return float(stretch @ np.asarray(rates, dtype=np.float64))


def chain_share(share: float, learning: Sequence[float], forgetting: float, step: float, time: float) -> float:
    """Return the chance that a two-state chain is in state 1 at `time`, starting there with chance `share`.

    `learning` is the rate from 0 to 1, constant on steps of length `step` (the last one goes on); `forgetting` the rate
    back. Source: Kolmogorov's forward equations, solved step by step with the matrix exponential.
    """
    return float(_modulated(share, learning, forgetting, (0.0, 0.0), step, time)[1])


def chain_correlation(learning: Sequence[float], forgetting: float, step: float, early: float, late: float) -> float:
    """Return P(1 at `late` | 1 at `early`) - P(1 at `late` | 0 at `early`) of the same chain: what is left of a look.

    Source: the two solutions of Kolmogorov's equations differ by exp(-integral of learning + forgetting).
    """
    starts = [step * k for k in range(len(learning))]
    rates = [rate + forgetting for rate in learning]
    return math.exp(integrated_rate(starts, rates, early) - integrated_rate(starts, rates, late))


def chance_of_a_need(
    share: float, learning: Sequence[float], forgetting: float, hazards: tuple[float, float], step: float, time: float
) -> float:
    """Return the chance of at least one event up to `time` at a hazard that a two-state chain switches.

    `hazards` are those in state 0 and in state 1. Source: Markov-modulated Poisson process, Fischer & Meier-Hellstern
    (1993): survival is pi exp((Q - diag h) t) 1.
    """
    return 1.0 - float(_modulated(share, learning, forgetting, hazards, step, time).sum())


def _modulated(
    share: float, learning: Sequence[float], forgetting: float, hazards: tuple[float, float], step: float, time: float
) -> Numbers:
    """Return the chances to be without an event in state 0 and in state 1."""
    state = np.array([1.0 - share, share])
    for k, rate in enumerate(learning):
        length = time - k * step if k == len(learning) - 1 else min(step, time - k * step)
        if length <= 0.0:
            break
        generator = np.array([[-rate - hazards[0], rate], [forgetting, -forgetting - hazards[1]]])
        state = state @ linalg.expm(generator * length)
    return np.asarray(state, dtype=np.float64)


def funnel_value(leads: float, conversion: float, value: float, spend: float) -> float:
    """Return what a static funnel calculator says: leads x conversion x value - spend."""
    return leads * conversion * value - spend


def clearing_price(
    budget: float, flow: Sequence[float], reserve_price: Sequence[float], bid_weight: Sequence[float]
) -> float:
    """Return the one price level at which what can be bought costs the budget, by bisection; 0 if nothing can be.

    At level p a tier i costs flow_i (weight_i p - reserve_i) where that is positive: the share 1 - reserve/bid is won
    at the bid each. The cost rises with p, so bisection finds it without knowing which tiers are open.
    """
    tiers = [(f, c, v) for f, c, v in zip(flow, reserve_price, bid_weight, strict=True) if f > 0.0]
    if budget <= 0.0 or not tiers:
        return 0.0

    def cost(price: float) -> float:
        return sum(f * max(0.0, v * price - c) for f, c, v in tiers)

    low, high = 0.0, 1.0
    while cost(high) < budget:
        high *= 2.0
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if cost(middle) < budget else (low, middle)
    return high


def logit_chance(utility: float, rivals: int) -> float:
    """Return the chance to be chosen among `rivals` others of utility 0 (multinomial logit, McFadden 1974)."""
    return math.exp(utility) / (math.exp(utility) + rivals)


def logit_chance_binomial(utility: float, vendors: int, list_probability: float) -> float:
    """Return the same where each of `vendors` rivals is on the list with a chance of its own, but at least one is."""
    listed = stats.binom.pmf(np.arange(vendors + 1), vendors, list_probability)
    return float(sum(chance * logit_chance(utility, max(k, 1)) for k, chance in enumerate(listed)))


def rounded_lognormal(mean: float, sigma: float, most: int = 400) -> Numbers:
    """Return the chances of 0, 1, 2, ... for a lognormal number (mean, sd of its logarithm) rounded to at least one."""
    edges = np.arange(most + 1) + 0.5
    if sigma == 0.0:
        below = (mean < edges).astype(np.float64)
    else:
        below = stats.norm.cdf((np.log(edges) - (math.log(mean) - 0.5 * sigma * sigma)) / sigma)
    chance = np.diff(below, prepend=0.0)
    chance[1] += chance[0]
    chance[0] = 0.0
    return np.asarray(chance, dtype=np.float64)


def purchase_chance(mean_group: float, sigma: float, intercept: float, slope: float) -> float:
    """Return the chance to buy at all, over the sizes of the group: 1 - 1/(1 + exp(intercept - slope ln size)).

    Source: logistic fit to the rates by group size of CEB (2015), summed over every size.
    """
    chance = rounded_lognormal(mean_group, sigma)
    size = np.arange(1, len(chance))
    no_decision = 1.0 / (1.0 + np.exp(intercept - slope * np.log(size)))
    return float(chance[1:] @ (1.0 - no_decision))


def lognormal_mean_of(function: Callable[[Numbers], Numbers], mean: float, sigma: float) -> float:
    """Return the mean of a function of a lognormal number, by the midpoint rule over its quantiles."""
    z = stats.norm.ppf((np.arange(_QUANTILES) + 0.5) / _QUANTILES)
    return float(np.mean(function(mean * np.exp(sigma * z - 0.5 * sigma * sigma))))


def churn_chance(rate_per_year: float, ratio: float) -> float:
    """Return the chance to leave within a year at a constant rate."""
    return -math.expm1(-rate_per_year * ratio)


def contract_worth(
    value: float, first_value: float, years_to_renewal: float, churn: float, growth: float, cap: float, margin: float,
    discount_rate: float, years: float,
) -> float:  # fmt: skip
    """Return the expected margin of one contract over `years`, discounted to now.

    Each stretch between renewals is paid in its middle; at a renewal the customer leaves with chance `churn`, else the
    value grows, to at most `cap` times the first. Source: customer lifetime value, Gupta & Lehmann (2003).
    """
    ends = [min(years_to_renewal + k, years) for k in range(math.ceil(years) + 2)]
    worth, start = 0.0, 0.0
    for renewals, end in enumerate(ends):
        now = value if renewals == 0 else min(value * (1.0 + growth) ** renewals, first_value * cap)
        middle = 0.5 * (start + end)
        worth += (1.0 - churn) ** renewals * now * margin * (end - start) / (1.0 + discount_rate) ** middle
        start = end
    return worth


def net_present_value(monthly_profit: Sequence[float], discount_rate: float, worth_at_end: float = 0.0) -> float:
    """Return monthly profits discounted to day 0 from the middle of each month, plus what is left at the end."""
    months = np.arange(len(monthly_profit))
    factor = (1.0 + discount_rate) ** (-(months + 0.5) / 12.0)
    rest: float = worth_at_end * (1.0 + discount_rate) ** (-len(months) / 12.0)
    return float(np.asarray(monthly_profit, dtype=np.float64) @ factor) + rest
