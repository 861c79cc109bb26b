"""A scenario: everything the engine needs to play one arm, apart from seed and replication."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from numbers import Real

from marketsim.scenario.build import no_such, shown
from marketsim.scenario.company import (
    PARTS,
    Change,
    Crm,
    Customers,
    Decay,
    Definition,
    Enablement,
    History,
    Initial,
    Inquiries,
    Leads,
    Money,
    Outbound,
    People,
    Policy,
    Process,
    Programme,
    Sales,
    Schedule,
    Steering,
    Strategy,
    Structure,
)
from marketsim.scenario.errors import BadInput
from marketsim.scenario.fields import positive, setting
from marketsim.scenario.market import (
    Advocacy,
    Awareness,
    Buying,
    Contacts,
    Economy,
    Harvest,
    Insight,
    Market,
    Memory,
    Middle,
    Nurture,
    Organic,
    Referral,
    Rivals,
    Scorched,
    Targeting,
)

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 30.4375
DAYS_PER_WEEK = 7.0
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class World:
    """The uncertainties: what the company cannot choose. Fields marked as levers inside are read from a `Plan`."""

    market: Market
    economy: Economy
    rivals: Rivals
    memory: Memory
    awareness: Awareness
    buying: Buying
    contacts: Contacts
    harvest: Harvest
    organic: Organic
    middle: Middle
    nurture: Nurture
    referral: Referral
    targeting: Targeting
    scorched: Scorched
    insight: Insight
    advocacy: Advocacy
    leads: Leads
    definition: Definition
    decay: Decay
    sales: Sales
    enablement: Enablement
    outbound: Outbound
    process: Process
    people: People
    customers: Customers
    crm: Crm
    steering: Steering
    money: Money
    inquiries: Inquiries
    programme: dict[str, Programme]


@dataclass(frozen=True)
class Plan:
    """The levers: what a strategy sets. `present` is false while the company does not exist yet.

    `budget_split` are shares of the budget by programme, `floors` their lower bounds, `spend_factor` multiplies the
    spend of a programme without touching the others (0 switches it off: a counterfactual replay).
    """

    name: str
    present: bool
    policy: Policy
    structure: Structure
    budget_per_year: float
    budget_share_of_revenue: float | None
    budget_split: dict[str, float]
    floors: dict[str, float]
    open_programmes: tuple[str, ...]
    spend_factor: dict[str, float]
    changes: tuple[Change, ...]
    qualification_threshold: float
    low_intent_bid_weight: float
    definition: str
    targeting: float
    price_ratio: float
    development_reps: int
    executives: int
    deals_per_executive: int
    queue: str
    cold_leads: str
    ignore: str
    ignored_leads: str
    incentive: str

    @classmethod
    def of(
        cls,
        strategy: Strategy,
        policy: Policy,
        structure: Structure,
        schedule: Schedule,
        sales: Sales,
        money: Money,
        *,
        present: bool = True,
    ) -> "Plan":
        """Collect the levers of a composed configuration; a strategy may have its own credit rule and ratchet."""
        if strategy.credit is not None:
            policy = replace(policy, credit=strategy.credit)
        if strategy.ratchet is not None:
            policy = replace(policy, ratchet=strategy.ratchet)
        return cls(
            name=strategy.name,
            present=present,
            policy=policy,
            structure=structure,
            budget_per_year=money.marketing_budget_per_year,
            budget_share_of_revenue=schedule.budget_share_of_revenue,
            budget_split=dict(strategy.budget_split),
            floors=dict(strategy.floors),
            open_programmes=strategy.open_programmes,
            spend_factor=dict(strategy.spend_factor),
            changes=tuple(schedule.changes.values()),
            qualification_threshold=strategy.qualification_threshold,
            low_intent_bid_weight=strategy.low_intent_bid_weight,
            definition=strategy.definition,
            targeting=strategy.targeting,
            price_ratio=strategy.price_ratio,
            development_reps=sales.development_reps,
            executives=sales.executives,
            deals_per_executive=sales.deals_per_executive,
            queue=sales.queue,
            cold_leads=sales.cold_leads,
            ignore=sales.ignore,
            ignored_leads=sales.ignored_leads,
            incentive=sales.incentive,
        )

    @property
    def parts(self) -> tuple[bool, ...]:
        """Whether the plan has each part of structure, in the order of `PARTS`."""
        return tuple(bool(getattr(self.structure, part)) for part in PARTS)

    def scaled(self, programme: str, factor: float) -> "Plan":
        """Return this plan with the spend of one of its programmes multiplied, and nothing else changed.

        Raises
        ------
        BadInput
            For a programme that the plan does not name, and for a factor that is not a number of 0 or more.
        """
        _check_scaling(programme, factor, self.named_programmes, f"plan {self.name!r}")
        return self._with_factor(programme, factor)

    @property
    def named_programmes(self) -> frozenset[str]:
        """Programmes that this plan names anywhere; no other can ever get money under it."""
        of_changes = (name for change in self.changes for name in change.programmes)
        return frozenset((*self.budget_split, *self.floors, *self.open_programmes, *self.spend_factor, *of_changes))

    def _with_factor(self, programme: str, factor: float) -> "Plan":
        return replace(self, spend_factor={**self.spend_factor, programme: float(factor)})


@dataclass(frozen=True)
class Later:
    """A plan that takes over at the first week start at or after a month."""

    month: float
    plan: Plan


@dataclass(frozen=True)
class Scenario:
    """A world, the past it starts from, and the plan that is played from day 0 for `horizon_years`.

    The past is played under `past` for `history.years` (rounded to whole weeks); with `history.years` of 0 the run
    opens with `initial` instead.
    """

    name: str = setting()
    world: World = setting()
    plan: Plan = setting()
    past: Plan = setting()
    history: History = setting()
    initial: Initial = setting()
    horizon_years: float = positive(100.0)
    later: tuple[Later, ...] = ()

    @property
    def past_weeks(self) -> int:
        """Whole weeks of common past before day 0."""
        return round(self.history.years * DAYS_PER_YEAR / DAYS_PER_WEEK)

    @property
    def horizon_months(self) -> int:
        """Whole months after day 0 (at least one)."""
        return max(1, round(self.horizon_years * MONTHS_PER_YEAR))

    @property
    def past_months(self) -> int:
        """Months of common past, the first one cut short by whole weeks; at least 1, for the state at day 0."""
        return max(1, -int(-self.past_weeks * DAYS_PER_WEEK // DAYS_PER_MONTH))

    def with_past_of(self, other: "Scenario") -> "Scenario":
        """Return this scenario on the other's past (same history, same plan before day 0)."""
        return replace(self, past=other.past, history=other.history, initial=other.initial)

    def scaled(self, programme: str, factor: float) -> "Scenario":
        """Return the counterfactual: this scenario with the spend of one programme multiplied from day 0 on.

        No random draw is disturbed: everything the spend does not touch happens as before. Factor 0 switches it off.

        Raises
        ------
        BadInput
            For a programme that does not exist, and for a factor that is not a number of 0 or more.
        """
        _check_scaling(programme, factor, self.world.programme)
        later = tuple(replace(entry, plan=entry.plan._with_factor(programme, factor)) for entry in self.later)
        return replace(self, plan=self.plan._with_factor(programme, factor), later=later)


def _check_scaling(programme: object, factor: object, known: Iterable[str], where: str = "") -> None:
    """Refuse programmes that are not known, and factors that spend cannot be multiplied by."""
    names = set(known)
    if not isinstance(programme, str) or programme not in names:
        raise no_such("programme", programme, names, where)
    if isinstance(factor, bool) or not isinstance(factor, Real) or not math.isfinite(factor) or factor < 0:
        raise BadInput(f"the factor of scaled({programme!r}, ...) must be a number of 0 or more, got {shown(factor)}")
