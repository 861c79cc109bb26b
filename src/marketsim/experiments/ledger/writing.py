"""The ledger on paper: experiments/README.md, ledger.csv with every figure, and a table for the console."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from marketsim.analysis import words
from marketsim.analysis.verdicts import ASSUMED, DEPENDS, ERROR, HOLDS_IN, NOT_SUPPORTED, SUPPORTED, UNDECIDED
from marketsim.experiments.keys import model_hash
from marketsim.experiments.ledger import sentences
from marketsim.experiments.ledger.judging import Row
from marketsim.experiments.run_folder import config_hash
from marketsim.lazily import Lazily
from marketsim.scenario.experiment import Experiment, LedgerSettings

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Lazily("pandas")

ESSAYS = {
    "A": "Marketing is not the same as lead generation. It is logic and structure",
    "B": "Lead gen won't kill marketing. Turning back the clock will",
    "C": "Marketing VS lead generation: everything you need to know",
    "D": "Insights from marketing leaders on lead generation and credit",
    "E": "Good revenue, bad revenue and lead gen in B2B marketing",
}
OTHERS = "Questions of our own"
HASH_DIGITS = 12
PLURAL = {DEPENDS: "that depend on the market, the past or the world"}
RULES = f"""\
## How a verdict comes about

- An effect is *beyond* the smallest one that matters if its whole interval is, *short of it* if its whole interval is.
  In brackets behind every effect stands what it must be. All parts of a claim must hold, unless any one is enough.
- Verdicts on the usual market and past are adjusted for the number of claims (Holm 1979, {ERROR:.0%} for the whole
  ledger), those on other markets and pasts within each claim. What that does not settle is *undecided*.
- *Depends*: supported in one place and not supported in another; or supported on the usual market but holding in fewer
  than {HOLDS_IN:.0%} of the plausible worlds; or not supported there but holding in more than {1 - HOLDS_IN:.0%}.
- *Assumed*: the model is built on it. The effect shows what the headline loses without it.
- Shares of worlds are corrected for the noise of few replications (Louis 1984), their intervals are Wilson's (1927).
  A world matches if a company that goes dark in it loses as many wins in the second and third year as published (K2).
- The setting named under *where it stops* is the one a claim hangs on most, with a false discovery rate of 10 %
  (Benjamini & Hochberg 1995).

More: [docs/concepts/ledger.md](../docs/concepts/ledger.md). Every figure: [ledger.csv](ledger.csv).
"""


@dataclass(frozen=True)
class Ledger:
    """All rows, and what they were played with.

    Attributes
    ----------
    rows
        In the order of their ids.
    experiments
        Those that state the claims, by name.
    settings, seed
        How often and where they were played.
    matched
        How many of the drawn worlds are plausible (None without worlds).
    folders
        Folder of each experiment under experiments/, by name; for links.
    """

    rows: Sequence[Row]
    experiments: Mapping[str, Experiment]
    settings: LedgerSettings
    seed: int
    matched: int | None
    folders: Mapping[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict."""
        found = dict.fromkeys((SUPPORTED, NOT_SUPPORTED, DEPENDS, UNDECIDED, ASSUMED), 0)
        for row in self.rows:
            found[row.verdict.word] += 1
        return found

    def table(self) -> pd.DataFrame:
        """Return one row per claim, place and part: effect, interval, p-values, decision, verdict."""
        found: list[dict[str, Any]] = []
        for row in self.rows:
            places = {"usual": row.parts, **row.elsewhere}
            for place, effects in places.items():
                decision = row.decision if place == "usual" else {**row.markets, **row.pasts}[place]
                for name, effect in effects.items():
                    part = row.entry.claim.parts[name]
                    found.append(
                        {
                            "claim": row.entry.id,
                            "kind": row.entry.claim.kind,
                            "verdict": row.verdict.word,
                            "depends_on": row.verdict.on,
                            "experiment": row.entry.experiment,
                            "place": place,
                            "decision": decision,
                            "part": name,
                            "effect": part.effect,
                            "measure": part.measure,
                            "expected": part.expected,
                            "smallest": part.smallest,
                            "mean": effect.value,
                            "low": effect.low,
                            "high": effect.high,
                            "p_beyond": effect.beyond,
                            "p_short": effect.short,
                            "replications": effect.replications,
                            "undefined": effect.dropped,
                            "p_adjusted": row.adjusted if place == "usual" else np.nan,
                            "holds_in_worlds": row.all_worlds.share,
                            "worlds": row.all_worlds.worlds,
                            "holds_in_matched": row.matched_worlds.share,
                            "matched_worlds": row.matched_worlds.worlds,
                        }
                    )
        return pd.DataFrame(found)

    def markdown(self) -> str:
        """Return the page experiments/README.md."""
        return "\n".join([*self._head(), *self._tables(), *self._rules(), *self._details()]) + "\n"

    def console(self, width: int) -> str:
        """Return what a person reads at the end of `marketsim claims`."""
        lines = []
        for row in self.rows:
            head = f"  {row.entry.id:<4} {sentences.verdict_in_words(row):<22} {row.entry.claim.claim}"
            lines += textwrap.wrap(head, width, subsequent_indent=" " * 30)
            for name, effect in row.parts.items():
                part = row.entry.claim.parts[name]
                limit = sentences.smallest_in_words(part)
                text = f"{part.says}: {sentences.effect_in_words(part, effect)}, must be {limit}"
                lines += textwrap.wrap(text, width, initial_indent=" " * 30, subsequent_indent=" " * 32)
        return "\n".join(
            [*lines, "", *textwrap.wrap(self.summary(), width, initial_indent="  ", subsequent_indent="  ")]
        )

    def summary(self) -> str:
        """Count the verdicts in a sentence."""
        said = [f"{count} {PLURAL.get(word, word)}" for word, count in self.counts.items() if count]
        return f"{len(self.rows)} claims: {words.joined(said)}."

    def _by_verdict(self) -> list[str]:
        """List the claims of each verdict."""
        ids: dict[str, list[str]] = {}
        for row in self.rows:
            ids.setdefault(row.verdict.word, []).append(f"[{row.entry.id}](#{row.entry.id.lower()})")
        return [f"- {PLURAL.get(word, word)}: {', '.join(ids[word])}" for word in self.counts if word in ids]

    def _head(self) -> list[str]:
        s = self.settings
        played = (
            f"{s.replications} paired replications of the usual market and past, {s.replications_elsewhere} of each "
            "other market and past"
        )
        if self.matched is not None:
            played += (
                f", {s.replications_per_world} in each of {s.worlds} worlds in which every setting with weak evidence "
                f"was drawn anew ({self.matched} of them match what is known of brands that stop advertising)"
            )
        return [
            "# The claims ledger",
            "",
            "<!-- Written by `marketsim claims`. Do not edit: change conf/experiment/ and play again. -->",
            "",
            f"**{self.summary()}**",
            "",
            *self._by_verdict(),
            "",
            "Five essays on marketing and lead generation, put to the test. What is measured, the smallest effect that",
            "matters and the rule stand in each experiment's file (`conf/experiment/`) and were fixed before it was",
            "played. A claim that fails is reported as failing, also where some of its parts hold.",
            "",
            f"Seed {self.seed}; {played}. Model {model_hash()[:HASH_DIGITS]}.",
            "",
        ]

    def _tables(self) -> list[str]:
        lines = []
        for letter, title in (*ESSAYS.items(), ("", OTHERS)):
            rows = [row for row in self.rows if (row.entry.id[0] if row.entry.id[0] in ESSAYS else "") == letter]
            if not rows:
                continue
            lines += [f"## {letter + '. ' if letter else ''}{title}", ""]
            lines += [
                "| | claim | kind | verdict | effect, 95 % interval | holds in worlds: matched; all | where it stops |"
            ]
            lines += ["|---|---|---|---|---|---|---|"]
            lines += [self._line(row) for row in rows]
            lines.append("")
        return lines

    def _line(self, row: Row) -> str:
        claim = row.entry.claim
        effects = "<br>".join(
            f"{claim.parts[name].says}: **{sentences.effect_in_words(claim.parts[name], effect)}** "
            f"({sentences.smallest_in_words(claim.parts[name])})"
            for name, effect in row.parts.items()
        )
        shares = (
            words.MISSING
            if claim.kind == "input"
            else f"{sentences.share_in_words(row.matched_worlds)}; {sentences.share_in_words(row.all_worlds)}"
        )
        cells = (
            f"[{row.entry.id}](#{row.entry.id.lower()})",
            claim.claim,
            sentences.KINDS[claim.kind],
            f"**{sentences.verdict_in_words(row)}**",
            effects,
            shares,
            sentences.boundary(row),
        )
        return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"

    def _rules(self) -> list[str]:
        return [*RULES.splitlines(), ""]

    def _details(self) -> list[str]:
        lines = ["## Claim by claim", ""]
        for row in self.rows:
            claim = row.entry.claim
            experiment = self.experiments[row.entry.experiment]
            folder = self.folders.get(row.entry.experiment)
            where = f"[{row.entry.experiment}]({folder}/README.md)" if folder else row.entry.experiment
            lines += [
                f"### {row.entry.id}",
                "",
                f"{claim.claim} *{sentences.KINDS[claim.kind]}*, **{sentences.verdict_in_words(row)}**. "
                f"Experiment {where}, configuration {config_hash(experiment.config_yaml)[:HASH_DIGITS]}.",
                "",
                f"Why this rule: {claim.why}",
                "",
            ]
            if claim.built_in:
                lines += [f"Built in: {claim.built_in}", ""]
            lines += self._places(row)
        return lines

    def _places(self, row: Row) -> list[str]:
        """Return the effects of every part in every place."""
        claim = row.entry.claim
        needs = "" if len(claim.parts) == 1 else f" ({claim.needs} of them)"
        lines = [f"| where | decision | {' | '.join(part.says for part in claim.parts.values())} |"]
        lines.append("|---|---|" + "---|" * len(claim.parts))
        places = {f"{sentences.USUAL_MARKET}, past {sentences.USUAL_PAST}": (row.decision, row.parts)}
        decisions = {**row.markets, **{value: word for value, word in row.pasts.items()}}
        places |= {
            (f"past {value}" if value in row.pasts else value): (decisions[value], found)
            for value, found in row.elsewhere.items()
        }
        for place, (decision, effects) in places.items():
            cells = [
                sentences.effect_in_words(claim.parts[name], effects[name]) if name in effects else words.MISSING
                for name in claim.parts
            ]
            lines.append(f"| {place} | {decision} | {' | '.join(cells)} |")
        limits = [
            f"{part.effect} of `{part.measure}`, {sentences.smallest_in_words(part)}" for part in claim.parts.values()
        ]
        adjusted = f" Holm-adjusted p {_p(row.adjusted)}." if np.isfinite(row.adjusted) else ""
        swept = sentences.sweep_lines(row)
        lines += ["", *swept] if swept else []
        return [*lines, "", f"Must be{needs}: {'; '.join(limits)}.{adjusted}", ""]


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.0995 else f"{value:.2f}"
