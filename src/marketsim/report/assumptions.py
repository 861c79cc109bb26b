"""What was assumed, and how good the evidence is: the settings of weak evidence that the answer leans on most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from marketsim.analysis.words import joined
from marketsim.experiments.comparison import Comparison
from marketsim.experiments.plain import to_plain
from marketsim.report.blocks import Cell, Para, Section, Table
from marketsim.scenario.build import leaves
from marketsim.scenario.catalogue import GRADES, Note, lines_of
from marketsim.scenario.folders import files_of

KEY_SETTINGS = {
    "market.entry_interval_months": "How often an account needs something new",
    "memory.half_life_days": "How fast we are forgotten",
    "memory.learning_brand_per_year": "How fast advertising is remembered",
    "memory.learning_base_per_year": "What is remembered without advertising",
    "memory.hill_shape": "Returns of more advertising",
    "rivals.brand_spend_per_year": "What the rivals advertise",
    "rivals.list_probability": "How often a rival is on a buyer's list",
    "buying.utility_listed": "What being on the list from day one is worth",
    "buying.hand_raise_probability": "How often a buyer who lists us asks for us",
    "harvest.searches_per_active_phase": "Searches of an account that buys",
    "harvest.hot_reserve_price": "Price of an inquiry of an account that buys",
    "harvest.low_intent_inquiries_per_year": "Clicks without intent that money can buy",
    "leads.score_accuracy": "How well a score tells good leads",
    "leads.trust_follow_up_floor": "Leads followed up without any trust",
    "decay.scale_hours": "How fast a lead goes cold",
    "decay.floor": "Leads still reachable however late",
    "sales.qualify_fit": "Good leads that become opportunities",
    "customers.gross_margin": "Gross margin",
    "customers.cost_to_serve_unfit": "What serving a customer costs that does not fit",
    "customers.loyalty_effect": "How far memory keeps customers",
    "crm.recording_rate": "Contacts that are recorded",
    "money.discount_rate_per_year": "Rate that turns later money into today's",
}
"""The settings the model's main chain runs through, in its order, and what they are in plain words."""
WEAK = ("V", "J")
SWITCH = "switch"
OWN = "own"
"""Stands for the grade where the value is none of those that ship."""


def assumptions(comparison: Comparison) -> Section:
    """Return the section: a count of the evidence of all settings at work, and the weak ones that matter most."""
    known = {name: (value, note, shipped) for name, value, note, shipped in at_work(comparison)}
    counts = dict.fromkeys((*GRADES, OWN), 0)
    for _, note, shipped in known.values():
        counts[note.grade if shipped else OWN] += 1
    told = [f"{counts[grade]} on {_several(words)}" for grade, words in GRADES.items() if counts[grade]]
    own = f" {counts[OWN]} {'is' if counts[OWN] == 1 else 'are'} this run's own." if counts[OWN] else ""
    total = sum(counts.values()) - counts[OWN]
    rest = joined(told).replace(" on ", " rest on ", 1)
    intro = f"The numbers of the world are assumed, not measured here. Of the {total:,} at work as they ship, {rest}."
    rows = []
    for name, title in KEY_SETTINGS.items():
        if name not in known:
            continue
        value, note, shipped = known[name]
        if shipped and note.grade not in WEAK:
            continue
        grade = f"{note.grade}, {GRADES[note.grade]}" if shipped else "this run's own value"
        rows.append(
            (Cell(title, f"`{name}`"), Cell(_shown(value), note.unit), Cell(_span(note.plausible)), Cell(grade))
        )
    head = ("Assumption", "Value", "Plausible range", "Evidence")
    caption = "The assumptions of weak evidence that the chain above runs through."
    more = "The whole list, with units, ranges and sources: `marketsim show`."
    worlds = {scenario.name: scenario.world for scenario in comparison.scenarios.values()}
    base = comparison.scenarios[comparison.baseline].world
    apart = [name for name, world in worlds.items() if world != base]
    if apart:
        more += f" Shown is the world of {comparison.baseline}; that of {', '.join(apart)} is another one."
    return Section(
        "assumptions",
        "What we assumed, and how good the evidence is",
        (Para(f"{intro}{own}"), Table("assumptions", caption, head, tuple(rows), words=True), Para(more)),
    )


def _several(grade: str) -> str:
    return {
        "primary study": "primary studies",
        "secondary report of a study": "second-hand reports of studies",
        "vendor or blog": "vendors' figures",
        "judgement": "judgement",
    }.get(grade, grade)


def at_work(comparison: Comparison) -> Iterator[tuple[str, Any, Note, bool]]:
    """Yield name, value and note of the settings of the baseline's world that are at work, and if the value ships.

    A section that is switched off is left out, and so are programmes that no arm gives money to. The note is that of
    the shipped file that sets this value; where none does, that of the first file that knows the setting.
    """
    world = comparison.scenarios[comparison.baseline].world
    plain: dict[str, Any] = to_plain(world)
    funded: set[str] = set()
    for scenario in comparison.scenarios.values():
        for plan in (scenario.plan, scenario.past, *(later.plan for later in scenario.later)):
            funded |= {name for name, share in plan.budget_split.items() if share}
    plain["programme"] = {name: part for name, part in plain["programme"].items() if name in funded}
    for group, section in plain.items():
        if isinstance(section, dict) and section.get("enabled") is False:
            continue
        notes = _notes(group)
        for name, value in leaves({group: section}):
            found = notes.get(name)
            if not found or found[0][1].unit == SWITCH:
                continue
            note = next((note for shipped, note in found if shipped == value), None)
            yield name, value, note or found[0][1], note is not None


def _notes(group: str) -> dict[str, list[tuple[Any, Note]]]:
    """Return what the shipped files of a group set, with their notes, by dotted name."""
    found: dict[str, list[tuple[Any, Note]]] = {}
    for path in files_of(group):
        for line in lines_of(path):
            if line.note is not None:
                found.setdefault(line.name, []).append((_value(line.value), line.note))
    return found


def _value(text: str) -> Any:
    """Read a value as YAML, and numbers such as 4e6 that YAML takes for words."""
    value = yaml.safe_load(text)
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _span(plausible: str) -> str:
    """Write the numbers of a range as people do: 1,000,000 to 16,000,000."""
    ends = [_value(end) for end in plausible.split(" to ")]
    return " to ".join(_shown(end) for end in ends) if all(isinstance(end, int | float) for end in ends) else plausible


def _shown(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).replace("_", " ")
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
