"""The verb `claims`: put claims to the test, print the verdicts, write the ledger."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from marketsim.analysis.words import as_people_count
from marketsim.cli.jobs import Failed, Request
from marketsim.scenario.folders import files_of
from marketsim.scenario.overrides import choice_of, key_of


def claim_texts(config_dirs: Sequence[str]) -> list[tuple[str, str]]:
    """Return id and sentence of every claim that a file of conf/experiment states, in the order of their ids."""
    found = {}
    for path in files_of("experiment", config_dirs):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        stated = data.get("claims") if isinstance(data, dict) else None
        for name, entry in stated.items() if isinstance(stated, dict) else ():
            found[str(name)] = str(entry.get("claim", "")) if isinstance(entry, dict) else ""
    return sorted(found.items(), key=lambda entry: as_people_count(entry[0]))


def claims(request: Request) -> None:
    """Play what the claims need, print their verdicts, and write the ledger.

    The whole ledger with its usual settings goes to experiments/ where there is such a folder; everything else to
    results/claims, or to `output_dir`.
    """
    from marketsim.cli.verbs import check_writable
    from marketsim.experiments.console import width_of_terminal
    from marketsim.experiments.errors import RunFailed
    from marketsim.experiments.ledger import run
    from marketsim.experiments.run_folder import RESULTS

    own = choice_of(request.overrides, "output_dir")
    overrides = [line for line in request.overrides if key_of(line) != "output_dir"]
    usual = run.usual_words(request.ids, overrides) is None and not request.config_dirs and run.PUBLISHED.is_dir()
    folder = Path(own) if own else run.PUBLISHED if usual else RESULTS / "claims"
    check_writable(folder)
    try:
        ledger = run.claims(request.ids, overrides=overrides, config_dir=request.config_dirs)
    except RunFailed as error:
        raise Failed(str(error)) from error
    run.publish(ledger, folder)
    print(ledger.console(width_of_terminal()))
    print(f"\n  {folder}/   {run.PAGE} (the ledger) · {run.TABLE} (every figure)")
