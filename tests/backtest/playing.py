"""Play the runs that back tests read, in two threads, each once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pandas as pd
from property.scenarios import default, small

from marketsim.engines import simulate
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import Scenario

SEED = 1
THREADS = 2  # the compiled loop lets both run


@dataclass(frozen=True)
class Run:
    """The tidy tables of one run that back tests read."""

    accounts: int
    past_years: float
    horizon_years: float
    monthly: pd.DataFrame
    leads: pd.DataFrame
    deals: pd.DataFrame
    journeys: pd.DataFrame


def play(scenario: Scenario, replication: int) -> Run:
    """Play one replication."""
    outcome = simulate(scenario, SEED, replication)
    return Run(
        accounts=scenario.world.market.accounts,
        past_years=scenario.history.years,
        horizon_years=scenario.horizon_months / 12,
        monthly=outcome.monthly,
        leads=outcome.leads,
        deals=outcome.deals,
        journeys=outcome.journeys,
    )


def play_all(scenarios: Sequence[Scenario], replications: int) -> list[list[Run]]:
    """Play every scenario so many times; a list of runs for each, replications in order."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = [[pool.submit(play, scenario, r) for r in range(replications)] for scenario in scenarios]
        return [[run.result() for run in row] for row in waiting]


def balanced(horizon_years: float, *core_alone: str) -> Scenario:
    """Give balanced on a balanced past, at full size."""
    return load_scenario([*core_alone, "strategy=balanced", "history=balanced", f"run.horizon_years={horizon_years}"])


def gone_dark(usual: Scenario) -> Scenario:
    """Stop brand and content on day 0; the money of the other programmes stays as it was."""
    kept = {name: share for name, share in usual.plan.budget_split.items() if name not in ("brand", "content")}
    left = sum(kept.values())
    split = {"brand": 0.0, "content": 0.0} | {name: share / left for name, share in kept.items()}
    plan = replace(usual.plan, name="dark", budget_per_year=usual.plan.budget_per_year * left, budget_split=split)
    return replace(usual, name="dark", plan=plan)


def without_us(accounts: int, horizon_years: float) -> Scenario:
    """Give a stationary market in which we do nothing."""
    plan = replace(default().plan, present=False)
    return small(
        accounts,
        horizon_years=horizon_years,
        plan=plan,
        past=plan,
        initial__memory=0.0,
        initial__customer_share=0.0,
        initial__known_share=0.0,
    )


def calls(decay: str) -> Scenario:
    """Give a floor that is fed by inquiries from outside only, all buying, with a preset of decay."""
    return load_scenario(
        [
            f"decay={decay}",
            "market.accounts=10",
            "history.years=0",
            "inquiries.per_day=400",
            "run.horizon_years=0.5",
            "money.marketing_budget_per_year=0",
        ]
    )
