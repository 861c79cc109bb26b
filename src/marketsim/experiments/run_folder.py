"""The folder a run leaves behind: there whole, or not at all."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from marketsim.experiments.comparison import Comparison
from marketsim.experiments.kept import SCENARIOS, to_json
from marketsim.experiments.keys import digest, model_hash
from marketsim.experiments.store import TABLES, require_writable
from marketsim.experiments.text_tables import write_rows
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment

if TYPE_CHECKING:
    import pandas as pd

RESULTS = Path("results")
PROVENANCE = "provenance.json"
IN_PYTHON = "# composed in Python\n"
"""What stands in config.yaml where nothing was composed from files."""
RUN_TABLES = ("monthly", "summary", "differences")
WITHOUT_EFFECT = ("workers",)
"""Settings of a run that its results do not depend on."""
LIBRARIES = ("marketsim", "numpy", "numba", "pandas", "pyarrow", "scipy", "simpy", "hydra-core", "matplotlib")
Extra = Callable[[Comparison, Path], object]
"""Something that adds files to a run folder, such as the figures."""


def output_root(experiment: Experiment) -> Path:
    """Return the folder beside whose run folders finished runs are stored."""
    return RESULTS if experiment.output_dir is None else Path(experiment.output_dir).absolute().parent


def require_free(experiment: Experiment) -> None:
    """See before anything is played that the results can go where they should.

    Raises
    ------
    BadInput
        If the folder cannot be written to, or holds something that is not a run.

    """
    require_writable(output_root(experiment))
    if experiment.output_dir is None:
        return
    target = Path(experiment.output_dir)
    if target.is_dir():
        if any(target.iterdir()) and not (target / PROVENANCE).is_file():
            raise BadInput(
                f"output_dir={target} holds files that are not a run. Choose a folder that does not exist yet"
            )
    elif target.exists():
        raise BadInput(f"output_dir={target} is a file. Choose a folder that does not exist yet")


def publish(
    comparison: Comparison,
    extras: Sequence[Extra] = (),
    *,
    now: datetime | None = None,
    command_line: Sequence[str] | None = None,
) -> Path:
    """Write a run folder under another name, and give it its own when it is complete.

    Parameters
    ----------
    comparison
        What was played.
    extras
        Called with the comparison and the unfinished folder, to add figures or a report.
    now
        The time a folder without `output_dir` is named by.
    command_line
        What was typed, for the provenance; the words of the process by default.

    Returns
    -------
    Path
        `output_dir` (an earlier run there is replaced, other files stay), or results/<experiment>/<date_time>.

    """

    def fill(folder: Path) -> None:
        write(comparison, folder)
        for extra in extras:
            extra(comparison, folder)

    counts = played(comparison)
    return publish_folder(comparison.experiment, fill, now=now, command_line=command_line, counts=counts)


def played(comparison: Comparison) -> dict[str, int]:
    """Return the replications played by past."""
    return {part.past: part.replications for part in (comparison, *comparison.pasts.values())}


def publish_folder(
    experiment: Experiment,
    fill: Callable[[Path], None],
    *,
    now: datetime | None = None,
    command_line: Sequence[str] | None = None,
    counts: Mapping[str, int] | None = None,
) -> Path:
    """Let something fill a folder under another name, add the provenance, and give it its own name when it is complete.

    Parameters
    ----------
    experiment
        Whose results they are; its name and `output_dir` say where they go.
    fill
        Called with the unfinished folder.
    now, command_line
        As in `publish`.
    counts
        Replications by past, if they were not known beforehand.
    """
    require_free(experiment)
    if experiment.output_dir is None:
        stamp = f"{now or datetime.now():%Y-%m-%d_%H-%M-%S}"
        target = RESULTS / experiment.name / stamp
        count = 1
        while target.exists():
            count += 1
            target = RESULTS / experiment.name / f"{stamp}_{count}"
    else:
        target = Path(experiment.output_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(f".{target.name}.{os.getpid()}.unfinished")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        fill(staging)
        facts = provenance(experiment, command_line, counts) | {"files": sorted(_files(staging))}
        _write_provenance(staging, facts)
        _take_place(staging, target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return target


def _take_place(staging: Path, target: Path) -> None:
    if target.is_dir():
        former = target.with_name(f".{target.name}.{os.getpid()}.former")
        os.replace(target, former)
        os.replace(staging, target)
        _keep_others(former, target)
    else:
        os.replace(staging, target)


def _keep_others(former: Path, target: Path) -> None:
    """Remove what the former run wrote, and move everything else to where the new run is."""
    written = _written(former) | _files(target)
    left = False
    for name in _files(former) - written:
        try:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(former / name, target / name)
        except OSError:
            left = True
    if left:
        print(f"marketsim: files of yours could not be moved and are kept in {former}", file=sys.stderr)
    else:
        shutil.rmtree(former)


def _files(folder: Path) -> set[str]:
    """Return the files and links in a folder and below, by their names from it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}


def _written(folder: Path) -> set[str]:
    """Return the files a run wrote: those its provenance lists, or the tables where it has no list."""
    tables = {f"{name}.{kind}" for name in (*RUN_TABLES, *TABLES) for kind in ("csv", "parquet")}
    known = tables | {"config.yaml", SCENARIOS, PROVENANCE}
    try:
        return known | {str(name) for name in json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return known


def write(comparison: Comparison, folder: Path) -> None:
    """Write configuration, scenarios, provenance and every table as Parquet and CSV into an existing folder."""
    experiment = comparison.experiment
    write_config(experiment, folder)
    (folder / SCENARIOS).write_text(to_json(experiment), encoding="utf-8")
    parts = [comparison, *comparison.pasts.values()]
    with ThreadPoolExecutor(1) as beside:  # Arrow lets other threads run while it writes the one large table
        writing = beside.submit(write_table, folder, "monthly", [_with_past(part, part.monthly) for part in parts])
        _write_others(comparison, parts, folder)
        writing.result()
    _write_provenance(folder, provenance(experiment, counts=played(comparison)))


def write_config(experiment: Experiment, folder: Path) -> None:
    """Write the composed configuration."""
    (folder / "config.yaml").write_text(experiment.config_yaml or IN_PYTHON, encoding="utf-8")


def _write_others(comparison: Comparison, parts: Sequence[Comparison], folder: Path) -> None:
    """Write every table but the monthly one."""
    write_table(folder, "summary", [_with_past(part, part.summary()) for part in parts])
    if comparison.others and comparison.years:
        write_table(folder, "differences", [_with_past(part, part.differences()) for part in parts])
    if comparison.experiment.run.keep == "tables":
        for name in TABLES:
            write_table(folder, name, [_with_arm(part, arm, name) for part in parts for arm in part.arms])


def _write_provenance(folder: Path, facts: dict[str, Any]) -> None:
    (folder / PROVENANCE).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _with_past(part: Comparison, table: pd.DataFrame) -> pd.DataFrame:
    named = table.copy()
    named.insert(0, "past", part.past)
    return named


def _with_arm(part: Comparison, arm: str, name: str) -> pd.DataFrame:
    table = part[arm].table(name)
    table.insert(0, "arm", arm)
    return _with_past(part, table)


def write_table(folder: Path, name: str, frames: list[pd.DataFrame]) -> None:
    """Write a table, piece by piece, twice. Neither file holds a time or a path."""
    pieces = [frame for frame in frames if len(frame)] or frames[:1]
    schema = pa.Table.from_pandas(pieces[0], preserve_index=False).schema.remove_metadata()
    with (
        (folder / f"{name}.csv").open("wb") as text,
        pq.ParquetWriter(folder / f"{name}.parquet", schema) as columns,
    ):
        for number, frame in enumerate(pieces):
            table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
            write_rows(table, text, header=number == 0)
            columns.write_table(table)


def provenance(
    experiment: Experiment, command_line: Sequence[str] | None = None, counts: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Return what is needed to play the same again: versions, seed, engine, hashes, command line, replications."""
    run = experiment.run
    return {
        "experiment": experiment.name,
        "command_line": list(command_line or [Path(sys.argv[0]).name, *sys.argv[1:]]),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in LIBRARIES}},
        "engine": experiment.engine,
        "seed": run.seed,
        "replications": run.replications,
        "replications_other_pasts": run.replications_other_pasts if experiment.other_pasts else 0,
        "replications_played": dict(counts or {}),
        "horizon_years": run.horizon_years,
        "config_hash": config_hash(experiment.config_yaml),
        "model_hash": model_hash(),
    }


def config_hash(config_yaml: str) -> str:
    """Hash a composed configuration, apart from where and on how many processes it is played."""
    data = yaml.safe_load(config_yaml)
    if isinstance(data, dict):
        data.pop("output_dir", None)
        run = data.get("run")
        if isinstance(run, dict):
            data["run"] = {name: value for name, value in run.items() if name not in WITHOUT_EFFECT}
    return digest(yaml.safe_dump(data, sort_keys=False).encode())


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
