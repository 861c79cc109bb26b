"""Buying groups decide less often the larger they are, as the published purchase rates say; coverage and consensus."""

import math

import numpy as np
import pytest

from marketsim.analysis import oracles
from marketsim.experiments.bench import SILENT_MARKET, each, measured
from marketsim.outcomes import Outcome
from marketsim.rules.arithmetic import log
from marketsim.rules.market import coverage, log_of_size, no_decision_probability
from marketsim.state.layout import JOURNEY_NO_DECISION, JOURNEY_OPEN

PUBLISHED = {1: 0.81, 2: 0.55, 3: 0.60, 6: 0.31}  # purchase rates by group size, CEB (EVIDENCE)
TOLERANCE = 0.10
MARKET = [
    *(text for text in SILENT_MARKET if not text.startswith("market.accounts")),
    "market.accounts=2000",
    "market.entry_interval_months=24",
    *(f"market.segments.{name}.active_days=30" for name in ("small", "mid_market", "enterprise")),
    *(f"market.segments.{name}.group_size=4" for name in ("small", "mid_market", "enterprise")),
    "market.group_size_sigma=0.6",
    "run.horizon_years=4",
]


def test_groups_buy_as_often_as_published(engine: str) -> None:
    def bought(outcome: Outcome) -> list[float]:
        journeys = outcome.tables.journeys
        decided = journeys[journeys["outcome"] != JOURNEY_OPEN]
        return [
            float((decided["outcome"][decided["group"] == size] != JOURNEY_NO_DECISION).mean()) for size in PUBLISHED
        ]

    found = each(MARKET, 8, 62, bought, engine=engine)
    for column, (size, published) in enumerate(PUBLISHED.items()):
        theory = 1.0 - 1.0 / (1.0 + math.exp(1.36 - 1.17 * math.log(size)))
        share = measured(f"groups of {size} that buy", found[:, column], theory)
        assert share.covers, share
        assert share.half_width < 0.06, share
        assert theory == pytest.approx(published, abs=TOLERANCE)


def test_consensus_makes_a_group_decide_like_a_smaller_one() -> None:
    alone = no_decision_probability(1, 1.36, 1.17, 0.0)
    six = no_decision_probability(6, 1.36, 1.17, 0.0)
    assert six == pytest.approx(1.0 / (1.0 + math.exp(1.36 - 1.17 * math.log(6.0))), rel=1e-12)
    assert no_decision_probability(6, 1.36, 1.17, math.log(2.0)) == pytest.approx(
        no_decision_probability(3, 1.36, 1.17, 0.0), rel=1e-12
    )
    assert no_decision_probability(6, 1.36, 1.17, 10.0) == alone


def test_the_logarithm_of_a_size_is_the_same_where_it_is_looked_up() -> None:
    assert [log_of_size(size) for size in range(1, 200)] == [log(float(size)) for size in range(1, 200)]


def test_coverage_is_the_share_of_the_group_at_most_all() -> None:
    assert [coverage(contacts, 4) for contacts in (0, 1, 4, 9)] == [0.0, 0.25, 1.0, 1.0]


FUNNEL = [
    *(text for text in MARKET if not text.startswith(("harvest", "run"))),
    "harvest.enabled=true",
    "harvest.low_intent_enabled=false",
    "buying.no_decision_enabled=false",
    "buying.utility_base=0.5",
    "buying.utility_fit=0",
    "buying.utility_time_with_us=0",
    "contacts.second_contacts_enabled=false",
    "rivals.memory_enabled=false",
    "insight.enabled=false",
    "enablement.enabled=false",
    "sales.finite_hands=false",
    "sales.work_hours=0.001",
    "sales.conversation_hours=0",
    "leads.scoring_enabled=false",
    "leads.trust_enabled=false",
    "decay=none",
    "customers.churn_enabled=false",
    "money.insolvency_enabled=false",
    "strategy=lead_factory",
    "money.marketing_budget_per_year=1.5e6",
    "market.group_size_sigma=0",
    *(f"market.segments.{name}.group_size=3" for name in ("small", "mid_market", "enterprise")),
    "run.horizon_years=3",
]
GROUP = 3


@pytest.mark.parametrize(("worth", "price"), [(0.0, 1.0), (1.5, 1.0), (0.0, 2.0)], ids=["plain", "coverage", "dear"])
def test_coverage_and_price_move_the_choice_as_the_logit_says(worth: float, price: float, engine: str) -> None:
    # one contact of three; our price against the list price
    settings = [*FUNNEL, f"contacts.utility_coverage={worth}", f"strategy.price_ratio={price}"]

    def won(outcome: Outcome) -> float:
        months = outcome.monthly
        return float(months["deals_won"].sum() / (months["deals_won"] + months["deals_lost"]).sum())

    utility = 0.5 + worth / GROUP - math.log(price)
    share = measured(
        "deals won", each(settings, 6, 63, won, engine=engine), oracles.logit_chance_binomial(utility, 4, 0.55)
    )
    assert share.covers, share
    assert share.half_width < 0.08, share


def test_values_follow_the_price(engine: str) -> None:
    def values(price: float) -> np.ndarray:
        settings = [*FUNNEL, f"strategy.price_ratio={price}", "buying.utility_log_price=0", "run.horizon_years=1"]
        return each(settings, 1, 63, lambda outcome: outcome.tables.contracts["first_value"], engine=engine)[0]

    assert values(1.5) == pytest.approx(1.5 * values(1.0), rel=1e-12)
