"""What was measured, as lines on the screen and as docs/figures/speed.csv, from which the table in docs/ is made."""

import csv
import runpy
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE_DATA = _DOCS / "figures" / "speed.csv"
COLUMNS = ("name", "what", "unit", "median", "low", "high", "repeats", "wanted")


@dataclass(frozen=True)
class Figure:
    """One measured quantity.

    Parameters
    ----------
    name : under which it stands in the file; a later measurement of the same name takes its place.
    what, unit : as people read it.
    values : one per repeat.
    wanted : what was aimed at, in words; empty if nothing was.
    """

    name: str
    what: str
    unit: str
    values: tuple[float, ...]
    wanted: str = ""

    @property
    def median(self) -> float:
        """The middle of the repeats."""
        return statistics.median(self.values)

    def line(self) -> str:
        """Return it as a line of text."""
        spread = f" ({self.told(min(self.values))} to {self.told(max(self.values))})" if len(self.values) > 1 else ""
        wanted = f"   wanted: {self.wanted}" if self.wanted else ""
        return f"{self.what}: {self.told(self.median)}{spread} {self.unit}{wanted}"

    def cells(self) -> list[str]:
        """Return it as a line of the file."""
        numbers = [f"{value:.4g}" for value in (self.median, min(self.values), max(self.values))]
        return [self.name, self.what, self.unit, *numbers, str(len(self.values)), self.wanted]

    @staticmethod
    def told(value: float) -> str:
        """Write a number with three digits."""
        return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"


def publish(figures: Sequence[Figure], order: Sequence[str], path: Path = PAGE_DATA) -> None:
    """Write figures into the file; those of other names stay. Lines are ordered by the part their name begins with."""
    lines: dict[str, list[str]] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            lines = {line[0]: line for line in list(csv.reader(file))[1:]}
    lines |= {figure.name: figure.cells() for figure in figures}

    def place(name: str) -> int:
        return next((k for k, start in enumerate(order) if name.startswith(start)), len(order))

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([COLUMNS, *sorted(lines.values(), key=lambda line: place(line[0]))])


def rebuild_page() -> None:
    """Put the table into the pages of docs/."""
    runpy.run_path(str(_DOCS / "build.py"), run_name="__main__")
