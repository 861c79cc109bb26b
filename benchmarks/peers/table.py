"""What was found, as text."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peers.agreement import Compared
from peers.contenders import Contender
from peers.funnel import MEASURES

_SHORT = ("leads/month", "cold", "wait h", "first", "others", "wins/month")
_TO_BEAT = ("cimba", "numba", "c_heap", "c_lean")
_FORMATS = (".0f", ".4f", ".4f", ".4f", ".4f", ".0f")


@dataclass(frozen=True)
class Row:
    """The timed runs of one contender, round by round."""

    contender: Contender
    version: str
    ready_seconds: float
    months: int
    leads_per_second: tuple[float, ...]
    ns_per_event: tuple[float, ...]
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Median of the ratios to the baseline."""
        return statistics.median(self.ratios)


def _grid(rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows of cells: the first column to the left, the others to the right."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "  ".join(cell.rjust(width) if k else cell.ljust(width) for k, (cell, width) in enumerate(zip(row, widths)))  # noqa: B905
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def ratio_text(ratio: float) -> str:
    """Write a ratio with two or three digits."""
    return f"{ratio:.2g}" if ratio < 10.0 else f"{ratio:,.0f}"


def _range(values: Sequence[float], write: str) -> str:
    return f"{min(values):{write}} to {max(values):{write}}"


def speed_table(rows: Sequence[Row], baseline: str) -> str:
    """Return the table of speeds, slowest first."""
    cells = [("", "leads/CPU s", "min to max", f"× {baseline}", "min to max", "ns/timed event", "ready after")]
    for row in sorted(rows, key=lambda row: row.ratio):
        label = f"{row.contender.label} {row.version}".strip()
        ratios = f"{ratio_text(min(row.ratios))} to {ratio_text(max(row.ratios))}"
        cells.append(
            (
                label, f"{statistics.median(row.leads_per_second):,.0f}", _range(row.leads_per_second, ",.0f"),
                ratio_text(row.ratio), ratios, f"{statistics.median(row.ns_per_event):,.0f}",
                f"{row.ready_seconds:.1f} s",
            )
        )  # fmt: skip
    return _grid(cells)


def agreement_table(compared: Sequence[Compared], yardstick: str) -> str:
    """Return what every contender found, and its distance from the yardstick in standard errors."""
    names = list(dict.fromkeys(c.name for c in compared))
    by_place = {(c.name, c.measure): c for c in compared}
    cells = [("", "months", *(text for short in _SHORT for text in (short, "")))]
    first = [by_place[names[0], measure] for measure in MEASURES]
    marks = [text for c, write in zip(first, _FORMATS, strict=True) for text in (f"{c.yardstick:{write}}", "")]
    cells.append((f"{yardstick} (yardstick)", "", *marks))
    for name in names:
        line = [by_place[name, measure] for measure in MEASURES]
        texts = [
            text
            for c, write in zip(line, _FORMATS, strict=True)
            for text in (("–", "") if math.isnan(c.mean) else (f"{c.mean:{write}}", f"({c.errors:+.1f})"))
        ]
        cells.append((name, str(line[0].replications), *texts))
    return _grid(cells)


def best_of_ours(rows: Sequence[Row]) -> Row | None:
    """Return our quickest engine, if one takes part."""
    return max((row for row in rows if row.contender.is_ours), key=lambda row: row.ratio, default=None)


def against(rows: Sequence[Row], other: Row) -> list[float]:
    """Return how many times as fast as another our quickest engine is, round by round; empty if none takes part."""
    ours = best_of_ours(rows)
    if ours is None:
        return []
    return [a / b for a, b in zip(ours.leads_per_second, other.leads_per_second, strict=True)]


def ratio_lines(rows: Sequence[Row]) -> list[str]:
    """Return our quickest engine against the quick ones, as medians of the ratios within rounds."""
    ours = best_of_ours(rows)
    lines = []
    for row in sorted(rows, key=lambda row: row.ratio):
        ratios = against(rows, row)
        if ours is not None and row.contender.name in _TO_BEAT:
            span = f"{ratio_text(min(ratios))} to {ratio_text(max(ratios))}"
            lines.append(
                f"{ours.contender.label} / {row.contender.label}: {ratio_text(statistics.median(ratios))} ({span})"
            )
    return lines


def missing_lines(missing: Mapping[Contender, str]) -> list[str]:
    """Return a line for everyone who could not take part."""
    return [
        f"missing: {contender.label}: {reason} (pip install -r benchmarks/peers/requirements.txt)"
        if contender.package
        else f"missing: {contender.label}: {reason}"
        for contender, reason in missing.items()
    ]
