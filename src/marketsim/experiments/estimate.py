"""How long an experiment will take, said before it starts."""

import importlib
import math
import time
from dataclasses import replace

from marketsim.experiments.branches import account_years
from marketsim.experiments.executor import cores
from marketsim.experiments.keys import ENGINES
from marketsim.experiments.playing import STORE, keys_of, tasks_of
from marketsim.experiments.run_folder import output_root
from marketsim.experiments.speed import Speed
from marketsim.experiments.store import Store
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.scenario import Scenario

TRIAL_ACCOUNTS = 4000
TRIAL_PAST_YEARS = 0.5
TRIAL_YEARS = 2.0
START_SECONDS = 2.0
"""A worker process needs about this long to import the model."""
SECONDS_PER_MINUTE = 60.0


def estimate_minutes(experiment: Experiment, *, engines: str = ENGINES) -> float:
    """Estimate how long the runs that are not stored yet will take.

    Work is counted in account-years: timed events are about 2.2 per account and year, and cost is nearly
    linear in accounts. The rate is that of the last large run on this machine, else of a quick trial.

    Returns
    -------
    float
        Minutes on the workers the experiment asks for; 0 if everything is stored.

    """
    folder = output_root(experiment) / STORE
    keys = keys_of(experiment, engines)
    missing = set(keys.values())
    if folder.is_dir():
        missing = Store(folder).missing(missing, experiment.run.keep)
    tasks = tasks_of(experiment, keys, missing, engines)
    if not tasks:
        return 0.0
    rate = Speed(folder).recall() or trial_rate(experiment.arms[experiment.baseline], experiment.engine, engines)
    workers = min(experiment.run.workers or cores(), cores(), len(tasks))
    rounds = math.ceil(len(tasks) / workers)
    longest = max(account_years(task) for task in tasks)
    work = max(sum(account_years(task) for task in tasks) / workers, min(rounds, 1) * longest)
    return (work / rate + START_SECONDS) / SECONDS_PER_MINUTE


def trial_rate(scenario: Scenario, engine: str, engines: str = ENGINES) -> float:
    """Measure account-years per second on a small market, opening left out; the first of two runs only warms up."""
    shrink = TRIAL_ACCOUNTS / scenario.world.market.accounts
    market = replace(scenario.world.market, accounts=TRIAL_ACCOUNTS)
    small = replace(
        scenario,
        world=replace(scenario.world, market=market),
        plan=replace(scenario.plan, budget_per_year=scenario.plan.budget_per_year * shrink),
        past=replace(scenario.past, budget_per_year=scenario.past.budget_per_year * shrink),
        history=replace(scenario.history, years=TRIAL_PAST_YEARS if scenario.history.years else 0.0),
        horizon_years=TRIAL_YEARS,
    )
    begin = importlib.import_module(engines).begin
    seconds = 0.0
    for replication in range(2):
        session = begin(small, 0, replication, engine)
        session.play_past()
        start = time.perf_counter()
        session.play_on(small)
        seconds = time.perf_counter() - start
    return TRIAL_ACCOUNTS * small.horizon_years / max(seconds, 1e-6)


def say_minutes(minutes: float, workers: int) -> str:
    """Say an estimate: 'about 3 min on 2 cores'."""
    place = f"on {workers} core{'' if workers == 1 else 's'}"
    if minutes <= 0:
        return "nothing to play, everything is stored"
    if minutes < 1:
        return f"under a minute {place}"
    if minutes < 90:
        return f"about {math.ceil(minutes):,} min {place}"
    return f"about {minutes / 60:.1f} hours {place}"
