"""Finished runs on disk: one file per table of a run, whole or not there, found again by content.

Measured for the monthly table of ten years (132 rows of 127 columns): Parquet 4 ms to write and 7 ms to read, Arrow
0.2 and 0.1 ms at the same size; waiting for the disk (fsync) 2 to 30 ms. One file a run is therefore cheap enough.
"""

from __future__ import annotations

import contextlib
import io
import os
import time
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from marketsim.experiments.keys import digest
from marketsim.outcomes.metrics import columns_needed
from marketsim.scenario.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("leads", "deals", "customers", "journeys", "touches", "reviews", "people", "unit_economics")
KEEP = ("summary", "monthly", "tables")
STATE_COLUMNS = ("customers", "recurring_revenue", "memory_reported", "trust", "cash", "profit")
KINDS = {"summary": ("monthly", "summary"), "monthly": ("monthly",), "tables": (*TABLES, "monthly")}
"""Files that answer for a run, by what is kept: all of them with its tables, else the first there is."""
CREDIT = "credit"
"""Kept, beside the monthly table, where rules of attribution are judged: the credit that every rule gives."""
WITH_LOGS = ("tables", CREDIT)
"""What can be kept only of a run that keeps its logs."""
MONTHLY, TABLE = "arrow", "parquet"
"""Endings: monthly tables are many and small, and Arrow's own format is read and written in a tenth of the time."""
STALE_SECONDS = 86_400.0
_CHECK_DIGITS = 16


class Store:
    """A folder of finished runs.

    A file is named `<key>.<kind>.<check>.<ending>`, where `check` is a hash of its bytes: a truncated or damaged file
    gives itself away, is set aside as `*.corrupt`, and its run is played again (so no file has to wait for the disk).
    `kind` is `monthly`, `summary` (the monthly table with only the columns that metrics, state and crossing need) or a
    table of the run (`leads`, …). The monthly file is written last: where it is, the rest is.

    Parameters
    ----------
    folder
        Created if missing.

    Raises
    ------
    BadInput
        If the folder cannot be created or written to.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.set_aside: list[Path] = []
        require_writable(folder)

    def save(self, key: str, outcome: Any, keep: str) -> None:
        """Write what is kept of an outcome (`.monthly_columns`, and with `keep="tables"` `.leads` and so on)."""
        if keep == "tables":
            for name in TABLES:
                self._write(key, name, TABLE, to_parquet(getattr(outcome, name)))
        if keep == CREDIT:
            from marketsim.analysis.attribution import credit_by_every_rule  # here: no other run needs it

            self._write(key, credit_kind(), TABLE, to_parquet(credit_by_every_rule(outcome)))
        kind = "summary" if keep == "summary" else "monthly"
        columns = {name: column for name, column in outcome.monthly_columns.items() if _wanted(name, keep)}
        self._write(key, kind, MONTHLY, to_arrow(columns))

    def load(self, keys: Iterable[str], keep: str) -> dict[str, pa.Table]:
        """Return the monthly tables of those runs that are there as fully as `keep` asks, by key."""
        found = {}
        for key, files in self._listed(keys).items():
            if keep in WITH_LOGS and any(self._read(files.get(name, ())) is None for name in _kinds(keep)[:-1]):
                continue
            data = self._read(files.get("monthly", ()))
            if data is None and keep == "summary":
                data = self._read(files.get("summary", ()))
            if data is not None:
                table = pa.ipc.open_file(pa.BufferReader(data)).read_all()
                found[key] = table.select([name for name in table.column_names if _wanted(name, keep)])
        return found

    def table(self, key: str, name: str) -> pd.DataFrame | None:
        """Return one table of a finished run, or None if it was not kept."""
        kind = credit_kind() if name == CREDIT else name
        data = self._read(self._listed([key]).get(key, {}).get(kind, ()))
        if data is None:
            return None
        frame: pd.DataFrame = pq.read_table(io.BytesIO(data), use_threads=False).to_pandas(use_threads=False)
        return frame

    def missing(self, keys: Iterable[str], keep: str) -> set[str]:
        """Return the keys of the runs that are not there as fully as `keep` asks, by the names of files alone."""
        whole = all if keep in WITH_LOGS else any
        wanted = set(keys)
        listed = self._listed(wanted)
        return {key for key in wanted if not whole(kind in listed.get(key, ()) for kind in _kinds(keep))}

    def tidy(self) -> None:
        """Remove the unfinished files of processes that were killed long ago."""
        oldest = time.time() - STALE_SECONDS
        for path in self.folder.glob("*/*.unfinished"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _shelf(self, key: str) -> Path:
        return self.folder / key[:2]

    def _listed(self, keys: Iterable[str]) -> dict[str, dict[str, list[Path]]]:
        """Return the files of runs by key and kind; every shelf is looked through once."""
        wanted: dict[Path, set[str]] = {}
        for key in keys:
            wanted.setdefault(self._shelf(key), set()).add(key)
        found: dict[str, dict[str, list[Path]]] = {}
        for shelf, here in wanted.items():
            names = sorted(os.listdir(shelf)) if shelf.is_dir() else []
            for name in names:
                key, _, rest = name.partition(".")
                kind, _, rest = rest.partition(".")
                if key in here and rest.endswith((f".{MONTHLY}", f".{TABLE}")):
                    found.setdefault(key, {}).setdefault(kind, []).append(shelf / name)
        return found

    def _write(self, key: str, kind: str, ending: str, data: bytes) -> None:
        shelf = self._shelf(key)
        shelf.mkdir(exist_ok=True)
        path = shelf / f"{key}.{kind}.{digest(data)[:_CHECK_DIGITS]}.{ending}"
        write_atomically(path, data, wait_for_disk=False)

    def _read(self, paths: Iterable[Path]) -> bytes | None:
        """Return the first file that is whole; set aside those that are not."""
        for path in paths:
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if path.name.split(".")[-2] == digest(data)[:_CHECK_DIGITS]:
                return data
            with contextlib.suppress(OSError):
                os.replace(path, path.with_suffix(".corrupt"))
            self.set_aside.append(path)
        return None


@cache
def credit_kind() -> str:
    """Return what the table of credit is stored as: its source is not part of the model, so the name tells which."""
    source = Path(__file__).parents[1] / "analysis" / "attribution.py"
    return f"{CREDIT}_{digest(source.read_bytes())[:_CHECK_DIGITS]}"


def _kinds(keep: str) -> tuple[str, ...]:
    return (credit_kind(), "monthly") if keep == CREDIT else KINDS[keep]


@cache
def _columns_of_summary() -> frozenset[str]:
    return frozenset(("month", *STATE_COLUMNS, *columns_needed()))


def _wanted(column: str, keep: str) -> bool:
    """Whether a column of the monthly table is kept."""
    return keep != "summary" or column in _columns_of_summary()


def to_arrow(columns: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return columns of numbers as the bytes of an Arrow file; the same numbers give the same bytes."""
    arrays = [
        # not pa.array, which imports pandas
        pa.Array.from_buffers(pa.from_numpy_dtype(column.dtype), len(column), [None, pa.py_buffer(column)])
        for column in map(np.ascontiguousarray, columns.values())
    ]
    table = pa.Table.from_arrays(arrays, names=list(columns))
    sink = io.BytesIO()
    with pa.ipc.new_file(sink, table.schema) as file:
        file.write_table(table)
    return sink.getvalue()


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as the bytes of a Parquet file; the same table gives the same bytes."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False, nthreads=1), sink)
    return sink.getvalue()


def write_atomically(path: Path, data: bytes, *, wait_for_disk: bool = True) -> None:
    """Write a file so that it is there whole or not at all; if it waits for the disk, also if the machine stops."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    with unfinished.open("wb") as file:
        file.write(data)
        if wait_for_disk:
            file.flush()
            os.fsync(file.fileno())
    os.replace(unfinished, path)


def require_writable(folder: Path) -> None:
    """Create a folder and see that it can be written to.

    Raises
    ------
    BadInput
        In one line, if it cannot.

    """
    probe = folder / f".probe.{os.getpid()}.unfinished"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(
            f"cannot write to the folder {folder} ({reason}). Choose another, for example output_dir=results/mine"
        ) from None
