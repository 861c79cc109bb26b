"""Where customers are the only ones who tell, memory spreads as Bass (1969) says.

The special case: nobody forgets, no advertising, everybody who remembers us becomes a customer at once and stays. Then
the learning rate is p + q F, where F is the share that remembers, and F' = (p + q F)(1 - F).
"""

import math

import numpy as np
import pytest

from marketsim.experiments.bench import SILENT_MARKET, each, measured
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_WEEK, DAYS_PER_YEAR
from marketsim.state.calendar import turn_week
from marketsim.world.stage import Stage

INNOVATION, IMITATION = 0.08, 0.7
TELLERS = [
    *(text for text in SILENT_MARKET if not text.startswith(("memory.enabled", "market.accounts"))),
    f"memory.learning_base_per_year={INNOVATION}",
    f"memory.learning_word_of_mouth_per_year={IMITATION}",
    "memory.learning_brand_per_year=0",
    "memory.learning_content_per_year=0",
    "memory.half_life_days=1e9",
    "initial.memory=0",
    "strategy=brand_only",
]


def bass(years: float) -> float:
    """Return the share of adopters in closed form."""
    fading = math.exp(-(INNOVATION + IMITATION) * years)
    return (1.0 - fading) / (1.0 + IMITATION / INNOVATION * fading)


def test_in_the_limit_of_a_large_market_the_weekly_chain_is_bass() -> None:
    stage = Stage(load_scenario(TELLERS), 41, 0)
    company = stage.company
    size = 10**9
    company["class_accounts"][0] = size
    company["segment_accounts"][0] = 2 * size
    for week in range(8 * 52):
        company["customers"][0] = np.round(company["memory_level"][0].reshape(3, 2).sum(axis=1) * size)
        turn_week(stage.p, company, stage.programmes, week * DAYS_PER_WEEK)
        years = week * DAYS_PER_WEEK / DAYS_PER_YEAR
        # word of mouth is set at week starts, so imitation is half a week late on average
        found = float(company["memory_level"][0].mean())
        assert bass(years - 1.5 * DAYS_PER_WEEK / DAYS_PER_YEAR * IMITATION * years) <= found + 1e-9
        assert found <= bass(years) + 1e-9
    assert found > 0.9


QUICK_BUYERS = [
    *TELLERS,
    "market.accounts=500",
    "market.entry_interval_months=0.4",
    "market.research_to_active_ratio=0.05",
    *(f"market.segments.{name}.active_days=2" for name in ("small", "mid_market", "enterprise")),
    "market.lock_after_purchase_days=0",
    "buying.no_decision_enabled=false",
    "buying.hand_raise_enabled=true",
    "buying.hand_raise_probability=1",
    "buying.hand_raise_delay_share=0.05",
    "buying.utility_base=0",
    "buying.utility_listed=50",
    "sales.finite_hands=false",
    "sales.work_hours=0.001",
    "sales.conversation_hours=0",
    "sales.qualify_fit=1",
    "sales.qualify_unfit=1",
    "process.lost_without_hand_over=0",
    "people.enabled=false",
    "leads.scoring_enabled=false",
    "leads.trust_enabled=false",
    "decay=none",
    "contacts.second_contacts_enabled=false",
    "scorched.enabled=false",
    "outbound.enabled=false",
    "sales.calendar=always_open",
    "customers.churn_enabled=false",
    "money.insolvency_enabled=false",
    "run.horizon_years=5",
]
DELAY = (0.4 * 30.4375 - 2.1 + 0.1 + 2.0) / DAYS_PER_YEAR  # from learning to the contract: free, research, active


def test_a_market_of_quick_buyers_adopts_as_bass_says(engine: str) -> None:
    years = (1, 2, 3, 4, 5)

    def adopters(outcome: Outcome) -> list[float]:
        months = outcome.monthly.set_index("month")["customers"]
        return [months[12 * year - 1] / len(outcome.tables.accounts) for year in years]

    found = each(QUICK_BUYERS, 6, 42, adopters, engine=engine)
    for column, year in enumerate(years):
        share = measured(f"adopters after {year} years", found[:, column], bass(year))
        assert share.half_width < 0.12, share
        # each learns from those who signed a delay ago: between Bass and Bass whose imitation lags by the delay
        late = bass((year - DELAY) / (1.0 + IMITATION * DELAY))
        assert share.low <= bass(year), share
        assert share.high >= late, share
    middle = measured("adopters after 3 years", found[:, 2], 0.0).mean
    assert middle == pytest.approx(bass(3), abs=0.06)
