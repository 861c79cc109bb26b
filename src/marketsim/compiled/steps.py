"""Steps: one compiled function per class of events, and for what several of them do. They are called by their address.

A call by address keeps the machine code of the steps apart: an edit of one leaves the others compiled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from marketsim.compiled.addresses import call_address
from marketsim.compiled.layout import MOST_STEPS, Hub
from marketsim.compiled.mode import COMPILED, orchestrated
from marketsim.rules.compiling import Callback
from marketsim.state.events import Event

Plain = Callable[[int, int, int, int, int, int], int]
_SIGNATURE = "int64(int64, int64, int64, int64, int64, int64)"

# steps that are no class of events, beyond the last of these
(
    TAKE_LEAD,
    FINISH_LEAD,
    DROP_LEAD,
    WORK_ALONE,
    TAKE_DEAL,
    FREE_SLOT,
    WIN,
    WORK,
    WAKE,
    TAKE_SEAT,
    START_WEEK,
    LOOK_BACK,
    OPEN_ACCOUNTS,
    OPEN_MARKET,
    OPEN_IDLE_CLICKS,
    OPEN_CLIENTS,
    OPEN_COMPANY,
    ADOPT_PLAN,
    CLOSE_MONTH,
    ADVANCE,
) = range(len(Event), len(Event) + 20)


@dataclass
class Step:
    """One step: its function, the numbers it is called by, and what people call it."""

    function: Plain
    numbers: tuple[int, ...]
    name: str
    allocates: bool

    @cached_property
    def machine_code(self) -> Callback:
        """Its machine code, compiled or loaded when its address is asked for."""
        return Callback(self.function, _SIGNATURE, allocates=self.allocates)


STEPS: list[Step] = []
_PLAIN: dict[int, Plain] = {}


def step(name: str, *numbers: int, allocates: bool = False) -> Callable[[Plain], Plain]:
    """Make a function (hub's address, five whole numbers) a step that is called by these numbers."""

    def register(function: Plain) -> Plain:
        assert all(number < MOST_STEPS and number not in _PLAIN for number in numbers)
        STEPS.append(Step(function, tuple(int(number) for number in numbers), name, allocates))
        _PLAIN.update(dict.fromkeys((int(number) for number in numbers), function))
        return function

    return register


def call_plain(h: Hub, number: int, a: int, b: int = 0, c: int = 0, d: int = 0, e: int = 0) -> int:
    """Take a step in Python."""
    return _PLAIN[int(number)](int(h["address"]), int(a), int(b), int(c), int(d), int(e))


@orchestrated
def _call_compiled(h: Hub, number: int, a: int, b: int = 0, c: int = 0, d: int = 0, e: int = 0) -> int:
    return call_address(h["steps"][number], h["address"], a, b, c, d, e)


call = _call_compiled if COMPILED else call_plain
"""Take a step now: `call(h, number, …)`."""
