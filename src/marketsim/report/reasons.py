"""Why it happens: the chain from the pool to the customers in small pictures, and the same links in numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from marketsim.analysis import words
from marketsim.analysis.paired import estimate, paired_difference
from marketsim.experiments.comparison import Comparison
from marketsim.figures import links
from marketsim.figures.data import narrowed
from marketsim.figures.links import COLUMNS, HEADINGS, LINKS
from marketsim.figures.messages import capital, leads_sentence, memory_sentence, share, spoken, wait
from marketsim.figures.style import label
from marketsim.report.blocks import Block, Cell, Para, Picture, Pictures, Section, Table
from marketsim.report.naming import told_arm

SIZE = (4.3, 2.75)
MARGINS = (0.62, 1.15, 0.38, 0.5)
LINK_METRICS: dict[str, tuple[str, Callable[[float], str]]] = {
    "good_leads": ("Good leads", words.number),
    "memory_reported": ("Accounts that remember us", share),
    "day_one_list_share": ("Buyers who list us on day one", share),
    "response_hours": ("Time until a lead is answered", wait),
    "trust": ("Trust of sales in leads", share),
    "quits": ("Reps who left", lambda value: words.number(value, 1)),
    "win_rate": ("Deals won, of those decided", share),
    "customers_won": ("Customers won", words.number),
    "customers_churned": ("Customers lost", words.number),
    "recurring_revenue": ("Recurring revenue at year end", words.money),
}


def reasons(comparison: Comparison) -> Section:
    """Return the section; of the pictures those whose columns were kept."""
    arm = told_arm(comparison)
    shown = narrowed(comparison, [comparison.baseline, *([] if arm is None else [arm])])
    sentences = {
        "pool": links.pool_sentence,
        "leads": leads_sentence,
        "trust": links.trust_sentence,
        "people": links.people_sentence,
        "memory": memory_sentence,
        "customers": links.customers_sentence,
    }
    kept = set(comparison.monthly.columns)
    pictures = tuple(
        Picture(
            f"chain_{name}",
            HEADINGS[name],
            f"{sentences[name](shown)}.",
            lambda ax, draw=draw: draw(shown, ax),  # type: ignore[misc]
            MARGINS if name != "leads" else (0.1, 0.1, 0.1, 0.1),
            SIZE,
        )
        for name, draw in LINKS.items()
        if {*COLUMNS[name]} <= kept
    )
    blocks: list[Block] = []
    if arm is not None:
        blocks.append(
            Para(
                f"From the accounts that can buy to the customers that stay, under {spoken(comparison.baseline)} and "
                f"{spoken(arm)}."
            )
        )
    if pictures:
        blocks.append(Pictures(pictures))
    else:
        blocks.append(Para("The months needed for these pictures were not kept (`run.keep=summary`)."))
    if comparison.years:
        blocks.append(_links(comparison, arm))
    return Section("reasons", "Why it happens", tuple(blocks))


def _links(comparison: Comparison, arm: str | None) -> Table:
    """Return the links of the chain in the last year, and which of them differ for sure."""
    last, base = comparison.years, comparison.baseline
    rows = []
    for name, (title, write) in LINK_METRICS.items():
        if name not in comparison.metrics:
            continue
        values = comparison.values(name, last)
        means = [estimate(values[one]).mean for one in (base, *([] if arm is None else [arm]))]
        cells = [Cell(title), *(Cell(words.MISSING if math.isnan(mean) else write(mean)) for mean in means)]
        if arm is not None:
            cells.append(Cell(differs(values[arm], values[base])))
        rows.append(tuple(cells))
    names = [base, *([] if arm is None else [arm])]
    head = (f"Year {last}", *(capital(label(name)) for name in names), *([] if arm is None else ["Do they differ?"]))
    return Table("links", f"The links of the chain in year {last}.", head, tuple(rows))


def differs(ours: object, theirs: object) -> str:
    """Say whether two rows of plays differ for sure: more, less, the same, or undecided."""
    found = paired_difference(ours, theirs)  # type: ignore[arg-type]
    if found.pairs == 0:
        return words.MISSING
    if found.mean == 0.0 and not found.standard_deviation > 0.0:
        return "the same"
    if found.undecided:
        return "undecided"
    return "yes, more" if found.mean > 0 else "yes, less"
