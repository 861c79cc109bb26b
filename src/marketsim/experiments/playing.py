"""Play an experiment: find what is already stored, play the rest, and put it side by side."""

import importlib
import itertools
import operator
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from tqdm import tqdm

from marketsim.experiments.comparison import Comparison
from marketsim.experiments.compiling import compile_first
from marketsim.experiments.errors import Interrupted
from marketsim.experiments.executor import execute
from marketsim.experiments.keys import ENGINES, key_of_hash, model_hash, scenario_hash
from marketsim.experiments.opening import cores
from marketsim.experiments.precision import first_counts, next_counts, require_something_to_compare
from marketsim.experiments.run_folder import output_root, require_free
from marketsim.experiments.speed import Speed
from marketsim.experiments.store import Store
from marketsim.experiments.tasks import Job, Task
from marketsim.scenario.build import build
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment, RunSettings
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import Scenario

Arm = str | Sequence[str] | Scenario
Past = tuple[str, dict[str, Scenario], int]
"""Regime, scenario by arm, replications."""
Counts = Mapping[str, int]
"""Replications by past."""
STORE = ".store"
PYTHON_REPLICATIONS, PYTHON_REPLICATIONS_AT_MOST = 12, 1000


def pasts_of(experiment: Experiment, counts: Counts | None = None) -> list[Past]:
    """List the pasts to play: the common one first, then the further ones that are played at all.

    `counts` are the replications by past, at the first look of an experiment unless given.
    """
    by_past = {experiment.arms[experiment.baseline].history.regime: experiment.arms, **experiment.other_pasts}
    return [(past, by_past[past], count) for past, count in (counts or first_counts(experiment)).items()]


def keys_of(
    experiment: Experiment, engines: str = ENGINES, counts: Counts | None = None
) -> dict[tuple[str, str, int], str]:
    """Return the store key of every run by (past, arm, replication), in the order in which frames are assembled."""
    model, run = model_hash(engines), experiment.run
    keys = {}
    for past, arms, replications in pasts_of(experiment, counts):
        for arm, scenario in arms.items():
            content = scenario_hash(scenario)
            for replication in range(replications):
                keys[past, arm, replication] = key_of_hash(content, run.seed, replication, experiment.engine, model)
    return keys


def tasks_of(
    experiment: Experiment,
    keys: Mapping[tuple[str, str, int], str],
    missing: set[str],
    engines: str = ENGINES,
    counts: Counts | None = None,
) -> list[Task]:
    """Group the missing runs: one task for the arms of a replication that share a past."""
    past_key = importlib.import_module(engines).past_key
    tasks = []
    planned: set[str] = set()
    for past, arms, replications in pasts_of(experiment, counts):
        shared: dict[str, list[str]] = {}
        for arm, scenario in arms.items():
            shared.setdefault(past_key(scenario), []).append(arm)
        for replication, group in itertools.product(range(replications), shared.values()):
            jobs = []
            for arm in group:
                key = keys[past, arm, replication]
                if key in missing and key not in planned:  # two arms may be the same scenario under two names
                    planned.add(key)
                    jobs.append(Job(key, arm, arms[arm]))
            if jobs:
                tasks.append(Task(past, replication, experiment.run.seed, experiment.engine, tuple(jobs)))
    return tasks


def play(experiment: Experiment, *, progress: bool = True, engines: str = ENGINES) -> Comparison:
    """Play what is missing of an experiment and return all of it.

    Where a precision is wanted (`run.precision`), replications are added to every past until it is reached or
    `run.replications_at_most` are played. The result depends neither on the number of workers, nor on what was stored
    before, nor on which run finishes first.

    Parameters
    ----------
    experiment
        From `marketsim.scenario.load.load_experiment`.
    progress
        Show one bar on the standard error (never without a terminal).
    engines
        Name of the module with `begin`, `simulate` and `past_key`.

    Raises
    ------
    BadInput
        If the results cannot be written where they should go.
    RunFailed
        If a run breaks or its process dies; finished runs are kept.
    Interrupted
        On Ctrl-C, after all processes were ended; its text says what is saved.

    """
    require_free(experiment)
    require_something_to_compare(experiment)
    store = Store(output_root(experiment) / STORE)
    store.tidy()
    frames: dict[str, pa.Table] = {}
    counts = first_counts(experiment)
    with _bar(progress) as bar:
        while True:
            keys = keys_of(experiment, engines, counts)
            _fetch(experiment, keys, counts, frames, store, bar, progress=progress, engines=engines)
            found = assemble(experiment, keys, frames, store, counts)
            wanted = next_counts(found)
            if wanted == counts:
                return found
            counts = wanted


def _bar(progress: bool) -> "tqdm[Any]":
    """Return the one bar; it shows itself when something is to be played."""
    return tqdm(
        total=0,
        unit=" runs",
        disable=None if progress else True,
        file=sys.stderr,
        dynamic_ncols=True,
        delay=1e-9,
        bar_format="  {percentage:3.0f} %|{bar}| {n_fmt}/{total_fmt} runs [{elapsed}<{remaining}]",
    )


def _extend(bar: "tqdm[Any]", total: int, done: int) -> None:
    """Let the bar reach to more runs, some of which are stored and say nothing about how fast the others will be."""
    if bar.disable:
        return
    if not bar.total:
        bar.reset()  # its clock begins with the first run
    bar.initial, bar.total, bar.n = bar.initial + done - int(bar.n), total, done
    bar.refresh()


def _fetch(
    experiment: Experiment,
    keys: Mapping[tuple[str, str, int], str],
    counts: Counts,
    frames: dict[str, pa.Table],
    store: Store,
    bar: "tqdm[Any]",
    *,
    progress: bool,
    engines: str,
) -> None:
    """Add the monthly tables of these runs to `frames`: those that are stored, and the rest when it is played."""
    run = experiment.run
    wanted = set(keys.values())
    aside = len(store.set_aside)
    frames |= store.load(wanted - frames.keys(), run.keep)
    if len(store.set_aside) > aside:
        print(f"marketsim: {len(store.set_aside) - aside} damaged files set aside in {store.folder}", file=sys.stderr)
    tasks = tasks_of(experiment, keys, wanted - frames.keys(), engines, counts)
    if tasks:
        compile_first(experiment.engine, engines, progress=progress)
    saved = set(frames)
    _extend(bar, len(wanted), len(frames))

    def on_saved(key: str) -> None:
        saved.add(key)
        bar.update()

    try:
        rate = execute(
            tasks,
            store=str(store.folder),
            keep=run.keep,
            engines=engines,
            workers=run.workers or cores(),
            on_saved=on_saved,
        )
    except KeyboardInterrupt:
        so_far = " wanted so far" if run.until_precise else ""
        raise Interrupted(
            f"stopped. {len(saved)} of {len(wanted)} runs{so_far} are saved; the same command continues from there."
        ) from None
    if rate:
        Speed(store.folder).remember(rate, experiment.engine, model_hash(engines))
    frames |= store.load(wanted - frames.keys(), run.keep)
    if wanted - frames.keys():
        raise OSError(f"a run that was stored a moment ago cannot be read in {store.folder}")


def assemble(
    experiment: Experiment,
    keys: Mapping[tuple[str, str, int], str],
    frames: Mapping[str, pa.Table],
    store: Store,
    counts: Counts | None = None,
) -> Comparison:
    """Put the frames together in the order of pasts, arms and replications."""
    parts: list[Comparison] = []
    for past, arms, replications in pasts_of(experiment, counts):
        runs = list(itertools.product(arms, range(replications)))
        pieces = [frames[keys[past, arm, replication]] for arm, replication in runs]
        months = [len(piece) for piece in pieces]
        monthly = pa.concat_tables(pieces).to_pandas(use_threads=False)
        monthly.insert(0, "arm", np.repeat(np.array([arm for arm, _ in runs], dtype=object), months))
        monthly.insert(1, "replication", np.repeat([replication for _, replication in runs], months))
        own = {(arm, replication): key for (name, arm, replication), key in keys.items() if name == past}
        parts.append(Comparison(experiment, past, arms, monthly, replications, _keys=own, _store=store))
    return replace(parts[0], pasts={part.past: part for part in parts[1:]})


def _whole(value: Any) -> Any:
    """Return a whole number of any kind (numpy has its own) as Python's; everything else as it is."""
    if isinstance(value, bool):
        return value
    try:
        return operator.index(value)
    except TypeError:
        return value


def named(arms: Sequence[Arm] | Mapping[str, Arm]) -> dict[str, Arm]:
    """Return arms by name; a bare text is refused, and so are two of the same name."""
    if isinstance(arms, str | Scenario):
        shown = repr(arms) if isinstance(arms, str) else "a scenario"
        raise BadInput(f'arms must be a list, such as ["strategy=lead_factory", "strategy=balanced"], got {shown}')
    if isinstance(arms, Mapping):
        return dict(arms)
    named: dict[str, Arm] = {}
    for arm in arms:
        if isinstance(arm, Scenario):
            name = arm.name
        else:
            words = [arm] if isinstance(arm, str) else list(arm)
            name = ", ".join(word.removeprefix("strategy=") for word in words)
        if name in named:
            raise BadInput(f"two arms are called {name!r}. Give them names: compare({{'a': …, 'b': …}})")
        named[name] = arm
    return named


def compare(
    arms: Sequence[Arm] | Mapping[str, Arm],
    *,
    replications: int = PYTHON_REPLICATIONS,
    precision: float | None = None,
    precision_money: float | None = None,
    replications_at_most: int = PYTHON_REPLICATIONS_AT_MOST,
    seed: int = 1,
    workers: int | None = None,
    horizon_years: float | None = None,
    overrides: Sequence[str] = (),
    keep: str = "monthly",
    engine: str = "compiled",
    output_dir: str | Path | None = None,
    progress: bool = True,
    engines: str = ENGINES,
) -> Comparison:
    """Compare arms on the same luck and the same past; the first is the baseline.

    Parameters
    ----------
    arms
        Overrides ("strategy=balanced"), lists of overrides, or scenarios; with a mapping its keys name the arms.
    replications
        Paired replications, at least 2.
    precision, precision_money, replications_at_most
        Play more replications until every difference from the baseline (net present value, last year) has at most this
        relative error, or a half-width of at most this much money: as `run.precision` and so on.
    seed, workers, keep, engine
        As `run.seed`, `run.workers` (None: all cores), `run.keep`, `engine`.
    horizon_years
        Years after day 0; by default those of the scenarios.
    overrides
        Overrides of all arms that are not scenarios, in the past and after day 0.
    output_dir
        Beside this folder finished runs are stored (results/.store by default).
    progress
        Show a bar.

    Raises
    ------
    BadInput
        If an arm cannot be composed or two have the same name.

    """
    horizon = [] if horizon_years is None else [f"run.horizon_years={horizon_years}"]
    scenarios: dict[str, Scenario] = {}
    for name, arm in named(arms).items():
        if isinstance(arm, Scenario):
            scenario = arm if horizon_years is None else replace(arm, horizon_years=float(horizon_years))
        else:
            words = [arm] if isinstance(arm, str) else list(arm)
            scenario = load_scenario([*overrides, *horizon], arm=words, name=name)
        scenarios[name] = replace(scenario, name=name)
    if not scenarios:
        raise BadInput('nothing to compare. Try compare(["strategy=lead_factory", "strategy=balanced"])')
    years = next(iter(scenarios.values())).horizon_years
    settings = {
        "replications": _whole(replications),
        "replications_other_pasts": 0,
        "precision": precision,
        "precision_money": precision_money,
        "replications_at_most": _whole(replications_at_most),
        "horizon_years": years,
        "seed": _whole(seed),
        "workers": _whole(workers),
        "keep": keep,
    }
    run = build(RunSettings, settings, "run")
    place = None if output_dir is None else str(output_dir)
    experiment = Experiment("compare", None, scenarios, {}, run, engine, place)
    return play(experiment, progress=progress, engines=engines)
