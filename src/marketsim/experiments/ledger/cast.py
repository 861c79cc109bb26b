"""Who has to be played: every arm that a claim looks at, once, however many claims and experiments look at it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from marketsim.analysis.words import as_people_count
from marketsim.engines import needs_logs, past_key
from marketsim.experiments.keys import scenario_hash
from marketsim.scenario.catalogue import ConfigDir, settings_in
from marketsim.scenario.claims import ROLES, Claim, Part
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.folders import available, file_of
from marketsim.scenario.load import load_experiments
from marketsim.scenario.scenario import MONTHS_PER_YEAR, Scenario, World

Content = str
"""Hash of a scenario without its name and its horizon."""
Arm = tuple[str, str]
"""Name of an experiment and of one of its arms."""
SECOND_ROLES = ("against", "other_against")


@dataclass(frozen=True, order=True)
class Term:
    """A measure over a window of months of one run."""

    measure: str
    first: int
    end: int

    @property
    def key(self) -> str:
        """How its value is stored."""
        return f"{self.measure} {self.first} {self.end}"


@dataclass(frozen=True)
class Entry:
    """A claim and the experiment whose file states it."""

    id: str
    claim: Claim
    experiment: str


def term_of(part: Part, role: str) -> Term:
    """Return what is measured of the arm in a role of a part."""
    second = role in SECOND_ROLES
    months = part.against_months if second and part.against_months is not None else part.months
    measure = part.against_measure if second and part.against_measure is not None else part.measure
    return Term(measure, int(months[0]), int(months[1]))


def terms_of(part: Part) -> list[tuple[str, Term]]:
    """Return every arm a part looks at with what is measured of it, in the order of the effect's terms."""
    if part.arms:
        return [(arm, term_of(part, role)) for role in ROLES[:2] for arm in part.arms]
    named = [(getattr(part, role), term_of(part, role)) for role in ROLES]
    return [(arm, term) for arm, term in named if arm is not None]


def experiments_with_claims(config_dir: ConfigDir = None) -> list[str]:
    """Return the names of the experiments whose files state claims, sorted."""
    found = []
    for name in available("experiment", config_dir):
        path = file_of("experiment", name, config_dir)
        if path is not None and any(setting.startswith("claims") for setting in settings_in(path)):
            found.append(name)
    return found


def entries_of(experiments: Mapping[str, Experiment]) -> list[Entry]:
    """Return the claims of experiments in the order of their ids (A1, A2a, …, A10, B1, …).

    Raises
    ------
    BadInput
        If two experiments state a claim of the same id.
    """
    found: dict[str, Entry] = {}
    for name, experiment in experiments.items():
        for claim_id, claim in experiment.claims.items():
            if claim_id in found:
                raise BadInput(f"claim {claim_id} stands in two experiments: {found[claim_id].experiment} and {name}")
            found[claim_id] = Entry(claim_id, claim, name)
    return sorted(found.values(), key=lambda entry: as_people_count(entry.id))


@dataclass(frozen=True)
class Cast:
    """The arms of some claims on one market and one past.

    Attributes
    ----------
    arms
        What each arm of each experiment is.
    scenarios
        By content, each to be played as far as any claim looks.
    terms
        What is measured of each.
    groups
        Contents that share a past and the need for logs, in the order in which they are played.
    """

    arms: Mapping[Arm, Content]
    scenarios: Mapping[Content, Scenario]
    terms: Mapping[Content, tuple[Term, ...]]
    groups: tuple[tuple[Content, ...], ...]


def cast(entries: Sequence[Entry], experiments: Mapping[str, Experiment]) -> Cast:
    """Collect the arms that claims look at."""
    wanted: dict[Arm, set[Term]] = {}
    for entry in entries:
        for part in entry.claim.parts.values():
            for arm, term in terms_of(part):
                wanted.setdefault((entry.experiment, arm), set()).add(term)
    arms: dict[Arm, Content] = {}
    scenarios: dict[Content, Scenario] = {}
    terms: dict[Content, set[Term]] = {}
    worlds: list[World] = []
    for (experiment, arm), own in wanted.items():
        scenario = experiments[experiment].arms[arm]
        content = scenario_hash(replace(scenario, horizon_years=1.0))
        arms[experiment, arm] = content
        terms.setdefault(content, set()).update(own)
        if content not in scenarios:
            same = next((world for world in worlds if world == scenario.world), None)
            if same is None:
                worlds.append(scenario.world)
            scenarios[content] = scenario if same is None else replace(scenario, world=same)
    played = {
        content: replace(scenario, horizon_years=max(term.end for term in terms[content]) / MONTHS_PER_YEAR)
        for content, scenario in scenarios.items()
    }
    ordered = {content: tuple(sorted(own)) for content, own in terms.items()}
    return Cast(arms, played, ordered, _groups(played))


def _groups(scenarios: Mapping[Content, Scenario]) -> tuple[tuple[Content, ...], ...]:
    found: dict[tuple[str, bool], list[Content]] = {}
    for content, scenario in scenarios.items():
        found.setdefault((past_key(scenario), needs_logs(scenario)), []).append(content)
    return tuple(map(tuple, found.values()))


def load_all(
    names: Iterable[str], overrides: Sequence[str] = (), *, config_dir: ConfigDir = None
) -> dict[str, Experiment]:
    """Load experiments under further overrides, by name."""
    wanted = list(names)
    each = ([f"experiment={name}", *overrides] for name in wanted)
    return dict(zip(wanted, load_experiments(each, config_dir=config_dir), strict=True))
