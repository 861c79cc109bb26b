"""The memory of a run: numpy tables with room to grow, and the hub that says where they lie."""

from typing import Any

import numpy as np

from marketsim.compiled.layout import (
    BLOCK,
    CHUNK,
    CLOCK,
    CLOCKS,
    DAYS_AHEAD,
    ENTRY,
    HOURS,
    HUB,
    IDLE_WEBINARS,
    ITEM,
    LATER,
    MARK,
    NONE,
    PLACE,
    READINGS_AHEAD,
    RECORD,
    SEAT,
    WEBINARS,
    room_for_a_chunk,
)
from marketsim.state.books import MONTH
from marketsim.state.layout import CONTRACT, DEAL, JOURNEY, LEAD, PERSON, REVIEW, TOUCH
from marketsim.state.pages import zeros

Array = np.ndarray[Any, Any]

_I8, _I4, _I1 = np.dtype("i8"), np.dtype("i4"), np.dtype("i1")

# tables that grow: what lies beside each row, and the fields of the hub that say how much of each is used
_TABLES: dict[str, dict[str, tuple[np.dtype[Any], str]]] = {
    "leads": {
        "leads": (LEAD, "leads_count"),
        "leads_free": (_I4, "leads_free_count"),
        "lead_numbers": (_I4, "leads_count"),
        "lead_links": (_I1, "leads_count"),
    },
    "deals": {
        "deals": (DEAL, "deals_count"),
        "deals_free": (_I4, "deals_free_count"),
        "deal_numbers": (_I4, "deals_count"),
        "deal_links": (_I1, "deals_count"),
    },
    "contracts": {"contracts": (CONTRACT, "contracts_count"), "contracts_free": (_I4, "contracts_free_count")},
    "journeys": {"journeys": (JOURNEY, "journeys_count")},
    "touches": {"touches": (TOUCH, "touches_count")},
    "people": {"people": (PERSON, "people_count")},
    "reviews": {"reviews": (REVIEW, "reviews_count")},
    "months": {"months": (MONTH, "months_count")},
    "records": {"records": (RECORD, "records_count")},
    "later": {"later": (LATER, "later_count")},
    "today": {"today": (ENTRY, "today_count"), "found": (ENTRY, "nothing")},
    "soon": {"soon": (ENTRY, "soon_count")},
    "queue": {"queue": (PLACE, "queue_count")},
    "by_age": {"by_age": (PLACE, "by_age_count")},
}
_WAITING_AT_OPENING = 9  # events that an account waits for at most
_HOT = ("accounts", "later")
_CLOCK_HEAPS = range(CLOCKS)
_ACCOUNT_CLOCKS = range(WEBINARS, IDLE_WEBINARS + 1)


class Memory:
    """All tables of a run, and the hub with their addresses.

    Parameters
    ----------
    given
        Tables that are there already: p, company, accounts, programmes.
    """

    def __init__(self, given: dict[str, Array]) -> None:
        self.arrays: dict[str, Array] = dict(given)
        self.hub: Array = np.zeros(1, dtype=HUB)
        self.clocks: Array = np.zeros(CLOCKS, dtype=CLOCK)
        self.hub["account_count"] = len(given["accounts"])
        self.hub["programme_count"] = len(given["programmes"])
        self.hub["spend_columns"] = len(given["programmes"]) + 1
        self.hub["one"] = 1
        self.arrays["clocks"] = self.clocks

    @property
    def h(self) -> Any:
        """The hub's row."""
        return self.hub[0]

    @property
    def address(self) -> int:
        """Where the hub lies."""
        return int(self.hub.ctypes.data)

    # ---- tables ----

    def open(self, seats: int) -> None:
        """Make every table, for a floor of so many seats."""
        accounts = int(self.h["account_count"])
        arrays = self.arrays
        arrays["hours"] = np.zeros(HOURS + 1, dtype=_I4)
        arrays["day_heads"] = np.full(DAYS_AHEAD, NONE, dtype=_I4)
        self._seats(seats)
        rows = self.rows_wanted()
        for which in _ACCOUNT_CLOCKS:
            arrays[f"heads_{which}"] = np.full(READINGS_AHEAD, NONE, dtype=_I4)
        for which in _CLOCK_HEAPS:
            arrays[f"marks_{which}"] = np.zeros(accounts + rows, dtype=MARK)
        for name, parts in _TABLES.items():
            room = {
                "months": 0,
                "reviews": CHUNK * int(self.h["programme_count"]),
                "later": _WAITING_AT_OPENING * accounts + BLOCK * (DAYS_AHEAD + rows),
                "today": accounts + rows,
                "soon": accounts + rows,
                "people": seats + rows,
            }.get(name, rows)
            for part, (dtype, _) in parts.items():
                arrays[part] = _room(room, dtype, part)
        arrays["line"] = np.zeros(rows, dtype=_I8)
        self.bind()

    def rows_wanted(self) -> int:
        """Return how many free rows a table needs before a chunk of events."""
        return int(room_for_a_chunk(self.h))

    def _seats(self, room: int) -> None:
        old = self.arrays.get("seats", np.zeros(0, dtype=SEAT))
        seats = np.zeros(room, dtype=SEAT)
        seats[: len(old)] = old
        seats["threshold"][len(old) :] = np.nan
        seats["person"][len(old) :] = NONE
        idle = np.zeros(2 * room, dtype=_I4)
        count = int(self.h["idle_heap_count"])
        if count:
            idle[:count] = self.arrays["idle_seats"][:count]
        self.arrays["seats"], self.arrays["idle_seats"] = seats, idle
        self.hub["seat_room"] = room
        waiting = int(self.h["agenda_count"])
        items = np.zeros(2 * room + 2 * int(self.h["batch_size"]) + 64, dtype=ITEM)
        if waiting:
            order = (int(self.h["agenda_first"]) + np.arange(waiting)) % len(self.arrays["agenda"])
            items[:waiting] = self.arrays["agenda"][order]
        self.arrays["agenda"] = items
        self.hub["agenda_first"] = 0

    def make_weeks(self, weeks: int) -> None:
        """Give the tables of weeks at least so many rows."""
        programmes = int(self.h["programme_count"])
        for name, columns in (("spend_weeks", programmes + 1), ("named_weeks", programmes)):
            old = self.arrays.get(name, np.zeros((0, columns)))
            if len(old) < weeks:
                self.arrays[name] = np.concatenate([old, np.zeros((weeks - len(old), columns))])
        self.bind()

    def make_months(self, months: int) -> None:
        """Give the table of months at least so many rows."""
        self._grow("months", months)
        self.bind()

    def make_seats(self, seats: int) -> None:
        """Make sure that there is room for so many seats more than there are."""
        wanted = int(self.h["seat_count"]) + seats
        if wanted >= int(self.h["seat_room"]):
            self._seats(2 * wanted)
            self.make_room()

    def make_room(self) -> None:
        """Let every table grow that has no room for the next chunk of events."""
        rows = self.rows_wanted()
        for name in _TABLES:
            if name == "months":
                continue
            used = max(int(self.h[count]) for _, count in _TABLES[name].values())
            if name == "today":
                used = max(used, int(self.h["in_days"]))
            new = {"records": 4 * rows, "later": BLOCK * rows, "reviews": CHUNK * int(self.h["programme_count"])}
            self._grow(name, used + new.get(name, rows))
        line = self.arrays["line"]
        if int(self.h["line_count"]) + rows > len(line):
            order = (int(self.h["line_first"]) + np.arange(int(self.h["line_count"]))) % len(line)
            longer = np.zeros(2 * (len(line) + rows), dtype=_I8)
            longer[: len(order)] = line[order]
            self.arrays["line"] = longer
            self.hub["line_first"] = 0
        for which in _CLOCK_HEAPS:
            marks, used = self.arrays[f"marks_{which}"], int(self.clocks["marks_count"][which])
            wanted = used + int(self.clocks["in_buckets"][which]) + rows
            if wanted > len(marks):
                self.arrays[f"marks_{which}"] = _longer(marks, used, 2 * wanted, "marks")
        if int(self.h["seat_count"]) + 2 * _HIRES_OF_A_CHUNK > int(self.h["seat_room"]):
            self._seats(2 * int(self.h["seat_room"]))
        self.bind()

    def _grow(self, name: str, wanted: int) -> None:
        for part, (_, count) in _TABLES[name].items():
            rows = self.arrays[part]
            if wanted > len(rows):
                room = wanted if name == "months" else max(wanted, 2 * len(rows))
                self.arrays[part] = _longer(rows, int(self.h[count]), room, part)

    # ---- the hub ----

    def bind(self) -> None:
        """Write into the hub where everything lies."""
        hub, arrays = self.hub, self.arrays
        hub["address"] = self.address
        for name in HUB.names or ():
            if name in arrays:
                hub[name] = arrays[name].ctypes.data
                if f"{name}_room" in (HUB.names or ()):
                    hub[f"{name}_room"] = len(arrays[name])
        if "spend_weeks" in arrays:
            hub["weeks_room"] = len(arrays["spend_weeks"])
        for which in _CLOCK_HEAPS:
            clock = self.clocks[which]
            marks = arrays[f"marks_{which}"]
            clock["marks"], clock["marks_room"] = marks.ctypes.data, len(marks)
            if f"heads_{which}" in arrays:
                clock["heads"] = arrays[f"heads_{which}"].ctypes.data

    def copy(self) -> "Memory":
        """Return an independent copy; of tables with room only the part that is used is copied."""
        other = Memory.__new__(Memory)
        other.hub, other.clocks = self.hub.copy(), self.clocks.copy()
        used = {part: int(self.h[count]) for parts in _TABLES.values() for part, (_, count) in parts.items()}
        used |= {f"marks_{which}": int(self.clocks["marks_count"][which]) for which in _CLOCK_HEAPS}
        other.arrays = {
            name: _longer(rows, used.get(name, len(rows)), len(rows), name)
            if name in used or name in _HOT
            else rows.copy()
            for name, rows in self.arrays.items()
        }
        other.arrays["clocks"] = other.clocks
        other.bind()
        return other


_HIRES_OF_A_CHUNK = 64


def _room(rows: int, dtype: np.dtype[Any], name: str) -> Array:
    """Return a table of zeros; pages that nobody has written to take no memory."""
    return zeros(rows, dtype) if name in _HOT else np.zeros(rows, dtype=dtype)


def _longer(rows: Array, used: int, room: int, name: str) -> Array:
    """Return a table with more room."""
    longer = _room(room, rows.dtype, name)
    longer[:used] = rows[:used]
    return longer
