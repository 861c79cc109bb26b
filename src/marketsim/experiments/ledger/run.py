"""From ids of claims to the ledger: load, lay out, play what is missing, judge."""

import sys
from collections.abc import Sequence
from pathlib import Path

from marketsim.analysis import words
from marketsim.experiments.compiling import compile_first
from marketsim.experiments.estimate import TYPICAL
from marketsim.experiments.keys import ENGINES
from marketsim.experiments.ledger.cast import Entry, entries_of, experiments_with_claims, load_all
from marketsim.experiments.ledger.judging import judge, plausible_worlds
from marketsim.experiments.ledger.places import Places, places_of
from marketsim.experiments.ledger.playing import ENGINE, TermStore, missing_in, play_places
from marketsim.experiments.ledger.writing import Ledger
from marketsim.experiments.opening import cores, say_minutes
from marketsim.experiments.run_folder import RESULTS
from marketsim.experiments.speed import Speed
from marketsim.experiments.store import write_atomically
from marketsim.experiments.text_tables import write_rows
from marketsim.scenario.build import build, no_such
from marketsim.scenario.catalogue import ConfigDir
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import LedgerSettings, RunSettings
from marketsim.scenario.load import compose_plain

STORE = RESULTS / ".store" / "claims"
PAGE, TABLE = "README.md", "ledger.csv"
PUBLISHED = Path("experiments")
WITHOUT_LOGS = 1.7
"""How much faster a run without logs is than those whose speed is remembered."""
OVERHEAD_SECONDS = 0.008
"""What a run costs besides its account-years: branching, bookkeeping, measuring."""
NOT_FOR_ALL = ("experiment", "strategies", "arms", "strategy", "claims")


def claims(
    ids: Sequence[str] = (),
    *,
    overrides: Sequence[str] = (),
    config_dir: ConfigDir = None,
    workers: int | None = None,
    progress: bool = True,
    store: Path = STORE,
    engines: str = ENGINES,
) -> Ledger:
    """Put claims to the test, playing what is not played yet.

    Parameters
    ----------
    ids
        Claims (`A1`, `B2`); all by default.
    overrides
        Of all scenarios, and of the settings `ledger.*` and `run.seed`.
    config_dir
        Folders of the person's own settings; experiments there may state claims too.
    workers
        Threads; all cores by default.
    progress
        Show what happens on the standard error.
    store
        Folder of finished runs.

    Raises
    ------
    BadInput
        If there is no such claim, or its experiment cannot be played.
    RunFailed, Interrupted
        Finished runs are kept.
    """
    for line in overrides:
        name = line.lstrip("+~").split("=")[0].split(".")[0]
        if name in NOT_FOR_ALL:
            raise BadInput(f"{line}: claims are tested with the arms of their own experiments (conf/experiment)")
    data, _ = compose_plain(overrides, config_dir=config_dir)
    settings = build(LedgerSettings, data["ledger"], "ledger")
    run = build(RunSettings, data["run"], "run")
    names = experiments_with_claims(config_dir)
    if not names:
        raise BadInput("no experiment states a claim (claims: in a file of conf/experiment)")
    experiments = load_all(names, overrides, config_dir=config_dir)
    entries = _wanted(entries_of(experiments), ids)
    places = places_of(entries, experiments, settings, run.seed, overrides, config_dir=config_dir)
    terms = TermStore(store, run.seed, engines)
    threads = workers or run.workers or cores()
    if progress:
        print(opening(entries, places, terms, threads), file=sys.stderr, flush=True)
    compile_first(ENGINE, engines, progress=progress)
    played = play_places(places.all, terms, workers=threads, progress=progress, engines=engines)
    used = {entry.experiment for entry in entries}
    return Ledger(
        rows=judge(entries, places, played),
        experiments={name: experiments[name] for name in names if name in used},
        settings=settings,
        seed=run.seed,
        matched=plausible_worlds(places, played),
        folders=folders_of(names),
    )


def _wanted(entries: Sequence[Entry], ids: Sequence[str]) -> list[Entry]:
    there_are = [entry.id for entry in entries]
    for one in ids:
        if one not in there_are:
            raise no_such("claim", one, there_are)
    return [entry for entry in entries if not ids or entry.id in ids]


def folders_of(names: Sequence[str], root: Path = PUBLISHED) -> dict[str, str]:
    """Return the folder of each experiment (`02_closing_trap`) by name, as far as there is one."""
    there_are = sorted(path.name for path in root.glob("[0-9][0-9]_*") if path.is_dir()) if root.is_dir() else []
    return {name: folder for folder in there_are for name in names if folder[3:] == name}


def opening(entries: Sequence[Entry], places: Places, store: TermStore, workers: int) -> str:
    """Say what is played, and about how long it takes."""
    seconds, runs = 0.0, 0
    rate = Speed(store.folder.parent).recall(ENGINE) or TYPICAL[ENGINE]
    for place in places.all:
        counts = [len(missing_in(place, store.read(place.name, r))) for r in range(place.replications)]
        if not any(counts):
            continue
        scenarios = place.scenarios()
        units = sum(1 for count in counts if count)
        first = next(iter(scenarios.values()))
        years = sum(s.horizon_years for s in scenarios.values()) / len(scenarios)
        past = first.history.years * len(place.groups) * units
        accounts = first.world.market.accounts
        runs += sum(counts)
        account_years = accounts * (past + years * sum(counts))
        seconds += account_years / (WITHOUT_LOGS * rate) + OVERHEAD_SECONDS * sum(counts)
    experiments = len({entry.experiment for entry in entries})
    claims_ = "1 claim" if len(entries) == 1 else f"{len(entries)} claims"
    text = f"{claims_} of {experiments} experiment{'' if experiments == 1 else 's'}: "
    text += f"{len(places.usual.cast.scenarios)} arms in {len(places.all):,} places, {runs:,} runs to play"
    time = say_minutes(seconds / 60.0 / workers, workers)
    return f"{text}\n{time[0].upper()}{time[1:]}. Stop any time with Ctrl-C; the same command continues."


def publish(ledger: Ledger, folder: Path) -> None:
    """Write the page and the table into a folder, each whole or not at all."""
    import io

    import pyarrow as pa

    folder.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_rows(pa.Table.from_pandas(ledger.table(), preserve_index=False), text, header=True)
    write_atomically(folder / TABLE, text.getvalue())
    write_atomically(folder / PAGE, ledger.markdown().encode())


def usual_words(ids: Sequence[str], overrides: Sequence[str]) -> str | None:
    """Return why these are not the published claims, or None if they are."""
    if ids:
        return f"only {words.joined(list(ids))}"
    changed = [line for line in overrides if not line.startswith(("run.workers=", "output_dir="))]
    return f"with {', '.join(changed)}" if changed else None
