"""The rows of the ledger in words: effects with their units, what decides, and where a claim stops being true."""

from itertools import pairwise

import numpy as np

from marketsim.analysis import words
from marketsim.analysis.effects import Effect
from marketsim.analysis.robustness import Region, Share, share_of
from marketsim.analysis.verdicts import ASSUMED, DEPENDS, NOT_SUPPORTED, SUPPORTED, UNDECIDED
from marketsim.experiments.ledger.judging import Row
from marketsim.outcomes.measures import measure
from marketsim.outcomes.metrics import METRICS
from marketsim.scenario.claims import Part

KINDS = {
    "emergent": "emergent",
    "policy": "policy",
    "input": "input",
    "emergent_in_part": "emergent, in part built in",
}
PERCENT_EFFECTS = ("relative", "relative_interaction", "share")
_OTHER_SIDE = {"above": "below", "below": "above"}
USUAL_MARKET, USUAL_PAST = "b2b_software", "balanced"
SURE = 0.995
CHANCE = "survived"
"""Of this measure a level is a simulated chance, never written as 0 or 100 %."""
POINTS, PERCENT = " points", " %"


def effect_in_words(part: Part, found: Effect) -> str:
    """Return an effect with its 95 % interval in its unit: +107 % [99, 116], 10.8 M [5.0, 16.5]."""
    than = part.than
    if part.effect == "level" and part.measure == CHANCE:
        alive = round((found.value + than) * found.replications)
        return share_in_words(share_of([True] * alive + [False] * (found.replications - alive)))
    return _interval(part, found.value + than, found.low + than, found.high + than)


def smallest_in_words(part: Part) -> str:
    """Return the smallest effect that matters with its sign and unit."""
    limit = part.sign * part.smallest
    sense = "above" if part.sign > 0 else "below"
    if not _is_change(part):
        return f"{sense} {_level(part, part.than + limit)}"
    return f"{sense} {_amount(part, limit)}"


def unit_of(part: Part) -> str:
    """Return the unit an effect is written in: percent, points, correlation, money or number."""
    if part.effect in PERCENT_EFFECTS:
        return "percent"
    if part.effect == "rank_correlation":
        return "correlation"
    if part.measure in METRICS:
        unit = METRICS[part.measure].unit
        return "money" if unit.startswith("money") else "points" if unit == "share" else "number"
    if " per " in part.measure or not measure(part.measure).extensive:
        return "points"
    columns = part.measure.split(" ", 1)[1]
    money = ("spend", "revenue", "profit", "cash", "payroll", "budget", "cost")
    return "money" if any(word in columns for word in money) else "number"


def _interval(part: Part, mean: float, low: float, high: float) -> str:
    unit = unit_of(part)
    if unit == "money":
        return words.money_interval(mean, low, high, signed=_is_change(part))
    scale, mark, decimals = _scale(
        unit, max(abs(x) for x in (mean, low, high) if np.isfinite(x)) if mean == mean else 0.0
    )
    signed = _is_change(part)
    first = words.number(mean * scale, decimals, signed=signed) + (mark if signed else mark.replace(POINTS, PERCENT))
    if not (np.isfinite(low) and np.isfinite(high)):
        return first
    return f"{first} [{words.number(low * scale, decimals)}, {words.number(high * scale, decimals)}]"


def _is_change(part: Part) -> bool:
    """Tell whether a figure is a change, which is written with its sign, or a level or share, which is not."""
    return part.than == 0.0 and part.effect not in ("level", "share")


def _amount(part: Part, value: float) -> str:
    if value == 0.0:
        return "0"
    unit = unit_of(part)
    if unit == "money":
        return words.money(value, signed=True)
    scale, mark, decimals = _scale(unit, abs(value))
    return words.number(value * scale, decimals, signed=True) + mark


def _level(part: Part, value: float) -> str:
    unit = unit_of(part)
    if unit == "money":
        return words.money(value)
    scale, mark, decimals = _scale(unit, abs(value))
    return words.number(value * scale, decimals) + mark.replace(POINTS, PERCENT)


def _scale(unit: str, largest: float) -> tuple[float, str, int]:
    """Return factor, mark and decimals."""
    if unit == "percent":
        return 100.0, " %", 0 if largest >= 0.095 else 1
    if unit == "points":
        return 100.0, POINTS, 0 if largest >= 0.195 else 1
    if unit == "correlation":
        return 1.0, "", 2
    return 1.0, "", 0 if largest >= 20 else 1 if largest >= 2 else 2


def share_in_words(found: Share) -> str:
    """Return a share of worlds with Wilson's interval; a simulated share is never written as all or none."""
    if not found.worlds:
        return words.MISSING
    return f"{_percent(found.share)} [{found.low * 100:.0f}, {found.high * 100:.0f}] of {found.worlds}"


def _percent(share: float) -> str:
    if share >= SURE:
        return ">99 %"
    return "<1 %" if share <= 1.0 - SURE else f"{share * 100:.0f} %"


def verdict_in_words(row: Row) -> str:
    """Return the verdict with what it depends on."""
    found = row.verdict
    if found.word != DEPENDS:
        return found.word
    return f"depends on the {found.on}"


def boundary(row: Row) -> str:
    """Say where a claim stops being true, or how far was searched without finding such a place."""
    if row.verdict.word == ASSUMED:
        return f"assumed: {_plain_end(row.entry.claim.built_in or '')} Evidence: grade {row.entry.claim.grade}."
    said = [_by_value(row), *_sweep(row), _by_world(row)]
    return " ".join(sentence for sentence in said if sentence)


def _plain_end(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _by_value(row: Row) -> str:
    """Name the markets and pasts by what was decided there, if they are not all alike."""
    groups: dict[str, list[str]] = {}
    for value, word in {f"{USUAL_MARKET}, past {USUAL_PAST}": row.decision, **row.markets}.items():
        groups.setdefault(word, []).append(value)
    for value, word in row.pasts.items():
        groups.setdefault(word, []).append(f"past {value}")
    if set(groups) <= {row.decision}:
        return "" if row.decision == UNDECIDED else "The same on all markets and pasts." if row.markets else ""
    order = [word for word in (SUPPORTED, NOT_SUPPORTED, UNDECIDED) if word in groups]
    return "; ".join(f"{word} on {words.joined(groups[word])}" for word in order).capitalize() + "."


def _sweep(row: Row) -> list[str]:
    sweep = row.entry.claim.sweep
    if sweep is None or not row.sweep:
        return []
    part = row.entry.claim.parts[sweep.part]
    margins = [(one.value, part.sign * one.effect.value - part.smallest) for one in row.sweep]
    flips = [f"{a + (b - a) * m / (m - n):.3g}" for (a, m), (b, n) in pairwise(margins) if (m > 0.0) != (n > 0.0)]
    first, last = row.sweep[0], row.sweep[-1]
    if flips:
        return [f"{sweep.setting} flips it at about {words.joined(flips)}."]
    return [f"{sweep.setting} does not flip it between {first.value:g} and {last.value:g}."]


def sweep_lines(row: Row) -> list[str]:
    """Return a table of the part that was swept, one line per value; nothing where none was."""
    sweep = row.entry.claim.sweep
    if sweep is None or not row.sweep:
        return []
    part = row.entry.claim.parts[sweep.part]
    head = [f"| {sweep.setting} | {part.says} |", "|---|---|"]
    return [*head, *(f"| {one.value:g} | {effect_in_words(part, one.effect)} |" for one in row.sweep)]


def _by_world(row: Row) -> str:
    """Say in how many worlds it fails, and in which most."""
    searched = row.searched
    if not searched.worlds:
        return "Not tried in drawn worlds."
    which = "history-matched" if searched is row.matched_worlds else "drawn"
    failing = round((1.0 - searched.share) * searched.worlds)
    if row.verdict.word == SUPPORTED and failing == 0:
        head = f"No failing world among {searched.worlds} {which} ones."
    else:
        head = f"Fails in {failing} of {searched.worlds} {which} worlds."
    return f"{head} {_region(row.region, holds=row.verdict.word == NOT_SUPPORTED)}".strip()


def _region(region: Region | None, *, holds: bool) -> str:
    """Say where a claim fails most; of one that is not supported, where it holds most."""
    if region is None:
        return ""
    inside, outside, side = region.fails_inside, region.fails_outside, region.side
    verb = "fails"
    if holds:
        inside, outside, side, verb = 1.0 - outside, 1.0 - inside, _OTHER_SIDE[side], "holds"
    return (
        f"Of all worlds with {region.setting} {side} {region.value:.3g} it {verb} in {_percent(inside)}, of the others "
        f"in {_percent(outside)}."
    )
