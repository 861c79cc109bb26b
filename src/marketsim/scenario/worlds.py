"""Other worlds: settings replaced by name, weak evidence drawn from its plausible range, a market in miniature."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, TypeVar

from marketsim.scenario.build import no_such
from marketsim.scenario.catalogue import ConfigDir, notes
from marketsim.scenario.scenario import Plan, Scenario, World
from marketsim.scenario.schema import LEVERS, SETTINGS, WORLD

T = TypeVar("T")

WEAK_GRADES = ("V", "J")
NOT_VARIED = ("economy", "inquiries", "programme")
"""Sections whose numbers say which scenario is played, or what money can buy, not how the world is."""
HELD = (
    "market.accounts",
    "market.segments.small.share",
    "market.segments.mid_market.share",
    "market.segments.enterprise.share",
    "rivals.usual_content_spend_per_year",
    "rivals.usual_brand_spend_per_year",
    "rivals.usual_brand_spend_of_ours_per_year",
)
"""The size of the market, shares that have to add up, and the reference points other settings are measured from."""
NO_EVIDENCE = ("technical", "convention", "by definition", "1 by definition", "test bench", "none")
"""How a source begins where the number is not an opinion on the world."""
WIDE = 4.0
"""A range whose ends differ by this factor or more is drawn on a logarithmic scale."""
EXTENSIVE = (
    "market.accounts",
    "rivals.brand_spend_per_year",
    "rivals.content_spend_per_year",
    "rivals.usual_content_spend_per_year",
    "rivals.usual_brand_spend_per_year",
    "rivals.usual_brand_spend_of_ours_per_year",
    "middle.half_saturation_per_year",
    "targeting.half_saturation_per_year",
    "insight.half_saturation_per_year",
    "advocacy.half_saturation_per_year",
    "enablement.half_saturation_per_year",
    "money.marketing_budget_per_year",
    "money.fixed_overhead_per_year",
    "inquiries.per_day",
)
"""Settings that grow with the market; so do the least spends of programmes and the number of people."""


def value_of(world: World, name: str) -> Any:
    """Return a setting of a world by its dotted name.

    Raises
    ------
    BadInput
        If there is no such setting.
    """
    found: Any = world
    for part in name.split("."):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif is_dataclass(found) and hasattr(found, part):
            found = getattr(found, part)
        else:
            raise no_such("setting", name, SETTINGS)
    return found


def with_settings(world: World, values: Mapping[str, Any]) -> World:
    """Return a world with some settings replaced, by their dotted names.

    Values are taken as they are: whether they can be played is checked where a world is loaded.
    """
    tree: dict[str, Any] = {}
    for name, value in values.items():
        value_of(world, name)
        *path, last = name.split(".")
        at = tree
        for part in path:
            at = at.setdefault(part, {})
        at[last] = value
    return _replaced(world, tree)


def _replaced(thing: T, tree: Mapping[str, Any]) -> T:
    if isinstance(thing, dict):
        return {**thing, **{name: _replaced(thing[name], sub) for name, sub in tree.items()}}  # type: ignore[return-value]
    new = {
        name: _replaced(getattr(thing, name), sub) if isinstance(sub, Mapping) else sub for name, sub in tree.items()
    }
    return replace(thing, **new)  # type: ignore[type-var]


@dataclass(frozen=True)
class Uncertain:
    """A setting whose evidence is weak, and the range in which it is plausible."""

    name: str
    low: float
    high: float
    grade: str
    whole: bool

    @property
    def logarithmic(self) -> bool:
        """Whether the range is drawn on a logarithmic scale."""
        return self.low > 0.0 and self.high / self.low >= WIDE

    def at(self, chance: float) -> float | int:
        """Return the value below which this share of the range lies."""
        if self.whole:
            return min(int(self.high), int(self.low) + math.floor(chance * (int(self.high) - int(self.low) + 1)))
        if self.logarithmic:
            return float(self.low * (self.high / self.low) ** chance)
        return self.low + chance * (self.high - self.low)


def uncertain_settings(
    world: World, choices: Mapping[str, str | None], *, config_dir: ConfigDir = None
) -> tuple[Uncertain, ...]:
    """List the settings of a world whose evidence is graded V or J, with their plausible ranges.

    Parameters
    ----------
    world
        The usual one.
    choices
        The file chosen for each section.
    """
    found = []
    for section in WORLD:
        if section in NOT_VARIED:
            continue
        for name, note in notes(section, choices.get(section), config_dir).items():
            limits = note.range
            if note.grade not in WEAK_GRADES or limits is None or name in LEVERS or name in HELD:
                continue
            if note.source.startswith(NO_EVIDENCE) or limits[0] == limits[1]:
                continue
            whole = isinstance(value_of(world, name), int)
            found.append(Uncertain(name, *limits, note.grade, whole))
    return tuple(found)


def drawn(settings: tuple[Uncertain, ...], seed: int, number: int) -> dict[str, float | int]:
    """Draw a world: every setting uniform in its range, independent of all others.

    Each value is a pure function of seed, number of the world and name of the setting, so that one setting more or less
    changes no other.
    """
    return {one.name: one.at(_uniform(seed, number, one.name)) for one in settings}


def _uniform(seed: int, number: int, name: str) -> float:
    digest = hashlib.blake2b(f"{seed}/{number}/{name}".encode(), digest_size=8).digest()
    return ((int.from_bytes(digest, "little") >> 11) + 0.5) / 9007199254740992.0


def perturbed(world: World, usual: World, values: Mapping[str, float | int]) -> World:
    """Return the world of an arm in a drawn world: what the arm itself changes from the usual one stays as it says."""
    own = {name: value for name, value in values.items() if value_of(world, name) == value_of(usual, name)}
    return with_settings(world, own)


def miniature(scenario: Scenario, share: float) -> Scenario:
    """Return the same scenario in a market of a fraction of its size, with everything that grows with a market.

    Accounts, budgets, overhead, rivals' spend, spends at half effect, least spends, seats and open deals shrink alike;
    per account all stays as it was. Numbers of people are rounded, at least one; their pay is changed so that payroll
    and the number of deals they can hold stay in proportion. One rep instead of five is a queue with more luck in it.
    """
    small = with_miniature_plans(scenario, share)
    return replace(small, world=miniature_world(scenario.world, scenario.plan, share))


def miniature_world(world: World, plan: Plan, share: float) -> World:
    """Return the world of `miniature`; the pay of people follows from how their numbers in a plan are rounded."""
    values: dict[str, Any] = {name: value_of(world, name) * share for name in EXTENSIVE}
    values["market.accounts"] = max(1, round(values["market.accounts"]))
    pay = {
        "development_rep": _people(plan.development_reps, share).pay,
        "executive": _people(plan.executives, share).pay,
    }
    for who, factor in pay.items():
        name = f"money.{who}_cost_per_year"
        values[name] = value_of(world, name) * factor
    for name, programme in world.programme.items():
        values[f"programme.{name}.least_spend_per_year"] = programme.least_spend_per_year * share
    return with_settings(world, values)


def with_miniature_plans(scenario: Scenario, share: float) -> Scenario:
    """Return a scenario with the plans of `miniature`, and its own world."""

    def small(plan: Plan) -> Plan:
        executives = _people(plan.executives, share)
        return replace(
            plan,
            budget_per_year=plan.budget_per_year * share,
            development_reps=_people(plan.development_reps, share).count,
            executives=executives.count,
            deals_per_executive=max(1, round(plan.deals_per_executive * executives.pay)),
        )

    later = tuple(replace(entry, plan=small(entry.plan)) for entry in scenario.later)
    return replace(scenario, plan=small(scenario.plan), past=small(scenario.past), later=later)


@dataclass(frozen=True)
class _People:
    """A rounded number of people, and the pay (or deals) of each that keeps the whole in proportion."""

    count: int
    pay: float


def _people(count: int, share: float) -> _People:
    if count == 0:
        return _People(0, 1.0)
    rounded = max(1, round(count * share))
    return _People(rounded, count * share / rounded)


def keeps_proportions(scenario: Scenario, share: float) -> bool:
    """Tell whether the reps of all plans can be shrunk without rounding; else arms that differ in hands look alike."""
    plans = (scenario.plan, scenario.past, *(entry.plan for entry in scenario.later))
    small = [plan.development_reps * share for plan in plans]
    return all(math.isclose(count, round(count), abs_tol=1e-9) for count in small)
