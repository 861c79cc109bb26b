"""Random valid scenarios: small markets, mechanisms on or off, all disciplines and decays, pasts, edges of levers."""

from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from marketsim.scenario.company import CREDIT_RULES, KPIS, PARTS, RHYTHMS, Change, Policy, Structure
from marketsim.scenario.load import load_scenario
from marketsim.scenario.market import Economy
from marketsim.scenario.scenario import Later, Plan, Scenario

SMALL_BUDGET = 60_000.0
SWITCHES = (
    "memory.enabled",
    "awareness.enabled",
    "buying.hand_raise_enabled",
    "buying.no_decision_enabled",
    "harvest.enabled",
    "harvest.low_intent_enabled",
    "organic.enabled",
    "middle.enabled",
    "nurture.enabled",
    "referral.enabled",
    "leads.scoring_enabled",
    "leads.trust_enabled",
    "people.enabled",
    "customers.churn_enabled",
    "sales.finite_hands",
    "memory.set_by_sales_qualified_lead",
    "memory.set_by_contract",
    "memory.set_by_referral",
    "rivals.memory_enabled",
    "contacts.second_contacts_enabled",
    "contacts.coverage_enabled",
    "harvest.brand_terms_enabled",
    "harvest.pool_depletes",
    "harvest.diminishing_returns",
    "targeting.enabled",
    "scorched.enabled",
    "insight.enabled",
    "insight.churn_enabled",
    "insight.referral_enabled",
    "insight.score_enabled",
    "insight.offer_enabled",
    "advocacy.enabled",
    "enablement.enabled",
    "outbound.enabled",
    "sales.response_target_enabled",
    "customers.renewals_enabled",
    "customers.loyalty_enabled",
)
OFF_BY_DEFAULT = ("contacts.consensus_enabled", "people.hiring_enabled", "money.insolvency_enabled")
FACTORS = st.sampled_from([0.0, 0.5, 2.0])
ECONOMIES = (
    Economy(0.0, 24.0, 12.0, 3.0, 0.0, 0.0),
    Economy(0.5, 3.0, 4.0, 1.0, 0.0, 0.1),
    Economy(0.0, 24.0, 12.0, 3.0, 0.2, 0.3),
)
QUEUES = ("hand_raisers_first", "first_in_first_out", "best_score_first", "newest_first")
SPLITS = (
    {"brand": 0.36, "content": 0.10, "middle": 0.12, "capture": 0.34, "nurture": 0.08},
    {"brand": 0.0, "content": 0.0, "middle": 0.0, "capture": 0.92, "nurture": 0.08},
    {"brand": 0.8, "content": 0.2, "middle": 0.0, "capture": 0.0, "nurture": 0.0},
    {"brand": 0.0, "content": 0.0, "middle": 1.0, "capture": 0.0, "nurture": 0.0},
    {"nurture": 1.0},
    {},
    {
        "television": 0.1, "articles": 0.1, "search_optimisation": 0.05, "webinars": 0.05, "comparisons": 0.05,
        "paid_search_brand": 0.05, "paid_search_nonbrand": 0.1, "gated_content": 0.05, "email": 0.05,
        "listening": 0.1, "advocacy": 0.05, "research": 0.05, "positioning": 0.05, "outbound_prospecting": 0.1,
        "sales_enablement": 0.05,
    },
    {"outbound_prospecting": 0.9, "brand": 0.1},
)  # fmt: skip


@cache
def default() -> Scenario:
    """Give the default scenario, composed once."""
    return load_scenario([])


def changed(thing: Any, **settings: Any) -> Any:
    """Replace settings of nested frozen dataclasses; `__` separates the levels (`world__market__accounts=50`)."""
    own: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {}
    for name, value in settings.items():
        first, _, rest = name.partition("__")
        if rest:
            nested.setdefault(first, {})[rest] = value
        else:
            own[name] = value
    for name, inside in nested.items():
        own[name] = changed(getattr(thing, name), **inside)
    return replace(thing, **own)


@cache
def core() -> Scenario:
    """Give the default scenario with everything switched off that is not in the core, composed once."""
    return load_scenario(["experiment=core"])


def small(
    accounts: int = 300,
    *,
    horizon_years: float = 1.0,
    history_years: float = 0.0,
    usual: Scenario | None = None,
    **settings: Any,
) -> Scenario:
    """Give a small default market: every budget in proportion to its accounts, two reps, an executive or more."""
    usual = usual or default()
    scale = accounts / usual.world.market.accounts
    plan = replace(
        usual.plan,
        budget_per_year=usual.plan.budget_per_year * scale,
        development_reps=2,
        executives=max(1, round(usual.plan.executives * scale)),
    )
    rivals, middle, money = usual.world.rivals, usual.world.middle, usual.world.money
    settings = {
        "world__market__accounts": accounts,
        "world__rivals__brand_spend_per_year": rivals.brand_spend_per_year * scale,
        "world__rivals__content_spend_per_year": rivals.content_spend_per_year * scale,
        "world__rivals__usual_content_spend_per_year": rivals.usual_content_spend_per_year * scale,
        "world__rivals__usual_brand_spend_per_year": rivals.usual_brand_spend_per_year * scale,
        "world__rivals__usual_brand_spend_of_ours_per_year": rivals.usual_brand_spend_of_ours_per_year * scale,
        "world__middle__half_saturation_per_year": middle.half_saturation_per_year * scale,
        "world__targeting__half_saturation_per_year": usual.world.targeting.half_saturation_per_year * scale,
        "world__insight__half_saturation_per_year": usual.world.insight.half_saturation_per_year * scale,
        "world__advocacy__half_saturation_per_year": usual.world.advocacy.half_saturation_per_year * scale,
        "world__enablement__half_saturation_per_year": usual.world.enablement.half_saturation_per_year * scale,
        "world__money__fixed_overhead_per_year": money.fixed_overhead_per_year * scale,
        "history__years": history_years,
        **settings,
    }
    made: Scenario = changed(replace(usual, plan=plan, past=plan, horizon_years=horizon_years), **settings)
    return made


@st.composite
def _policies(draw: st.DrawFn) -> Policy:
    return Policy(
        name="drawn",
        kpi=draw(st.sampled_from(KPIS)),
        credit=draw(st.sampled_from(CREDIT_RULES)),
        look_back_weeks=draw(st.sampled_from([4, 26, 52])),
        review_weeks=draw(st.sampled_from(RHYTHMS)),
        target_growth_per_year=draw(st.sampled_from([-0.5, 0.1, 2.0])),
        ratchet=draw(st.booleans()),
        funding=draw(st.booleans()),
    )


@st.composite
def _changes(draw: st.DrawFn) -> tuple[Change, ...]:
    number = draw(st.sampled_from([0, 0, 1, 2]))
    changes = []
    for _ in range(number):
        start = draw(st.sampled_from([0.0, 3.0, 7.5]))
        programmes = draw(st.sampled_from([(), ("brand", "content"), ("capture",)]))
        changes.append(Change(start, start + draw(st.sampled_from([0.1, 3.0, 100.0])), draw(FACTORS), programmes))
    return tuple(changes)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Draw the levers of a plan, those at the edge too."""
    return replace(
        default().plan,
        name="drawn",
        budget_per_year=draw(st.sampled_from([0.0, 5e3, SMALL_BUDGET, 5e5])),
        budget_split=draw(st.sampled_from(SPLITS)),
        qualification_threshold=draw(st.sampled_from([-5.0, 0.0, 0.6, 1.5])),
        low_intent_bid_weight=draw(st.sampled_from([0.02, 0.2, 1.0])),
        development_reps=draw(st.integers(0, 4)),
        executives=draw(st.integers(0, 2)),
        deals_per_executive=draw(st.integers(1, 15)),
        queue=draw(st.sampled_from(QUEUES)),
        cold_leads=draw(st.sampled_from(["worked", "dropped"])),
        policy=draw(st.one_of(st.just(default().plan.policy), _policies())),
        structure=Structure("drawn", *(draw(st.booleans()) for _ in PARTS)),
        budget_share_of_revenue=draw(st.sampled_from([None, None, 0.1])),
        floors=draw(st.sampled_from([{}, {"brand": 0.2}, {"brand": 0.5, "listening": 0.5}])),
        open_programmes=draw(st.sampled_from([(), ("listening", "outbound_prospecting")])),
        spend_factor=draw(st.sampled_from([{}, {"brand": 0.0}, {"capture": 1.5}])),
        changes=draw(_changes()),
        definition=draw(st.sampled_from(["plain", "engagement", "sales_ready"])),
        targeting=draw(st.sampled_from([0.0, 0.0, 1.0])),
        price_ratio=draw(st.sampled_from([1.0, 0.8])),
        ignore=draw(st.sampled_from(["random", "lowest_score_first"])),
        ignored_leads=draw(st.sampled_from(["nurture", "lost"])),
        incentive=draw(st.sampled_from(["bookings", "lifetime_value"])),
    )


@st.composite
def _world(draw: st.DrawFn) -> dict[str, Any]:
    settings: dict[str, Any] = {"world__market__accounts": draw(st.integers(10, 300))}
    off = draw(st.sets(st.sampled_from(SWITCHES), max_size=6))
    for switch in off:
        settings["world__" + switch.replace(".", "__")] = False
    for switch in draw(st.sets(st.sampled_from(OFF_BY_DEFAULT))):
        settings["world__" + switch.replace(".", "__")] = True
    settings["world__sales__calendar"] = draw(st.sampled_from(["business_hours", "always_open"]))
    settings["world__economy"] = draw(st.sampled_from(ECONOMIES))
    settings["world__contacts__second_contact_probability"] = draw(st.sampled_from([0.15, 1.0]))
    settings["world__scorched__probability_per_call"] = draw(st.sampled_from([0.1, 1.0]))
    settings["world__process__months_until_it_works"] = draw(st.sampled_from([0.0, 3.0]))
    settings["world__outbound__contact_probability"] = draw(st.sampled_from([0.04, 0.6]))
    settings["world__outbound__tries"] = draw(st.sampled_from([3, 200]))
    settings["world__crm__recording_rate"] = draw(st.sampled_from([0.0, 0.7, 1.0]))
    settings["world__decay__kind"] = draw(st.sampled_from(["hyperbolic", "exponential", "weibull", "none"]))
    settings["world__decay__floor"] = draw(st.sampled_from([0.0, 0.3, 1.0]))
    settings["world__decay__floor_hand_raiser"] = draw(st.sampled_from([0.0, 0.7, 1.0]))
    settings["world__decay__scale_hours"] = draw(st.sampled_from([0.055, 6.0, 200.0]))
    settings["world__sales__work_distribution"] = draw(st.sampled_from(["lognormal", "exponential"]))
    settings["world__sales__work_hours"] = draw(st.sampled_from([0.9, 30.0]))  # 30: a queue builds up
    settings["world__sales__deal_ends"] = draw(st.sampled_from(["account_decides", "account_decides", "own_length"]))
    settings["world__sales__ramp_days"] = draw(st.sampled_from([0.0, 90.0]))
    settings["world__people__attrition_per_year"] = draw(st.sampled_from([0.34, 6.0]))
    settings["world__people__vacancy_days"] = draw(st.sampled_from([0.0, 60.0]))
    settings["world__referral__per_year"] = draw(st.sampled_from([0.15, 20.0]))
    settings["world__market__lock_after_purchase_days"] = draw(st.sampled_from([0.0, 365.0]))
    settings["world__customers__churn_small"] = draw(st.sampled_from([0.3, 5.0]))
    settings["world__inquiries__per_day"] = draw(st.sampled_from([0.0, 0.0, 1.0]))
    settings["world__inquiries__batch_size"] = draw(st.sampled_from([0, 0, 5]))
    settings["world__inquiries__hand_raiser_share"] = draw(st.sampled_from([0.0, 0.5]))
    return settings


@st.composite
def scenarios(draw: st.DrawFn, max_years: float = 2.0) -> Scenario:
    """Draw a scenario whose past and plan differ in their levers, seats up and down among them."""
    settings = draw(_world())
    settings["history__years"] = draw(st.sampled_from([0.0, 0.02, 1.0]))
    settings["history__present"] = draw(st.booleans())
    settings["initial__memory"] = draw(st.sampled_from([0.0, 0.25, 1.0]))
    settings["initial__customer_share"] = draw(st.sampled_from([0.0, 0.05, 0.5]))
    settings["initial__known_share"] = draw(st.sampled_from([0.0, 0.3, 1.0]))
    settings["initial__trust"] = draw(st.sampled_from([0.0, 0.16, 1.0]))
    past = replace(draw(plans()), present=settings["history__present"])
    plan = draw(st.one_of(plans(), st.just(replace(past, present=True))))
    horizon = draw(st.sampled_from([0.5, 1.0, max_years]))
    later = draw(st.lists(st.tuples(st.sampled_from([0.0, 3.0, 11.9]), plans()), max_size=2))
    made: Scenario = changed(replace(default(), plan=plan, past=past, horizon_years=horizon), **settings)
    return replace(made, later=tuple(Later(month, replace(following, present=True)) for month, following in later))


def told(scenario: Scenario) -> str:
    """Tell what a scenario changes from the default, for the report of a failing example."""
    return "; ".join(_differences(default(), scenario, ""))


def _differences(usual: Any, other: Any, where: str) -> list[str]:
    found = []
    for field in fields(usual):
        one, two = getattr(usual, field.name), getattr(other, field.name)
        if is_dataclass(one):
            found += _differences(one, two, f"{where}{field.name}.")
        elif one != two:
            found.append(f"{where}{field.name}={two!r}")
    return found
