"""Where the conclusion flips: shorter horizons, other pasts, undecided pairs, and what spreading alone explains."""

from __future__ import annotations

import numpy as np

from marketsim.analysis import headline, likeness
from marketsim.analysis.crossing import Course
from marketsim.analysis.words import money_interval
from marketsim.experiments.comparison import Comparison
from marketsim.experiments.console import own_pasts_sentence
from marketsim.figures.messages import capital, spoken, years_text
from marketsim.figures.style import label
from marketsim.report.answer import crossing, early
from marketsim.report.blocks import Items, Para, Section
from marketsim.report.naming import npv_difference, plain, told_arm

ELSEWHERE = (
    "This run played one market with one set of assumptions. What other markets and weaker assumptions would change, "
    "it cannot show: `marketsim claims` puts each claim to that test."
)


def limits(comparison: Comparison) -> Section:
    """Return the section."""
    heading = "Where the conclusion flips"
    arm = told_arm(comparison)
    if arm is None:
        return Section("limits", heading, (Para(f"With one strategy there is nothing to turn round. {ELSEWHERE}"),))
    if not comparison.years:
        text = f"The window is shorter than a year: too short for a conclusion that could flip. {ELSEWHERE}"
        return Section("limits", heading, (Para(text),))
    flips = [*_horizon(comparison, arm), *_pasts(comparison, arm), *_pairs(comparison)]
    stays = [*_spreading(comparison), *_unlike(comparison)]
    found: list[Para | Items] = []
    if flips:
        found.append(Items(tuple(flips)))
    else:
        found.append(Para("Nothing in this run turns it round: no shorter horizon within the window, and no past."))
    if stays:
        found.append(Items(tuple(stays)))
    found.append(Para(ELSEWHERE))
    return Section("limits", heading, tuple(found))


def _horizon(comparison: Comparison, arm: str) -> list[str]:
    """Say for which horizons the answer is another one."""
    found = comparison.crossings[arm]
    base = spoken(comparison.baseline)
    if found.course is Course.EQUAL or (found.course is Course.ALWAYS_AHEAD and found.month == 1):
        return []
    if found.course is Course.CROSSES and found.month is not None and np.isfinite(found.high):
        return [
            f"Shorter horizon: before month {found.month} [{found.low:.0f}, {found.high:.0f}] {base} has not been "
            f"overtaken. {early(comparison, arm)}".rstrip()
        ]
    if found.course is Course.NEVER_AHEAD:
        after = years_text(comparison.years)
        return [f"Longer horizon: {crossing(comparison, arm)} More than {after} was not played."]
    return [f"Horizon: {crossing(comparison, arm)}"]


def _pasts(comparison: Comparison, arm: str) -> list[str]:
    """Say of every further past whether the answer is the same there."""
    if not comparison.pasts:
        return []
    here = npv_difference(comparison, arm, comparison.years)
    told = []
    for past, runs in comparison.pasts.items():
        found = npv_difference(runs, arm, min(comparison.years, runs.years))
        amount = money_interval(found.mean, found.low, found.high, signed=True)
        if found.undecided:
            end = "undecided"
        elif here.undecided:
            end = f"decided, for {spoken(arm if found.mean > 0 else comparison.baseline)}"
        else:
            end = "the same answer" if found.mean * here.mean > 0 else "it flips"
        told.append(f"{label(past)} {amount} ({end})")
    amount = money_interval(here.mean, here.low, here.high, signed=True)
    return [
        f"Another past: {spoken(arm)} against {spoken(comparison.baseline)}, net present value by what the company did "
        f"before day 0: {label(comparison.past)} {amount} (this report), {', '.join(told)}."
    ]


def _pairs(comparison: Comparison) -> list[str]:
    """Say the order of all arms, and which neighbours are undecided or change places."""
    order = comparison.order()
    if len(order.ranking) < 3 and order.holds:
        return []
    return [plain(comparison, " ".join(headline.say_order(order)))]


def _spreading(comparison: Comparison) -> list[str]:
    """Say how much of the answer is mere spreading of the money, or how that could be found out."""
    parts = comparison.split()
    together = (headline.CONCENTRATED, headline.SPREAD, headline.WITH_BRAND)
    if parts is not None:
        if likeness.same_budget(comparison.monthly, together):
            return [f"Not all of it is brand: {plain(comparison, headline.say_split(parts))}"]
        return []
    if {headline.CONCENTRATED, headline.WITH_BRAND} <= set(comparison.arms):
        return [
            "Not all of it need be brand: part of the difference may come from not putting everything into one "
            "channel. Add `harvest_mix` to the strategies to see how much."
        ]
    return []


def _unlike(comparison: Comparison) -> list[str]:
    """Say what else sets the arms apart: money for marketing, a past of their own; and what does not."""
    told = []
    money = likeness.say_money(comparison.monthly, comparison.baseline, comparison.others)
    if money is not None:
        told.append(capital(plain(comparison, money)))
    told += [plain(comparison, likeness.say_alike(group)) for group in likeness.alike(
        comparison.monthly, comparison.arms)]  # fmt: skip
    if comparison.own_pasts:
        told.append(plain(comparison, own_pasts_sentence(comparison)))
    return told
