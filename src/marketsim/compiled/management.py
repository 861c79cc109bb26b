"""Management, as steps: reviews what it can measure, and spends money from week to week. Python hands it new plans."""

import math

from marketsim.compiled.executives import fill_slots
from marketsim.compiled.layout import (
    Hub,
    accounts_of,
    company_of,
    contracts_at,
    count_grid_at,
    deals_at,
    hub_at,
    journeys_at,
    leads_at,
    named_weeks_of,
    note,
    number_grid_at,
    numbers_at,
    p_of,
    programmes_of,
    reviews_at,
    seats_of,
    spend_weeks_of,
    touches_at,
)
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.reps import add_seat, send_home
from marketsim.compiled.steps import ADOPT_PLAN, LOOK_BACK, step
from marketsim.compiled.waiting import set_discipline
from marketsim.scenario.scenario import DAYS_PER_WEEK
from marketsim.state.events import Event
from marketsim.state.funding import fund_programmes, note_names
from marketsim.state.layout import NOTHING
from marketsim.state.steering import believed_return, decide_funding, is_funding_round, is_review, review

_REVIEW = int(Event.REVIEW)


@orchestrated
def fund(h: Hub, week: int, first_review: int) -> None:
    """Set what is spent from this week start on, and note it in the reviews that have just been held."""
    company = company_of(h)
    company[0]["week"] = week - h["past_weeks"]
    changes = h["plan_changes"]
    fund_programmes(
        p_of(h), company, programmes_of(h), h["per_year"], h["share_of_revenue"], h["structure_share"],
        count_grid_at(h["plan_weeks"], changes, 2),
        number_grid_at(h["plan_factors"], changes, h["programme_count"]),
        numbers_at(h["plan_common"], changes),
        spend_weeks_of(h)[week], h["start"] + week * DAYS_PER_WEEK,
    )  # fmt: skip
    reviews = reviews_at(h["reviews"], h["reviews_room"])
    for row in range(first_review, h["reviews_count"]):
        reviews[row]["budget_per_year"] = company[0]["budget_per_year"]


@orchestrated
def note_media(h: Hub, week: int) -> None:
    """Note what the week's media are remembered for, once its rates are set."""
    note_names(p_of(h), company_of(h), programmes_of(h), named_weeks_of(h)[week])


@step("reviews", LOOK_BACK, allocates=True)
def _look_back(hub: int, week: int, b: int, c: int, d: int, e: int) -> int:
    """Review what can be measured, and decide on the budget, if this is the week for it."""
    h = hub_at(hub, 1)[0]
    p, company = p_of(h), company_of(h)
    since_day_0 = week - h["past_weeks"]
    reviews_now, funds_now = is_review(p, since_day_0), is_funding_round(p, since_day_0)
    if not reviews_now and not funds_now:
        return 0
    accounts, now = accounts_of(h), h["now"]
    contracts = contracts_at(h["contracts"], h["contracts_count"])
    journeys = journeys_at(h["journeys"], h["journeys_count"])
    touches = touches_at(h["touches"], h["touches_count"])
    spend_weeks, named_weeks = spend_weeks_of(h), named_weeks_of(h)
    believed = math.nan
    if reviews_now:
        row = h["reviews_count"]
        h["reviews_count"] = row + h["programme_count"]
        kpi, believed = review(
            p, company, programmes_of(h), accounts, leads_at(h["leads"], h["leads_count"]),
            deals_at(h["deals"], h["deals_count"]), contracts, journeys, touches, spend_weeks,
            named_weeks, h["start"], week, reviews_at(h["reviews"], h["reviews_room"]), row, now,
        )  # fmt: skip
        note(h, _REVIEW, company[0]["reviews"] - 1, kpi)
    if funds_now:
        if not reviews_now:
            believed = believed_return(
                p, accounts, contracts, journeys, touches, spend_weeks, named_weeks, h["start"], week, now
            )
        decide_funding(p, company, believed)
    return 0


@step("new plans", ADOPT_PLAN)
def _adopt_plan(hub: int, reps: int, present_reps: int, discipline: int, c: int, d: int) -> int:
    """Bring seats, queue and slots to what a plan says; new reps start without experience."""
    h = hub_at(hub, 1)[0]
    h["to_close"] = 0
    company_of(h)[0]["seats"] = present_reps
    for _ in range(reps - (h["seat_count"] - h["closing_count"])):
        add_seat(h, h["now"], NOTHING)
    seats = seats_of(h)
    kept = 0
    for seat in range(len(seats)):
        if seats[seat]["exists"] == 1 and seats[seat]["closing"] == 0:
            kept += 1
            if kept > reps:
                seats[seat]["closing"] = 1
                h["closing_count"] += 1
                send_home(h, seat)
    set_discipline(h, discipline)
    fill_slots(h)
    return 0
