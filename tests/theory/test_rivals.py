"""Rivals are remembered as we are: listed as configured while everybody spends as usual, more if they spend more."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.engines import simulate
from marketsim.experiments.bench import CONFIDENCE
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_WEEK, DAYS_PER_YEAR
from marketsim.state.decision import listed_rivals

LISTED, VENDORS = 0.55, 4
USUAL, OURS_USUAL = 4.0e6, 8.64e5
FORGETTING = math.log(2.0) / 320.0
SMALL = ["history.years=0", "market.accounts=200", "run.horizon_years=2", "money.insolvency_enabled=false"]


def learning(rivals: float, ours: float) -> float:
    """Return the rate per day at which one of four rivals is learnt."""
    own = rivals / VENDORS
    return (0.066 + 0.54 * own / (own + 0.5 * (rivals - own + ours))) / DAYS_PER_YEAR


def resting(rivals: float, ours: float) -> float:
    rate = learning(rivals, ours)
    return rate / (rate + FORGETTING)


def played(*settings: str, engine: str) -> np.ndarray:
    outcome = simulate(load_scenario([*SMALL, *settings]), 61, 0, engine=engine)
    return np.asarray(outcome.monthly.set_index("month").loc[0:, "rival_list_probability"])


def test_rivals_are_listed_as_configured_while_everybody_spends_as_usual(engine: str) -> None:
    # carry-over makes our own spend arrive over the first weeks, as it would after a pause
    found = played("strategy=balanced", "history.years=2", engine=engine)
    assert found == pytest.approx(LISTED, abs=5e-4)


def test_more_spend_of_the_rivals_lists_them_more_and_more_of_ours_less(engine: str) -> None:
    usual = played("strategy=balanced", engine=engine)
    louder = played("strategy=balanced", "rivals.brand_spend_per_year=8e6", engine=engine)
    assert (louder[1:] > usual[1:]).all()
    we_are_louder = played("strategy=brand_only", engine=engine)
    assert (we_are_louder[2:] < usual[2:]).all()
    off = played("strategy=brand_only", "rivals.memory_enabled=false", engine=engine)
    assert (off == LISTED).all()


def test_the_chance_follows_the_weekly_chain_by_hand(engine: str) -> None:
    rivals = 9.0e6
    found = played("strategy=brand_only", f"rivals.brand_spend_per_year={rivals}", engine=engine)
    level, pressure, spend = resting(USUAL, OURS_USUAL), 0.0, 0.8 * 2.4e6
    by_week = [level]
    for _ in range(2 * 53):
        pressure = 0.5 * pressure + 0.5 * spend
        rate = learning(rivals, pressure)
        level = resting(rivals, pressure) + (level - resting(rivals, pressure)) * math.exp(
            -(rate + FORGETTING) * DAYS_PER_WEEK
        )
        by_week.append(level)
    ends = (np.arange(1, len(found) + 1)) * 30.4375
    week = np.ceil(ends / DAYS_PER_WEEK).astype(int) - 1
    expected = np.minimum(1.0, LISTED * np.array(by_week)[week] / resting(USUAL, OURS_USUAL))
    assert found == pytest.approx(expected, rel=1e-9)


def test_rivals_cut_their_spend_in_a_recession_and_only_then(engine: str) -> None:
    settings = ["economy=recession", "economy.recession_start_month=2", "economy.recession_depth=0.5"]
    follows = played("strategy=balanced", *settings, "rivals.spend_follows_economy=1.0", engine=engine)
    stays = played("strategy=balanced", *settings, "rivals.spend_follows_economy=0.0", engine=engine)
    assert follows[:2] == pytest.approx(stays[:2], rel=1e-12)
    assert (follows[3:16] < stays[3:16]).all()
    booming = ["economy=growth", "economy.growth_per_year=0.1"]
    boom = played("strategy=balanced", *booming, "rivals.spend_follows_economy=1.0", engine=engine)
    assert boom == pytest.approx(
        played("strategy=balanced", *booming, "rivals.spend_follows_economy=0.0", engine=engine), rel=1e-12
    )


def test_our_share_of_voice_grows_when_rivals_fall_silent(engine: str) -> None:
    settings = [*SMALL, "strategy=balanced", "economy=recession", "economy.recession_start_month=0"]
    settings += ["economy.recession_depth=0.5", "economy.recession_ramp_months=0"]
    months = simulate(
        load_scenario([*settings, "rivals.spend_follows_economy=0.8"]), 61, 0, engine=engine
    ).tables.months
    spend, half = 0.36 * 2.4e6, 0.5 * USUAL * (1.0 - 0.8 * 0.5)
    assert months["brand_response"][10] == pytest.approx(spend / (spend + half), rel=1e-9)


@pytest.mark.parametrize("probability", [0.2, 0.55, 0.9])
def test_the_list_of_rivals_is_binomial_with_at_least_one(probability: float, engine: str) -> None:
    p = simulate(load_scenario([*SMALL, "run.horizon_years=0.1"]), 61, 0, engine=engine).tables.p
    counts = []
    listed = np.zeros(VENDORS, dtype=np.bool_)
    for account in range(5000):
        listed_rivals(p, account, 3, probability, listed)
        counts.append(int(listed.sum()))
    chances = stats.binom.pmf(np.arange(VENDORS + 1), VENDORS, probability)
    chances[1] += chances[0]
    expected = 5000 * chances[1:]
    assert stats.chisquare(np.bincount(counts, minlength=VENDORS + 1)[1:], expected).pvalue > 1.0 - CONFIDENCE
