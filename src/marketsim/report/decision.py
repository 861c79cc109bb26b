"""The decision in money: year by year, the worst case, the low point of cash, when it pays, and how likely."""

from __future__ import annotations

import numpy as np

from marketsim.analysis import words
from marketsim.analysis.crossing import FEWEST, Course
from marketsim.analysis.decision import ahead, worst_case
from marketsim.analysis.paired import CONFIDENCE, Estimate, estimate, paired_difference
from marketsim.experiments.comparison import NPV, REMAINING, Comparison
from marketsim.experiments.console import cash_sentence
from marketsim.experiments.director_table import UNDECIDED, block_of
from marketsim.figures.messages import capital, spoken, years_text
from marketsim.figures.plays import risk, risk_sentence
from marketsim.figures.style import label
from marketsim.report.blocks import Block, Cell, Para, Picture, Pictures, Section, Table
from marketsim.report.naming import npv_difference, plain, profit_difference, told_arm

LOW_POINT = "cash_low_point"
ROW_INCHES = 0.5


def decision(comparison: Comparison) -> Section:
    """Return the section."""
    if not comparison.years:
        return Section("decision", "The decision in money", tuple(_short(comparison)))
    blocks: list[Block] = [_table(comparison)]
    remaining = _remaining(comparison)
    if remaining:
        blocks.append(Para(remaining))
    blocks.append(Para(plain(comparison, cash_sentence(comparison))))
    if comparison.others:
        arm = told_arm(comparison)
        high = 0.9 + ROW_INCHES * len(comparison.others)
        picture = Picture(
            "risk",
            f"Every single play: net present value after {years_text(comparison.years)}, more (+) or less "
            f"(\N{MINUS SIGN}) than under {spoken(comparison.baseline)}",
            f"{risk_sentence(comparison, arm)}. Each dot is one play; the bar is the interval of the mean.",
            lambda ax: risk(comparison, ax),
            (0.3, 0.3, 0.1, 0.65),
            (8.2, high),
            (4.3, high),
        )
        blocks.append(Pictures((picture,)))
    return Section("decision", "The decision in money", tuple(blocks))


def _short(comparison: Comparison) -> list[Block]:
    """Return what can be said of a window shorter than a year."""
    months = int(comparison.monthly["month"].max()) + 1
    span = f"{words.small(months)} month{'' if months == 1 else 's'}"
    blocks: list[Block] = [
        Para(f"Only {span} were played, less than a year: there are no yearly figures, and no net present value.")
    ]
    if comparison.others:
        rows = []
        for arm in comparison.others:
            found = profit_difference(comparison, arm, months)
            mark = "" if found.low > 0 or found.high < 0 else f" {UNDECIDED}"
            text = words.money_interval(found.mean, found.low, found.high, signed=True)
            rows.append((Cell(label(arm)), Cell(f"{text}{mark}")))
        caption = f"Profit of the {span}, against {label(comparison.baseline)}. {UNDECIDED} undecided."
        blocks.append(Table("decision", caption, ("Strategy", f"After {span}"), tuple(rows)))
    blocks.append(Para(plain(comparison, cash_sentence(comparison))))
    return blocks


def _table(comparison: Comparison) -> Table:
    """Return net present value by year as in the console's table, and beside it how sure and how bad it gets."""
    last = comparison.years
    block = block_of(comparison, NPV)
    unit = block.title.rpartition(", ")[2]
    letter = f" {unit}" if unit in ("M", "k") else ""
    years = tuple(block.rows)
    values = comparison.values(NPV, last)
    base = values[comparison.baseline]
    best = comparison.probability_best() if comparison.others else {}
    kind = worst_case(base).what
    head = ["Strategy", *(f"Year {year}" for year in years), capital(kind), "Lowest cash"]
    head += ["Ahead for good", "Ends ahead", "Worth most"] if comparison.others else []
    rows = []
    for place, arm in enumerate(comparison.arms):
        cells = [Cell(label(arm), "baseline, its own value" if not place and comparison.others else "")]
        for year in years:
            cell = block.rows[year][place]
            if place:
                half = f"{words.PLUS_MINUS} {cell.half_width}" if cell.half_width else ""
                cells.append(Cell(f"{cell.difference}{letter}{f' {UNDECIDED}' if cell.mark.strip() else ''}", half))
            else:
                cells.append(Cell(f"{cell.value}{letter}"))
        worst = worst_case(values[arm] - base if place else base)
        cells.append(Cell(words.money(worst.value, signed=bool(place))))
        low = comparison.values(LOW_POINT, last)[arm]
        known = low[np.isfinite(low)]
        lowest = f"lowest of all {words.money(float(known.min()))}" if len(known) > 1 else ""
        cells.append(Cell(words.money(estimate(low).mean), lowest))
        if comparison.others:
            counted = ahead(values[arm], base)
            cells.append(Cell(payback(comparison, arm)) if place else Cell(words.MISSING))
            cells.append(Cell(f"{counted.ahead} of {counted.of}") if place else Cell(words.MISSING))
            cells.append(Cell(words.chance(best[arm])))
        rows.append(tuple(cells))
    against = f", against {label(comparison.baseline)}" if comparison.others else ""
    caption = f"Net present value from day 0 to the end of the year{against}."
    return Table("decision", caption, tuple(head), tuple(rows), note=_note(comparison, kind))


def _note(comparison: Comparison, kind: str) -> str:
    level = f"{CONFIDENCE * 100:.0f} %"
    told = "Net present value: all profit since day 0 in the money of day 0. "
    if not comparison.others:
        return f"{told}{capital(kind)}: of {comparison.replications}, after the last year. Lowest cash: mean of plays."
    years = words.small(comparison.years)
    return (
        f"{told}{words.PLUS_MINUS} half of the {level} interval; {UNDECIDED} undecided: the interval contains zero. "
        f"{capital(kind)}: the lowest difference of {comparison.replications} plays after {years} years (for the "
        "baseline its lowest value)"
        if kind != "5th percentile"
        else f"{told}{words.PLUS_MINUS} half of the {level} interval; {UNDECIDED} undecided: the interval contains "
        f"zero. 5th percentile: one in twenty of {comparison.replications} plays ends below it (for the baseline: its "
        "own value)"
    ) + (
        ". Lowest cash: lowest month-end from day 0 on, mean of the plays. Ahead for good: from this month on it has "
        "earned more than the baseline, which is when the change has paid for itself. Ends ahead: in so many plays. "
        "Worth most: chance that it is the best of all, as far as luck decides."
    )


def payback(comparison: Comparison, arm: str) -> str:
    """Return the month from which an arm has earned more than the baseline for good, in a few words."""
    found = comparison.crossings[arm]
    undecided = npv_difference(comparison, arm, comparison.years).undecided
    if found.course is Course.EQUAL:
        return "equal"
    if found.month is None:
        late = " (not sure)" if undecided else ""
        return f"not in {found.months} months{late}"
    if undecided or np.isinf(found.high):
        return f"month {found.month} (not sure)"
    if found.course is Course.ALWAYS_AHEAD and found.month == 1:
        return "from the start"
    if found.replications < FEWEST:
        return f"month {found.month}"
    return f"month {found.month} [{found.low:.0f}, {found.high:.0f}]"


def _remaining(comparison: Comparison) -> str:
    """Say what the contracts still running at the end are worth, which the window leaves out."""
    if REMAINING not in comparison.metrics:
        return ""
    last = comparison.years
    values = comparison.values(REMAINING, last)
    arm = told_arm(comparison)
    found: Estimate
    if arm is None:
        found = estimate(values[comparison.baseline])
        amount = words.money_interval(found.mean, found.low, found.high)
        return f"With what its customers are still expected to bring after year {last}, it is worth {amount}."
    gap = paired_difference(values[arm], values[comparison.baseline])
    amount = words.money_interval(gap.mean, gap.low, gap.high, signed=True)
    open_ = ", which is undecided" if gap.undecided else ""
    return (
        f"The window ends after {years_text(last)}, the customers do not. With what they are still expected to bring, "
        f"{spoken(arm)} stands {amount} against {spoken(comparison.baseline)}{open_}."
    )
