"""Equality on every pair of shipped configuration values: markets, strategies, economies, decays, policies, queues."""

from itertools import combinations

import pytest
from equality.choices import (
    assembled,
    chosen_files,
    chosen_rows,
    columns,
    enumerations,
    lively,
    overrides,
    switches,
)
from equality.compare import HAS_COMPILED, PAIR, first_difference
from property.scenarios import told

from marketsim.engines import simulate
from marketsim.scenario.load import load_scenario

ACCOUNTS, PAST_YEARS, YEARS = 1000, 0.75, 2.0
BATCHES = 4
SEED = 11
GRIDS = (None, 0.25, 1.0, 7.0 / 8.0)  # days; a batch each


def test_every_file_and_every_enumeration_takes_part() -> None:
    assert {"market", "strategy", "economy", "decay", "history", "policy", "structure", "schedule"} <= {*chosen_files()}
    assert {"sales.calendar", "sales.queue", "sales.cold_leads", "sales.deal_ends"} <= {*enumerations()}
    assert {"people.hiring_enabled", "money.insolvency_enabled"} <= {*columns()}
    for one, other in combinations(columns(), 2):
        together = {(row[one], row[other]) for row in chosen_rows()}
        assert together >= {(a, b) for a in columns()[one] for b in columns()[other]} or one in switches()
    assert {name for row in chosen_rows() for name in row if row[name] is False} >= {*switches()}


@pytest.mark.parametrize("number", [0, 37, 80])
def test_a_scenario_put_together_is_the_composed_one(number: int) -> None:
    chosen = chosen_rows()[number]
    composed, ours = load_scenario(overrides(chosen)), assembled(chosen)
    assert ours.later == composed.later
    assert told(ours) == told(composed)
    assert ours == composed


@pytest.mark.skipif(not HAS_COMPILED, reason="there is no compiled engine yet")
@pytest.mark.parametrize("batch", range(BATCHES))
def test_both_engines_play_every_pair_of_values_alike(batch: int) -> None:
    differing = []
    for number, chosen in enumerate(chosen_rows()):
        if number % BATCHES == batch:
            scenario = lively(assembled(chosen), ACCOUNTS, PAST_YEARS, YEARS)
            how = {"record": True, "grid_days": GRIDS[batch]}
            one, other = (simulate(scenario, SEED, number, engine, **how) for engine in PAIR)
            difference = first_difference(one, other)
            if difference is not None:
                differing.append(f"row {number}: {' '.join(overrides(chosen))}\n{difference}")
    assert not differing, "\n\n".join([f"{len(differing)} rows differ", *differing[:3]])
