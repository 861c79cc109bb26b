"""The table and the sentences a director reads at the end of a comparison."""

import re
import shutil
import textwrap
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from marketsim.analysis import headline, likeness, words
from marketsim.analysis.paired import CONFIDENCE, PairedDifference, paired_difference
from marketsim.experiments.comparison import NPV, Comparison
from marketsim.experiments.director_table import GAP, INDENT, UNDECIDED, table_lines
from marketsim.experiments.precision import say_reached
from marketsim.experiments.store import TABLES
from marketsim.outcomes.metrics import first_month_below_zero

NARROWEST, WIDEST = 80, 120
LONGEST_NAME = 16
"""Letters of the name of an arm that fit in the table of day 0."""
DOT = "\N{MIDDLE DOT}"
HARD_SPACE = "\N{NO-BREAK SPACE}"
TOGETHER = re.compile(r"\S+ [Mk%] \[[^\]]*\]|\[[^\]]*\]|\d [Mk%](?!\w)")


def width_of_terminal() -> int:
    """Return the width to print for: that of the terminal, within 80 to 120."""
    return min(max(shutil.get_terminal_size((WIDEST, 24)).columns, NARROWEST), WIDEST)


def report(comparison: Comparison, folder: Path | None = None, *, width: int | None = None) -> str:
    """Return everything a director reads: state at day 0, table, sentences, where it is, what to type next.

    Parameters
    ----------
    comparison
        What was played.
    folder
        The run folder, if one was written.
    width
        Columns; by default those of the terminal, within 80 to 120.

    """
    columns = width or width_of_terminal()
    lines: list[str] = []
    if comparison.experiment.question:
        lines += ["", INDENT + comparison.experiment.question]
    lines += ["", *state_lines(comparison, columns)]
    if comparison.years:
        lines += ["", *table_lines(comparison, columns)]
        if comparison.others:
            lines += ["", *wrapped(sentences(comparison), columns)]
    else:
        lines += ["", INDENT + "The window is shorter than a year: see .monthly."]
    reached = [say_reached(comparison)] if comparison.experiment.run.until_precise and comparison.years else []
    lines += ["", *wrapped([cash_sentence(comparison), *footer(comparison), *reached], columns)]
    if folder is not None:
        lines += ["", *_where(comparison, folder, columns)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def cash_sentence(comparison: Comparison) -> str:
    """Say which strategies run out of cash, on which past, how often and how early, and whether it stops them."""
    said, stopped = [], []
    parts = (comparison, *comparison.pasts.values())
    for part in parts:
        for one in insolvent(part):
            past = f" on the past {part.past}" if len(parts) > 1 else ""
            stopped.append((one, " on a past of its own" if one.arm in part.own_pasts else past))
        for arm in part.arms:
            if part.scenarios[arm].world.money.insolvency_enabled:
                continue
            month = first_month_below_zero(part[arm].monthly).dropna()
            if len(month):
                past = "a past of its own" if arm in part.own_pasts else f"the past {part.past}"
                said.append(
                    f"{arm} on {past} in {len(month)} of {part.replications} replications, "
                    f"first in month {int(month.min()) + 1}"
                )
    if not said and not stopped:
        return "Cash never falls below zero."
    sentences = [likeness.say_insolvencies(stopped)] if stopped else []
    if said:
        end = "Other strategies are not stopped by that here." if stopped else "No strategy is stopped by that here."
        sentences.append(f"Cash falls below zero: {'; '.join(said)}. {end}")
    return " ".join(sentences)


def insolvent(part: Comparison) -> list[likeness.Insolvency]:
    """Return the strategies that became insolvent on a past, in those worlds where cash below zero stops them."""
    stoppable = [arm for arm, scenario in part.scenarios.items() if scenario.world.money.insolvency_enabled]
    return likeness.insolvencies(part.monthly, stoppable)


def state_lines(comparison: Comparison, width: int) -> list[str]:
    """Describe day 0: one row per past, and one per arm that does not share it."""
    head = ("Day 0, by common past", "customers", "recurring revenue", "memory", "trust", "cash")
    rows: list[tuple[str, ...]] = [head]
    for part in (comparison, *comparison.pasts.values()):
        years = part.scenarios[part.baseline].history.years
        past = f"{part.past}, {words.years(years)}" if years else "no past: initial state"
        rows.append((past, *_state_cells(part, part.baseline)))
        for arm in part.own_pasts:
            name = arm if len(arm) <= LONGEST_NAME else arm[: LONGEST_NAME - 1] + "\N{HORIZONTAL ELLIPSIS}"
            rows.append((f"  {name} (own past)", *_state_cells(part, arm)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    gap = GAP if len(INDENT) + sum(widths) + GAP * (len(head) - 1) <= width else GAP - 1
    lines = []
    for row in rows:
        cells = "".join(cell.rjust(size + gap) for cell, size in zip(row[1:], widths[1:], strict=True))
        lines.append(INDENT + row[0].ljust(widths[0]) + cells)
    return lines


def _state_cells(part: Comparison, arm: str) -> tuple[str, ...]:
    state = part.state_at_day_0(arm)
    return (
        words.number(state["customers"]),
        words.money(state["recurring_revenue"]),
        _percent(state["memory_reported"]),
        _percent(state["trust"]),
        words.money(state["cash"]),
    )


def _percent(share: float) -> str:
    return words.MISSING if np.isnan(share) else f"{share * 100:.0f} %"


def sentences(comparison: Comparison) -> list[str]:
    """Say it: who is worth more, when the lines cross, what spreading and brand explain, where it holds."""
    last, base = comparison.years, comparison.baseline
    order = comparison.order()
    leading = leading_arm(comparison)
    answer = _say_arm(comparison, leading)
    if last > 1:
        answer += " " + headline.say_early(leading, base, _difference(comparison, leading, 1))
    found = [answer]
    parts = comparison.split()
    together = (headline.CONCENTRATED, headline.SPREAD, headline.WITH_BRAND)
    if parts is not None and likeness.same_budget(comparison.monthly, together):
        found.append(headline.say_split(parts))
    marketing = likeness.say_money(comparison.monthly, base, comparison.others)
    if marketing is not None:
        found.append(marketing)
    found += [likeness.say_alike(group) for group in likeness.alike(comparison.monthly, comparison.arms)]
    found += [_say_arm(comparison, arm) for arm in comparison.others if arm != leading]
    found.append(" ".join([*headline.say_order(order), best_sentence(comparison)]))
    if comparison.own_pasts:
        found.append(own_pasts_sentence(comparison))
    stopped = {one.arm for one in insolvent(comparison)}
    for arm in comparison.controls():
        if arm in stopped:
            continue
        start = comparison.state_at_day_0(arm)["recurring_revenue"]
        end = float(np.nanmean(comparison.values("recurring_revenue", last)[arm]))
        found.append(headline.say_control(arm, start, end, last))
    return found


def best_sentence(comparison: Comparison) -> str:
    """Say how likely each arm is the best one; arms with hardly a chance are put together."""
    chances = comparison.probability_best()
    ranked = sorted(chances, key=lambda arm: -chances[arm])
    hardly = [arm for arm in ranked if words.chance(chances[arm]) == words.HARDLY]
    said = [f"{arm} {words.chance(chances[arm])}" for arm in ranked if arm not in hardly]
    if hardly:
        each = "each " if len(hardly) > 1 else ""
        said.append(f"{words.joined(hardly)} {each}{words.HARDLY}")
    past = f" on the past {comparison.past}" if comparison.pasts else ""
    years = f"{words.small(comparison.years)} year{'' if comparison.years == 1 else 's'}"
    return f"Chance of being worth most after {years}{past}, as far as luck decides: {', '.join(said)}."


def leading_arm(comparison: Comparison) -> str:
    """Return the arm the answer speaks of: `balanced` where it is compared with, else the best of the others."""
    if headline.WITH_BRAND in comparison.others:
        return headline.WITH_BRAND
    return next(arm for arm in comparison.order().ranking if arm != comparison.baseline)


def own_pasts_sentence(comparison: Comparison) -> str:
    """Name the arms that do not start where the baseline starts."""
    arms = list(comparison.own_pasts)
    one = len(arms) == 1
    return (
        f"{words.joined(arms)} {'does' if one else 'do'} not share the past of {comparison.baseline}: "
        f"{'its differences contain' if one else 'their differences contain'} what came before day 0."
    )


def _say_arm(comparison: Comparison, arm: str) -> str:
    last, base = comparison.years, comparison.baseline
    difference = _difference(comparison, arm, last)
    worth = headline.say_difference(arm, base, difference, last)
    return f"{worth} {headline.say_crossing(arm, base, comparison.crossings[arm], undecided=difference.undecided)}"


def _difference(comparison: Comparison, arm: str, year: int) -> PairedDifference:
    values = comparison.values(NPV, year)
    return paired_difference(values[arm], values[comparison.baseline])


def footer(comparison: Comparison) -> list[str]:
    """Say seed, replications, intervals, marks, and what pairing paid."""
    level = f"{CONFIDENCE * 100:.0f} %"
    others = "".join(f", {part.replications} on {name}" for name, part in comparison.pasts.items())
    own = comparison.own_pasts
    whose = "a past of its own" if len(own) == 1 else "pasts of their own"
    apart = f" ({words.joined(list(own))} on {whose})"
    count = comparison.replications
    paired = "one replication" if count == 1 else f"{count} paired replications"
    runs = f"Seed {comparison.seed}, {paired} on the past {comparison.past}{apart if own else ''}{others}."
    if not comparison.others or not comparison.years:
        return [runs]
    last = comparison.years
    ratios = comparison.difference(NPV).query("year == @last")["variance_ratio"]
    known = sorted(float(value) for value in ratios if np.isfinite(value))
    paid = ""
    if known:
        ends = [words.times(value) for value in (known[0], known[-1])]
        span = " to ".join(dict.fromkeys(ends))
        paid = f" Pairing paid a variance ratio of {span} (net present value, year {last})."
    marks = (
        f"Signed figures: paired difference from {comparison.baseline} {words.PLUS_MINUS} half of its {level} interval "
        f"(Student t). {UNDECIDED} undecided: the interval contains zero."
    )
    return [marks, f"{runs}{paid} Crossing months: {level}, bootstrap over replications."]


def _where(comparison: Comparison, folder: Path, width: int) -> list[str]:
    figures = len({path.stem for path in (folder / "figures").glob("*.png")})
    tables = [name for name in ("monthly", "summary", "differences", *TABLES) if (folder / f"{name}.csv").exists()]
    listed = ["report.html"] if (folder / "report.html").exists() else []
    listed += [f"figures/ ({figures})"] if figures else []
    listed.append(f"{', '.join(tables)} (.csv and .parquet)")
    place = f"{str(folder).rstrip('/')}/   {f' {DOT} '.join(listed)}"
    hint = f"Try: {suggestion(comparison)}"
    return wrapped([place, hint], width)


def suggestion(comparison: Comparison) -> str:
    """Return a command worth typing next."""
    if comparison.experiment.name == "long_run":
        return "marketsim compare strategies=[balanced,harvest_mix] history=lead_factory"
    return "marketsim compare experiment=long_run"


def wrapped(paragraphs: Iterable[str], width: int) -> list[str]:
    """Wrap without breaking an interval, or a number from its unit."""
    lines: list[str] = []
    for paragraph in paragraphs:
        held = TOGETHER.sub(lambda found: found.group().replace(" ", HARD_SPACE), paragraph)
        lines += textwrap.wrap(
            held,
            width,
            initial_indent=INDENT,
            subsequent_indent=INDENT,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return [line.replace(HARD_SPACE, " ") for line in lines]
