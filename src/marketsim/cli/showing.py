"""The composed scenario as an aligned table."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marketsim.scenario.build import leaves
from marketsim.scenario.catalogue import GRADES, Note, description, notes
from marketsim.scenario.folders import file_of
from marketsim.scenario.load import compose_plain, load_scenario
from marketsim.scenario.overrides import key_of
from marketsim.scenario.scenario import Scenario
from marketsim.scenario.schema import SECTIONS, WORLD
from marketsim.state.levers import structure_share

_WIDTHS = {"setting": 37, "value": 20, "unit": 20, "plausible range": 17, "grade": 6, "source": 20}
_CHANGED = "*"
_COMPARED = ("strategies", "arms")
_NO_NOTE = Note("", "", "", "")


def scenario_table(overrides: Sequence[str], config_dirs: Sequence[str]) -> str:
    """Return every setting with value, unit, plausible range, source and grade, and what differs from the default."""
    data, choices = compose_plain(overrides, config_dir=config_dirs)
    shipped = dict(leaves(compose_plain()[0]))
    rows: list[str] = []
    changed: list[str] = []
    for group in (*WORLD, *SECTIONS):
        known = notes(group, _single(choices.get(group)), config_dirs)
        rows += ["", *_heading(group, choices.get(group), config_dirs)]
        idle = _idle(data) if group == "programme" else []
        for name, value in leaves({key: part for key, part in data[group].items() if key not in idle}, group):
            note = known.get(name) or known.get(name.rpartition(".")[0], _NO_NOTE)
            differs = name not in shipped or shipped[name] != value
            rows += _row(name.removeprefix(f"{group}."), value, note, differs)
            if differs:
                changed.append(_difference(name, value, note, shipped))
        if idle:
            words = f"Without money in this strategy, as they ship (marketsim list): {', '.join(idle)}"
            rows += textwrap.wrap(words, sum(_WIDTHS.values()), initial_indent="  ", subsequent_indent="  ")
    title = _columns(["setting", "value ", *list(_WIDTHS)[2:]]).rstrip()
    grades = ", ".join(f"{grade} {words}" for grade, words in GRADES.items())
    end = ["", f"Grades of evidence: {grades}."]
    if changed:
        end += ["", f"{_CHANGED} differs from what ships:", *changed]
    shown = [line for line in overrides if key_of(line).split(".")[0] not in _COMPARED]
    wasted = list(_without_effect(load_scenario(shown, config_dir=config_dirs)))
    if wasted:
        end += ["", "Money without effect:", *wasted]
    return "\n".join([title, *rows, *end, ""])


def _heading(group: str, choice: Any, config_dirs: Sequence[str]) -> Iterator[str]:
    name = _single(choice)
    path = file_of(group, name, config_dirs) if name else None
    words = f": {description(path)}" if path and description(path) else ""
    yield from textwrap.wrap(f"{group}={name}{words}" if name else group, sum(_WIDTHS.values()))


def _row(name: str, value: object, note: Note, differs: bool) -> Iterator[str]:
    shown = f"{number(value)}{_CHANGED if differs else ' '}"
    cells = [
        [f"  {name}"],
        [shown],
        textwrap.wrap(note.unit, _WIDTHS["unit"] - 1),
        [note.plausible],
        [note.grade],
        textwrap.wrap(note.source, _WIDTHS["source"]),
    ]
    for line in range(max(map(len, cells))):
        yield _columns([cell[line] if line < len(cell) else "" for cell in cells]).rstrip()


def _columns(cells: Sequence[str]) -> str:
    """Put cells under their titles; a long name takes room from its value, which stands to the right."""
    name, value, *others = cells
    left, *widths = _WIDTHS.values()
    room = left + widths[0] - 1
    text = f"{name} {value:>{max(0, room - len(name) - 1)}}"
    return f"{text:<{room + 1}}" + "".join(f"{cell:<{width}}" for cell, width in zip(others, widths[1:], strict=True))


def _idle(data: Mapping[str, Any]) -> list[str]:
    """Return the programmes that get no money in the strategy, and of which nothing differs from what ships."""
    strategy, shipped = data["strategy"], compose_plain()[0]["programme"]
    named = {name for name, share in strategy["budget_split"].items() if share}
    named |= {*strategy["floors"], *strategy["open_programmes"]}
    return [name for name, part in data["programme"].items() if name not in named and shipped.get(name) == part]


def _difference(name: str, value: object, note: Note, shipped: Mapping[str, Any]) -> str:
    before = f"shipped {number(shipped[name])}" if name in shipped else "not shipped"
    outside = f"; OUTSIDE the plausible range {note.plausible}" if note.outside(value) else ""
    return f"  {name} = {number(value)} ({before}{outside})"


def _without_effect(scenario: Scenario) -> Iterator[str]:
    """Yield a line for each programme that starts with less money than has any effect."""
    plan, world = scenario.plan, scenario.world
    if plan.budget_share_of_revenue is not None:  # how much that is shows in the run only
        return
    for_programmes = plan.budget_per_year * (1.0 - structure_share(plan, world))
    for name, share in plan.budget_split.items():
        spend = for_programmes * share * plan.spend_factor.get(name, 1.0)
        least = world.programme[name].least_spend_per_year
        if 0.0 < spend < least:
            yield f"  {name} gets {_thousands(spend)} a year, below its least spend of {_thousands(least)}: no effect"


def _thousands(money: float) -> str:
    return f"{money / 1000:.3g} k" if money < 1e6 else f"{money / 1e6:.3g} m"


def number(value: object) -> str:
    """Write a value short and readable."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return f"{value:,.0f}" if abs(value) >= 1000 and value == int(value) else f"{value:.6g}"
    return f"[{','.join(map(str, value))}]" if isinstance(value, list) else str(value)


def _single(choice: Any) -> str | None:
    return choice if isinstance(choice, str) else None
