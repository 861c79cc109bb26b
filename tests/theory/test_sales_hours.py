"""Business hours, the response target, and reps who come and go, against what can be said by hand."""

import math

import numpy as np
import pytest
from scipy import integrate

from marketsim.engines import simulate
from marketsim.experiments.bench import EXPONENTIAL_FLOOR, PLAIN_FLOOR, each, measured
from marketsim.outcomes import Outcome
from marketsim.rules.hours import working_time
from marketsim.scenario.load import load_scenario
from marketsim.state.layout import LEFT_COMPANY

HOURS = ("sales.calendar=business_hours", "sales.opens_at_hour=9", "sales.closes_at_hour=17")
NINE, FIVE = 9 / 24, 17 / 24
QUICK = (*PLAIN_FLOOR, *HOURS, "sales.work_hours=1e-4", "sales.conversation_hours=0")


def test_who_inquires_at_night_waits_for_the_morning(engine: str) -> None:
    # no queue to speak of: a wait lasts from a closed hour to the next opening; four nights of 16 h, a weekend of 64 h
    def mean_wait(outcome: Outcome) -> float:
        leads = outcome.tables.leads
        return float(np.nanmean(leads["started"] - leads["arrived"]) * 24)

    settings = (*QUICK, "sales.development_reps=3", "inquiries.per_day=20", "run.horizon_years=1")
    found = measured(
        "mean response, hours", each(settings, 12, 61, mean_wait, engine=engine), (4 * 16**2 / 2 + 64**2 / 2) / 168
    )
    assert found.covers, found
    assert found.half_width < 0.05 * found.theory


def test_work_begins_in_business_hours_and_takes_working_time(engine: str) -> None:
    settings = (*PLAIN_FLOOR, *HOURS, "sales.development_reps=2", "inquiries.per_day=6", "run.horizon_years=0.5")
    outcome = simulate(load_scenario(settings), 62, 0, engine=engine)
    leads = outcome.tables.leads
    done = leads[~np.isnan(leads["finished"])]
    begun = done["started"]
    assert (np.floor(begun) % 7 < 5).all()
    assert ((begun - np.floor(begun) >= NINE - 1e-9) & (begun - np.floor(begun) < FIVE)).all()
    days = [
        working_time(end, NINE, FIVE) - working_time(start, NINE, FIVE)
        for start, end in zip(begun, done["finished"], strict=True)
    ]
    assert np.mean(days) * 8 == pytest.approx(0.9, rel=0.05)  # hours of work
    # load is busy working time over available working time: 6 a day of .9 h for 2 reps of 40 h a week
    load = outcome.monthly["load"].iloc[3:].mean()
    assert load == pytest.approx(6 * 7 * 0.9 / 80, rel=0.1)


@pytest.mark.parametrize("structure", ["basic", "full"])
def test_leads_beyond_the_response_target_go_first_and_the_others_by_discipline(structure: str, engine: str) -> None:
    settings = (
        *EXPONENTIAL_FLOOR, "sales.development_reps=1", "inquiries.per_day=9", "run.horizon_years=0.5",
        "sales.queue=newest_first", "sales.response_target_enabled=true", "sales.response_target_hours=12",
        f"strategy.structure={structure}",
    )  # fmt: skip
    leads = simulate(load_scenario(settings), 63, 0, engine=engine).tables.leads
    leads = leads[np.argsort(leads["started"])]
    leads = leads[~np.isnan(leads["started"])]
    late = 0
    for k, lead in enumerate(leads):
        waiting = leads["arrived"][k:][leads["arrived"][k:] < lead["started"]]
        if len(waiting) > 1:
            too_long = lead["started"] - waiting.min() > 0.5
            late += too_long
            assert lead["arrived"] == (waiting.min() if too_long else waiting.max())
    assert 20 < late < len(leads) / 2


def test_without_a_rule_for_the_hand_over_nobody_minds_the_target(engine: str) -> None:
    settings = (
        *EXPONENTIAL_FLOOR, "sales.development_reps=1", "inquiries.per_day=9", "run.horizon_years=0.5",
        "sales.queue=newest_first", "process.lost_without_hand_over=0", "process.delay_without_hand_over_days=0",
    )  # fmt: skip
    target = ("sales.response_target_enabled=true", "sales.response_target_hours=12")
    with_target = simulate(load_scenario([*settings, *target, "strategy.structure=none"]), 64, 0, engine=engine)
    without = simulate(load_scenario([*settings, "sales.response_target_enabled=false"]), 64, 0, engine=engine)
    assert with_target.tables.leads["started"].tobytes() == without.tables.leads["started"].tobytes()


LEAVING = (
    *(text for text in PLAIN_FLOOR if not text.startswith(("people", "sales.ramp_days"))),
    "sales.calendar=always_open", "people.load_limit=1", "people.waste_limit=1", "people.attrition_per_year=6",
    "people.vacancy_days=60", "sales.ramp_days=90", "sales.ramp_start_speed=0.4", "initial.rep_tenure_days=0",
)  # fmt: skip
HAZARD = 6 / 365.25


def test_seats_are_filled_and_left_as_in_a_renewal_process(engine: str) -> None:
    # a tenure lasts 1/h on average, a vacancy 60 days: share filled and quits per seat follow
    def found(outcome: Outcome) -> tuple[float, float]:
        people, end = outcome.tables.people, outcome.tables.ends_at
        seats, skip = 20, 365.25
        ended = np.where(np.isnan(people["ended"]), end, people["ended"])
        filled = np.clip(ended - np.maximum(people["started"], skip), 0.0, None).sum() / (seats * (end - skip))
        left = people[(people["departure"] == LEFT_COMPANY) & (people["ended"] >= skip)]
        assert outcome.monthly["quits"].sum() == (people["departure"] == LEFT_COMPANY).sum()
        return float(filled), len(left) / seats / (end - skip)

    settings = (*LEAVING, "sales.development_reps=20", "inquiries.per_day=1", "run.horizon_years=6")
    rows = each(settings, 10, 65, found, engine=engine)
    cycle = 1 / HAZARD + 60
    for what, values, theory in (("filled", rows[:, 0], 1 / HAZARD / cycle), ("quits a day", rows[:, 1], 1 / cycle)):
        seen = measured(what, values, theory)
        assert seen.covers, seen
        assert seen.half_width < 0.08 * theory, seen


def test_new_reps_work_slowly_by_their_tenure(engine: str) -> None:
    # light load: a lead that does not wait finds a rep whose time on the seat is exponential, memoryless hazard
    def mean_work(outcome: Outcome) -> float:
        leads = outcome.tables.leads
        leads = leads[(leads["started"] == leads["arrived"]) & ~np.isnan(leads["finished"]) & (leads["arrived"] > 200)]
        return float((leads["finished"] - leads["started"]).mean())

    settings = (*LEAVING, "sales.development_reps=1", "inquiries.per_day=3", "sales.work_hours=0.05",
                "sales.work_sigma=0.1", "run.horizon_years=10")  # fmt: skip
    slower = integrate.quad(
        lambda age: HAZARD * math.exp(-HAZARD * age) / (0.4 + 0.6 * min(1.0, age / 90)), 0, 3000, points=[90], limit=200
    )[0]
    seen = measured("work of a lead", each(settings, 12, 66, mean_work, engine=engine), 0.05 / 5.71 * slower)
    assert seen.covers, seen
    assert seen.half_width < 0.06 * seen.theory, seen


def test_enablement_spares_new_reps_the_ramp(engine: str) -> None:
    settings = (
        *LEAVING, "sales.development_reps=1", "inquiries.per_day=3", "sales.work_hours=0.05", "run.horizon_years=3",
        "+programme.training={stage:enablement,effectiveness:1,carry_over_per_week:0,lag_weeks:0,least_spend_per_year:0}",
        "strategy=lead_factory", "strategy.budget_split.capture=0", "strategy.budget_split.nurture=0",
        "+strategy.budget_split.training=1", "enablement.half_saturation_per_year=1", "enablement.ramp_effect=1",
    )  # fmt: skip
    leads = simulate(load_scenario(settings), 67, 0, engine=engine).tables.leads
    leads = leads[~np.isnan(leads["finished"]) & (leads["arrived"] > 30)]
    assert (leads["finished"] - leads["started"]).mean() == pytest.approx(0.05 / 5.71, rel=0.05)
