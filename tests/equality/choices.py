"""What can be chosen: files of conf/ and enumerated settings; and small scenarios put together from such choices.

Composing one configuration takes about as long as playing twenty small markets. So a few configurations are composed in
which every file occurs, and scenarios are put together from their parts; a test shows that these are the composed ones.
"""

import typing
from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass, replace
from functools import cache
from typing import Any

from equality.covering import covering_rows
from property.scenarios import changed, default, small

from marketsim.scenario.company import RHYTHMS, Sales
from marketsim.scenario.folders import available, groups
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import Later, Plan, Scenario, World
from marketsim.scenario.schema import SECTIONS, WORLD

Values = tuple[Any, ...]
Chosen = Mapping[str, Any]

NOT_THE_MODEL = {
    "engine",
    "experiment",
    "run",
    "truth",
    "programme",
}  # all programmes there are take part in every scenario
FROM_FILES = {"decay.kind", "policy.kpi", "policy.credit"}  # set by the files of a group, or by strategy.credit
SETTINGS: dict[str, Values] = {  # values that no type declares
    "strategy.ratchet": (False, True),
    "policy.review_weeks": RHYTHMS,
    "inquiries.per_day": (0.0, 0.2),
    "inquiries.batch_size": (0, 3),
}
OWN_POLICY = ("strategy.credit=null", "strategy.ratchet=null")  # a policy as its file has it
FASTER = 4.0  # what the files date at month 24 or 36 happens this many times earlier, within two years


def chosen_files() -> dict[str, Values]:
    """Return the groups of conf/ that offer a choice, with their files."""
    return {
        group: files for group in groups() if group not in NOT_THE_MODEL and len(files := tuple(available(group))) > 1
    }


def _declared() -> Iterator[tuple[str, Field[Any], Any]]:
    for section, kind in (*WORLD.items(), *SECTIONS.items()):
        if is_dataclass(kind) and section not in NOT_THE_MODEL:
            hints = typing.get_type_hints(kind)
            for field in fields(kind):
                yield f"{section}.{field.name}", field, hints[field.name]


def enumerations() -> dict[str, Values]:
    """Return the settings that take one of a few words, with those words."""
    return {
        name: field.metadata["choices"]
        for name, field, _ in _declared()
        if field.metadata.get("choices") and name not in FROM_FILES
    }


@cache
def switches() -> dict[str, bool]:
    """Return the switches of the world, and how they usually stand."""
    usual = default().world
    found = {}
    for name, _, hint in _declared():
        section, _, setting = name.partition(".")
        if hint is bool and section in WORLD:
            found[name] = bool(getattr(getattr(usual, section), setting))
    return found


def columns() -> dict[str, Values]:
    """Return all that is paired: files, enumerations, and the switches that are usually off."""
    off = {name: (False, True) for name, usual in switches().items() if not usual}
    return {**chosen_files(), **enumerations(), **SETTINGS, **off}


@cache
def chosen_rows() -> tuple[Chosen, ...]:
    """Return choices in which every pair of values occurs; in each, one switch that is usually on is off."""
    on = [name for name, usual in switches().items() if usual]
    rows = covering_rows(columns(), switches())
    return tuple({**row, on[number % len(on)]: False} for number, row in enumerate(rows))


def overrides(chosen: Chosen) -> list[str]:
    """Return choices as a person would type them."""
    return [f"{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in chosen.items()]


@cache
def _composed() -> tuple[dict[str, str], ...]:
    files = chosen_files()
    rows = max(map(len, files.values()))
    return tuple({group: names[row % len(names)] for group, names in files.items()} for row in range(rows))


@cache
def _parts(group: str, name: str) -> Scenario:
    """Return a composed scenario in which a file was chosen."""
    row = next(row for row in _composed() if row[group] == name)
    return _load((*overrides(row), *OWN_POLICY))


@cache
def _load(lines: tuple[str, ...]) -> Scenario:
    return load_scenario(lines)


def assembled(chosen: Chosen) -> Scenario:
    """Put together the scenario that `load_scenario(overrides(chosen))` composes."""
    parts = {group: _parts(group, chosen[group]) for group in chosen_files()}
    world: World = parts["market"].world
    world = replace(world, **{group: getattr(part.world, group) for group, part in parts.items() if group in WORLD})
    for name, value in chosen.items():
        section, _, setting = name.partition(".")
        if setting and section in WORLD:
            world = changed(world, **{f"{section}__{setting}": value})
    strategy, history = parts["strategy"], parts["history"]
    levers = _levers(world)
    policy = replace(parts["policy"].plan.policy, review_weeks=chosen["policy.review_weeks"])
    typed = {
        **levers,
        "policy": policy,
        "structure": parts["structure"].plan.structure,
        "changes": parts["schedule"].plan.changes,
        "budget_share_of_revenue": parts["schedule"].plan.budget_share_of_revenue,
        "definition": chosen["strategy.definition"],
    }
    its_own = replace(policy, credit=chosen["strategy.credit"], ratchet=chosen["strategy.ratchet"])
    return Scenario(
        name=strategy.plan.name,
        world=world,
        plan=replace(strategy.plan, **{**typed, "policy": its_own}),
        past=replace(history.past, **levers),
        history=history.history,
        initial=strategy.initial,
        horizon_years=strategy.horizon_years,
        later=tuple(replace(entry, plan=replace(entry.plan, **typed)) for entry in strategy.later),
    )


def _levers(world: World) -> dict[str, Any]:
    """Return the levers of a plan that stand among the settings of the world."""
    of_sales = {field.name: getattr(world.sales, field.name) for field in fields(Sales) if field.metadata.get("lever")}
    return {**of_sales, "budget_per_year": world.money.marketing_budget_per_year}


def lively(scenario: Scenario, accounts: int, past_years: float, years: float) -> Scenario:
    """Shrink a scenario to a few accounts and years in which nevertheless everything happens.

    Budgets are in proportion; one rep has much work and may leave, customers recommend us often, and what is dated
    after two years comes earlier.
    """
    shrunk = small(accounts, usual=scenario, horizon_years=years, history_years=past_years, **_LIVELY)
    sooner = changed(
        shrunk,
        world__economy__recession_start_month=scenario.world.economy.recession_start_month / FASTER,
        world__economy__recession_months=scenario.world.economy.recession_months / FASTER,
    )
    scale = accounts / scenario.world.market.accounts
    return replace(
        sooner,
        plan=_hurried(scenario.plan, scale),
        past=_hurried(scenario.past, scale),
        later=tuple(Later(entry.month / FASTER, _hurried(entry.plan, scale)) for entry in scenario.later),
    )


_LIVELY = {
    "world__sales__work_hours": 12.0,
    "world__people__attrition_per_year": 1.5,
    "world__referral__per_year": 1.5,
}


def _hurried(plan: Plan, scale: float) -> Plan:
    changes = tuple(
        replace(change, from_month=change.from_month / FASTER, until_month=change.until_month / FASTER)
        for change in plan.changes
    )
    return replace(
        plan,
        budget_per_year=plan.budget_per_year * scale,
        development_reps=1,
        executives=1,
        deals_per_executive=max(2, round(plan.executives * plan.deals_per_executive * scale)),
        changes=changes,
    )
