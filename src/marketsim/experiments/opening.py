"""What is said before anything is played; light to import, so that it is said at once."""

import math
import os

from marketsim.analysis import words
from marketsim.scenario.experiment import Experiment


def cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def opening(experiment: Experiment) -> str:
    """Return the question, and how much is played to answer it."""
    first = experiment.arms[experiment.baseline]
    runs = experiment.run
    past = f"{words.years(first.history.years)} of common past + " if first.history.years else ""
    accounts = f"{first.world.market.accounts:,} accounts"
    count = len(experiment.arms)
    size = (
        f"{count} {'strategy' if count == 1 else 'strategies'} \N{MULTIPLICATION SIGN} {runs.replications} replications"
        f" \N{MULTIPLICATION SIGN} ({past}{words.years(runs.horizon_years)}), {accounts}"
    )
    if experiment.other_pasts and runs.replications_other_pasts:
        size += (
            f"; {runs.replications_other_pasts} more on each of {words.small(len(experiment.other_pasts))} other pasts"
        )
    return f"{experiment.question or 'Compare ' + words.joined(list(experiment.arms))}\n{size}"


def expectation(experiment: Experiment, minutes: float) -> str:
    """Return how long it will take, and that it can be stopped."""
    time = say_minutes(minutes, min(experiment.run.workers or cores(), cores()))
    return f"{time[0].upper()}{time[1:]}. Stop any time with Ctrl-C; the same command continues."


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
