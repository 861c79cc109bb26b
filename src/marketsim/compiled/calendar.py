"""The calendar, as steps: weeks, at whose start rates change; months, whose books are closed; outside inquiries."""

import math

from marketsim.compiled.clock import schedule
from marketsim.compiled.layout import (
    IDLE_ADS,
    NURTURE,
    QUITS,
    WEBINARS,
    Hub,
    accounts_of,
    company_of,
    hub_at,
    months_at,
    note,
    number_grid_at,
    numbers_at,
    p_of,
    programmes_of,
)
from marketsim.compiled.management import fund, note_media
from marketsim.compiled.mode import orchestrated
from marketsim.compiled.shared_clocks import set_rate
from marketsim.compiled.steps import CLOSE_MONTH, LOOK_BACK, START_WEEK, TAKE_LEAD, call, step
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_WEEK
from marketsim.state.books import FLOW_NUMBERS, FLOW_OFFSET, MONTH_NUMBERS
from marketsim.state.calendar import close_books, next_inquiry, turn_week
from marketsim.state.events import Event
from marketsim.state.layout import FROM_OUTSIDE, NOBODY, NOTHING

_MONTH, _WEEK = int(Event.MONTH), int(Event.WEEK)
_INQUIRY, _INQUIRY_BATCH = int(Event.INQUIRY), int(Event.INQUIRY_BATCH)
FIRST_OF_BATCHES = 1 << 30  # ordinals of inquiries in batches, apart from those of the Poisson stream


@step("weeks", _WEEK)
def _turn_week(hub: int, zero: int, row: int, c: int, d: int, e: int) -> int:
    """Start a week: decide, spend, and set the rates of all clocks."""
    h = hub_at(hub, 1)[0]
    week = h["week"]
    first_review = h["reviews_count"]
    if h["plan_adopted"] == 0:
        call(h, LOOK_BACK, week, 0, 0, 0, 0)
    h["plan_adopted"] = 0
    fund(h, week, first_review)
    rates = turn_week(p_of(h), company_of(h), programmes_of(h), h["now"])
    note_media(h, week)
    note(h, _WEEK, week, rates[2])
    set_rate(h, WEBINARS, rates[0])
    set_rate(h, NURTURE, rates[1])
    set_rate(h, IDLE_ADS, rates[2])
    set_rate(h, IDLE_ADS + 1, rates[3])
    set_rate(h, IDLE_ADS + 2, rates[4])
    set_rate(h, QUITS, rates[5])
    call(h, START_WEEK, 0, 0, 0, 0, 0)
    h["week"] = week + 1
    schedule(h, h["start"] + (week + 1) * DAYS_PER_WEEK, _WEEK, 0, 0)
    return 0


@step("months", _MONTH)
def _end_month(hub: int, zero: int, row: int, c: int, d: int, e: int) -> int:
    """Close the books of a month; a company without money stops."""
    h = hub_at(hub, 1)[0]
    call(h, CLOSE_MONTH, 0, 0, 0, 0, 0)
    h["month"] += 1
    schedule(h, h["month"] * DAYS_PER_MONTH, _MONTH, 0, 0)
    if company_of(h)[0]["insolvent"] == 1:
        h["stopped"] = 1
    return 0


@step("books of a month", CLOSE_MONTH)
def _close_month(hub: int, a: int, b: int, c: int, d: int, e: int) -> int:
    """Write the month that ends now."""
    h = hub_at(hub, 1)[0]
    row = h["months_count"]
    h["months_count"] = row + 1
    months = months_at(h["months"], h["months_room"])
    numbers = number_grid_at(h["months"], h["months_room"], MONTH_NUMBERS)
    company = company_of(h)
    flows = numbers_at(h["company"] + FLOW_OFFSET, FLOW_NUMBERS)
    close_books(
        p_of(h), company, flows, accounts_of(h), months, numbers[row], row, h["past_months"], h["horizon_months"],
        h["opening_cash"], h["now"],
    )  # fmt: skip
    note(h, _MONTH, row, company[0]["cash"])
    return 0


@step("inquiries from outside", _INQUIRY)
def _inquire(hub: int, zero: int, row: int, c: int, d: int, e: int) -> int:
    """Let an inquiry from outside the market arrive, as one of a Poisson stream."""
    h = hub_at(hub, 1)[0]
    k = h["inquiry"]
    note(h, _INQUIRY, k, 0.0)
    call(h, TAKE_LEAD, NOBODY, FROM_OUTSIDE, k, 0, NOTHING)
    expect_inquiry(h, k + 1)
    return 0


@orchestrated
def expect_inquiry(h: Hub, k: int) -> None:
    """Wait for the k-th inquiry from outside."""
    h["inquiry"] = k
    time = next_inquiry(p_of(h), k, h["now"])
    if time < math.inf:
        schedule(h, time, _INQUIRY, 0, 0)


@step("batches of inquiries", _INQUIRY_BATCH)
def _inquire_in_batch(hub: int, zero: int, row: int, c: int, d: int, e: int) -> int:
    """Let a batch of inquiries arrive."""
    h = hub_at(hub, 1)[0]
    note(h, _INQUIRY_BATCH, h["batch"], float(h["batch_size"]))
    for _ in range(h["batch_size"]):
        k = h["batch_inquiry"]
        h["batch_inquiry"] = k + 1
        call(h, TAKE_LEAD, NOBODY, FROM_OUTSIDE, k, 0, NOTHING)
    expect_batch(h, h["batch"] + 1)
    return 0


@orchestrated
def expect_batch(h: Hub, batch: int) -> None:
    """Wait for a batch of inquiries."""
    h["batch"] = batch
    if h["batch_size"] > 0:
        schedule(h, h["start"] + batch * h["batch_every_days"], _INQUIRY_BATCH, 0, 0)
