"""Without capacity, decay and memory the model is the funnel calculator: leads x conversion x value - spend."""

import numpy as np
import pytest

from marketsim.analysis import oracles
from marketsim.experiments.bench import SILENT_MARKET, each, measured
from marketsim.outcomes import Outcome
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.scenario.scenario import DAYS_PER_MONTH
from marketsim.state.layout import DEAL_WON, FROM_SEARCH

REPLICATIONS = 14
COHORT_MONTHS = 18
QUALIFY = 0.6
UTILITY = 0.5
BUDGET = 1_500_000.0
GROUPS = (2.5, 5.0, 8.0)
VALUES = (20_000.0, 30_000.0, 40_000.0)

FUNNEL = [
    *(text for text in SILENT_MARKET if not text.startswith(("market.accounts", "harvest"))),
    "market.accounts=4000",
    "harvest.enabled=true",
    "harvest.low_intent_enabled=false",
    "sales.finite_hands=false",
    "sales.work_hours=0.001",
    "sales.conversation_hours=0",
    f"sales.qualify_fit={QUALIFY}",
    f"sales.qualify_unfit={QUALIFY}",
    "decay=none",
    "people.enabled=false",
    "leads.scoring_enabled=false",
    "leads.trust_enabled=false",
    f"buying.utility_base={UTILITY}",
    "buying.utility_fit=0",
    "buying.utility_webinar=0",
    "buying.utility_time_with_us=0",
    "customers.churn_enabled=false",
    "contacts.second_contacts_enabled=false",
    "contacts.coverage_enabled=false",
    "rivals.memory_enabled=false",
    "money.insolvency_enabled=false",
    "strategy=lead_factory",
    "strategy.budget_split.capture=1",
    "strategy.budget_split.nurture=0",
    f"money.marketing_budget_per_year={BUDGET}",
    *(f"market.segments.{name}.value_per_year={value}" for name, value in zip(SEGMENT_NAMES, VALUES, strict=True)),
    "market.entry_interval_months=24",
    "market.segments.mid_market.active_days=60",
    "market.segments.enterprise.active_days=60",
    f"run.horizon_years={COHORT_MONTHS / 12 + 1.5}",
]


def chance_to_win(segment: int) -> float:
    """Return what a lead is worth on paper: it qualifies, the group buys at all, and it buys from us."""
    buys = oracles.purchase_chance(GROUPS[segment], 0.30, 1.36, 1.17)
    return QUALIFY * buys * oracles.logit_chance_binomial(UTILITY, 4, 0.55)


def cohort(outcome: Outcome) -> list[float]:
    """Return leads, wins, their value and the money spent, each with its calculator's figure, for the first months."""
    run = outcome.tables
    end = COHORT_MONTHS * DAYS_PER_MONTH
    leads = run.leads[run.leads["arrived"] < end]
    deals = run.deals[np.isin(run.deals["lead"], np.arange(len(leads)))]
    assert (leads["source"] == FROM_SEARCH).all()
    assert not np.isnan(deals["closed"]).any()  # everybody has decided by the end
    segment = run.accounts["segment"][leads["account"]]
    per_segment = np.bincount(segment, minlength=3)
    won = deals[deals["state"] == DEAL_WON]
    wins = per_segment @ [chance_to_win(s) for s in range(3)]
    value = per_segment @ [chance_to_win(s) * VALUES[s] for s in range(3)]
    spend = outcome.monthly["marketing_spend"].iloc[1 : COHORT_MONTHS + 1].sum()
    on_paper = oracles.funnel_value(len(leads), value / len(leads), 1.0, BUDGET * COHORT_MONTHS / 12)
    worth = won["value_per_year"].sum()
    return [
        len(won) / wins,
        len(deals) / (QUALIFY * len(leads)),
        worth / value,
        spend / (BUDGET * COHORT_MONTHS / 12),
        ((worth - spend) - on_paper) / spend,
    ]


@pytest.fixture(scope="module")
def found(engine: str) -> np.ndarray:
    return each(FUNNEL, REPLICATIONS, 51, cohort, engine=engine)


@pytest.mark.parametrize(
    ("column", "what", "precision"),
    [
        (0, "wins against leads x conversion", 0.1),
        (1, "deals against leads x qualified share", 0.03),
        (2, "value won against leads x conversion x value", 0.12),
        (3, "spend against budget", 0.03),
    ],
)
def test_the_funnel_is_leads_times_conversion(found: np.ndarray, column: int, what: str, precision: float) -> None:
    ratio = measured(what, found[:, column], 1.0)
    assert ratio.covers, ratio
    assert ratio.half_width < precision, ratio


def test_the_net_value_is_the_calculators(found: np.ndarray) -> None:
    excess = measured("value - spend beyond the calculator, as a share of spend", found[:, 4], 0.0)
    assert excess.covers, excess
    assert excess.half_width < 0.2
