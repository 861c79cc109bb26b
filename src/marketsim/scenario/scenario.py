"""A scenario: everything the engine needs to play one arm, apart from seed and replication."""

from dataclasses import dataclass, replace

from marketsim.scenario.company import (
    Customers,
    Decay,
    History,
    Initial,
    Inquiries,
    Leads,
    Money,
    People,
    Programme,
    Sales,
    Strategy,
)
from marketsim.scenario.fields import positive, setting
from marketsim.scenario.market import (
    Awareness,
    Buying,
    Harvest,
    Market,
    Memory,
    Middle,
    Nurture,
    Organic,
    Referral,
    Rivals,
)

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 30.4375
DAYS_PER_WEEK = 7.0
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class World:
    """The uncertainties: what the company cannot choose. Fields marked as levers inside are read from a `Plan`."""

    market: Market
    rivals: Rivals
    memory: Memory
    awareness: Awareness
    buying: Buying
    harvest: Harvest
    organic: Organic
    middle: Middle
    nurture: Nurture
    referral: Referral
    leads: Leads
    decay: Decay
    sales: Sales
    people: People
    customers: Customers
    money: Money
    inquiries: Inquiries
    programme: dict[str, Programme]


@dataclass(frozen=True)
class Plan:
    """The levers: what a strategy sets. `present` is false while the company does not exist yet."""

    name: str
    present: bool
    policy: str
    budget_per_year: float
    budget_split: dict[str, float]
    qualification_threshold: float
    low_intent_bid_weight: float
    development_reps: int
    executives: int
    deals_per_executive: int
    queue: str
    cold_leads: str

    @classmethod
    def of(cls, strategy: Strategy, sales: Sales, money: Money, *, present: bool = True) -> "Plan":
        """Collect the levers of a composed configuration."""
        return cls(
            name=strategy.name,
            present=present,
            policy=strategy.policy,
            budget_per_year=money.marketing_budget_per_year,
            budget_split=dict(strategy.budget_split),
            qualification_threshold=strategy.qualification_threshold,
            low_intent_bid_weight=strategy.low_intent_bid_weight,
            development_reps=sales.development_reps,
            executives=sales.executives,
            deals_per_executive=sales.deals_per_executive,
            queue=sales.queue,
            cold_leads=sales.cold_leads,
        )


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
