"""Settings of the company: leads, the sales floor, people, customers, money, and how a run opens."""

from dataclasses import dataclass

from marketsim.scenario.fields import amount, positive, setting, share

STAGES = ("brand", "content", "middle", "capture", "nurture")


@dataclass(frozen=True)
class Leads:
    """Hidden truth, noisy score, and the trust with which sales follows up."""

    scoring_enabled: bool = setting()
    score_accuracy: float = amount(100.0)
    truth_active_fit: float = setting(-10.0, 10.0)
    truth_active_unfit: float = setting(-10.0, 10.0)
    truth_research: float = setting(-10.0, 10.0)
    trust_enabled: bool = setting()
    trust_follow_up_floor: float = share()
    trust_full_at: float = setting(None, 1.0, above=0.0)
    trust_weight_per_lead: float = share()


@dataclass(frozen=True)
class Decay:
    """How long a lead can still be reached after it raised its hand."""

    kind: str = setting(choices=("hyperbolic", "exponential", "weibull", "none"))
    floor: float = share()
    floor_hand_raiser: float = share()
    scale_hours: float = positive()
    shape: float = positive(20.0)


@dataclass(frozen=True)
class Sales:
    """The sales floor: development reps work leads, executives hold deals."""

    development_reps: int = setting(0, 100_000, lever=True)
    executives: int = setting(0, 100_000, lever=True)
    deals_per_executive: int = setting(1, 1000, lever=True)
    queue: str = setting(
        choices=("hand_raisers_first", "first_in_first_out", "best_score_first", "newest_first"), lever=True
    )
    cold_leads: str = setting(choices=("worked", "dropped"), lever=True)
    finite_hands: bool = setting()
    work_distribution: str = setting(choices=("lognormal", "exponential"))
    work_hours: float = positive()
    work_sigma: float = amount(3.0)
    conversation_hours: float = amount()
    hours_per_day: float = setting(None, 24.0, above=0.0)
    qualify_fit: float = share()
    qualify_unfit: float = share()
    ramp_days: float = amount()
    ramp_start_speed: float = setting(None, 1.0, above=0.0)
    deal_ends: str = setting(choices=("account_decides", "own_length"))
    deal_days: float = positive()


@dataclass(frozen=True)
class People:
    """Development reps burn out, leave and are replaced."""

    enabled: bool = setting()
    attrition_per_year: float = amount(100.0)
    load_limit: float = share()
    load_span: float = positive()
    waste_limit: float = share()
    waste_span: float = positive()
    load_weight_per_week: float = share()
    waste_weight_per_lead: float = share()
    vacancy_days: float = amount()


@dataclass(frozen=True)
class Customers:
    """Recurring revenue, cost to serve, renewal and churn."""

    gross_margin: float = share()
    cost_to_serve_fit: float = amount(10.0)
    cost_to_serve_unfit: float = amount(10.0)
    churn_enabled: bool = setting()
    churn_small: float = amount(100.0)
    churn_mid_market: float = amount(100.0)
    churn_enterprise: float = amount(100.0)
    churn_ratio_unfit: float = amount(100.0)
    expansion_per_renewal: float = setting(-0.99, 10.0)
    expansion_cap: float = setting(1.0, 1000.0)


@dataclass(frozen=True)
class Money:
    """The budget (a lever, the same for every shipped strategy), pay, overhead and discounting."""

    marketing_budget_per_year: float = amount(lever=True)
    development_rep_cost_per_year: float = amount()
    executive_cost_per_year: float = amount()
    fixed_overhead_per_year: float = amount()
    discount_rate_per_year: float = setting(-0.5, 10.0)


@dataclass(frozen=True)
class Inquiries:
    """A stream of inquiries from outside the market, to try the sales floor as a queue."""

    per_day: float = amount()
    batch_size: int = setting(0, 1_000_000)
    batch_every_days: float = positive()
    hand_raiser_share: float = share()
    active_share: float = share()


@dataclass(frozen=True)
class Programme:
    """Something money can buy; programmes of one stage add before the stage's one response curve."""

    stage: str = setting(choices=STAGES)
    effectiveness: float = amount(1000.0)
    carry_over_per_week: float = setting(0.0, 0.9999)


@dataclass(frozen=True)
class Strategy:
    """What a strategy may set: levers only."""

    name: str = setting(lever=True)
    policy: str = setting(choices=("fixed",), lever=True)
    rescale: bool = setting(lever=True)
    qualification_threshold: float = setting(-100.0, 100.0, lever=True)
    low_intent_bid_weight: float = setting(None, 100.0, above=0.0, lever=True)
    budget_split: dict[str, float] = setting(lever=True)


@dataclass(frozen=True)
class History:
    """The common past that all arms share."""

    regime: str = setting()
    strategy: str = setting()
    years: float = setting(0.0, 60.0)
    present: bool = setting()
    starting_cash_months: float = setting(-1200.0, 1200.0)


@dataclass(frozen=True)
class Initial:
    """The state a run opens with where no past is played."""

    memory: float = share()
    customer_share: float = share()
    known_share: float = share()
    trust: float = share()
    waste: float = share()
    rep_tenure_days: float = amount()
