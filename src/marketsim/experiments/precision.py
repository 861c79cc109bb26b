"""Playing until the differences are known precisely enough (`run.precision`, `run.precision_money`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from marketsim.analysis import words
from marketsim.analysis.paired import PairedDifference, paired_difference
from marketsim.analysis.precision import Goal, first_count, next_count
from marketsim.experiments.opening import say_aim
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment, RunSettings

if TYPE_CHECKING:
    from marketsim.experiments.comparison import Comparison

METRIC = "net_present_value"


def goal_of(run: RunSettings) -> Goal:
    """Return how precisely an experiment wants to know its differences."""
    return Goal(run.precision, run.precision_money)


def require_something_to_compare(experiment: Experiment) -> None:
    """See before anything is played that a wanted precision makes sense.

    Raises
    ------
    BadInput
        If there is no difference that could be known precisely, or the most replications are fewer than the first.

    """
    run = experiment.run
    if not run.until_precise:
        return
    name = "run.precision" if run.precision is not None else "run.precision_money"
    if len(experiment.arms) < 2:
        raise BadInput(f"{name} is about differences: compare at least two strategies, or leave it out")
    if run.horizon_years < 1.0:
        raise BadInput(f"{name} is about the last full year: use a run.horizon_years of at least 1")
    asked = max(run.replications, run.replications_other_pasts if experiment.other_pasts else 0)
    if run.replications_at_most < asked:
        raise BadInput(
            f"run.replications_at_most={run.replications_at_most} is less than the {asked} replications asked for. "
            "Raise it, or lower run.replications"
        )


def first_counts(experiment: Experiment) -> dict[str, int]:
    """Return the replications on every past before the first look at them; pasts that are not played are left out."""
    run = experiment.run
    asked = {experiment.arms[experiment.baseline].history.regime: run.replications}
    if run.replications_other_pasts:
        asked |= dict.fromkeys(experiment.other_pasts, run.replications_other_pasts)
    if not run.until_precise:
        return asked
    return {past: first_count(count, run.replications_at_most) for past, count in asked.items()}


def most_counts(experiment: Experiment) -> dict[str, int]:
    """Return the replications that may be played on every past."""
    run, first = experiment.run, first_counts(experiment)
    return dict.fromkeys(first, run.replications_at_most) if run.until_precise else first


def next_counts(comparison: Comparison) -> dict[str, int]:
    """Return the replications to have of every past at the next look; every past stops by its own differences."""
    run = comparison.experiment.run
    parts = (comparison, *comparison.pasts.values())
    if not run.until_precise:
        return {part.past: part.replications for part in parts}
    return {
        part.past: next_count(differences(part).values(), part.replications, goal_of(run), run.replications_at_most)
        for part in parts
    }


def differences(part: Comparison) -> dict[str, PairedDifference]:
    """Return the differences that have to be precise: net present value in the last year, by arm."""
    values = part.values(METRIC, part.years)
    return {arm: paired_difference(values[arm], values[part.baseline]) for arm in part.others}


def say_reached(comparison: Comparison) -> str:
    """Say how precisely the differences were to be known, after how many replications they are, and which are not."""
    run = comparison.experiment.run
    goal = goal_of(run)
    parts = (comparison, *comparison.pasts.values())
    done: dict[str, int] = {}
    missed = []
    for part in parts:
        open_ = {arm: found for arm, found in differences(part).items() if not goal.reached(found)}
        if open_:
            shares = [f"{arm} {_say_width(found)}" for arm, found in open_.items()]
            missed.append(f"{words.joined(shares)} on {part.past} after {part.replications:,}")
        else:
            done[part.past] = part.replications
    said = (
        f"Wanted: every difference from {comparison.baseline} (net present value, year {comparison.years}) "
        f"{say_aim(run)}, with at most {run.replications_at_most:,} replications."
    )
    if done:
        said += f" Reached with {words.joined(list(_by_past(done)))}."
    if missed:
        said += f" Not reached: {'; '.join(missed)}."
    return said


def _by_past(counts: Mapping[str, int]) -> list[str]:
    return [f"{count:,} replications on {past}" for past, count in counts.items()]


def _say_width(found: PairedDifference) -> str:
    """Write how wide an interval still is, and as a share of the difference where that says something."""
    width = f"{words.PLUS_MINUS} {words.money(found.half_width)}"
    if found.undecided:
        return f"({width}, undecided)"
    return f"({width}, {100 * found.half_width / abs(found.mean):.0f} % of the difference)"
