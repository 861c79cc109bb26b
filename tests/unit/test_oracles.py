"""The oracles against textbook numbers, so that what tests the model is itself tested."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis import oracles


def test_one_server_waits_load_over_free_rate() -> None:
    # Gross et al. (2008), section 2.2: Wq = rho / (mu - lambda), P(wait) = rho
    queue = oracles.erlang_c(8.0, 10.0, 1)
    assert queue.mean_wait == pytest.approx(0.4)
    assert queue.chance_to_wait == pytest.approx(0.8)


def test_erlang_c_two_servers() -> None:
    # offered load 1 on 2 servers: C = 1/3
    assert oracles.erlang_c(1.0, 1.0, 2).chance_to_wait == pytest.approx(1 / 3)


def test_erlang_c_meets_the_call_centre_example() -> None:
    # Gans, Koole & Mandelbaum (2003), table 1: 48 calls a minute, 50 agents, 1 minute: 20.8 seconds, 17 waiting
    queue = oracles.erlang_c(48.0, 1.0, 50)
    assert queue.mean_wait * 60 == pytest.approx(20.8, abs=0.05)
    assert queue.mean_waiting == pytest.approx(17, abs=0.5)


def test_erlang_c_refuses_overload() -> None:
    with pytest.raises(ValueError, match="keep up"):
        oracles.erlang_c(2.0, 1.0, 2)


def test_erlang_a_meets_the_call_centre_example() -> None:
    # the same with a patience of 2 minutes: 3.1 % abandon, 3.7 seconds, 3 waiting
    queue = oracles.erlang_a(48.0, 1.0, 0.5, 50)
    assert queue.chance_to_abandon == pytest.approx(0.031, abs=0.0005)
    assert queue.mean_wait * 60 == pytest.approx(3.7, abs=0.05)
    assert queue.mean_waiting == pytest.approx(3, abs=0.05)


def test_erlang_a_with_patience_as_long_as_service_is_poisson() -> None:
    # if everybody leaves at the same rate, the number in the system is Poisson
    waiting = sum((n - 4) * stats.poisson.pmf(n, 5.0) for n in range(5, 80))
    assert oracles.erlang_a(10.0, 2.0, 2.0, 4).mean_waiting == pytest.approx(waiting)


def test_erlang_a_without_impatience_is_erlang_c() -> None:
    assert oracles.erlang_a(3.0, 1.0, 1e-12, 5).mean_wait == pytest.approx(oracles.erlang_c(3.0, 1.0, 5).mean_wait)


def test_pollaczek_khinchine_deterministic_and_exponential() -> None:
    # M/D/1 at load .8: half of M/M/1's wait of 4
    assert oracles.pollaczek_khinchine(0.8, 1.0, 1.0) == pytest.approx(2.0)
    assert oracles.pollaczek_khinchine(0.8, 1.0, 2.0) == pytest.approx(oracles.erlang_c(0.8, 1.0, 1).mean_wait)


def test_rare_batches_wait_for_each_other_only() -> None:
    # 5 arrive at once, 1 server, all gone before the next batch: 0, 1, 2, 3, 4 services
    assert oracles.periodic_batches_mean_wait(5, 100.0, 1.0, 1) == pytest.approx(2.0)


def test_single_periodic_arrivals_are_d_m_1() -> None:
    # D/M/1 at load .8: sigma solves sigma = exp(-(1 - sigma)/.8); mean wait sigma / (1 - sigma) (Gross et al., 5.3)
    sigma = 0.5
    for _ in range(500):
        sigma = math.exp(-(1 - sigma) / 0.8)
    assert oracles.periodic_batches_mean_wait(1, 1.25, 1.0, 1) == pytest.approx(sigma / (1 - sigma), rel=1e-6)


def test_integrated_rate_of_steps() -> None:
    assert oracles.integrated_rate([0.0, 2.0, 5.0], [1.0, 0.0, 3.0], 7.0) == pytest.approx(2.0 + 6.0)


def test_chain_forgets_with_its_half_life() -> None:
    rate = math.log(2.0) / 320.0
    assert oracles.chain_share(1.0, [0.0], rate, 7.0, 320.0) == pytest.approx(0.5)
    assert oracles.chain_correlation([0.0], rate, 7.0, 0.0, 320.0) == pytest.approx(0.5)


def test_chain_comes_to_rest() -> None:
    assert oracles.chain_share(0.0, [0.3, 0.1], 0.2, 7.0, 1000.0) == pytest.approx(1 / 3)


def test_a_hazard_that_does_not_switch_is_exponential() -> None:
    assert oracles.chance_of_a_need(0.4, [0.1, 0.2], 0.3, (0.5, 0.5), 1.0, 3.0) == pytest.approx(1 - math.exp(-1.5))


def test_funnel_value() -> None:
    assert oracles.funnel_value(100, 0.02, 9000, 10_000) == 8000


def test_clearing_price_of_one_tier() -> None:
    # 10 inquiries at 900 each, 1,000 to spend: at 1,000 a tenth is won at 1,000
    assert oracles.clearing_price(1000.0, [10.0], [900.0], [1.0]) == pytest.approx(1000.0)


def test_small_budget_opens_only_the_cheap_tier() -> None:
    price = oracles.clearing_price(10.0, [10.0, 10.0], [900.0, 150.0], [1.0, 0.2])
    assert price == pytest.approx(755.0)
    assert oracles.clearing_price(10.0, [0.0], [900.0], [1.0]) == 0.0


def test_logit_by_hand() -> None:
    assert oracles.logit_chance(0.0, 3) == pytest.approx(0.25)
    # one rival for certain (nobody lists it, but at least one is there), and two for certain
    assert oracles.logit_chance_binomial(math.log(2.0), 4, 0.0) == pytest.approx(2 / 3)
    assert oracles.logit_chance_binomial(0.0, 2, 1.0) == pytest.approx(1 / 3)


def test_logit_binomial_against_gumbel_draws() -> None:
    # one million choices with Gumbel tastes, the definition of random utility
    random = np.random.default_rng(5)
    choices = 1_000_000
    listed = random.random((choices, 4)) < 0.55
    listed[~listed.any(axis=1), 0] = True
    best = np.where(listed, random.gumbel(size=(choices, 4)), -np.inf).max(axis=1)
    wins = (-1.75 + 1.8 + random.gumbel(size=choices) > best).mean()
    half = stats.norm.ppf(0.9995) * math.sqrt(wins * (1 - wins) / choices)
    assert abs(wins - oracles.logit_chance_binomial(0.05, 4, 0.55)) < half


def test_group_sizes_and_purchases() -> None:
    sizes = oracles.rounded_lognormal(5.0, 0.3)
    assert sizes.sum() == pytest.approx(1.0)
    assert sizes @ np.arange(len(sizes)) == pytest.approx(5.0, abs=0.01)
    assert oracles.purchase_chance(1.0, 0.0, 1.36, 1.17) == pytest.approx(1 - 1 / (1 + math.exp(1.36)))


def test_lognormal_mean() -> None:
    assert oracles.lognormal_mean_of(lambda x: x, 105.0, 0.6) == pytest.approx(105.0, rel=1e-3)


def test_churn() -> None:
    assert oracles.churn_chance(math.log(2.0), 1.0) == pytest.approx(0.5)


def test_contract_worth_by_hand() -> None:
    # no churn, growth or discount: ten years of margin
    assert oracles.contract_worth(100.0, 100.0, 1.0, 0.0, 0.0, 1.8, 0.75, 0.0, 10.0) == pytest.approx(750.0)
    # half a year at 100, then with chance .5 at 110, for half a year
    assert oracles.contract_worth(100.0, 100.0, 0.5, 0.5, 0.1, 1.8, 1.0, 0.0, 1.0) == pytest.approx(50.0 + 27.5)
    # one payment of 100 in the middle of the year, at 10 %
    assert oracles.contract_worth(100.0, 100.0, 1.0, 0.5, 0.1, 1.8, 1.0, 0.1, 1.0) == pytest.approx(100 / 1.1**0.5)


def test_net_present_value_by_hand() -> None:
    assert oracles.net_present_value([0.0] * 6 + [100.0], 0.1) == pytest.approx(100 / 1.1 ** (6.5 / 12))
    assert oracles.net_present_value([0.0] * 12, 0.1, 110.0) == pytest.approx(100.0)
