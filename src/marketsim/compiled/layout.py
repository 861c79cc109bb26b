"""What the compiled engine keeps beside the model's tables: pending events, clocks, seats, lines; and the hub.

The hub is one row of numbers: where each table lies, how full it is, and the few scalars of a run. A step gets its
address and finds everything from there.
"""

from typing import Any

import numpy as np

from marketsim.compiled.addresses import grid_reader, prefetch, reader, table_in
from marketsim.compiled.mode import orchestrated
from marketsim.state.books import COMPANY, MONTH
from marketsim.state.layout import (
    ACCOUNT,
    CONTRACT,
    DEAL,
    JOURNEY,
    LEAD,
    PERSON,
    PROGRAMME,
    REVIEW,
    TOUCH,
)
from marketsim.state.parameter_row import PARAMETERS

Hub = Any  # one row of HUB, inside compiled code
Row = Any  # one row of another table
Rows = np.ndarray[Any, Any]

DAYS_AHEAD = 4096  # buckets of pending events, one per day; what lies further ahead goes round once more
READINGS_AHEAD = 4096  # buckets of those who wait on a clock, by its reading
CLASS_SHIFT = 48  # entities are below 2**48
NONE = -1

WEBINARS, NURTURE, IDLE_ADS, IDLE_ORGANIC, IDLE_WEBINARS, QUITS = range(6)
CLOCKS = 6

# how `advance` came back
DONE, CONTINUES, NEEDS_ROOM, NEEDS_PLAN, STOPPED = range(5)

# what the agenda of an instant holds
WAKES, TAKES_SEAT, WORKS_ALONE = range(3)
LOOK_AROUND, GO_HOME = -1, -2  # what somebody is woken for who does not get a lead

MOST_STEPS = 64
CACHE_LINE = 64  # bytes
ACCOUNT_BYTES = ACCOUNT.itemsize
CHUNK = 64  # events between two looks at whether the tables have room

# A pending event of the present day. `row` is where its entity lies.
ENTRY = np.dtype([("time", "f8"), ("key", "i8"), ("row", "i8")], align=True)
# One of a later day, or somebody who waits on a clock until a later reading (`kind` is the need). They lie in blocks,
# whose first row is kept for the block that follows (`row`). A bucket knows its last row, which also says how full its
# first block is: to add to it needs no look at it.
LATER = np.dtype([("time", "f8"), ("kind", "i4"), ("row", "i4")], align=True)
BLOCK = 16
HOURS = 4096  # parts of a day at most, by which its events are sorted
# Somebody who waits on a shared clock; `need` tells whether an account still waits for the same reason.
MARK = np.dtype([("threshold", "f8"), ("entity", "i4"), ("need", "i4")], align=True)
CLOCK = np.dtype(
    [
        ("reading", "f8"),
        ("since", "f8"),
        ("rate", "f8"),
        ("due", "f8"),
        ("kind", "i8"),
        ("marks", "i8"),
        ("marks_room", "i8"),
        ("marks_count", "i8"),
        ("buckets_per_reading", "f8"),
        ("heads", "i8"),
        ("bucket", "i8"),
        ("in_buckets", "i8"),
    ],
    align=True,
)
SEAT = np.dtype(
    [
        ("hired", "f8"),
        ("threshold", "f8"),
        ("person", "i4"),
        ("tenure", "i4"),
        ("calls", "i4"),
        ("lead", "i4"),
        ("exists", "i1"),
        ("closing", "i1"),
        ("leaving", "i1"),
        ("idle", "i1"),
        ("new", "i1"),
    ],
    align=True,
)
ITEM = np.dtype([("what", "i8"), ("who", "i8"), ("lead", "i8")], align=True)
PLACE = np.dtype([("group", "f8"), ("rank", "f8"), ("number", "i8"), ("row", "i8")], align=True)
RECORD = np.dtype([("time", "f8"), ("kind", "i8"), ("entity", "i8"), ("detail", "f8")], align=True)

_TABLES = ("leads", "deals", "contracts", "journeys", "touches", "people", "reviews", "months", "records", "later")
_WITH_FREE_ROWS = ("leads", "deals", "contracts")
_NUMBERS = (
    "now", "until", "grid_days", "closes_at", "response_target", "slots", "per_year", "share_of_revenue",
    "structure_share", "start", "opening_cash", "batch_every_days", "next_due", "first_hired",
)  # fmt: skip
_COUNTS = (
    "address", "one", "nothing", "spend_columns", "p", "company", "accounts", "account_count", "programmes",
    "programme_count",
    "spend_weeks", "named_weeks", "weeks_room", "plan_weeks", "plan_factors", "plan_common", "plan_changes",
    "today", "today_first", "today_count", "today_room", "found", "found_room", "hours",
    "soon", "soon_count", "soon_room", "day", "day_heads", "in_days", "free_block",
    "clocks", "next_clock", "agenda", "agenda_first", "agenda_count", "agenda_room",
    "seats", "seat_room", "seat_count", "closing_count", "idle_seats", "idle_heap_count", "idle_count",
    "to_close", "days_begin", "queue", "queue_count", "queue_room", "by_age", "by_age_count", "by_age_room", "waiting",
    "line", "line_first", "line_count", "line_room", "slots_used", "lead_links", "deal_links", "lead_numbers",
    "deal_numbers", "leads_ever", "deals_ever", "logs", "recording", "finite", "has_hours", "outbound", "hires",
    "ages", "own_length", "discipline", "past_weeks", "past_months", "horizon_months", "week", "month", "inquiry",
    "batch", "batch_inquiry", "batch_size", "next_plan_week", "plan_adopted", "stopped", "timed_events",
)  # fmt: skip
HUB = np.dtype(
    [(name, "f8") for name in _NUMBERS]
    + [(name, "i8") for name in _COUNTS]
    + [(f"{table}{suffix}", "i8") for table in _TABLES for suffix in ("", "_room", "_count")]
    + [(f"{table}{suffix}", "i8") for table in _WITH_FREE_ROWS for suffix in ("_free", "_free_count")]
    + [("steps", "i8", (MOST_STEPS,))],
    align=True,
)

_F8, _I8, _I4, _I1 = np.dtype("f8"), np.dtype("i8"), np.dtype("i4"), np.dtype("i1")

hub_at = reader(HUB)
leads_at = reader(LEAD)
deals_at = reader(DEAL)
contracts_at = reader(CONTRACT)
journeys_at = reader(JOURNEY)
touches_at = reader(TOUCH)
reviews_at = reader(REVIEW)
months_at = reader(MONTH)
records_at = reader(RECORD)
entries_at = reader(ENTRY)
later_at = reader(LATER)
clocks_at = reader(CLOCK)
marks_at = reader(MARK)
seats_at = reader(SEAT)
items_at = reader(ITEM)
places_at = reader(PLACE)
numbers_at = reader(_F8)
counts_at = reader(_I8)
small_at = reader(_I4)
flags_at = reader(_I1)
number_grid_at = grid_reader(_F8)
count_grid_at = grid_reader(_I8)


accounts_of = table_in(HUB, ACCOUNT, "accounts", "account_count")
programmes_of = table_in(HUB, PROGRAMME, "programmes", "programme_count")
p_of = table_in(HUB, PARAMETERS, "p", "one")
company_of = table_in(HUB, COMPANY, "company", "one")
# these with all their room
leads_of = table_in(HUB, LEAD, "leads", "leads_room")
deals_of = table_in(HUB, DEAL, "deals", "deals_room")
contracts_of = table_in(HUB, CONTRACT, "contracts", "contracts_room")
journeys_of = table_in(HUB, JOURNEY, "journeys", "journeys_room")
touches_of = table_in(HUB, TOUCH, "touches", "touches_room")
people_of = table_in(HUB, PERSON, "people", "people_room")
seats_of = table_in(HUB, SEAT, "seats", "seat_room")
spend_weeks_of = table_in(HUB, _F8, "spend_weeks", "weeks_room", "spend_columns")
named_weeks_of = table_in(HUB, _F8, "named_weeks", "weeks_room", "programme_count")


@orchestrated
def fetch_account(h: Hub, account: int) -> None:
    """Let the processor fetch an account's row that will be needed soon."""
    address = h["accounts"] + account * ACCOUNT_BYTES
    prefetch(address)
    prefetch(address + CACHE_LINE)
    prefetch(address + 2 * CACHE_LINE)
    prefetch(address + 3 * CACHE_LINE)


@orchestrated
def room_for_a_chunk(h: Hub) -> int:
    """Return how many rows a chunk of events adds to a table at most: every event some, or some for every seat.

    Reviews are another matter: one of them adds a row for each programme.
    """
    return CHUNK * (8 + h["batch_size"] + 4 * (1 + h["seat_count"]))


@orchestrated
def note(h: Hub, kind: int, entity: int, detail: float) -> None:
    """Log what happens now, if a log is kept."""
    if h["recording"] == 1:
        row = records_at(h["records"], h["records_room"])[h["records_count"]]
        row["time"] = h["now"]
        row["kind"] = kind
        row["entity"] = entity
        row["detail"] = detail
        h["records_count"] += 1
