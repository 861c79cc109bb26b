"""What each verb does. Heavy imports stand in the functions: refusing a typing mistake needs none of them."""

import contextlib
import importlib
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from marketsim.cli.jobs import Failed, Request, cannot_write
from marketsim.scenario.catalogue import descriptions
from marketsim.scenario.errors import BadInput
from marketsim.scenario.load import load_experiment
from marketsim.scenario.overrides import choice_of, key_of

if TYPE_CHECKING:
    from marketsim.experiments import Comparison

RESULTS = "results"
LISTED = (
    "strategy",
    "programme",
    "policy",
    "structure",
    "schedule",
    "market",
    "economy",
    "decay",
    "history",
    "experiment",
    "run",
)
_PLURAL = {"strategy": "strategies", "policy": "policies", "economy": "economies", "history": "histories"}
_TYPED = {"programme": "strategy.budget_split.NAME=SHARE"}
"""How a choice is typed where it is not GROUP=NAME."""
_STORY_ARMS = "strategies=[lead_factory,balanced]"


def compare(request: Request) -> None:
    """Play an experiment, keep its results in a run folder, and print the director's table."""
    alone = choice_of(request.overrides, "strategy")
    named = any(key_of(line).split(".")[0] in ("strategies", "arms", "experiment") for line in request.overrides)
    experiment = load_experiment(request.overrides, config_dir=request.config_dirs)
    if alone is not None and not named:
        raise BadInput(f"strategy={alone} does not say what to compare. Write strategies=[{alone}]")
    if request.job_number is not None and experiment.output_dir is not None:
        place = Path(experiment.output_dir) / str(request.job_number)
        experiment = replace(experiment, output_dir=str(place))
    check_writable(Path(experiment.output_dir or RESULTS))
    from marketsim.experiments.opening import expectation, opening

    print(opening(experiment), file=sys.stderr, flush=True)
    from marketsim.experiments import RunFailed, estimate_minutes, play, publish
    from marketsim.experiments.compiling import compile_first

    compile_first(experiment.engine)
    print(expectation(experiment, estimate_minutes(experiment)), file=sys.stderr, flush=True)
    threading.Thread(target=load_what_comes_after, daemon=True).start()
    try:
        comparison = play(experiment)
    except RunFailed as error:
        raise Failed(str(error)) from error
    from marketsim import figures
    from marketsim.experiments.console import report
    from marketsim.report import write_html

    extras: list[Callable[[Comparison, Path], object]] = [
        lambda runs, place: figures.save_all(runs, place / "figures"),
        lambda runs, place: write_html(runs, place / "report.html"),
    ]
    folder = publish(comparison, extras, command_line=request.typed)
    print(report(comparison, folder))


def load_what_comes_after() -> None:
    """Import the libraries of tables and figures while the first runs are played."""
    for name in (
        "pandas",
        "scipy.special",
        "marketsim.experiments.console",
        "marketsim.figures.files",
        "marketsim.report.files",
    ):
        with contextlib.suppress(ImportError):  # whoever needs it will say so
            importlib.import_module(name)


def claims(request: Request) -> None:
    """Put claims to the test."""
    from marketsim.cli.claims import claims as body

    body(request)


def truth(request: Request) -> None:
    """Find what each programme's money really brought, and print it beside what rules of attribution say."""
    from marketsim.cli.truth import tell

    tell(request)


def list_choices(request: Request) -> None:
    """Print what can be chosen, with a line on each."""
    for group in LISTED:
        choices = list(descriptions(group, request.config_dirs))
        width = max((len(name) for name, _ in choices), default=0)
        print(f"{_PLURAL.get(group, group + 's')} ({_TYPED.get(group, group + '=NAME')})")
        for name, words in choices:
            print(f"  {name:<{width}}  {words}".rstrip())
        print()
    from marketsim.cli.claims import claim_texts

    stated = claim_texts(request.config_dirs)
    width = max((len(name) for name, _ in stated), default=0)
    print("claims (marketsim claims ID)")
    for name, words in stated:
        print(f"  {name:<{width}}  {words}".rstrip())
    print()
    print("Everything else that can be set: marketsim show")


def show(request: Request) -> None:
    """Print the composed scenario and the estimated run time."""
    experiment = load_experiment(request.overrides, config_dir=request.config_dirs)
    from marketsim.cli.showing import scenario_table

    print(scenario_table(request.overrides, request.config_dirs))
    from marketsim.experiments import estimate_minutes
    from marketsim.experiments.compiling import compile_first

    compile_first(experiment.engine)
    arms = ", ".join(experiment.arms)
    most = "at most " if experiment.run.until_precise else ""
    print(f"Compared would be: {arms}. Estimated run time: {most}{in_minutes(estimate_minutes(experiment))}.")


def check(_: Request) -> None:
    """Test the engine against theory."""
    from marketsim.experiments.check import ENGINE, run
    from marketsim.experiments.compiling import compile_first

    compile_first(ENGINE)
    result = run()
    if result is not None:
        print(result)
    if getattr(result, "passed", True) is False:
        raise SystemExit(1)


def story(request: Request) -> None:
    """Print one account's events under two arms."""
    overrides = request.overrides
    named = any(line.lstrip("+").startswith(("strategies=", "arms.", "arms=", "experiment=")) for line in overrides)
    experiment = load_experiment(overrides if named else [*overrides, _STORY_ARMS], config_dir=request.config_dirs)
    accounts = min(scenario.world.market.accounts for scenario in experiment.arms.values())
    if request.account is None or request.account >= accounts:
        raise BadInput(f"no account {request.account}; they are numbered 0 to {accounts - 1} (market.accounts)")
    from marketsim.experiments.compiling import compile_first
    from marketsim.experiments.story import tell

    compile_first(experiment.engine)
    print(tell(experiment, request.account))


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be written, before anything is played, and without leaving anything there.

    Raises
    ------
    BadInput
        With the reason the system gives.
    """
    existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        error.filename = str(folder)
        raise BadInput(cannot_write(error)) from None


def in_minutes(minutes: float) -> str:
    """Write a duration the way people say it."""
    if minutes < 1.0:
        return "less than a minute"
    return f"{minutes:.0f} minutes" if minutes >= 1.5 else "about a minute"
