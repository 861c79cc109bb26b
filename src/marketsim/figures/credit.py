"""Charts of `marketsim truth`: what each programme's money really brought, and what attribution rules make of it."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from marketsim.analysis import words
from marketsim.figures import frame, style
from marketsim.figures.data import Played
from marketsim.figures.files import FLOATS, save_figure
from marketsim.figures.messages import spoken
from marketsim.figures.steering import PROGRAMME_COLOURS

VALUE = "new_recurring_revenue"
SHAPLEY = "shapley"
PANELS = {
    "net_present_value": "inside the window",
    "net_present_value_with_contracts": "with the contracts that remain after it",
}
KINDS = ("average", "marginal")
ACROSS = 3
APART = 0.17
"""Half the distance of the two dots of a programme, where programmes are 1 apart."""
LONGEST_NAME = 11
"""Letters of a programme's name that fit on a line beside its row."""
Row = Any


class Judged(Played, Protocol):
    """What these charts ask of a truth; `marketsim.experiments.Truth` is one."""

    @property
    def strategy(self) -> str:
        """Name of the strategy."""

    @property
    def programmes(self) -> tuple[str, ...]:
        """Programmes whose money was changed."""

    @property
    def returns(self) -> pd.DataFrame:
        """Returns by programme, kind and measure."""

    @property
    def attribution(self) -> pd.DataFrame:
        """Credit and truth by value, rule and programme."""

    @property
    def errors(self) -> pd.DataFrame:
        """How wrong each rule is."""

    @property
    def steered(self) -> bool:
        """Whether reviews or the budget react to the change."""


def true_returns_table(truth: Judged) -> pd.DataFrame:
    """Return average and marginal present value per unit of spend, by programme, inside the window and after it."""
    rows = truth.returns
    rows = rows[rows["measure"].isin(PANELS) & rows["programme"].isin(truth.programmes)]
    columns = ["strategy", "measure", "programme", "kind", "return", "return_low", "return_high", "replications"]
    return rows[columns].reset_index(drop=True)


@style.styled
def true_returns(truth: Judged, ax: Axes | None = None) -> Axes:
    """Draw what each unit of a programme's money brought on average, and what the next one brings.

    Parameters
    ----------
    truth : what was found.
    ax : frame for the picture; without it, a figure of its own. Its two panels are `ax.child_axes`.
    """
    table = true_returns_table(truth)
    names = list(truth.programmes)
    ax = frame.host(ax, (11.0, 2.9 + 0.5 * len(names)), right=0.35, top=1.35)
    panels = frame.split(ax, 1, 2, gap=(0.45, 0.5))
    colours = _colours(names)
    for place, (panel, (measure, label)) in enumerate(zip(panels, PANELS.items(), strict=True)):
        part = table[table["measure"] == measure]
        panel.axvline(0.0, color=style.GREY, lw=0.9, zorder=1)
        for k, name in enumerate(names):
            for sign, kind in zip((-1, 1), KINDS, strict=True):
                _dot(panel, part[(part["programme"] == name) & (part["kind"] == kind)], k + sign * APART, colours[name])
        _rows(panel, names if place == 0 else [""] * len(names), colours)
        panel.xaxis.set_major_formatter(lambda value, _: words.number(value, 1 if value % 1 else 0))
        panel.grid(axis="x", color=style.FAINT, lw=0.6)
        panel.set_xlabel("net present value per 1 spent (0: the money came back)", fontsize=style.SMALL_SIZE + 0.5)
        _named(panel, label)
    frame.title(ax, returns_sentence(table), above=44)
    notes = ["filled: average return (programme off)", "open: return of the next unit (spend up and down)"]
    notes.append("bars: 95 % intervals, jackknife over replications")
    frame.footer(ax, truth, *notes, *_steering(truth), below=38.0, bands=False)
    return ax


def returns_sentence(table: pd.DataFrame) -> str:
    """Say which programme's money brought most, and what the next unit there brings."""
    rows = table[(table["measure"] == list(PANELS)[-1]) & table["return"].notna()]
    average, marginal = (rows[rows["kind"] == kind] for kind in KINDS)
    if not len(average):
        return "No change of spend is clear enough for a return"
    best = average.iloc[int(np.argmax(average["return"].to_numpy(dtype=float)))]
    text = f"Each 1 spent on {style.label(str(best['programme']))} brought {_rate(best)} in net present value"
    after = marginal[marginal["programme"] == best["programme"]]
    if not len(after):
        return text
    following = after.iloc[0]
    low, high = float(following["return_low"]), float(following["return_high"])
    return f"{text}; the next 1 brings {_rate(following)}{', undecided' if low <= 0.0 <= high else ''}"


def credit_and_truth_table(truth: Judged) -> pd.DataFrame:
    """Return the split of a budget that follows each rule beside that of the truth, by programme."""
    rows = truth.attribution
    rows = rows[(rows["value"] == VALUE) & ~rows["recorded_only"] & rows["programme"].isin(truth.programmes)]
    split = ["budget_share", "budget_share_low", "budget_share_high"]
    true = rows[rows["rule"] == SHAPLEY].set_index("programme")[split].add_prefix("true_")
    table = rows[~rows["rule"].isin([SHAPLEY, "switched_off"])].join(true, on="programme")
    error = truth.errors[(truth.errors["value"] == VALUE) & ~truth.errors["recorded_only"]]
    parts = [f"misplaced_{SHAPLEY}{end}" for end in ("", "_low", "_high")]
    table = table.merge(error[["rule", *parts]], on="rule")
    columns = ["strategy", "value", "rule", "programme", *split, *(f"true_{name}" for name in split), *parts]
    return table[columns].assign(replications=truth.replications)


@style.styled
def credit_and_truth(truth: Judged, ax: Axes | None = None) -> Axes:
    """Draw how each rule would split the budget, beside the Shapley split, one panel per rule.

    Parameters
    ----------
    truth : what was found.
    ax : frame for the picture; without it, a figure of its own. Its panels, one per rule, are `ax.child_axes`.
    """
    table = credit_and_truth_table(truth)
    rules, names = list(dict.fromkeys(table["rule"])), list(truth.programmes)
    down = -(-len(rules) // ACROSS)
    height = 0.85 + 0.29 * len(names)
    ax = frame.host(ax, (11.0, 2.6 + down * height), right=0.35, top=1.45)
    panels = frame.split(ax, down, ACROSS, gap=(0.35, 0.75))
    colours = _colours(names)
    top = 1.05 * float(np.nanmax(table[["budget_share", "true_budget_share_high"]].to_numpy(dtype=float)))
    for place, (panel, rule) in enumerate(zip(panels, rules, strict=False)):
        part = table[table["rule"] == rule].set_index("programme")
        for k, name in enumerate(names):
            row = part.loc[name]
            panel.barh(k, row["budget_share"], height=0.62, color=style.lighter(colours[name], 0.45), lw=0, zorder=2)
            low, high = float(row["true_budget_share_low"]), float(row["true_budget_share_high"])
            panel.hlines([k], [low], [high], color=style.INK, lw=1.3, zorder=4)
            panel.plot([row["true_budget_share"]], [k], "D", ms=5.5, color=style.INK, mec="white", mew=0.7, zorder=5)
        panel.set_xlim(0.0, top)
        panel.xaxis.set_major_formatter(lambda value, _: words.percent(value))
        panel.locator_params(axis="x", nbins=4)
        panel.grid(axis="x", color=style.FAINT, lw=0.6)
        _rows(panel, names if place % ACROSS == 0 else [""] * len(names), colours)
        first = part.iloc[0]
        found = [float(first[f"misplaced_{SHAPLEY}{end}"]) for end in ("", "_low", "_high")]
        _named(panel, f"{style.label(rule)}: {words.percent_interval(*found)} misplaced")
    for panel in panels[len(rules) :]:
        panel.set_axis_off()
    frame.title(ax, credit_sentence(table, truth.strategy), above=38)
    notes = [
        "bars: share of the programmes' budget if it follows the credit for new recurring revenue",
        "diamonds: if it follows the Shapley value, with 95 % intervals",
        "misplaced: the part that would have to be moved",
    ]
    frame.footer(ax, truth, *notes, *_steering(truth), below=34.0, bands=False)
    return ax


def credit_sentence(table: pd.DataFrame, strategy: str) -> str:
    """Say between which errors all rules lie."""
    found = table.groupby("rule", sort=False)[f"misplaced_{SHAPLEY}"].first().dropna()
    if not len(found):
        return "What the programmes bring is undecided: no rule can be judged"
    values = found.to_numpy(dtype=float)
    least, most = words.percent(float(values.min())), words.percent(float(values.max()))
    best, worst = (style.label(str(found.index[int(pick)])) for pick in (values.argmin(), values.argmax()))
    if least == most:
        return f"Funded by credit, {most} of the budget of {spoken(strategy)} stands in the wrong place, by any rule"
    return (
        f"Funded by credit, {least} ({best}) to {most} ({worst}) of the budget of {spoken(strategy)} stands in the "
        "wrong place"
    )


def draw_truths(truths: Sequence[Judged], folder: str | os.PathLike[str]) -> list[Path]:
    """Write both charts of every strategy into a folder, each as SVG, PNG and CSV; with the strategy's name if several.

    Parameters
    ----------
    truths : one per strategy.
    folder : where to write; made if it is not there.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for truth in truths:
        end = f"_{''.join(c if c.isalnum() else '_' for c in truth.strategy)}" if len(truths) > 1 else ""
        for name, draw, numbers in (
            ("true_returns", true_returns, true_returns_table),
            ("credit_and_truth", credit_and_truth, credit_and_truth_table),
        ):
            figure = draw(truth).get_figure(root=True)
            assert figure is not None
            paths += [save_figure(figure, folder / f"{name}{end}{ending}") for ending in (".svg", ".png")]
            paths.append(folder / f"{name}{end}.csv")
            numbers(truth).to_csv(paths[-1], index=False, float_format=FLOATS, lineterminator="\n")
    return paths


def _dot(panel: Axes, rows: pd.DataFrame, at: float, colour: str) -> None:
    """Draw one return with its interval: filled if average, open if marginal; nothing where there is none."""
    if not len(rows) or not np.isfinite(float(rows["return"].iloc[0])):
        return
    row = rows.iloc[0]
    filled = row["kind"] == KINDS[0]
    panel.hlines([at], [row["return_low"]], [row["return_high"]], color=colour, lw=2.0 if filled else 1.2, zorder=3)
    face = colour if filled else "white"
    panel.plot([row["return"]], [at], "o", ms=7, mfc=face, mec=colour, mew=1.5, zorder=4)


def _named(panel: Axes, text: str) -> None:
    """Name a panel."""
    size = style.TEXT_SIZE + 0.5
    panel.set_title(text, loc="left", pad=7, fontsize=size, fontweight="bold", color=style.INK)


def _rows(panel: Axes, names: Sequence[str], colours: dict[str, str]) -> None:
    """Name the rows at the left, the first on top."""
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_yticks(range(len(names)), [textwrap.fill(style.label(name), LONGEST_NAME) for name in names])
    panel.tick_params(axis="y", length=0)
    panel.tick_params(axis="x", colors=style.GREY, labelsize=style.SMALL_SIZE + 0.5)
    if any(len(name) > LONGEST_NAME for name in names):
        panel.tick_params(axis="y", labelsize=style.SMALL_SIZE - 0.5)
    for tick, name in zip(panel.get_yticklabels(), names, strict=True):
        tick.set_color(style.text_colour(colours.get(name, style.INK)))


def _colours(names: Sequence[str]) -> dict[str, str]:
    return style.colours(names) | PROGRAMME_COLOURS


def _rate(row: Row) -> str:
    return words.rate_interval(float(row["return"]), float(row["return_low"]), float(row["return_high"]))


def _steering(truth: Judged) -> list[str]:
    return ["reviews or the budget react to the change: effects under the policy"] if truth.steered else []
