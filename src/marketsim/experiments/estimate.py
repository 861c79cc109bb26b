"""How long an experiment will take, said before it starts."""

from marketsim.experiments.branches import account_years
from marketsim.experiments.keys import ENGINES
from marketsim.experiments.opening import cores
from marketsim.experiments.playing import STORE, keys_of, tasks_of
from marketsim.experiments.precision import most_counts
from marketsim.experiments.run_folder import output_root
from marketsim.experiments.speed import Speed
from marketsim.experiments.store import Store
from marketsim.scenario.experiment import Experiment

TYPICAL = {"compiled": 800_000.0, "simpy": 12_000.0}
"""Account-years per second and worker on a core of 2.5 GHz, until the first run on this machine has told its own."""
START_SECONDS = 2.0
"""A process needs about this long to import the model."""
SECONDS_PER_MINUTE = 60.0


def estimate_minutes(experiment: Experiment, *, engines: str = ENGINES) -> float:
    """Estimate how long the runs that are not stored yet will take.

    Work is counted in account-years: timed events are about 2.2 per account and year, and cost is nearly
    linear in accounts. The rate is that of the last large run on this machine, else a typical one.

    Returns
    -------
    float
        Minutes on the workers the experiment asks for; 0 if everything is stored. Where replications are played until a
        precision is reached, the most that may be played.

    """
    folder = output_root(experiment) / STORE
    counts = most_counts(experiment)
    keys = keys_of(experiment, engines, counts)
    missing = set(keys.values())
    if folder.is_dir():
        missing = Store(folder).missing(missing, experiment.run.keep)
    tasks = tasks_of(experiment, keys, missing, engines, counts)
    if not tasks:
        return 0.0
    rate = Speed(folder).recall(experiment.engine) or TYPICAL[experiment.engine]
    parts = [task for task in tasks for _ in task.jobs] if tasks[0].branches else tasks
    workers = min(experiment.run.workers or cores(), cores(), len(parts))
    work = [account_years(task) for task in tasks]
    longest = max(work) / (1 if len(parts) == len(tasks) else workers)
    return (max(sum(work) / workers, longest) / rate + START_SECONDS) / SECONDS_PER_MINUTE
