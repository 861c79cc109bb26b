"""Finished runs on disk: one file per table of a run, whole or not there, found again by content."""

import contextlib
import io
import os
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from marketsim.experiments.keys import digest
from marketsim.outcomes.metrics import columns_needed
from marketsim.scenario.errors import BadInput

TABLES = ("leads", "deals", "customers", "journeys", "touches", "reviews", "people", "unit_economics")
KEEP = ("summary", "monthly", "tables")
STATE_COLUMNS = ("customers", "recurring_revenue", "memory_reported", "trust", "cash", "profit")
STALE_SECONDS = 86_400.0
_CHECK_DIGITS = 16


class Store:
    """A folder of finished runs.

    A file is named `<key>.<kind>.<check>.parquet`, where `check` is a hash of its bytes: a truncated or damaged file
    gives itself away, is set aside as `*.corrupt`, and its run is played again. `kind` is `monthly`, `summary` (the
    monthly table with only the columns that metrics, state and crossing need) or a table of the run (`leads`, …). The
    monthly file is written last: where it is, the rest is.

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
        """Write what is kept of an outcome (`.monthly`, and with `keep="tables"` `.leads` and so on)."""
        if keep == "tables":
            for name in TABLES:
                self._write(key, name, getattr(outcome, name))
        if keep == "summary":
            wanted = ("month", *STATE_COLUMNS, *columns_needed())
            monthly = outcome.monthly
            self._write(key, "summary", monthly[[column for column in monthly.columns if column in wanted]])
        else:
            self._write(key, "monthly", outcome.monthly)

    def load(self, key: str, keep: str) -> pd.DataFrame | None:
        """Return the monthly table of a finished run, or None if it is not there as fully as `keep` asks."""
        if keep == "tables" and any(self._read(key, name) is None for name in TABLES):
            return None
        monthly = self._read(key, "monthly")
        if monthly is None and keep == "summary":
            monthly = self._read(key, "summary")
        return monthly

    def table(self, key: str, name: str) -> pd.DataFrame | None:
        """Return one table of a finished run, or None if it was not kept."""
        return self._read(key, name)

    def has(self, key: str, keep: str) -> bool:
        """Whether files of a finished run are there as fully as `keep` asks, without reading them."""
        kinds = ["monthly", "summary"] if keep == "summary" else ["monthly"]
        own = [*TABLES, "monthly"] if keep == "tables" else []
        found = {path.name.split(".")[1] for path in self._shelf(key).glob(f"{key}.*.parquet")}
        return set(own) <= found and bool(found & set(kinds))

    def tidy(self) -> None:
        """Remove the unfinished files of processes that were killed long ago."""
        oldest = time.time() - STALE_SECONDS
        for path in self.folder.glob("*/*.unfinished"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _shelf(self, key: str) -> Path:
        return self.folder / key[:2]

    def _write(self, key: str, kind: str, frame: pd.DataFrame) -> None:
        data = to_parquet(frame)
        shelf = self._shelf(key)
        shelf.mkdir(exist_ok=True)
        write_atomically(shelf / f"{key}.{kind}.{digest(data)[:_CHECK_DIGITS]}.parquet", data)

    def _read(self, key: str, kind: str) -> pd.DataFrame | None:
        for path in sorted(self._shelf(key).glob(f"{key}.{kind}.*.parquet")):
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if path.name.split(".")[-2] == digest(data)[:_CHECK_DIGITS]:
                frame: pd.DataFrame = pq.read_table(io.BytesIO(data), use_threads=False).to_pandas(use_threads=False)
                return frame
            with contextlib.suppress(OSError):
                os.replace(path, path.with_suffix(".corrupt"))
            self.set_aside.append(path)
        return None


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as the bytes of a Parquet file; the same table gives the same bytes."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False, nthreads=1), sink)
    return sink.getvalue()


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, also if the machine stops."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    with unfinished.open("wb") as file:
        file.write(data)
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
