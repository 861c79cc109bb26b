"""The places claims are played in: the usual one, other markets and pasts, drawn worlds, and values of a sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from marketsim.experiments.keys import digest
from marketsim.experiments.ledger.cast import Cast, Content, Entry, Term, cast, load_all
from marketsim.experiments.ledger.playing import COHORT_PURCHASES, COHORT_WINS, Place
from marketsim.scenario.catalogue import ConfigDir
from marketsim.scenario.experiment import Experiment, LedgerSettings
from marketsim.scenario.load import compose_plain, load_scenario
from marketsim.scenario.scenario import MONTHS_PER_YEAR, Scenario, World
from marketsim.scenario.worlds import (
    Uncertain,
    drawn,
    keeps_proportions,
    miniature_world,
    perturbed,
    uncertain_settings,
    with_miniature_plans,
)

USUAL = "usual"
DARK_YEARS = (1, 2, 3)
DARK_MONTHS_UNTIL_DECIDED = 15
"""How long after the year of its list a cohort is followed; all but the longest journeys have ended by then."""
STAYS, GOES_DARK = "stays", "goes_dark"
_DARK = ("strategy=balanced", "schedule=go_dark")


@dataclass(frozen=True)
class Site:
    """A place together with the cast that is played there."""

    place: Place
    cast: Cast
    scale: float = 1.0
    """What extensive figures are multiplied by, to be those of the whole market."""


@dataclass(frozen=True)
class Drawn:
    """A drawn world: its number, its settings, where claims are played in it, and where it goes dark."""

    number: int
    values: Mapping[str, float | int]
    site: Site
    dark: Place


@dataclass(frozen=True)
class Places:
    """All places of a ledger."""

    usual: Site
    markets: Mapping[str, Site]
    pasts: Mapping[str, Site]
    sweeps: Mapping[str, Mapping[float, Site]]
    worlds: tuple[Drawn, ...]

    @property
    def all(self) -> list[Place]:
        """Every place, in the order in which it is played."""
        sites = [self.usual, *self.markets.values(), *self.pasts.values()]
        sites += [site for values in self.sweeps.values() for site in values.values()]
        found = [site.place for site in sites]
        for world in self.worlds:
            found += [world.site.place, world.dark]
        return found


def places_of(
    entries: Sequence[Entry],
    experiments: Mapping[str, Experiment],
    settings: LedgerSettings,
    seed: int,
    overrides: Sequence[str] = (),
    *,
    config_dir: ConfigDir = None,
) -> Places:
    """Lay out where the claims are played.

    Parameters
    ----------
    entries, experiments
        The claims and the experiments that state them, as loaded under `overrides`.
    settings
        How often and where.
    seed
        Draws the worlds (each replication's luck has the run's seed as well).
    overrides
        Of all scenarios.

    Raises
    ------
    BadInput
        If a market or a past of the settings does not exist.
    """
    elsewhere = settings.replications_elsewhere
    names = list(dict.fromkeys(entry.experiment for entry in entries))

    def site(name: str, own: Sequence[Entry], more: Sequence[str], replications: int) -> Site:
        loaded = load_all(dict.fromkeys(e.experiment for e in own), [*overrides, *more], config_dir=config_dir)
        return _plain(name, cast(own, loaded), replications)

    usual = _plain(USUAL, cast(entries, {name: experiments[name] for name in names}), settings.replications)
    markets = {name: site(f"market {name}", entries, [f"market={name}"], elsewhere) for name in settings.markets}
    pasts = {name: site(f"past {name}", entries, [f"history={name}"], elsewhere) for name in settings.pasts}
    sweeps = {}
    for entry in entries:
        sweep = entry.claim.sweep
        if sweep is not None:
            part = entry.claim.parts[sweep.part]
            own = [replace(entry, claim=replace(entry.claim, parts={sweep.part: part}, sweep=None))]
            sweeps[entry.id] = {
                value: site(f"{sweep.setting} {value!r}", own, [f"{sweep.setting}={value!r}"], elsewhere)
                for value in sweep.values
            }
    worlds = tuple(_worlds(usual.cast, entries, settings, seed, overrides, config_dir)) if settings.worlds else ()
    return Places(usual, markets, pasts, sweeps, worlds)


def _plain(name: str, own: Cast, replications: int) -> Site:
    return Site(Place(name, own.groups, own.terms, lambda: own.scenarios, replications), own)


def _worlds(
    usual: Cast,
    entries: Sequence[Entry],
    settings: LedgerSettings,
    seed: int,
    overrides: Sequence[str],
    config_dir: ConfigDir,
) -> list[Drawn]:
    base = load_scenario([*overrides, "strategy=balanced"], config_dir=config_dir)
    varied = varied_settings(base.world, overrides, config_dir)
    small = {
        content: with_miniature_plans(scenario, settings.miniature)
        for content, scenario in usual.scenarios.items()
        if keeps_proportions(scenario, settings.miniature)
    }
    terms = {content: usual.terms[content] for content in small}
    groups = tuple(own for group in usual.groups if (own := tuple(c for c in group if c in small)))
    cast_ = Cast({arm: content for arm, content in usual.arms.items() if content in small}, small, terms, groups)
    dark = _dark_scenarios(overrides, settings.miniature, config_dir)
    dark_terms = {name: _dark_terms() for name in dark}
    found = []
    for number in range(settings.worlds):
        values = drawn(varied, seed, number)
        label = f"world {digest(repr([settings.miniature, *values.items()]).encode())}"
        change = partial(_in_world, usual=base.world, values=values, share=settings.miniature)
        place = Place(label, groups, terms, partial(change, small), settings.replications_per_world)
        goes = Place(
            f"{label} dark", ((STAYS, GOES_DARK),), dark_terms, partial(change, dark), settings.replications_dark
        )
        found.append(Drawn(number, values, Site(place, cast_, 1.0 / settings.miniature), goes))
    return found


def varied_settings(world: World, overrides: Sequence[str], config_dir: ConfigDir) -> tuple[Uncertain, ...]:
    """Return the settings that are drawn: those of the usual world with weak evidence."""
    _, choices = compose_plain(overrides, config_dir=config_dir)
    single = {group: choice if isinstance(choice, str) else None for group, choice in choices.items()}
    return uncertain_settings(world, single, config_dir=config_dir)


def _in_world(
    scenarios: Mapping[Content, Scenario], *, usual: World, values: Mapping[str, float | int], share: float
) -> dict[Content, Scenario]:
    """Return scenarios, whose plans are small already, in the miniature of a drawn world; shared worlds stay shared."""
    worlds: dict[int, World] = {}
    found = {}
    for content, scenario in scenarios.items():
        key = id(scenario.world)
        if key not in worlds:
            worlds[key] = _small_world(perturbed(scenario.world, usual, values), usual, scenario, share)
        found[content] = replace(scenario, world=worlds[key])
    return found


def _small_world(world: World, usual: World, scenario: Scenario, share: float) -> World:
    plan = replace(
        scenario.plan, development_reps=usual.sales.development_reps, executives=usual.sales.executives
    )  # as they were before the plan was shrunk: what the pay follows from
    return miniature_world(world, plan, share)


def _dark_scenarios(overrides: Sequence[str], share: float, config_dir: ConfigDir) -> dict[Content, Scenario]:
    stays = load_scenario([*overrides], arm=["strategy=balanced"], name=STAYS, config_dir=config_dir)
    dark = load_scenario([*overrides], arm=_DARK, name=GOES_DARK, config_dir=config_dir)
    years = (DARK_YEARS[-1] * MONTHS_PER_YEAR + DARK_MONTHS_UNTIL_DECIDED) / MONTHS_PER_YEAR
    both = {STAYS: stays, GOES_DARK: replace(dark, world=stays.world)}
    return {
        name: replace(with_miniature_plans(scenario, share), horizon_years=years) for name, scenario in both.items()
    }


def _dark_terms() -> tuple[Term, ...]:
    windows = [((year - 1) * MONTHS_PER_YEAR, year * MONTHS_PER_YEAR) for year in DARK_YEARS]
    return tuple(Term(what, *window) for what in (COHORT_WINS, COHORT_PURCHASES) for window in windows)
