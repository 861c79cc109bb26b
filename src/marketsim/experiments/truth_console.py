"""What a director reads at the end of `marketsim truth`: returns, credit beside the truth, and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from marketsim.analysis import words
from marketsim.analysis.paired import CONFIDENCE
from marketsim.experiments.console import width_of_terminal, wrapped
from marketsim.experiments.director_table import GAP, INDENT
from marketsim.experiments.truth_tables import ALL, NPV, REMAINING, SHAPLEY, SWITCHED_OFF, WITH_REMAINING

if TYPE_CHECKING:
    import pandas as pd

    from marketsim.experiments.counterfactual import Design, Truth

VALUE = "new_recurring_revenue"
QUESTION = "What did each programme's money really bring, and what do attribution rules say?"
TRUTHS = {SHAPLEY: "truth: Shapley", SWITCHED_OFF: "truth: switched off"}
Row = Any


def opening(designs: Sequence[Design], replications: int) -> str:
    """Return the question, and how much is played to answer it."""
    first = designs[0].scenario
    arms = sum(len(design.coalitions) + 2 * len(design.programmes) for design in designs)
    past = f"{words.years(first.history.years)} of common past + " if first.history.years else ""
    names = words.joined([design.strategy for design in designs])
    size = (
        f"{names}: {arms} variants \N{MULTIPLICATION SIGN} {replications} replications \N{MULTIPLICATION SIGN} "
        f"({past}{words.years(first.horizon_years)}), {first.world.market.accounts:,} accounts"
    )
    return f"{QUESTION}\n{size}"


def report(truths: Sequence[Truth], folder: Path | None = None, *, width: int | None = None) -> str:
    """Return everything that is printed.

    Parameters
    ----------
    truths
        One per strategy.
    folder
        The run folder, if one was written.
    width
        Columns; by default those of the terminal, within 80 to 120.
    """
    columns = width or width_of_terminal()
    lines = ["", INDENT + QUESTION]
    for truth in truths:
        lines += ["", *returns_lines(truth, columns), "", *credit_lines(truth, columns)]
        lines += ["", *wrapped(sentences(truth), columns)]
    lines += ["", *wrapped(footer(truths), columns)]
    if folder is not None:
        figures = len(list((folder / "figures").glob("*.png")))
        tables = "returns, shapley, attribution, errors (.csv and .parquet)"
        place = f"{str(folder).rstrip('/')}/   figures/ ({figures}) \N{MIDDLE DOT} {tables}"
        lines += ["", *wrapped([place, f"Try: {suggestion(truths)}"], columns)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def returns_lines(truth: Truth, width: int) -> list[str]:
    """Return the table of returns: by programme the spend, and the present value per unit of it."""
    head = (
        (truth.strategy, "spend", "inside", "after", "both", "both, for the", "Shapley value,"),
        ("per 1 spent", "a year", _years(truth), "them", "together", f"next 1 ({_change(truth)})", "both"),
    )
    years = truth.design.scenario.horizon_months / 12.0
    rows: list[tuple[str, ...]] = [*head]
    for name in (*truth.programmes, ALL):
        paid = _return(truth, name, "average", "gross_profit")["spend_change"] / years
        cells = [words.money(float(paid))]
        cells += [_rate(_return(truth, name, "average", measure)) for measure in (NPV, REMAINING, WITH_REMAINING)]
        cells.append(_rate(_return(truth, name, "marginal", WITH_REMAINING)) if name != ALL else "")
        found = _shapley(truth, name, WITH_REMAINING)
        cells.append(words.money_interval(found["value"], found["value_low"], found["value_high"]))
        rows.append((name.replace("_", " ") if name != ALL else "all of them", *cells))
    return _columns(rows, width, drop=(6, 4, 1))


def credit_lines(truth: Truth, width: int) -> list[str]:
    """Return the table of credit: the split of the budget by each rule and by the truth, and how much is misplaced."""
    names = list(truth.programmes)
    splits = _splits(truth)
    order = sorted(names, key=lambda name: -max(shares[name] for shares in splits.values()))
    shown = [name for name in names if name in order[:6]]
    head = ("a budget funded by", *(name.replace("_", " ") for name in shown), "misplaced", "money a year", "credited")
    rows: list[tuple[str, ...]] = [head]
    for rule, shares in splits.items():
        cells = [words.percent(shares[name]) for name in shown]
        if rule in TRUTHS:
            brought = _error(truth, "last")["brought"]
            cells += ["", "", words.percent(brought) if rule == SHAPLEY else ""]
            rows.append((TRUTHS[rule], *cells))
            continue
        found, recorded = _error(truth, rule), _error(truth, rule, recorded_only=True)
        cells.append(_part(found))
        cells.append(words.money(float(found[f"money_{SHAPLEY}"])))
        less = f" ({words.percent(recorded['credited'])})" if recorded is not None else ""
        cells.append(words.percent(found["credited"]) + less)
        rows.append((rule.replace("_", " "), *cells))
    return _columns(rows, width, drop=(len(shown) + 2,))


def sentences(truth: Truth) -> list[str]:
    """Say it: what marketing brought, which money brought most, whether programmes need each other, what rules miss."""
    errors = truth.errors.query("value == @VALUE and not recorded_only")
    brought = _error(truth, "last")
    least, most = _ends(errors, "credited")
    years = _years(truth)
    share = words.percent_interval(brought["brought"], brought["brought_low"], brought["brought_high"])
    said = [
        f"Of the new recurring revenue of {truth.strategy} in {years}, {share} would not be there without "
        f"{'these programmes' if len(truth.programmes) > 1 else 'this programme'}. Rules credit them with "
        f"{words.percent(least['credited'])} ({_rule(least)}) to {words.percent(most['credited'])} ({_rule(most)})."
    ]
    said.append(_say_returns(truth))
    if len(truth.programmes) > 1:
        said.append(_say_interaction(truth))
        said.append(_say_errors(errors))
    if truth.steered:
        said.append(
            f"Management steers {truth.strategy}: its reviews or its budget react to the change, so that these are "
            "effects under its policy, per unit by which marketing spend changed in all."
        )
    return said


def _say_returns(truth: Truth) -> str:
    average = truth.returns.query("kind == 'average' and measure == @WITH_REMAINING and programme != @ALL")
    average = average[average["return"].notna()]
    if not len(average):
        return "No change of spend is clear enough for a return."
    best = _ends(average, "return")[1]
    name = str(best["programme"])
    text = (
        f"Most per unit of money came from {name}: {_rate(best)} of net present value with remaining contracts for "
        f"each 1 spent, after paying for it{_unsure(best)}"
    )
    following = _return(truth, name, "marginal", WITH_REMAINING)
    if np.isfinite(following["return"]):
        text += f"; the next 1 would bring {_rate(following)}{_unsure(following)}"
    return f"{text}."


def _say_interaction(truth: Truth) -> str:
    whole = _shapley(truth, ALL, VALUE)
    share = words.percent_interval(whole["share"], whole["share_low"], whole["share_high"])
    if not np.isfinite(whole["share"]):
        return "What all programmes bring together is undecided, so nothing can be shared out."
    meaning = "whether they need each other is undecided"
    if whole["share_low"] > 1.0:
        meaning = "they need each other"
    elif whole["share_high"] < 1.0:
        meaning = "one stands in for another"
    return f"Switched off one at a time, the programmes lose {share} of what all of them bring together: {meaning}."


def _say_errors(errors: pd.DataFrame) -> str:
    key = f"misplaced_{SHAPLEY}"
    known = errors[errors[key].notna()]
    if not len(known):
        return "No rule can be held against the truth: it is undecided."
    best, worst = _ends(known, key)

    def part(row: Row) -> str:
        return words.percent_interval(row[key], row[f"{key}_low"], row[f"{key}_high"])

    money = words.money_interval(best[f"money_{SHAPLEY}"], best[f"money_{SHAPLEY}_low"], best[f"money_{SHAPLEY}_high"])
    return (
        f"A budget that follows credit stands in the wrong place by {part(best)}, {money} a year, under the best rule "
        f"({_rule(best)}), and by {part(worst)} under the worst ({_rule(worst)}), compared with the Shapley split."
    )


def footer(truths: Sequence[Truth]) -> list[str]:
    """Say what the columns mean, the method, seed and replications."""
    truth, level = truths[0], f"{CONFIDENCE * 100:.0f} %"
    whole = [str(len(one.design.coalitions)) for one in truths if not one.design.orders]
    sampled = [str(len(one.design.orders) // 2) for one in truths if one.design.orders]
    how = f"Shapley values from all {words.joined(whole)} coalitions of programmes. " if whole else ""
    if sampled:
        pairs = words.joined(list(dict.fromkeys(sampled)))
        how += (
            f"Shapley values of more programmes from {pairs} pairs of their orders, sampling error in the intervals. "
        )
    return [
        "Per 1 spent: change of net present value over the spend behind it, both discounted; inside the window 0 "
        f"means the money came back, \N{MINUS SIGN}1 that it is gone. After it: remaining contracts. [ ]: {level} "
        "intervals over paired replications (jackknife, Student t).",
        "Misplaced: part of the programmes' budget that would have to be moved to be split as Shapley does, by new "
        "recurring revenue. Credited: share of all new recurring revenue that the rule gives to these programmes (in "
        "brackets: only deals whose origin sales recorded).",
        f"{how}Seed {truth.seed}, {truth.replications} paired replications on the past {truth.past}.",
    ]


def suggestion(truths: Sequence[Truth]) -> str:
    """Return a command worth typing next."""
    other = "lead_factory" if truths[0].strategy != "lead_factory" else "balanced"
    return f"marketsim truth strategy={other}"


def _splits(truth: Truth) -> dict[str, dict[str, float]]:
    """Return the split of the budget by rule, the truth first."""
    rows = truth.attribution.query("value == @VALUE and not recorded_only and programme != 'none'")
    return {
        str(rule): dict(zip(part["programme"], part["budget_share"], strict=True))
        for rule, part in rows.groupby("rule", sort=False)
    }


def _error(truth: Truth, rule: str, *, recorded_only: bool = False) -> Row:
    rows = truth.errors.query("value == @VALUE and rule == @rule and recorded_only == @recorded_only")
    return rows.iloc[0] if len(rows) else None


def _return(truth: Truth, programme: str, kind: str, measure: str) -> Row:
    return truth.returns.query("programme == @programme and kind == @kind and measure == @measure").iloc[0]


def _shapley(truth: Truth, programme: str, measure: str) -> Row:
    return truth.shapley.query("programme == @programme and measure == @measure").iloc[0]


def _rate(row: Row) -> str:
    return words.rate_interval(row["return"], row["return_low"], row["return_high"])


def _unsure(row: Row) -> str:
    return ", undecided" if row["return_low"] <= 0.0 <= row["return_high"] else ""


def _ends(rows: pd.DataFrame, column: str) -> tuple[Row, Row]:
    """Return the rows with the least and the most of something."""
    values = rows[column].to_numpy(dtype=np.float64)
    return rows.iloc[int(np.nanargmin(values))], rows.iloc[int(np.nanargmax(values))]


def _part(row: Row) -> str:
    key = f"misplaced_{SHAPLEY}"
    return words.percent_interval(row[key], row[f"{key}_low"], row[f"{key}_high"])


def _rule(row: Row) -> str:
    return str(row["rule"]).replace("_", " ")


def _years(truth: Truth) -> str:
    return words.years(truth.design.scenario.horizon_years)


def _change(truth: Truth) -> str:
    return f"\N{PLUS-MINUS SIGN}{words.percent(truth.design.change)}"


def _columns(rows: Sequence[Sequence[str]], width: int, drop: Sequence[int]) -> list[str]:
    """Align columns; where they do not fit, narrow the gaps, then leave out those of `drop` one by one."""
    kept = list(range(len(rows[0])))
    for gone in (None, *drop):
        kept = [place for place in kept if place != gone]
        sizes = [max(len(row[place]) for row in rows) for place in kept]
        for gap in (GAP, GAP - 1):
            if len(INDENT) + sum(sizes) + gap * (len(kept) - 1) <= width:
                return [_line([row[place] for place in kept], sizes, gap) for row in rows]
    return [_line([row[place] for place in kept], sizes, 1) for row in rows]


def _line(cells: Sequence[str], sizes: Sequence[int], gap: int) -> str:
    rest = "".join(cell.rjust(size + gap) for cell, size in zip(cells[1:], sizes[1:], strict=True))
    return INDENT + cells[0].ljust(sizes[0]) + rest
