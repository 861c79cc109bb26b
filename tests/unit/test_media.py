"""What a week's spend does, on tables made by hand: lag, least spend, reach, insight, narrow media; structure."""

import math

import numpy as np
import pandas as pd
import pytest

from marketsim.analysis import oracles
from marketsim.outcomes.metrics import Panel
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_WEEK
from marketsim.state.calendar import turn_week
from marketsim.state.layout import (
    ADVOCACY,
    AUTOMATION,
    BRAND,
    BRAND_TERMS,
    CONTENT,
    ENABLEMENT,
    LISTENING,
    NURTURE,
    TARGETING,
)
from marketsim.world.stage import Stage

SMALL = ("history.years=0", "market.accounts=100")
FIT_ACCOUNTS, UNFIT_ACCOUNTS = 40, 60


class Weeks:
    """A stage whose weeks are turned by hand, with a spend per year by stage that a test sets."""

    def __init__(self, *settings: str) -> None:
        scenario = load_scenario([*SMALL, *settings])
        self.stage = Stage(scenario, 1, 0)
        self.stage.p["targeting"] = scenario.plan.targeting
        self.company = self.stage.company
        self.company["class_accounts"] = np.array([UNFIT_ACCOUNTS, FIT_ACCOUNTS] * 3)
        self.company["segment_accounts"] = UNFIT_ACCOUNTS + FIT_ACCOUNTS
        self.company["rival_list_probability"] = 0.55
        self.stage.programmes["spend_per_year"] = 0.0
        self.week = 0

    def row(self, stage: int) -> int:
        """Return the first programme of a stage; make one of the last programme if there is none."""
        found = np.flatnonzero(self.stage.programmes["stage"] == stage)
        if len(found):
            return int(found[0])
        self.stage.programmes["stage"][-1] = stage
        return len(self.stage.programmes) - 1

    def turn(self, weeks: int = 1) -> np.void:
        for _ in range(weeks):
            self.company["week"] = self.week
            turn_week(self.stage.p, self.company, self.stage.programmes, self.week * DAYS_PER_WEEK)
            self.week += 1
        row: np.void = self.company[0]
        return row

    def spend(self, stage: int, per_year: float, **fields: float) -> None:
        row = self.row(stage)
        plain = {"carry_over": 0.0, "lag_weeks": 0, "least_spend": 0.0, "effectiveness": 1.0}
        for name, value in {**plain, **fields, "spend_per_year": per_year}.items():
            self.stage.programmes[name][row] = value


@pytest.mark.parametrize("lag", [0, 1, 5, 52])
def test_spend_works_after_its_lag_and_is_paid_when_it_is_spent(lag: int) -> None:
    weeks = Weeks()
    per_year = [1.0e5 * (week % 7) for week in range(120)]
    for week, amount in enumerate(per_year):
        weeks.spend(BRAND, amount, lag_weeks=lag)
        company = weeks.turn()
        assert company["stage_pressure"][BRAND] == (per_year[week - lag] if week >= lag else 0.0)
        assert company["stage_spend_per_day"][BRAND] == amount / 365.25


def test_spend_below_the_least_one_is_paid_for_nothing() -> None:
    weeks = Weeks()
    for amount, effective in ((9_999.0, 0.0), (10_000.0, 10_000.0), (0.0, 0.0)):
        weeks.spend(NURTURE, amount, least_spend=10_000.0)
        company = weeks.turn()
        assert company["stage_pressure"][NURTURE] == effective
        assert company["stage_spend_per_day"][NURTURE] == amount / 365.25


def test_programmes_of_one_stage_add_by_their_effectiveness_after_their_own_carry_over() -> None:
    weeks = Weeks()
    weeks.spend(BRAND, 2.0e6, effectiveness=0.5, carry_over=0.6)
    other = len(weeks.stage.programmes) - 1
    weeks.stage.programmes["stage"][other] = BRAND
    weeks.stage.programmes["effectiveness"][other] = 2.0
    weeks.stage.programmes["carry_over"][other] = 0.0
    weeks.stage.programmes["lag_weeks"][other] = 0
    weeks.stage.programmes["least_spend"][other] = 0.0
    weeks.stage.programmes["spend_per_year"][other] = 1.0e6
    assert weeks.turn(3)["stage_pressure"][BRAND] == pytest.approx(0.5 * 2.0e6 * (1.0 - 0.6**3) + 2.0 * 1.0e6)


@pytest.mark.parametrize(("research", "lever"), [(0.0, 0.0), (2.0e5, 0.0), (0.0, 0.7), (6.0e5, 1.0)])
def test_reach_is_tilted_to_those_who_fit_and_its_mean_stays_one(research: float, lever: float) -> None:
    weeks = Weeks(f"strategy.targeting={lever}")
    weeks.spend(TARGETING, research)
    company = weeks.turn()
    unfit, fit = company["reach_weight"]
    assert (UNFIT_ACCOUNTS * unfit + FIT_ACCOUNTS * fit) / (UNFIT_ACCOUNTS + FIT_ACCOUNTS) == pytest.approx(1.0)
    response = research / (research + 0.2e6)
    assert unfit / fit == pytest.approx((1.0 - 0.5 * response) * (1.0 - 0.8 * lever))
    if research == lever == 0.0:
        assert unfit == fit == 1.0


def test_reach_multiplies_what_advertising_teaches_and_narrow_media_cost_more() -> None:
    weeks = Weeks("strategy.targeting=1.0", "memory.learning_base_per_year=0")
    weeks.spend(BRAND, 3.0e6)
    weeks.spend(CONTENT, 6.0e5)
    company = weeks.turn()
    assert company["stage_pressure"][BRAND] == pytest.approx(3.0e6 / 1.5)
    assert company["stage_pressure"][CONTENT] == pytest.approx(6.0e5 / 1.5)
    assert company["stage_spend_per_day"][BRAND] == 3.0e6 / 365.25
    learnt = (0.54 * 2.0 / (2.0 + 2.0) + 0.085 * 0.4 / (0.4 + 0.5)) / 365.25
    unfit, fit = company["reach_weight"]
    assert company["memory_learning"] == pytest.approx([unfit * learnt, fit * learnt] * 3)


def test_without_the_mechanism_narrow_media_are_ordinary_ones() -> None:
    weeks = Weeks("strategy.targeting=1.0", "targeting.enabled=false")
    weeks.spend(BRAND, 3.0e6)
    company = weeks.turn()
    assert company["stage_pressure"][BRAND] == 3.0e6
    assert company["reach_weight"].tolist() == [1.0, 1.0]


def test_insight_follows_listening_with_its_time_constant() -> None:
    weeks = Weeks("insight.lag_days=90")
    weeks.spend(LISTENING, 4.5e5)
    company = weeks.turn(27)
    assert company["insight"] == pytest.approx(0.75 * (1.0 - math.exp(-26 * 7.0 / 90.0)))
    weeks.spend(LISTENING, 0.0)
    weeks.turn()
    before = float(weeks.company["insight"][0])
    assert weeks.turn(4)["insight"] == pytest.approx(before * math.exp(-28.0 / 90.0))
    assert Weeks("insight.enabled=false").turn(9)["insight"] == 0.0


def test_advocacy_lets_customers_speak_louder() -> None:
    weeks = Weeks("memory.learning_base_per_year=0")
    weeks.company["customers"] = 20
    weeks.spend(ADVOCACY, 1.5e5)
    learnt = 0.2 * (20 / 100) * (1.0 + 0.5 * 0.5) / 365.25
    assert weeks.turn()["memory_learning"] == pytest.approx([learnt] * 6)


def test_enablement_responds() -> None:
    weeks = Weeks()
    weeks.spend(ENABLEMENT, 4.5e5)
    assert weeks.turn()["enablement_response"] == pytest.approx(0.75)


def test_nurture_needs_automation() -> None:
    weeks = Weeks()
    weeks.company["known"] = 50.0
    weeks.spend(NURTURE, 1.0e5)
    assert weeks.turn()["nurture_strength"] > 0.0
    weeks.company["structure_from"][0, AUTOMATION] = 5 * DAYS_PER_WEEK
    strengths = [float(weeks.turn()["nurture_strength"]) > 0.0 for _ in range(1, 8)]
    assert strengths == [False, False, False, False, True, True, True]


def test_money_for_our_name_is_not_spent_where_nobody_searches_for_it() -> None:
    weeks = Weeks("harvest.brand_terms_enabled=false")
    weeks.company["pool_listed"] = 10
    weeks.spend(BRAND_TERMS, 1.0e5)
    company = weeks.turn(2)
    assert company["brand_share_won"] == 0.0
    assert company["month"]["spend_by_stage"][BRAND_TERMS] == 0.0
    assert company["month"]["capture_budget"] == pytest.approx(1.0e5 * 7.0 / 365.25)


def test_three_months_discounted_by_hand() -> None:
    profit = [100.0, -50.0, 30.0, *[0.0] * 9]
    monthly = pd.DataFrame({"replication": 0, "month": range(12), "profit": profit})
    found = Panel(monthly, 0.10).discounted("profit")[0, 0]
    by_hand = 100.0 / 1.1 ** (0.5 / 12) - 50.0 / 1.1 ** (1.5 / 12) + 30.0 / 1.1 ** (2.5 / 12)
    assert found == pytest.approx(by_hand, rel=1e-12)
    assert oracles.net_present_value(profit[:3], 0.10) == pytest.approx(by_hand, rel=1e-12)
