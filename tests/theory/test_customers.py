"""Contracts: who leaves, what stays is worth, and what it all adds up to at day 0, against sums by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis import oracles
from marketsim.engines import simulate
from marketsim.experiments.bench import CONFIDENCE
from marketsim.outcomes import Outcome
from marketsim.rules.customers import remaining_value
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_YEAR

CHURN = (0.30, 0.13, 0.07)
RATIO_UNFIT = 1.4
GROWTH, CAP = 0.12, 1.8
MARGIN = (0.78 - 0.85, 0.78 - 0.03)  # unfit, fit
RATE = 0.10
Z = stats.norm.ppf(0.5 + CONFIDENCE / 2)


@pytest.fixture(scope="module")
def clients(engine: str) -> Outcome:
    """Return a run with many customers from the start."""
    settings = ["history.years=0", "market.accounts=4000", "initial.customer_share=0.4", "run.horizon_years=4"]
    settings += ["customers.loyalty_enabled=false", "money.insolvency_enabled=false"]
    return simulate(load_scenario([*settings, "money.marketing_budget_per_year=2.4e5"]), 81, 0, engine=engine)


@pytest.mark.parametrize("segment", range(3))
@pytest.mark.parametrize("fit", [0, 1])
def test_customers_leave_at_the_yearly_chance(clients: Outcome, segment: int, fit: int) -> None:
    # each renewal is a trial of its own, and how many there are depends on earlier ones only (a martingale)
    contracts = clients.tables.contracts
    own = contracts[(contracts["segment"] == segment) & (contracts["fit"] == fit)]
    left = int((~np.isnan(own["ended"])).sum())
    trials = left + int(own["renewals"].sum())
    chance = oracles.churn_chance(CHURN[segment], 1.0 if fit else RATIO_UNFIT)
    assert trials > 200
    assert abs(left - chance * trials) < Z * math.sqrt(trials * chance * (1 - chance))


def test_values_grow_at_renewals_up_to_the_cap(clients: Outcome) -> None:
    for contract in clients.tables.contracts:
        years = int(contract["renewals"])
        grown = min(contract["first_value"] * (1 + GROWTH) ** years, CAP * contract["first_value"])
        assert contract["value"] == pytest.approx(grown, rel=1e-12)


def test_remaining_contracts_are_the_sum_by_hand(clients: Outcome) -> None:
    run = clients.tables
    worth = 0.0
    for contract in run.contracts[np.isnan(run.contracts["ended"])]:
        fit = int(contract["fit"])
        to_renewal = (contract["started"] - run.ends_at) / DAYS_PER_YEAR % 1.0 or 1.0
        worth += oracles.contract_worth(
            contract["value"],
            contract["first_value"],
            to_renewal,
            oracles.churn_chance(CHURN[contract["segment"]], 1.0 if fit else RATIO_UNFIT),
            GROWTH,
            CAP,
            MARGIN[fit],
            RATE,
            10.0,
        )
    assert clients.monthly["remaining_contracts"].iloc[-1] == pytest.approx(worth, rel=1e-9)


def test_one_contract_on_paper() -> None:
    # 100 a year at margin .75, nobody leaves, nothing grows, no interest: ten years of 75
    args = (1.8, 0.75, 0.0, DAYS_PER_YEAR)
    assert remaining_value(100.0, 100.0, 100.0, 0.0, 0.0, *args) == pytest.approx(750.0)
    # half leave each year: half a year at 75, then 75 x (1/2 + 1/4 + ...) over nine and a half years
    tail = sum(75 * 0.5**k for k in range(1, 10)) + 37.5 * 0.5**10
    assert remaining_value(100.0, 100.0, DAYS_PER_YEAR / 2, 0.5, 0.0, *args) == pytest.approx(37.5 + tail)


def test_one_contract_against_chance() -> None:
    # customers that leave one by one, paid day by day, are worth on average what the formula says
    random = np.random.default_rng(7)
    churn, first = 0.2, 0.4
    years_left = first + random.geometric(churn, 200_000) - 1
    days = (np.arange(3652) + 0.5) / 365.2
    renewals = np.maximum(np.ceil(days - first), 0)
    flow = 100 * np.minimum((1 + GROWTH) ** renewals, CAP) * 0.75 * (1 + RATE) ** -days / 365.2
    paid = np.append(0.0, np.cumsum(flow))[np.searchsorted(days, np.minimum(years_left, 10.0))]
    value = remaining_value(100.0, 100.0, first * DAYS_PER_YEAR, churn, GROWTH, CAP, 0.75, RATE, DAYS_PER_YEAR)
    half = Z * paid.std() / math.sqrt(len(paid))
    # paying in the middle of a stretch instead of daily is off by (ln 1.1)^2/24 of a year's worth: .04 %
    assert abs(paid.mean() - value) < half + 0.0005 * value


def test_net_present_value_is_the_sum_by_hand(clients: Outcome) -> None:
    months = clients.monthly[clients.monthly["month"] >= 0]
    last_year = clients.summary[clients.summary["year"] == clients.summary["year"].max()]
    summary = last_year.set_index("metric")["value"]
    profits = months["profit"].tolist()
    assert summary["net_present_value"] == pytest.approx(oracles.net_present_value(profits, RATE), rel=1e-12)
    rest = months["remaining_contracts"].iloc[-1]
    with_rest = oracles.net_present_value(profits, RATE, rest)
    assert summary["net_present_value_with_contracts"] == pytest.approx(with_rest, rel=1e-12)


def test_profit_is_what_is_left(clients: Outcome) -> None:
    months = clients.monthly[clients.monthly["month"] >= 0]
    profit = (
        0.78 * months["revenue"]
        - months["cost_to_serve"]
        - months["payroll"]
        - months["overhead"]
        - months["marketing_spend"]
    )
    assert np.allclose(profit, months["profit"], rtol=1e-12, atol=1e-6)
