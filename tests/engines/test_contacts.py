"""Second contacts, touches, accounts that close themselves, seats: what the tables say must fit together."""

import numpy as np
import pandas as pd
import pytest

from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.state.layout import (
    DEAL_LEFT_LINE,
    FROM_OUTBOUND,
    FROM_REFERRAL,
    FROM_SEARCH,
    FROM_SECOND_CONTACT,
    NOTHING,
    TOUCH_CALL,
    TOUCH_INQUIRY,
    TOUCH_JOINED,
    TOUCH_MEETING,
)

SMALL = (
    "market.accounts=2000", "history.years=1", "run.horizon_years=2", "money.marketing_budget_per_year=3.0e5",
    "sales.development_reps=2", "sales.executives=2", "scorched.enabled=false", "organic.enabled=true",
)  # fmt: skip
PAIRS = (
    *SMALL, "contacts.second_contact_probability=1", "contacts.second_contact_delay_days=0.001",
    *(f"market.segments.{name}.group_size=2" for name in ("small", "mid_market", "enterprise")),
    "market.group_size_sigma=0",
)  # fmt: skip


def touches_of(outcome: Outcome) -> pd.DataFrame:
    return pd.DataFrame(outcome.tables.touches)


@pytest.fixture(scope="module", params=["basic", "full"])
def pairs(request: pytest.FixtureRequest) -> Outcome:
    """Every group has two people, and each inquiry of the first brings the second with chance 1 - 1/2."""
    structure = f"strategy.structure={request.param}"
    months = "process.months_until_it_works=0"
    return simulate(load_scenario([*PAIRS, structure, months]), 91, 0)


def test_half_of_the_first_contacts_inquiries_bring_the_second(pairs: Outcome) -> None:
    touches = touches_of(pairs)
    inquiries = touches[touches["kind"].isin([TOUCH_INQUIRY, TOUCH_JOINED])]
    second = inquiries["source"] == FROM_SECOND_CONTACT
    met = inquiries[second].groupby(["account", "need"])["at"].min().rename("met")
    assert not inquiries[second].duplicated(["account", "need"]).any()  # there is only one second of two
    first = inquiries[~second & ~inquiries["source"].isin([FROM_REFERRAL, FROM_OUTBOUND])]
    first = first.merge(met, how="left", left_on=["account", "need"], right_index=True)
    asked = first[~(first["at"] > first["met"])]
    share = len(met) / len(asked)
    assert len(asked) > 1000
    assert share == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / len(asked)))


def test_a_matched_contact_joins_an_open_lead_and_others_make_one(pairs: Outcome) -> None:
    run = pairs.tables
    joined = run.touches[run.touches["kind"] == TOUCH_JOINED]
    assert len(joined) == run.months["second_contacts_joined"].sum()
    own = run.leads[run.leads["source"] == FROM_SECOND_CONTACT]
    assert (own["contact"] == 1).all()
    if pairs.scenario.plan.structure.matching:
        assert len(joined) > 20
        origin = run.leads[joined["lead"]]
        finished = np.where(np.isnan(origin["finished"]), np.inf, origin["finished"])
        in_talks = finished >= joined["at"]  # the lead it joins is open still, or a deal has come of it
        assert (in_talks | (origin["deal"] != NOTHING)).mean() > 0.9
        assert (run.touches["matched"][run.touches["at"] > 0] == 1).all()
    else:
        assert len(joined) == 0
        assert len(own) > 200
        assert ((run.touches["matched"] == 1) == (run.touches["contact"] == 0)).all()
    assert run.deals["contacts"].max() == 2


def test_touches_are_chained_by_account_and_recorded_at_their_rate(pairs: Outcome) -> None:
    run = pairs.tables
    touches = touches_of(pairs)
    assert len(touches) == run.months["touches"].sum()
    assert touches["recorded"].sum() == run.months["touches_recorded"].sum()
    before = touches.groupby("account").apply(lambda rows: pd.Series(rows.index).shift(fill_value=NOTHING).tolist())
    expected = pd.Series(
        np.concatenate(before.tolist()), index=np.concatenate(list(touches.groupby("account").groups.values()))
    )
    assert (expected.sort_index() == touches["previous"]).all()
    last = touches.reset_index().groupby("account")["index"].max()
    assert (run.accounts["last_touch"][last.index] == last).all()
    calls = touches[touches["kind"] == TOUCH_CALL]
    reached = (run.leads["reached"] == 1) & ~np.isnan(run.leads["finished"]) & ~np.isnan(run.leads["started"])
    assert len(calls) == reached.sum()
    met = touches[touches["kind"] == TOUCH_MEETING]
    assert len(met) == (~np.isnan(run.deals["started"])).sum()
    asked = touches[touches["kind"] == TOUCH_INQUIRY]
    assert len(asked) == len(run.leads)
    rate = pairs.scenario.world.crm.recording_rate
    assert asked["recorded"].mean() == pytest.approx(rate, abs=4 * np.sqrt(0.25 / len(asked)))


def test_who_was_called_at_the_wrong_time_asks_for_nothing_any_more() -> None:
    settings = ["scorched.enabled=true", "scorched.probability_per_call=1", "scorched.half_life_days=1e9"]
    run = simulate(load_scenario([*SMALL, *settings]), 92, 0).tables
    closed = run.accounts["closed_until"] > run.ends_at
    assert closed.sum() == run.months["accounts_closed"].sum() == run.months["closed_accounts"][-1] > 50
    # each account that closed was called at one moment; no inquiry of its own came after that
    calls = run.touches[run.touches["kind"] == TOUCH_CALL]
    last_call = pd.Series(calls["at"]).groupby(calls["account"]).max()
    leads = pd.DataFrame(run.leads)[["account", "arrived", "source"]]
    own = leads[leads["account"].isin(np.flatnonzero(closed)) & (leads["source"] != FROM_REFERRAL)]
    after = own["arrived"] > own["account"].map(last_call)
    assert not after.any()


def test_the_money_behind_a_lead_is_shared_by_pressure_and_effect() -> None:
    settings = [
        "+programme.other={stage:capture,effectiveness:2,carry_over_per_week:0.5,lag_weeks:0,least_spend_per_year:0}",
        "strategy=lead_factory", "strategy.budget_split.capture=0.6", "strategy.budget_split.nurture=0.2",
        "+strategy.budget_split.other=0.2", "history=start_up",
    ]  # fmt: skip
    run = simulate(load_scenario([*SMALL, *settings]), 93, 0).tables
    paid = run.leads[(run.leads["source"] == FROM_SEARCH) & (run.leads["arrived"] > 100)]
    share = (paid["programme"] == run.programmes.index("other")).mean()
    # .2 of the budget at twice the effect, against .6
    assert share == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / len(paid)))
    assert set(run.leads["programme"][run.leads["source"] == FROM_REFERRAL]) <= {NOTHING}


BUSY = (*SMALL, "people.hiring_enabled=true", "sales.calendar=always_open", "people.attrition_per_year=1")


def test_seats_are_added_when_the_floor_is_busy() -> None:
    outcome = simulate(load_scenario([*BUSY, "sales.development_reps=1", "sales.work_hours=10"]), 94, 0)
    months, people = outcome.monthly, outcome.tables.people
    after = months[months["month"] >= 0]
    assert after["hires"].sum() >= 2
    assert months[months["month"] < 0]["hires"].sum() == 0
    seats = 1 + after["hires"].cumsum() - after["seats_closed"].cumsum()
    assert (seats == after["seats"]).all()
    assert (after["reps"] <= after["seats"]).all()
    assert after["load"].iloc[-1] < 0.85
    # no two people on one seat at a time; whoever sits there is counted
    for _, rows in pd.DataFrame(people).groupby("seat"):
        assert (rows["started"].to_numpy()[1:] >= rows["ended"].to_numpy()[:-1]).all()
    assert np.isnan(people["ended"]).sum() == months["reps"].iloc[-1]
    assert people["leads_worked"].sum() == outcome.tables.months["worked_leads"].sum()


def test_seats_are_closed_when_people_leave_an_idle_floor_but_never_the_last() -> None:
    settings = ["sales.development_reps=6", "people.attrition_per_year=4", "people.waste_limit=1"]
    outcome = simulate(load_scenario([*BUSY, *settings, "run.horizon_years=5"]), 95, 0)
    after = outcome.monthly[outcome.monthly["month"] >= 0]
    assert after["seats"].iloc[-1] < 6
    assert after["seats"].min() >= 1
    assert (6 + after["hires"].cumsum() - after["seats_closed"].cumsum() == after["seats"]).all()
    pay = outcome.scenario.world.money.development_rep_cost_per_year
    executives = 2 * outcome.scenario.world.money.executive_cost_per_year
    last = after.iloc[-1]
    if after["seats"].iloc[-2] == last["seats"]:
        assert last["payroll"] == pytest.approx((pay * last["seats"] + executives) / 12)


def test_without_automation_no_lead_is_kept_in_nurture() -> None:
    leads = simulate(load_scenario([*SMALL, "structure.automation=false"]), 99, 0).tables.leads
    assert leads["nurtured"][leads["finished"] < 0].sum() > 10  # the past had it
    assert (leads["finished"] > 0).sum() > 10
    assert not leads["nurtured"][leads["finished"] >= 0].any()


def test_an_idle_quarter_closes_one_seat_at_most() -> None:
    settings = ["sales.development_reps=8", "people.waste_limit=1", "sales.work_hours=0.5"]
    outcome = simulate(load_scenario([*BUSY, *settings, "run.horizon_years=5"]), 95, 0)
    people = outcome.tables.people
    last_there = np.array([people["ended"][people["seat"] == seat][-1] for seat in np.unique(people["seat"])])
    closed = last_there[last_there < 5 * 365 - 150]  # later ones may only wait for somebody new
    assert len(closed) >= 4
    quarters = np.floor(closed / 91)  # a verdict holds until the next one, and is not added to it
    assert len(np.unique(quarters)) == len(quarters)


def test_what_is_done_for_recommendations_works_for_customers_of_long_standing_too() -> None:
    settings = [
        "history.years=6", "run.horizon_years=1", "money.marketing_budget_per_year=2.4e6", "sales.executives=6",
        "referral.per_year=1", "advocacy.referral_effect=4",
    ]  # fmt: skip
    advocacy = ["+strategy.budget_split.advocacy=0.4", "strategy.budget_split.brand=0.06"]
    advocacy += ["strategy.budget_split.capture=0.24"]
    rate = []
    for more in ([], [*advocacy, "strategy.rescale=true"]):
        run = simulate(load_scenario([*SMALL, *settings, *more]), 98, 0).tables
        referred = (run.leads["source"] == FROM_REFERRAL) & (run.leads["arrived"] > 8 * 7)
        rate.append(referred.sum() / run.months["customers_fit"][-12:].mean())
    assert rate[1] / rate[0] == pytest.approx(1 + 4 * 0.96 / 1.11, rel=0.25)  # at once, not with the next occasion


def test_sales_that_is_paid_for_what_a_customer_is_worth_turns_bad_fit_away() -> None:
    share = {}
    for incentive in ("bookings", "lifetime_value"):
        run = simulate(load_scenario([*SMALL, f"sales.incentive={incentive}"]), 96, 0).tables
        share[incentive] = (run.deals["fit"][run.deals["opened"] > 0] == 0).mean()
    assert share["bookings"] > 0.2
    assert share["lifetime_value"] < 0.4 * share["bookings"]


def test_deals_that_left_the_line_hold_no_slot_in_the_past_either() -> None:
    settings = ["history.years=4", "sales.executives=1", "sales.deals_per_executive=3", "sales.calendar=always_open"]
    outcome = simulate(load_scenario([*SMALL, *settings]), 97, 0)
    months = outcome.tables.months[: outcome.tables.past_months]
    assert (outcome.tables.deals["state"] == DEAL_LEFT_LINE).sum() > 10
    busy = months["deals_waiting"] > 0
    assert busy.sum() > 5
    assert (months["open_deals"][busy] == 3).all()  # nobody waits before a free slot
