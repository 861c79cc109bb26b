"""A mechanism that is switched off is off everywhere."""

from marketsim.engines import simulate
from marketsim.scenario.load import load_scenario

SMALL = ("market.accounts=500", "history.years=0", "run.horizon_years=1")


def test_without_memory_nobody_fills_in_a_form_because_he_remembers_us() -> None:
    with_memory = simulate(load_scenario(SMALL), 1, 0).monthly
    without = simulate(load_scenario([*SMALL, "memory.enabled=false"]), 1, 0).monthly
    assert with_memory["leads_organic"].sum() > 0
    assert without["leads_organic"].sum() == 0
    assert without["memory_reported"].max() == 0
