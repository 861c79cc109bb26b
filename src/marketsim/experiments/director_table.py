"""The director's table: one block per metric, years down, strategies across, each with its paired difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from marketsim.analysis import words
from marketsim.experiments.comparison import NPV, REMAINING, Comparison
from marketsim.outcomes.metrics import METRICS

SHOWN_YEARS = (1, 3, 5, 10)
SHOWN = (
    "good_leads",
    "cost_per_good_lead",
    "acquisition_cost",
    "customers_won",
    "recurring_revenue",
    "profit",
    NPV,
    REMAINING,
)
TITLES = {
    "good_leads": "Good leads in the year",
    "cost_per_good_lead": "Cost per good lead",
    "acquisition_cost": "Cost of acquiring a customer",
    "customers_won": "Customers won in the year",
    "recurring_revenue": "Recurring revenue at year end",
    "profit": "Profit in the year",
    NPV: "Net present value, day 0 to year end",
    REMAINING: "Net present value with remaining contracts",
}
FEW = 20
"""Means of counts below this are written with one decimal."""
UNDECIDED = "~"
INDENT = "  "
YEAR_WIDTH = 9
GAP = 3
RULE = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"


def shown_years(years: int) -> tuple[int, ...]:
    """Return the years a table shows: 1, 3, 5, 10, and the last."""
    return tuple(sorted({year for year in SHOWN_YEARS if year <= years} | ({years} if years else set())))


@dataclass(frozen=True)
class Cell:
    """One arm in one year: its mean, the difference from the baseline, half its interval, and a mark."""

    value: str
    difference: str = ""
    half_width: str = ""
    mark: str = " "


@dataclass(frozen=True)
class Block:
    """One metric: a title with its unit, and a row of cells for every year."""

    title: str
    rows: dict[int, tuple[Cell, ...]]


def block_of(comparison: Comparison, name: str) -> Block:
    """Collect one metric for all shown years, in one unit."""
    means = {(row["year"], row["arm"]): row["mean"] for row in _records(comparison.summary().query("metric == @name"))}
    differences = {(row["year"], row["arm"]): row for row in _records(comparison.difference(name))}
    years = shown_years(comparison.years)
    largest = max(
        (abs(value) for (year, _), value in means.items() if year in years and np.isfinite(value)), default=0.0
    )
    scale, letter = words.scale_of(largest) if METRICS[name].unit.startswith("money") else (1.0, "")
    halves = [row["half_width"] / scale for row in differences.values() if np.isfinite(row["half_width"])]
    decimals = words.decimals_of(largest / scale, max(halves, default=np.inf)) if letter else 0
    shown = [row["half_width"] / scale for (year, _), row in differences.items() if year in years]
    smallest = min((half for half in shown if half > 0), default=np.inf)
    if METRICS[name].unit.startswith("money"):
        decimals = _fine_enough(decimals, smallest)
    elif smallest < 1 or any(0 < abs(value) < FEW for (year, _), value in means.items() if year in years):
        decimals = 1
    rows = {}
    for year in years:
        cells = [Cell(words.number(means[year, comparison.baseline] / scale, decimals))]
        for arm in comparison.others:
            row = differences[year, arm]
            half = row["half_width"] / scale
            cells.append(
                Cell(
                    words.number(means[year, arm] / scale, decimals),
                    words.number(row["mean"] / scale, decimals, signed=True),
                    "" if np.isnan(half) else words.number(half, decimals),
                    UNDECIDED if row["undecided"] else " ",
                )
            )
        rows[year] = tuple(cells)
    return Block(TITLES.get(name, METRICS[name].label) + (f", {letter}" if letter else ""), rows)


def _fine_enough(decimals: int, smallest: float) -> int:
    """Add decimals, two at most, until the smallest half-width of a block is not written as zero."""
    return next((more for more in range(decimals, decimals + 2) if smallest >= 0.5 * 10.0**-more), decimals + 2)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def table_lines(comparison: Comparison, width: int) -> list[str]:
    """Lay the blocks out side by side for all arms; arms that do not fit follow in a second band."""
    blocks = [block_of(comparison, name) for name in SHOWN if name in comparison.metrics]
    count = len(comparison.arms)
    columns = [_column(blocks, comparison.arms[index], index) for index in range(count)]
    room = width - len(INDENT) - YEAR_WIDTH - columns[0][0] - GAP
    bands: list[list[int]] = [[]]
    left = room
    for index in range(1, count):
        need = columns[index][0] + GAP
        if bands[-1] and need > left:
            bands.append([])
            left = room
        bands[-1].append(index)
        left -= need
    lines: list[str] = []
    for band in bands:
        shown = [0, *band]
        if lines:
            lines.append("")
        head = " " * (len(INDENT) + YEAR_WIDTH)
        head += "".join(
            " " * GAP + comparison.arms[index].rjust(columns[index][1]).ljust(columns[index][0]) for index in shown
        )
        lines += [head, _rules(columns, shown)]
        for block in blocks:
            lines.append(INDENT + block.title)
            for year, cells in block.rows.items():
                text = "".join(" " * GAP + _cell(cells[index], columns[index]) for index in shown)
                lines.append(f"{INDENT}  {f'year {year}'.ljust(YEAR_WIDTH - 2)}{text}")
    return lines


Column = tuple[int, int, int, int]
"""Widths of a column: all, value, difference, half-width."""


def _column(blocks: Sequence[Block], name: str, index: int) -> Column:
    cells = [row[index] for block in blocks for row in block.rows.values()]
    value = max([len(cell.value) for cell in cells], default=1)
    if index == 0:
        value = max(value, len(name))
        return value, value, 0, 0
    difference = max(len(cell.difference) for cell in cells)
    half = max(len(cell.half_width) for cell in cells)
    whole = value + 2 + difference + (3 + half if half else 0) + 2
    if whole < len(name):
        value += len(name) - whole
        whole = len(name)
    return whole, value, difference, half


def _cell(cell: Cell, column: Column) -> str:
    whole, value, difference, half = column
    text = cell.value.rjust(value)
    if difference:
        text += "  " + cell.difference.rjust(difference)
        if half:
            text += (f" {words.PLUS_MINUS} " if cell.half_width else "   ") + cell.half_width.rjust(half)
        text += " " + cell.mark
    return text.ljust(whole)


def _rules(columns: Sequence[Column], shown: Sequence[int]) -> str:
    return " " * (len(INDENT) + YEAR_WIDTH) + "".join(" " * GAP + RULE * columns[index][0] for index in shown)
