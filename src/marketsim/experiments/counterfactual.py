"""What the money of each programme really brought: the same luck again with the programme off, or with more and less.

A replay lets everybody react who would: where management steers, its reviews see what the change does and move the rest
of the budget. What is found for such a strategy is the effect of the change under its policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from marketsim.analysis.shapley import Order, antithetic_orders, coalitions_of
from marketsim.experiments.comparison import Comparison
from marketsim.experiments.keys import ENGINES
from marketsim.experiments.playing import Arm, play
from marketsim.experiments.run_folder import publish_folder, write_config, write_table
from marketsim.experiments.store import CREDIT
from marketsim.experiments.truth_tables import (
    Measured,
    attribution_table,
    credited,
    errors_table,
    measured,
    returns_table,
    shapley_table,
)
from marketsim.scenario.build import build, no_such
from marketsim.scenario.company import KPIS
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment, RunSettings, TruthSettings
from marketsim.scenario.load import compose_plain, load_scenario
from marketsim.scenario.scenario import Plan, Scenario

if TYPE_CHECKING:
    import pandas as pd

MOST_EXACT = 6
"""Programmes up to which every coalition is played: 64."""
NOBODY_STEERS = KPIS[0]
PYTHON_REPLICATIONS = 12
NAME = "truth"
TABLES = ("returns", "shapley", "attribution", "errors")


@dataclass(frozen=True)
class Design:
    """What is played to find the truth about one strategy.

    Attributes
    ----------
    strategy, scenario
        What is judged.
    programmes
        Whose money is changed; everything else stays as it is.
    change
        By which share of the spend, up and down.
    orders
        In which programmes join where coalitions are sampled; empty where all of them are played.
    """

    strategy: str
    scenario: Scenario
    programmes: tuple[str, ...]
    change: float
    orders: tuple[Order, ...]

    @property
    def everybody(self) -> int:
        """The coalition of all programmes: the strategy as it is."""
        return (1 << len(self.programmes)) - 1

    @cached_property
    def coalitions(self) -> tuple[int, ...]:
        """Coalitions that are played, each a number whose bit i says that programme i has its money."""
        if not self.orders:
            return tuple(range(self.everybody + 1))
        alone_off = {self.everybody & ~(1 << k) for k in range(len(self.programmes))}
        return tuple(sorted({*coalitions_of(self.orders), *alone_off}))

    def arm(self, mask: int) -> str:
        """Return the name of the arm in which only the programmes of a coalition have their money."""
        off = [name for k, name in enumerate(self.programmes) if not mask >> k & 1]
        return f"{self.strategy} without {', '.join(off)}" if off else self.strategy

    def scaled_arm(self, programme: str, sign: int) -> str:
        """Return the name of the arm in which a programme has more (1) or less (-1) money."""
        return f"{self.strategy}, {programme} {sign * self.change:+.6g}"

    @cached_property
    def arms(self) -> dict[str, Scenario]:
        """All counterfactual scenarios by arm."""
        found = {}
        for mask in self.coalitions:
            if mask != self.everybody:
                off = {name: 0.0 for k, name in enumerate(self.programmes) if not mask >> k & 1}
                found[self.arm(mask)] = multiplied(self.scenario, off)
        for programme in self.programmes:
            for sign in (1, -1):
                times = 1.0 + sign * self.change
                found[self.scaled_arm(programme, sign)] = multiplied(self.scenario, {programme: times})
        return found


@dataclass(frozen=True, eq=False, repr=False)
class Truth:
    """What the money of one strategy really brought, beside what rules of attribution say.

    Attributes
    ----------
    experiment, design
        What was asked, and what was played for it.
    returns : DataFrame
        Per programme (and `all`): `kind` average (with less without) or marginal (more less less), per measure the
        paired effect, the change of marketing spend behind it, and their ratio, each with a 95 % interval.
    shapley : DataFrame
        Per measure and programme the Shapley value and its share of what all of them bring together; `none` is what
        there is without any of them, `all` what they bring together; `switched_off` is what is lost without one.
    attribution : DataFrame
        Per rule and programme the credit as a share of everything (with `none`) and as a split of the budget; the
        truth stands there as the rules `shapley` and `switched_off`.
    errors : DataFrame
        Per rule how much of the budget would stand in the wrong place, as a share and in money a year.
    """

    experiment: Experiment
    design: Design
    returns: pd.DataFrame
    shapley: pd.DataFrame
    attribution: pd.DataFrame
    errors: pd.DataFrame

    @property
    def strategy(self) -> str:
        """Name of the strategy."""
        return self.design.strategy

    @property
    def programmes(self) -> tuple[str, ...]:
        """Programmes whose money was changed."""
        return self.design.programmes

    @property
    def seed(self) -> int:
        """Seed of the random numbers."""
        return self.experiment.run.seed

    @property
    def replications(self) -> int:
        """Number of paired replications."""
        return self.experiment.run.replications

    @property
    def past(self) -> str:
        """Regime of the common past."""
        return self.design.scenario.history.regime

    @property
    def steered(self) -> bool:
        """Whether reviews or the schedule of the budget react to what is changed."""
        return _reacts(self.design.scenario)

    def __repr__(self) -> str:
        """Return what is printed."""
        from marketsim.experiments.truth_console import report

        return report([self])


def truth(
    arm: Arm = "strategy=balanced",
    *,
    replications: int = PYTHON_REPLICATIONS,
    seed: int = 1,
    workers: int | None = None,
    horizon_years: float | None = None,
    overrides: Sequence[str] = (),
    change: float | None = None,
    programmes: Sequence[str] | None = None,
    permutation_pairs: int | None = None,
    engine: str = "compiled",
    output_dir: str | Path | None = None,
    progress: bool = True,
    engines: str = ENGINES,
) -> Truth:
    """Find what each programme's money really brought under one strategy, and how wrong rules of attribution are.

    Parameters
    ----------
    arm
        Overrides ("strategy=balanced"), a list of overrides, or a scenario.
    replications, seed, workers, horizon_years, overrides, engine, output_dir, progress
        As in `compare`.
    change
        Share of a programme's spend by which it is raised and lowered for its marginal return; `truth.change`.
    programmes
        Programmes to judge, by default all of the plan that may get money; `truth.programmes`.
    permutation_pairs
        Pairs of random orders where more than six programmes take part; `truth.permutation_pairs`.

    Raises
    ------
    BadInput
        If the arm cannot be composed, a programme is not in its plan, or the plan spends nothing.
    """
    if isinstance(arm, Scenario):
        scenario = arm if horizon_years is None else replace(arm, horizon_years=float(horizon_years))
    else:
        horizon = [] if horizon_years is None else [f"run.horizon_years={horizon_years}"]
        scenario = load_scenario([*overrides, *horizon], arm=[arm] if isinstance(arm, str) else list(arm))
    given = {"change": change, "programmes": programmes, "permutation_pairs": permutation_pairs}
    own = {name: value for name, value in given.items() if value is not None}
    settings = build(TruthSettings, {**compose_plain()[0]["truth"], **own}, "truth")
    run: dict[str, object] = {
        "replications": replications,
        "replications_other_pasts": 0,
        "horizon_years": scenario.horizon_years,
    }
    run |= {"seed": seed, "workers": workers, "keep": "summary"}
    run |= {"precision": None, "precision_money": None, "replications_at_most": replications}
    place = None if output_dir is None else str(output_dir)
    experiment = Experiment(
        NAME, None, {scenario.name: scenario}, {}, build(RunSettings, run, "run"), engine, place, truth=settings
    )
    return find_truth(experiment, progress=progress, engines=engines)[0]


def designs_of(experiment: Experiment) -> list[Design]:
    """Return what has to be played for each arm of an experiment.

    Raises
    ------
    BadInput
        If an arm's plan has no programme with money, or not the one that was asked for; and for `run.precision`.
    """
    settings = experiment.truth
    assert settings is not None
    if experiment.run.until_precise:
        raise BadInput("truth plays a fixed number of replications. Set run.replications, not run.precision")
    designs = []
    for name, scenario in experiment.arms.items():
        programmes = _chosen(name, scenario, settings.programmes)
        orders: tuple[Order, ...] = ()
        if len(programmes) > MOST_EXACT:
            random = np.random.default_rng([experiment.run.seed, len(programmes)])
            orders = antithetic_orders(len(programmes), settings.permutation_pairs, random)
        designs.append(Design(name, scenario, programmes, settings.change, orders))
    return designs


def experiments_of(experiment: Experiment, designs: Sequence[Design]) -> tuple[Experiment, Experiment]:
    """Return what is played: the strategies as they are, with the credit of every rule; and the counterfactuals."""
    base = {design.strategy: design.scenario for design in designs}
    changed = {name: scenario for design in designs for name, scenario in design.arms.items()}

    def played(arms: dict[str, Scenario], keep: str) -> Experiment:
        run = replace(experiment.run, keep=keep, replications_other_pasts=0)
        return replace(experiment, arms=arms, other_pasts={}, claims={}, run=run)

    return played(base, CREDIT), played(changed, "summary")


def find_truth(experiment: Experiment, *, progress: bool = True, engines: str = ENGINES) -> list[Truth]:
    """Play what is missing and return the truth about every arm of an experiment.

    Raises
    ------
    BadInput
        As in `designs_of`, and as in `play`.
    """
    designs = designs_of(experiment)
    as_it_is, changed = experiments_of(experiment, designs)
    base = play(as_it_is, progress=progress, engines=engines)
    others = play(changed, progress=progress, engines=engines)
    return [_judged(experiment, design, base, others) for design in designs]


def publish_truth(
    truths: Sequence[Truth],
    extras: Sequence[Callable[[Sequence[Truth], Path], object]] = (),
    *,
    command_line: Sequence[str] | None = None,
) -> Path:
    """Write a run folder: configuration, provenance, and the four tables of all strategies as Parquet and CSV.

    Parameters
    ----------
    truths
        From one experiment.
    extras
        Called with the truths and the unfinished folder, to add figures.
    command_line
        What was typed, for the provenance.
    """
    experiment = truths[0].experiment

    def fill(folder: Path) -> None:
        write_config(experiment, folder)
        for name in TABLES:
            write_table(folder, name, [getattr(truth, name) for truth in truths])
        for extra in extras:
            extra(truths, folder)

    return publish_folder(experiment, fill, command_line=command_line)


def _judged(experiment: Experiment, design: Design, base: Comparison, others: Comparison) -> Truth:
    """Put the tables together."""
    rate = design.scenario.world.money.discount_rate_per_year

    def of(arm: str) -> Measured:
        return measured((base if arm in base.scenarios else others)[arm].monthly, rate)

    names, everybody = design.programmes, design.everybody
    values = {mask: of(design.arm(mask)) for mask in design.coalitions}
    off = {name: values[everybody & ~(1 << k)] for k, name in enumerate(names)}
    scaled = {name: (of(design.scaled_arm(name, 1)), of(design.scaled_arm(name, -1))) for name in names}
    credit = credited(base[design.strategy].table(CREDIT), names, experiment.run.replications)
    years = design.scenario.horizon_months / 12.0
    tables = (
        returns_table(values[everybody], values[0], off, scaled),
        shapley_table(values, names, design.orders),
        attribution_table(values, names, design.orders, credit),
        errors_table(values, names, design.orders, credit, years),
    )
    for table in tables:
        table.insert(0, "strategy", design.strategy)
    return Truth(experiment, design, *tables)


def _plans(scenario: Scenario) -> list[Plan]:
    return [scenario.plan, *(entry.plan for entry in scenario.later)]


def multiplied(scenario: Scenario, times: Mapping[str, float]) -> Scenario:
    """Return the scenario with the spend of programmes multiplied from day 0 on, under every plan that names them."""

    def of(plan: Plan) -> Plan:
        for name, factor in times.items():
            if name in plan.named_programmes:
                plan = plan.scaled(name, factor * plan.spend_factor.get(name, 1.0))
        return plan

    later = tuple(replace(entry, plan=of(entry.plan)) for entry in scenario.later)
    return replace(scenario, plan=of(scenario.plan), later=later)


def _reacts(scenario: Scenario) -> bool:
    return any(
        plan.policy.kpi != NOBODY_STEERS or plan.budget_share_of_revenue is not None for plan in _plans(scenario)
    )


def with_money(scenario: Scenario) -> tuple[str, ...]:
    """Return the programmes that may get money under the plans of a scenario, in the order of its split."""
    found: dict[str, None] = {}
    for plan in _plans(scenario):
        steered = plan.policy.kpi != NOBODY_STEERS
        for name in (*plan.budget_split, *plan.floors, *plan.open_programmes):
            may = plan.budget_split.get(name, 0.0) > 0.0
            may = may or (steered and (plan.floors.get(name, 0.0) > 0.0 or name in plan.open_programmes))
            budget = plan.budget_per_year > 0.0 or (plan.budget_share_of_revenue or 0.0) > 0.0
            if plan.present and budget and may and plan.spend_factor.get(name, 1.0) > 0.0:
                found[name] = None
    return tuple(found)


def _chosen(strategy: str, scenario: Scenario, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the programmes to judge."""
    there_are = with_money(scenario)
    if not there_are:
        raise BadInput(f"strategy {strategy!r} gives no programme any money: there is nothing to switch off")
    for name in wanted:
        if name not in there_are:
            raise no_such("programme", name, there_are, f"truth.programmes; with money in {strategy!r}")
    return tuple(name for name in there_are if name in wanted) if wanted else there_are
