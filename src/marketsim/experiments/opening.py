"""What is said before anything is played; light to import, so that it is said at once."""

import math
import os

from marketsim.analysis import words
from marketsim.analysis.precision import FEWEST
from marketsim.scenario.experiment import Experiment, RunSettings


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
    most = f" to {runs.replications_at_most:,}" if runs.until_precise else ""
    first_look = max(runs.replications, FEWEST) if runs.until_precise else runs.replications
    size = (
        f"{count} {'strategy' if count == 1 else 'strategies'} \N{MULTIPLICATION SIGN} {first_look}{most} replications"
        f" \N{MULTIPLICATION SIGN} ({past}{words.years(runs.horizon_years)}), {accounts}"
    )
    if experiment.other_pasts and runs.replications_other_pasts:
        further = max(runs.replications_other_pasts, FEWEST) if runs.until_precise else runs.replications_other_pasts
        size += f"; {further}{most} more on each of {words.small(len(experiment.other_pasts))} other pasts"
    if runs.until_precise:
        size += (
            f"\nUntil every difference from {experiment.baseline} (net present value, year {int(runs.horizon_years)}) "
            f"is known {say_aim(runs)}"
        )
    return f"{experiment.question or 'Compare ' + words.joined(list(experiment.arms))}\n{size}"


def say_aim(run: RunSettings) -> str:
    """Say how precisely the differences are to be known: 'within 10 %', 'to ± 250 k'."""
    parts = []
    if run.precision is not None:
        parts.append(f"within {run.precision * 100:g} %")
    if run.precision_money is not None:
        parts.append(f"to {words.PLUS_MINUS} {words.money(run.precision_money)}")
    return words.joined(parts, "or")


def expectation(experiment: Experiment, minutes: float) -> str:
    """Return how long it will take, and that it can be stopped."""
    time = say_minutes(minutes, min(experiment.run.workers or cores(), cores()))
    if experiment.run.until_precise and time.startswith("about"):
        time = f"at most {time}"
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
