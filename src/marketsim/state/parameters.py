"""Pack a scenario into one structured row for compiled code. Rates become days; levers are set by `set_plan`."""

from typing import Any

import numpy as np

from marketsim.rules.draws import stream_id, stream_key
from marketsim.scenario.scenario import Scenario
from marketsim.state.company_values import money_values, opening_values, sales_values
from marketsim.state.levers import lever_values
from marketsim.state.market_values import brand_values, demand_values, market_values
from marketsim.state.parameter_row import parameter_row
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
    return parameter_row(values | {"key": stream_keys(seed, replication)})


def stream_keys(seed: int, replication: int) -> np.ndarray[Any, Any]:
    """Return the keys of all streams in one replication."""
    keys = [stream_key(np.uint64(seed), np.uint64(replication), np.uint64(stream_id(s.name))) for s in STREAMS]
    return np.array(keys, dtype=np.uint64)
