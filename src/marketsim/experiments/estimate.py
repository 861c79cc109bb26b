"""How long an experiment will take, said before it starts."""

import importlib
import time
from dataclasses import replace

from marketsim.experiments.branches import account_years
from marketsim.experiments.keys import ENGINES
from marketsim.experiments.opening import cores
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
"""A process needs about this long to import the model."""
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
    known = Speed(folder).recall(experiment.engine)
    rate = known or trial_rate(experiment.arms[experiment.baseline], experiment.engine, engines)
    parts = [task for task in tasks for _ in task.jobs] if tasks[0].branches else tasks
    workers = min(experiment.run.workers or cores(), cores(), len(parts))
    work = [account_years(task) for task in tasks]
    longest = max(work) / (1 if len(parts) == len(tasks) else workers)
    return (max(sum(work) / workers, longest) / rate + START_SECONDS) / SECONDS_PER_MINUTE


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
