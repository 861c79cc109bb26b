"""Pack a scenario into one structured row for compiled code. Rates become days; levers are set by `set_plan`."""

import functools
from typing import Any

import numpy as np

from marketsim.rules.draws import stream_id, stream_key
from marketsim.scenario.scenario import Scenario
from marketsim.state.company_values import money_values, opening_values, sales_values
from marketsim.state.levers import lever_values
from marketsim.state.market_values import brand_values, demand_values, market_values
from marketsim.state.streams import STREAMS


def pack(scenario: Scenario, seed: int, replication: int) -> np.ndarray[Any, Any]:
    """Return the one-row parameter table of a scenario, with the past's levers set.

    Raises
    ------
    BadInput
        If journeys and contracts leave no dormant time between two market entries.
    """
    world = scenario.world
    values = market_values(world) | brand_values(world) | demand_values(world) | sales_values(world)
    values |= money_values(world) | opening_values(scenario) | lever_values(scenario.past)
    values["key"] = np.array(
        [stream_key(np.uint64(seed), np.uint64(replication), np.uint64(stream_id(s.name))) for s in STREAMS],
        dtype=np.uint64,
    )
    row = np.zeros(1, dtype=_dtype(values))
    for name, value in values.items():
        row[name] = value
    return row


def _dtype(values: dict[str, Any]) -> np.dtype[Any]:
    """Return the record type: counts and switches as i8, numbers as f8, keys as u8."""
    fields: list[Any] = []
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            fields.append((name, value.dtype.str, value.shape))
        else:
            fields.append((name, "i8" if isinstance(value, int) else "f8"))
    return _one_dtype(tuple(fields))


@functools.cache
def _one_dtype(fields: tuple[Any, ...]) -> np.dtype[Any]:
    """Return one and the same object for equal fields: numba compares other objects field by field at every call."""
    return np.dtype(list(fields), align=True)
