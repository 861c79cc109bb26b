"""Write what was found to docs/: the table of figures, and from it the picture and the page."""

import csv
import runpy
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from peers.contenders import Contender
from peers.table import Row, against

_DOCS = Path(__file__).resolve().parents[2] / "docs"
COLUMNS = (
    "name", "label", "version", "is_ours", "leads_per_cpu_second", "leads_low", "leads_high", "ratio", "ratio_low",
    "ratio_high", "ns_per_event", "our_best_against", "ready_seconds", "rounds", "missing",
)  # fmt: skip


def _spread(values: Sequence[float]) -> list[str]:
    return [f"{value:.4g}" for value in (statistics.median(values), min(values), max(values))]


def lines(rows: Sequence[Row], missing: Mapping[Contender, str]) -> list[list[str]]:
    """Return a line per contender, slowest first, then those that are missing with the reason."""
    found = []
    for row in sorted(rows, key=lambda row: row.ratio):
        ours = against(rows, row)
        found.append(
            [
                row.contender.name, row.contender.label, row.version, str(int(row.contender.is_ours)),
                *_spread(row.leads_per_second), *_spread(row.ratios), f"{statistics.median(row.ns_per_event):.4g}",
                f"{statistics.median(ours):.4g}" if ours else "", f"{row.ready_seconds:.1f}", str(len(row.ratios)), "",
            ]
        )  # fmt: skip
    for contender, reason in missing.items():
        blanks = [""] * (len(COLUMNS) - 5)
        found.append([contender.name, contender.label, "", str(int(contender.is_ours)), *blanks, reason])
    return found


def publish(rows: Sequence[Row], missing: Mapping[Contender, str]) -> list[Path]:
    """Write docs/figures/peers.csv, draw docs/figures/peers.png, and put the table into the pages of docs/."""
    path = _DOCS / "figures" / "peers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([COLUMNS, *lines(rows, missing)])
    runpy.run_path(str(path.with_suffix(".py")), run_name="__main__")
    runpy.run_path(str(_DOCS / "build.py"), run_name="__main__")
    return [path, path.with_suffix(".png")]
