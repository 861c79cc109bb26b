"""How leads are judged, by closed forms: definitions, feedback, what sales ignores, and what gets lost on the way."""

import numpy as np
import pytest
from scipy import stats

from marketsim.engines import simulate
from marketsim.experiments.bench import PLAIN_FLOOR
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.state.layout import (
    LEAD_IGNORED,
    LEAD_LOST,
    LEAD_REFUSED,
    LEAD_UNQUALIFIED,
    LOW_INTENT_SOURCES,
)

THRESHOLD = 0.6
JUDGED = (
    *(text for text in PLAIN_FLOOR if not text.startswith("leads.scoring")),
    "leads.scoring_enabled=true", "sales.development_reps=20", "inquiries.per_day=30", "run.horizon_years=1",
    f"strategy.qualification_threshold={THRESHOLD}",
)  # fmt: skip


def played(*settings: str, seed: int = 81, engine: str) -> Outcome:
    return simulate(load_scenario([*JUDGED, *settings]), seed, 0, engine=engine)


def near(share: float, expected: float, number: int) -> None:
    """Assert that a share is the expected one, within four standard errors."""
    assert share == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / number))


@pytest.mark.parametrize(("structure", "accuracy"), [("basic", 1.0), ("full", 1.6)])
def test_feedback_sharpens_the_score(structure: str, accuracy: float, engine: str) -> None:
    leads = played("inquiries.active_share=1", f"strategy.structure={structure}", engine=engine).tables.leads
    leads = leads[leads["arrived"] > 200]  # it takes half a year to work
    near((leads["qualified"] == 1).mean(), stats.norm.sf(THRESHOLD - accuracy), len(leads))


def test_a_definition_made_for_sales_sharpens_it_too(engine: str) -> None:
    leads = played("inquiries.active_share=1", "strategy.definition=sales_ready", engine=engine).tables.leads
    near((leads["qualified"] == 1).mean(), stats.norm.sf(THRESHOLD - 1.3), len(leads))


def test_without_structure_leads_are_lost_late_and_judged_twice(engine: str) -> None:
    # nobody is active: true score 0. Of qualified leads 15 % are lost; of the rest sales refuses those it scores low
    leads = played("strategy.structure=none", "decay=none", engine=engine).tables.leads
    near((leads["state"] == LEAD_UNQUALIFIED).mean(), stats.norm.cdf(THRESHOLD), len(leads))
    qualified = leads[leads["qualified"] == 1]
    near((qualified["state"] == LEAD_LOST).mean(), 0.15, len(qualified))
    arrived = qualified[(qualified["state"] != LEAD_LOST) & (qualified["arrived"] < 330)]
    near((arrived["state"] == LEAD_REFUSED).mean(), stats.norm.cdf(THRESHOLD), len(arrived))
    refused = arrived[arrived["state"] == LEAD_REFUSED]
    way = refused["finished"] - refused["arrived"]
    assert way.min() > 1.0  # a day late, and then judged again
    assert way.mean() == pytest.approx(3.0, rel=0.05)
    assert np.log(way - 1.0).std() == pytest.approx(0.5, rel=0.1)
    worked = arrived[arrived["state"] != LEAD_REFUSED]
    assert (worked["started"] - worked["arrived"]).mean() == pytest.approx(3.0, rel=0.05)


TRUST_STANDS = (
    "leads.trust_enabled=true", "leads.trust_weight_per_lead=0", "initial.trust=0", "leads.trust_follow_up_floor=0.4",
)  # fmt: skip


@pytest.mark.parametrize("ignore", ["random", "lowest_score_first"])
def test_sales_follows_up_as_many_as_it_trusts_at_random_or_those_that_score_best(ignore: str, engine: str) -> None:
    leads = played(*TRUST_STANDS, f"sales.ignore={ignore}", engine=engine).tables.leads[500:]
    qualified = leads[leads["qualified"] == 1]
    followed = qualified["state"] != LEAD_IGNORED
    near(followed.mean(), 0.4, len(qualified))
    cut = np.quantile(qualified["score"], 0.6)
    best = qualified["score"] >= cut
    if ignore == "random":
        near(followed[best].mean(), 0.4, int(best.sum()))
    else:
        assert followed[best].mean() > 0.9  # a histogram of some 200 leads knows its quantile within a few per cent
        assert not followed[qualified["score"] < cut - 0.3].any()


SMALL = (
    "market.accounts=2000", "history.years=1", "run.horizon_years=2", "money.marketing_budget_per_year=3.0e5",
    "sales.calendar=always_open", "contacts.second_contacts_enabled=false",
)  # fmt: skip


def test_a_longer_form_loses_a_fifth_of_those_who_would_fill_it_in(engine: str) -> None:
    run = simulate(load_scenario([*SMALL, "strategy.definition=sales_ready"]), 82, 0, engine=engine).tables
    months = run.months[run.past_months :]
    forms = months["leads_by_source"].sum(axis=0)
    filled = forms[:7].sum()  # raised hands, searches, clicks, webinars, nurture; not recommendations
    gave_up = months["abandoned_forms"].sum()
    near(gave_up / (gave_up + filled), 0.2, int(gave_up + filled))


def test_engagement_lifts_whoever_clicks_on_everything(engine: str) -> None:
    leads = simulate(load_scenario([*SMALL, "strategy.definition=engagement"]), 83, 0, engine=engine).tables.leads
    clicks = leads[np.isin(leads["source"], LOW_INTENT_SOURCES) & (leads["truth"] == 3) & (leads["arrived"] > 0)]
    near((clicks["qualified"] == 1).mean(), stats.norm.sf(THRESHOLD - 0.8), len(clicks))
    others = leads[~np.isin(leads["source"], LOW_INTENT_SOURCES) & (leads["truth"] == 0) & (leads["front"] == 0)]
    near((others["qualified"] == 1).mean(), stats.norm.sf(THRESHOLD - 1.0), len(others))


def test_ignored_leads_can_be_lost_for_nurture_too(engine: str) -> None:
    kept, lost = (
        simulate(load_scenario([*SMALL, *TRUST_STANDS, f"sales.ignored_leads={what}"]), 84, 0, engine=engine)
        for what in ("nurture", "lost")
    )
    for outcome, nurtured in ((kept, 1), (lost, 0)):
        ignored = outcome.tables.leads[outcome.tables.leads["state"] == LEAD_IGNORED]
        ignored = ignored[ignored["arrived"] > 7]
        assert len(ignored) > 100
        assert (ignored["nurtured"] == nurtured).all()
    assert lost.monthly["known_contacts"].iloc[-1] < kept.monthly["known_contacts"].iloc[-1]
