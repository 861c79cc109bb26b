"""What the CRM says against what is true: the figures a company sees, beside those only the model knows."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from marketsim.analysis import words
from marketsim.analysis.paired import estimate, paired_difference
from marketsim.experiments.comparison import NPV, Comparison
from marketsim.figures.messages import capital, share, spoken, years_text
from marketsim.figures.style import label
from marketsim.report.blocks import Block, Cell, Para, Section, Table
from marketsim.report.naming import told_arm

Write = Callable[[float], str]
COUNTED: dict[str, tuple[str, Write, int]] = {
    "leads": ("Leads", words.number, 1),
    "qualified_leads": ("Qualified leads", words.number, 1),
    "cost_per_lead": ("Cost per lead", words.money, -1),
}
TRUE: dict[str, tuple[str, Write, int]] = {
    "good_leads": ("Good leads: buying, and a fit", words.number, 1),
    "cost_per_good_lead": ("Cost per good lead", words.money, -1),
    "customers_won": ("Customers won", words.number, 1),
    NPV: ("Net present value since day 0", words.money, 1),
}
"""Titles, how they are written, and whether more (1) or less (-1) looks better."""


def belief(comparison: Comparison) -> Section:
    """Return the section."""
    heading = "What the CRM says, and what is true"
    if not comparison.years:
        return Section("crm", heading, (Para("There is no complete year to compare."),))
    arm = told_arm(comparison)
    blocks: list[Block] = []
    if arm is not None:
        blocks.append(Para(" ".join(part for part in (verdict(comparison, arm), _recorded(comparison)) if part)))
    elif _recorded(comparison):
        blocks.append(Para(_recorded(comparison)))
    blocks.append(_figures(comparison, arm))
    tables = comparison.experiment.run.keep == "tables"
    if tables:
        blocks += [_sources(comparison, one) for one in (comparison.baseline, *([] if arm is None else [arm]))]
    else:
        blocks.append(
            Para(
                "Shown are the figures of the monthly table. Which source brought which lead, customer and contact "
                "is kept with `run.keep=tables`."
            )
        )
    return Section("crm", heading, tuple(blocks))


def better(comparison: Comparison, arm: str, name: str, direction: int, year: int) -> str | None:
    """Return the arm that looks better by a metric in a year; None where that is undecided or undefined."""
    values = comparison.values(name, year)
    found = paired_difference(values[arm], values[comparison.baseline])
    if found.pairs == 0 or found.undecided:
        return None
    return arm if found.mean * direction > 0 else comparison.baseline


def verdict(comparison: Comparison, arm: str) -> str:
    """Say whom the first year's counts favour, whom what is true of the leads, and whom the money of the window."""
    told = []
    for what, metrics in (("Counted", COUNTED), ("In truth", {name: TRUE[name] for name in TRUE if name != NPV})):
        favoured: dict[str, list[str]] = {}
        for name, (title, _, direction) in metrics.items():
            if name in comparison.metrics:
                whom = better(comparison, arm, name, direction, 1)
                say = "nobody for sure" if whom is None else spoken(whom)
                favoured.setdefault(say, []).append(title.partition(":")[0].lower())
        parts = [f"{words.joined(titles)} favour{'s' if len(titles) == 1 else ''} {say}" for say, titles in
                 favoured.items()]  # fmt: skip
        if parts:
            told.append(f"{what}, {'; '.join(parts)}.")
    if not told:
        return ""
    money = better(comparison, arm, NPV, 1, comparison.years)
    end = "is undecided" if money is None else f"favours {spoken(money)}"
    return f"The first year. {' '.join(told)} The money of {years_text(comparison.years)} {end}."


def _recorded(comparison: Comparison) -> str:
    """Say what share of the contacts is in the CRM at all."""
    if not {"touches", "touches_recorded"} <= set(comparison.monthly.columns):
        return ""
    after = comparison.monthly[comparison.monthly["month"] >= 0]
    sums = after.groupby("arm", sort=False)[["touches", "touches_recorded"]].sum()
    arm = told_arm(comparison)
    arms = [comparison.baseline, *([] if arm is None else [arm])]
    shares = [sums["touches_recorded"][one] / sums["touches"][one] if sums["touches"][one] else np.nan for one in arms]
    told = [f"{share(value)} under {spoken(one)}" for one, value in zip(arms, shares, strict=True) if value == value]
    if len(told) == 2 and share(shares[0]) == share(shares[1]):
        told = [f"{share(shares[0])} under both"]
    return f"Of all contacts with accounts the CRM holds {words.joined(told)}." if told else ""


def _figures(comparison: Comparison, arm: str | None) -> Table:
    """Return what is counted above what is true, in the first and the last year."""
    last = comparison.years
    years = [1] if last == 1 else [1, last]
    names = [comparison.baseline, *([] if arm is None else [arm])]
    rows = []
    for what, metrics in (("counted", COUNTED), ("true", TRUE)):
        for name, (title, write, direction) in metrics.items():
            if name not in comparison.metrics:
                continue
            cells = [Cell(title, what)]
            for year in years:
                values = comparison.values(name, year)
                means = [estimate(values[one]).mean for one in names]
                cells += [Cell(words.MISSING if math.isnan(mean) else write(mean)) for mean in means]
                if arm is not None:
                    favoured = better(comparison, arm, name, direction, year)
                    cells.append(Cell("undecided" if favoured is None else label(favoured)))
            rows.append(tuple(cells))
    head = ["Figure"]
    for year in years:
        head += [f"{capital(label(name))}, year {year}" for name in names]
        head += [] if arm is None else [f"Looks better, year {year}"]
    caption = "What the CRM counts, above; what is true of the same leads and the same money, below."
    return Table("crm", caption, tuple(head), tuple(rows))


def _sources(comparison: Comparison, arm: str) -> Table:
    """Return by source what the CRM counts, sees and thanks, against what its leads truly were."""
    runs = comparison[arm]
    leads, touches = runs.table("leads"), runs.table("touches")
    leads = leads[leads["arrived_day"] >= 0]
    touches = touches[touches["day"] >= 0]
    years, plays = comparison.years, comparison.replications
    by_source = leads.groupby("source", observed=True)
    seen = touches["recorded"].astype(bool) & touches["matched"].astype(bool)
    table = pd.DataFrame(
        {
            "leads": by_source.size(),
            "good": by_source["good"].sum(),
            "converted": (leads["state"] == "converted").groupby(leads["source"], observed=True).sum(),
            "touches": touches.groupby("source", observed=True).size(),
            "seen": seen.groupby(touches["source"], observed=True).sum(),
        }
    ).fillna(0.0)
    rows = []
    for source, row in table.sort_values("leads", ascending=False, kind="stable").iterrows():
        if row["leads"] == 0:
            continue
        rows.append(
            (
                Cell(str(source).replace("_", " ")),
                Cell(words.number(row["leads"] / plays / years)),
                Cell(share(row["good"] / row["leads"])),
                Cell(share(row["converted"] / row["leads"])),
                Cell(share(row["seen"] / row["touches"]) if row["touches"] else words.MISSING),
            )
        )
    head = ("Source", "Leads a year, as counted", "Truly good", "Became an opportunity", "Contacts the CRM can see")
    caption = f"Leads by source under {spoken(arm)}, mean of all plays and years."
    return Table(f"sources-{arm}", caption, head, tuple(rows))
