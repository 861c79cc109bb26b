"""What keeps customers and what makes them speak: memory, insight, advocacy; and what a contract is worth."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis import oracles
from marketsim.engines import simulate
from marketsim.experiments.bench import CONFIDENCE
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_YEAR

Z = stats.norm.ppf(0.5 + CONFIDENCE / 2)
CHURN = (0.30, 0.13, 0.07)
RATIO_UNFIT = 1.4
LISTENING = 4.5e5  # three times the half-saturation: a response of 3/4
SETTLED = 28.0  # days after which a quick stock of insight stands at the response


def split(**shares: float) -> list[str]:
    """Return the overrides of a budget that is spent on these programmes alone."""
    return [
        f"strategy.budget_split.{name}={shares.get(name, 0.0)}"
        for name in ("capture", "nurture", *(set(shares) - {"capture", "nurture"}))
    ]


CLIENTS = [
    "history.years=0",
    "market.accounts=3000",
    "initial.customer_share=0.5",
    "run.horizon_years=4",
    "strategy=lead_factory",
    *split(listening=1.0),
    "programme.listening.lag_weeks=0",
    "programme.advocacy.lag_weeks=0",
    f"money.marketing_budget_per_year={LISTENING}",
    "money.insolvency_enabled=false",
    "insight.lag_days=1",
]
FORGOTTEN = ["initial.memory=0", "memory.half_life_days=1", "memory.learning_word_of_mouth_per_year=0"]
REMEMBERED = ["initial.memory=1", "memory.half_life_days=1e9"]
INSIGHT = 0.75


def clients(*settings: str, engine: str) -> Outcome:
    return simulate(load_scenario([*CLIENTS, *settings]), 64, 0, record=True, engine=engine)


def assert_churn(outcome: Outcome, factor: float) -> None:
    """Assert that customers leave at `factor` times the configured rate: every renewal is a trial of its own."""
    contracts = outcome.tables.contracts
    left, expected, variance = 0, 0.0, 0.0
    for contract in contracts:
        rate = CHURN[contract["segment"]] * (1.0 if contract["fit"] else RATIO_UNFIT)
        chance = 1.0 - math.exp(-rate * factor)
        ended = not math.isnan(contract["ended"])
        trials = int(contract["renewals"]) + int(ended)
        last = contract["started"] + trials * DAYS_PER_YEAR
        late = sum(contract["started"] + (k + 1) * DAYS_PER_YEAR > SETTLED for k in range(trials))
        left += int(ended and last > SETTLED)
        expected += late * chance
        variance += late * chance * (1.0 - chance)
    assert variance > 300
    assert abs(left - expected) < Z * math.sqrt(variance), (left, expected)


@pytest.mark.parametrize(
    ("settings", "factor"),
    [
        (["insight.enabled=false", *FORGOTTEN, "customers.loyalty_effect=0.5"], 1.0),
        (["insight.enabled=false", *REMEMBERED, "customers.loyalty_effect=0.5"], 0.5),
        (["insight.churn_effect=0.6", "customers.loyalty_enabled=false"], 1.0 - 0.6 * INSIGHT),
        (["insight.churn_effect=0.6", *REMEMBERED, "customers.loyalty_effect=0.5"], 0.5 * (1.0 - 0.6 * INSIGHT)),
        (["insight.churn_effect=0.6", "insight.churn_enabled=false", "customers.loyalty_enabled=false"], 1.0),
    ],
    ids=["nobody remembers", "all remember", "insight", "both", "switched off"],
)
def test_memory_and_insight_lower_the_churn_rate(settings: list[str], factor: float, engine: str) -> None:
    assert_churn(clients(*settings, engine=engine), factor)


def test_insight_and_advocacy_make_customers_speak(engine: str) -> None:
    # recommendations are a Poisson process over the time under contract; insight builds in the first months
    settings = ["referral.per_year=6", "insight.referral_effect=0.8", "advocacy.referral_effect=0.5"]
    settings += [*split(listening=0.75, advocacy=0.25), "money.marketing_budget_per_year=6e5"]
    outcome = clients(*settings, engine=engine)
    contracts = outcome.tables.contracts[outcome.tables.contracts["fit"] == 1]
    ended = np.where(np.isnan(contracts["ended"]), outcome.tables.ends_at, contracts["ended"])
    exposure = np.maximum(ended - np.maximum(contracts["started"], DAYS_PER_YEAR), 0.0).sum() / DAYS_PER_YEAR
    events = outcome.events
    assert events is not None
    found = int(((events["event"] == "referral") & (events["day"] >= DAYS_PER_YEAR)).sum())
    advocacy = 1.5e5 / (1.5e5 + 1.5e5)
    expected = 6 * (1.0 + 0.8 * INSIGHT) * (1.0 + 0.5 * advocacy) * exposure
    assert expected > 10_000
    assert abs(found - expected) < Z * math.sqrt(expected)


def test_without_renewals_a_purchase_is_a_contract_of_one_year(engine: str) -> None:
    outcome = clients("customers.renewals_enabled=false", "customers.churn_enabled=false", engine=engine)
    contracts = outcome.tables.contracts
    over = contracts[~np.isnan(contracts["ended"])]
    assert (contracts["renewals"] == 0).all()
    assert over["ended"] - over["started"] == pytest.approx(np.full(len(over), DAYS_PER_YEAR), rel=1e-12)
    signed = contracts[contracts["started"] > 0.0]
    margin = np.where(signed["fit"] == 1, 0.78 - 0.03, 0.78 - 0.85)
    worth = signed["first_value"] * margin * 1.1**-0.5
    assert signed["expected_lifetime_value"] == pytest.approx(worth, rel=1e-9)


def test_a_contract_is_worth_at_signing_what_the_sum_by_hand_says(engine: str) -> None:
    outcome = clients(
        *REMEMBERED, "insight.churn_effect=0.6", "customers.loyalty_effect=0.5",
        *split(capture=0.5, listening=0.5), f"money.marketing_budget_per_year={2 * LISTENING}", engine=engine,
    )  # fmt: skip
    contracts = outcome.tables.contracts
    signed = contracts[contracts["started"] > SETTLED]
    assert len(signed) > 20
    for contract in signed:
        fit = int(contract["fit"])
        rate = CHURN[contract["segment"]] * (1.0 if fit else RATIO_UNFIT) * 0.5
        chance = oracles.churn_chance(rate, 1.0 - 0.6 * INSIGHT)
        value = contract["first_value"]
        margin = 0.78 - (0.03 if fit else 0.85)
        worth = oracles.contract_worth(value, value, 1.0, chance, 0.12, 1.8, margin, 0.10, 10.0)
        assert contract["expected_lifetime_value"] == pytest.approx(worth, rel=1e-6)
    won = outcome.tables.months["expected_lifetime_value_won"].sum()
    assert won == pytest.approx(contracts["expected_lifetime_value"][contracts["started"] >= 0.0].sum(), rel=1e-9)


def test_what_contracts_earn_is_the_companys_revenue(engine: str) -> None:
    outcome = clients(engine=engine)
    months, contracts = outcome.tables.months, outcome.tables.contracts
    assert contracts["earned"].sum() == pytest.approx(months["revenue"].sum(), rel=1e-9)
    fit = contracts["fit"] == 1
    assert contracts["earned"][fit].sum() == pytest.approx(months["revenue_fit"].sum(), rel=1e-9)
    assert months["cost_to_serve_fit"].sum() == pytest.approx(0.03 * months["revenue_fit"].sum(), rel=1e-9)
