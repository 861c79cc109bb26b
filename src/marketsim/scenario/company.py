"""Settings of the company: leads, the sales floor, people, customers, money, and how a run opens."""

from dataclasses import dataclass

from marketsim.scenario.fields import amount, positive, setting, share

STAGES = (
    "brand",
    "content",
    "middle",
    "capture",
    "nurture",
    "brand_terms",
    "listening",
    "advocacy",
    "targeting",
    "outbound",
    "enablement",
)
"""What a programme can act on; the order is part of the model, append only."""

PARTS = ("matching", "automation", "journey_content", "qualification", "hand_over", "feedback")
"""The parts of structure, in the order of their index."""

BASIC_PARTS = ("automation", "journey_content", "qualification", "hand_over")
"""The parts whose cost lies in the overhead: what the level `basic` has."""

KPIS = (
    "none",
    "lead_count",
    "qualified_leads",
    "sales_qualified_leads",
    "attributed_return",
    "pipeline_value",
    "bookings",
    "lifetime_value",
)
CREDIT_RULES = ("converting_lead", "first", "last", "linear", "time_decay", "position", "self_reported")
RHYTHMS = (1, 4, 13, 52)


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
    ignore: str = setting(choices=("random", "lowest_score_first"), lever=True)
    ignored_leads: str = setting(choices=("nurture", "lost"), lever=True)
    incentive: str = setting(choices=("bookings", "lifetime_value"), lever=True)
    calendar: str = setting(choices=("business_hours", "always_open"))
    opens_at_hour: float = setting(0.0, 23.0)
    closes_at_hour: float = setting(1.0, 24.0)
    response_target_enabled: bool = setting()
    response_target_hours: float = amount()
    finite_hands: bool = setting()
    work_distribution: str = setting(choices=("lognormal", "exponential"))
    work_hours: float = positive()
    work_sigma: float = amount(3.0)
    conversation_hours: float = amount()
    hours_per_day: float = setting(None, 24.0, above=0.0)
    qualify_fit: float = share()
    qualify_unfit: float = share()
    qualify_unfit_lifetime_value: float = share()
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
    hiring_enabled: bool = setting()
    hire_above_load: float = share()
    shrink_below_load: float = share()
    hiring_days: float = amount()
    hiring_sigma: float = amount(3.0)


@dataclass(frozen=True)
class Process:
    """What the parts of structure cost, how long they take to work, and what happens without them."""

    cost_share: float = share()
    cost_share_large: float = share()
    months_until_it_works: float = amount(120.0)
    webinar_ratio_without_content: float = share()
    lost_without_hand_over: float = share()
    delay_without_hand_over_days: float = amount(365.0)
    requalify_delay_days: float = positive(365.0)
    requalify_delay_sigma: float = amount(3.0)
    requalify_accuracy: float = amount(100.0)
    accuracy_gain_with_feedback: float = amount(100.0)


@dataclass(frozen=True)
class Definition:
    """What the two other definitions of a qualified lead do."""

    engagement_bonus: float = setting(-10.0, 10.0)
    sales_ready_fewer_inquiries: float = share()
    sales_ready_accuracy_gain: float = amount(100.0)


@dataclass(frozen=True)
class Outbound:
    """Calls that development reps make when no lead waits; each call is paid from the budget."""

    enabled: bool = setting()
    cost_per_call: float = positive()
    call_hours: float = positive(24.0)
    calls_per_rep_day: float = positive(10_000.0)
    contact_probability: float = share()
    remembered_ratio: float = amount(100.0)
    journey_share_without_insight: float = share()
    journey_share_with_insight: float = share()
    tries: int = setting(1, 1_000_000)


@dataclass(frozen=True)
class Enablement:
    """Sales enablement: what helps executives to argue, and new reps to learn."""

    enabled: bool = setting()
    half_saturation_per_year: float = positive()
    utility_effect: float = amount(10.0)
    ramp_effect: float = share()


@dataclass(frozen=True)
class Crm:
    """What the CRM records of the touches, and how it shares out credit."""

    recording_rate: float = share()
    recording_rate_sales: float = share()
    time_decay_half_life_days: float = positive()
    position_first: float = share()
    position_last: float = share()
    cost_per_thousand_impressions: float = positive()


@dataclass(frozen=True)
class Steering:
    """The one steering rule: how far a review moves budget, bids, threshold and funding. The same for every policy."""

    step: float = amount(10.0)
    prior_weight: float = amount(100.0)
    smallest_share: float = share()
    bid_step: float = share()
    smallest_bid: float = setting(None, 1.0, above=0.0)
    threshold_step: float = amount(10.0)
    threshold_lowest: float = setting(-100.0, 100.0)
    threshold_highest: float = setting(-100.0, 100.0)
    funding_step: float = share()
    funding_lowest: float = share()
    funding_highest: float = setting(1.0, 100.0)
    funding_hurdle: float = positive(1000.0)


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
    renewals_enabled: bool = setting()
    loyalty_enabled: bool = setting()
    loyalty_effect: float = share()


@dataclass(frozen=True)
class Money:
    """The budget (a lever, the same for every shipped strategy), pay, overhead and discounting."""

    marketing_budget_per_year: float = amount(lever=True)
    development_rep_cost_per_year: float = amount()
    executive_cost_per_year: float = amount()
    fixed_overhead_per_year: float = amount()
    discount_rate_per_year: float = setting(-0.5, 10.0)
    insolvency_enabled: bool = setting()


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
    lag_weeks: int = setting(0, 52)
    least_spend_per_year: float = amount()


@dataclass(frozen=True)
class Policy:
    """Who steers, and by what: a KPI, a credit rule, a look-back, a rhythm and a target. It names no programme."""

    name: str = setting(lever=True)
    kpi: str = setting(choices=KPIS, lever=True)
    credit: str = setting(choices=CREDIT_RULES, lever=True)
    look_back_weeks: int = setting(1, 520, lever=True)
    review_weeks: int = setting(1, 52, lever=True)
    target_growth_per_year: float = setting(-1.0, 10.0, lever=True)
    ratchet: bool = setting(lever=True)
    funding: bool = setting(lever=True)


@dataclass(frozen=True)
class Structure:
    """Which parts of structure the company has."""

    name: str = setting(lever=True)
    matching: bool = setting(lever=True)
    automation: bool = setting(lever=True)
    journey_content: bool = setting(lever=True)
    qualification: bool = setting(lever=True)
    hand_over: bool = setting(lever=True)
    feedback: bool = setting(lever=True)


@dataclass(frozen=True)
class Change:
    """A change of the budget for a while: a cut, a pause, going dark, or more."""

    from_month: float = amount(1200.0)
    until_month: float = amount(1200.0)
    factor: float = amount(100.0)
    programmes: tuple[str, ...] = setting()


@dataclass(frozen=True)
class Schedule:
    """Changes of the budget at dates, by a name of one's own, and a budget that is tied to revenue."""

    name: str = setting(lever=True)
    changes: dict[str, Change] = setting(lever=True)
    budget_share_of_revenue: float | None = setting(0.0, 10.0, lever=True)


@dataclass(frozen=True)
class Strategy:
    """What a strategy may set: levers only."""

    name: str = setting(lever=True)
    policy: str = setting(lever=True)
    structure: str = setting(lever=True)
    schedule: str = setting(lever=True)
    credit: str | None = setting(choices=CREDIT_RULES, lever=True)
    ratchet: bool | None = setting(lever=True)
    rescale: bool = setting(lever=True)
    qualification_threshold: float = setting(-100.0, 100.0, lever=True)
    low_intent_bid_weight: float = setting(None, 100.0, above=0.0, lever=True)
    definition: str = setting(choices=("plain", "engagement", "sales_ready"), lever=True)
    targeting: float = share(lever=True)
    price_ratio: float = setting(None, 100.0, above=0.0, lever=True)
    switch_to: str | None = setting(lever=True)
    switch_month: float = amount(1200.0, lever=True)
    budget_split: dict[str, float] = setting(lever=True)
    floors: dict[str, float] = setting(lever=True)
    open_programmes: tuple[str, ...] = setting(lever=True)
    spend_factor: dict[str, float] = setting(lever=True)


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
