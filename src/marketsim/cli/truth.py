"""The body of `marketsim truth`."""

import sys
import threading
from dataclasses import replace
from pathlib import Path

from marketsim.cli.jobs import Failed, Request
from marketsim.scenario.load import load_experiment
from marketsim.scenario.overrides import choice_of, key_of

USUAL = "balanced"
_SEVERAL = ("strategies", "arms", "experiment")


def tell(request: Request) -> None:
    """Play every strategy asked for with its programmes off, up and down; keep the tables; print them."""
    from marketsim.cli.verbs import RESULTS, check_writable, load_what_comes_after

    overrides = list(request.overrides)
    if not any(key_of(line).split(".")[0] in _SEVERAL for line in overrides):
        overrides.append(f"strategies=[{choice_of(overrides, 'strategy') or USUAL}]")
    experiment = replace(load_experiment(overrides, config_dir=request.config_dirs), name="truth")
    if request.job_number is not None and experiment.output_dir is not None:
        experiment = replace(experiment, output_dir=str(Path(experiment.output_dir) / str(request.job_number)))
    check_writable(Path(experiment.output_dir or RESULTS))
    from marketsim.experiments import RunFailed, estimate_minutes, find_truth
    from marketsim.experiments.compiling import compile_first
    from marketsim.experiments.counterfactual import designs_of, experiments_of, publish_truth
    from marketsim.experiments.opening import expectation
    from marketsim.experiments.truth_console import opening, report

    designs = designs_of(experiment)
    print(opening(designs, experiment.run.replications), file=sys.stderr, flush=True)
    compile_first(experiment.engine)
    minutes = sum(estimate_minutes(part) for part in experiments_of(experiment, designs))
    print(expectation(experiment, minutes), file=sys.stderr, flush=True)
    threading.Thread(target=load_what_comes_after, daemon=True).start()
    try:
        truths = find_truth(experiment)
    except RunFailed as error:
        raise Failed(str(error)) from error
    from marketsim import figures

    folder = publish_truth(
        truths, [lambda found, place: figures.draw_truths(found, place / "figures")], command_line=request.typed
    )
    print(report(truths, folder))
