"""Single draws have the distributions that the equations name: traits, phases, day-one lists, choices."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis import oracles
from marketsim.engines import simulate
from marketsim.experiments.bench import CONFIDENCE, SILENT_MARKET, each, measured
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.state.layout import JOURNEY_NO_DECISION

ACCOUNTS = 20_000
SHARES = (0.6, 0.3, 0.1)
VALUES = (9000.0, 30000.0, 110000.0)
GROUPS = (2.5, 5.0, 8.0)
ACTIVE_DAYS = (60.0, 105.0, 210.0)
Z = stats.norm.ppf(0.5 + CONFIDENCE / 2)
NO_ACCIDENT = 1.0 - CONFIDENCE


def covers(values: np.ndarray, theory: float) -> None:
    """Assert that the 99.9 % interval of a mean over independent accounts covers the theory."""
    half = Z * values.std(ddof=1) / math.sqrt(len(values))
    assert abs(values.mean() - theory) <= half, f"{values.mean()} ± {half}, not {theory}"


@pytest.fixture(scope="module")
def opening(engine: str) -> Outcome:
    settings = [text for text in SILENT_MARKET if not text.startswith("market.accounts")]
    return simulate(
        load_scenario([*settings, f"market.accounts={ACCOUNTS}", "run.horizon_years=0.1"]), 71, 0, engine=engine
    )


def test_segments_and_fit(opening: Outcome) -> None:
    accounts = opening.tables.accounts
    for segment, share in enumerate(SHARES):
        covers((accounts["segment"] == segment).astype(float), share)
        covers((accounts["fit"][accounts["segment"] == segment]).astype(float), 0.6)


@pytest.mark.parametrize("segment", range(3))
def test_values_are_lognormal(opening: Outcome, segment: int) -> None:
    accounts = opening.tables.accounts
    value = accounts["value_per_year"][accounts["segment"] == segment]
    covers(value, VALUES[segment])
    normal = (np.log(value) - (math.log(VALUES[segment]) - 0.125)) / 0.5
    assert stats.kstest(normal, "norm").pvalue > NO_ACCIDENT


@pytest.mark.parametrize("segment", range(3))
def test_groups_are_rounded_lognormal(opening: Outcome, segment: int) -> None:
    accounts = opening.tables.accounts
    sizes = accounts["group"][accounts["segment"] == segment]
    expected = oracles.rounded_lognormal(GROUPS[segment], 0.30) * len(sizes)
    found = np.bincount(sizes, minlength=len(expected)).astype(float)
    often = expected >= 5.0
    found, expected = np.append(found[often], found[~often].sum()), np.append(expected[often], expected[~often].sum())
    assert stats.chisquare(found, expected * found.sum() / expected.sum()).pvalue > NO_ACCIDENT


def test_the_market_opens_as_it_stays(opening: Outcome) -> None:
    # one entry in 60 months, so the share on a phase is its length over 60 months
    months = opening.monthly
    first = months[months["month"] == months["month"].min()].iloc[0]
    days = sum(share * active for share, active in zip(SHARES, ACTIVE_DAYS, strict=True))
    for name, mean in (("active_accounts", days), ("research_accounts", days * 7 / 3)):
        share = mean / (60 * 30.4375)
        half = Z * math.sqrt(share * (1 - share) / ACCOUNTS)
        assert abs(first[name] / ACCOUNTS - share) < half + 0.1 * share, name


QUICK_DAYS = (12.0, 21.0, 42.0)  # short phases, so that few journeys are under way at the end
MARKET = [
    *(text for text in SILENT_MARKET if not text.startswith("market.accounts")),
    "market.entry_interval_months=30",
    "market.accounts=2000",
    "run.horizon_years=3",
    *(f"market.segments.{name}.active_days={days}" for name, days in zip(SEGMENT_NAMES, QUICK_DAYS, strict=True)),
]
BEGUN_BEFORE = 500.0  # journeys that begin by then have all turned active, and decided, by the end


def journeys_of(outcome: Outcome) -> np.ndarray:
    journeys = outcome.tables.journeys
    begun = journeys[journeys["started"] < BEGUN_BEFORE]
    assert not np.isnan(begun["decided"]).any()
    return begun


def test_phases_are_lognormal(engine: str) -> None:
    begun = np.concatenate([journeys_of(simulate(load_scenario(MARKET), 72, k, engine=engine)) for k in range(4)])
    for segment, active in enumerate(QUICK_DAYS):
        own = begun[begun["segment"] == segment]
        for lengths, mean in (
            (own["active_at"] - own["started"], active * 7 / 3),
            (own["decided"] - own["active_at"], active),
        ):
            covers(lengths, mean)
            normal = (np.log(lengths) - (math.log(mean) - 0.18)) / 0.6
            assert stats.kstest(normal, "norm").pvalue > NO_ACCIDENT


def test_groups_decide_for_nobody_as_often_as_they_should(engine: str) -> None:
    def rates(outcome: Outcome) -> list[float]:
        begun = journeys_of(outcome)
        nobody = begun["outcome"] == JOURNEY_NO_DECISION
        return [float(nobody[begun["segment"] == segment].mean()) for segment in range(3)]

    found = each(MARKET, 12, 73, rates, engine=engine)
    for segment, group in enumerate(GROUPS):
        theory = 1.0 - oracles.purchase_chance(group, 0.30, 1.36, 1.17)
        rate = measured(f"no decision in segment {segment}", found[:, segment], theory)
        assert rate.covers, rate
        assert rate.half_width < 0.1


def listed_share(outcome: Outcome) -> float:
    return float(journeys_of(outcome)["listed"].mean())


def without(*names: str) -> list[str]:
    return [text for text in MARKET if not text.startswith(names)]


def test_webinars_put_us_on_the_list(engine: str) -> None:
    # .7 x .5 x hm expected attendances over a mean journey; the journey's own length is lognormal
    budget = 2e6
    strength = budget / (budget + 0.5e6)
    rate = 0.7 * 0.5 * strength
    attends = oracles.lognormal_mean_of(lambda journey: 1.0 - np.exp(-rate * journey), 1.0, 0.6)
    split = [f"strategy.budget_split.{name}={int(name == 'middle')}" for name in ("brand", "content", "middle")]
    settings = [
        *without("middle"),
        *split,
        "strategy.budget_split.capture=0",
        "strategy.budget_split.nurture=0",
        f"money.marketing_budget_per_year={budget}",
        "middle.low_intent_attendances_per_year=0",
    ]

    def shares(outcome: Outcome) -> list[float]:
        begun = journeys_of(outcome)
        return [float(begun["webinar"].mean()), float(begun["listed"].mean())]

    found = each(settings, 8, 74, shares, engine=engine)
    came = measured("came to a webinar", found[:, 0], attends)
    assert came.covers, came
    assert came.half_width < 0.05
    listed = measured("listed from a webinar", found[:, 1], 0.3 * attends)
    assert listed.covers, listed
    assert listed.half_width < 0.03


def test_nurture_puts_known_contacts_on_the_list(engine: str) -> None:
    accounts, budget = 2000, 60_000.0
    per_contact = budget / accounts
    strength = per_contact / (per_contact + 15.0)
    split = [f"strategy.budget_split.{name}=0" for name in ("brand", "content", "middle", "capture")]
    settings = [
        *without("nurture", "initial.known"),
        *split,
        "strategy.budget_split.nurture=1",
        f"money.marketing_budget_per_year={budget}",
        "initial.known_share=1",
        "nurture.half_life_days=1e9",
        "nurture.finds_per_active_phase=0",
    ]
    found = measured("listed though not remembered", each(settings, 8, 75, listed_share, engine=engine), 0.2 * strength)
    assert found.covers, found
    assert found.half_width < 0.03


def test_memory_at_rest_is_the_list(engine: str) -> None:
    # no spend: .066 a year is learnt, ln 2/320 a day forgotten; opened at rest it stays there
    learning, forgetting = 0.066 / 365.25, math.log(2.0) / 320.0
    rest = learning / (learning + forgetting)
    settings = [*without("memory"), f"initial.memory={rest!r}", "money.marketing_budget_per_year=0"]
    found = measured("listed without advertising", each(settings, 8, 76, listed_share, engine=engine), rest)
    assert found.covers, found
    assert found.half_width < 0.02
