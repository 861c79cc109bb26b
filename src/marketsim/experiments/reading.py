"""Read a run folder back, so that a stored run says and shows what it did when it was played, to the byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from marketsim.experiments.comparison import Comparison
from marketsim.experiments.kept import SCENARIOS, from_json
from marketsim.experiments.keys import model_hash
from marketsim.experiments.playing import pasts_of
from marketsim.experiments.run_folder import IN_PYTHON, PROVENANCE
from marketsim.experiments.store import TABLES
from marketsim.outcomes.monthly import MONTHS_OF_PAST_SHOWN
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

AGAIN = "Play it again with marketsim compare"
MONTHLY = "monthly.parquet"


class FolderTables:
    """The tables of a run folder, by the keys that `load_run` gives its runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, pa.Table] = {}

    def table(self, key: str, name: str) -> pd.DataFrame | None:
        """Return one table of a run, or None if it was not kept."""
        path = self.folder / f"{name}.parquet"
        if name not in self._read:
            if not path.is_file():
                return None
            self._read[name] = _parquet(path)
        past, arm, replication = json.loads(key)
        whole = self._read[name]
        mine = pc.and_(
            pc.and_(pc.equal(whole["past"], past), pc.equal(whole["arm"], arm)),
            pc.equal(whole["replication"], replication),
        )
        frame: pd.DataFrame = whole.filter(mine).drop_columns(["past", "arm", "replication"]).to_pandas()
        return frame


def load_run(folder: str | Path) -> Comparison:
    """Read the folder of a stored run.

    Parameters
    ----------
    folder
        What `marketsim compare` wrote.

    Returns
    -------
    Comparison
        With the monthly table, the scenarios and the further pasts as they were played; the other tables where they
        were kept. Nothing outside the folder is read.

    Raises
    ------
    BadInput
        In one line: no such folder, not a run, files missing or damaged, or a run of another version of the model.

    """
    place = Path(folder)
    facts = _provenance(place)
    written, today = facts.get("model_hash"), model_hash()
    if written != today:
        raise BadInput(
            f"{place} was played by another version of the model ({str(written)[:8]}, today's is {today[:8]}), whose "
            f"numbers mean something else. {AGAIN}{_typed(facts)}, or read the report.html that is in it"
        )
    experiment = _experiment(place)
    return _assembled(place, experiment, _parquet(place / MONTHLY), _counts(place, facts))


def _provenance(place: Path) -> dict[str, Any]:
    if not place.exists():
        raise BadInput(f"no folder {place}. Name one that marketsim compare wrote, such as results/long_run/DATE_TIME")
    if not place.is_dir():
        raise BadInput(f"{place} is a file. Name the folder of a run, which holds {PROVENANCE}")
    path = place / PROVENANCE
    if not path.is_file():
        inside = sorted(found.parent.name for found in place.glob(f"*/{PROVENANCE}"))
        hint = f". It holds runs, the last is {place / inside[-1]}" if inside else ""
        raise BadInput(f"{place} is not the folder of a run: it holds no {PROVENANCE}{hint}")
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(facts, dict):
            raise ValueError("no object")
    except (OSError, ValueError):
        raise BadInput(f"{path} cannot be read: it is damaged. {AGAIN}") from None
    return facts


def _typed(facts: Mapping[str, Any]) -> str:
    """Return the settings of the command that played the run, if it was the command line."""
    line = facts.get("command_line")
    if isinstance(line, list) and line[:2] == ["marketsim", "compare"]:
        return "".join(f" {word}" for word in line[2:])
    return ""


def _experiment(place: Path) -> Experiment:
    path = place / SCENARIOS
    if not path.is_file():
        raise BadInput(f"{place} holds no {SCENARIOS}: it is not whole, or was written by an older version. {AGAIN}")
    try:
        config = (place / "config.yaml").read_text(encoding="utf-8")
        return from_json(path.read_text(encoding="utf-8"), "" if config == IN_PYTHON else config)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise BadInput(f"{path} or config.yaml beside it cannot be read: damaged or missing. {AGAIN}") from None


def _parquet(path: Path) -> pa.Table:
    if not path.is_file():
        raise BadInput(f"{path.parent} holds no {path.name}: it is not whole. {AGAIN}")
    try:
        return pq.read_table(path, use_threads=False)
    except (OSError, pa.ArrowException):
        raise BadInput(f"{path} cannot be read: it is damaged or cut short. {AGAIN}") from None


def _counts(place: Path, facts: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the replications played by past; None where they are those that were asked for."""
    counts = facts.get("replications_played") or None
    if counts is None or (isinstance(counts, dict) and all(type(count) is int for count in counts.values())):
        return counts
    raise BadInput(f"{place / PROVENANCE} cannot be read: it is damaged. {AGAIN}")


def _assembled(
    place: Path, experiment: Experiment, table: pa.Table, counts: Mapping[str, int] | None = None
) -> Comparison:
    """Cut the monthly table into pasts, and see that every run is whole."""
    damaged = BadInput(f"{place / MONTHLY} does not hold the runs that {SCENARIOS} names. {AGAIN}")
    if not {"past", "arm", "replication", "month"} <= set(table.column_names):
        raise damaged
    kept = FolderTables(place) if all((place / f"{name}.parquet").is_file() for name in TABLES) else None
    parts = []
    rows = 0
    try:
        pasts = pasts_of(experiment, counts)
    except KeyError:
        raise damaged from None
    for past, arms, replications in pasts:
        monthly = table.filter(pc.equal(table["past"], past)).drop_columns(["past"]).to_pandas(use_threads=False)
        wanted = {(arm, number): _months(scenario) for arm, scenario in arms.items() for number in range(replications)}
        counted = monthly.groupby(["arm", "replication"], sort=False).size().to_dict()
        if counted != wanted or list(counted) != list(wanted):
            raise damaged
        keys = {(arm, number): json.dumps([past, arm, number]) for arm, number in wanted}
        parts.append(Comparison(experiment, past, arms, monthly, replications, _keys=keys, _store=kept or _NONE))
        rows += len(monthly)
    if rows != len(table):
        raise damaged
    return replace(parts[0], pasts={part.past: part for part in parts[1:]})


def _months(scenario: Scenario) -> int:
    """Return how many months the monthly table has of a run."""
    return scenario.horizon_months + min(MONTHS_OF_PAST_SHOWN, scenario.past_months)


class _NoTables:
    """Stands for tables that were not kept."""

    def table(self, key: str, name: str) -> None:
        """Return None."""


_NONE = _NoTables()
