"""Pack a scenario into one structured row for compiled code. Rates become days; levers are set by `set_plan`."""

import functools
from typing import Any

import numpy as np

from marketsim.rules.draws import stream_id, stream_key
from marketsim.rules.leads import (
    DECAY_EXPONENTIAL,
    DECAY_HYPERBOLIC,
    DECAY_NONE,
    DECAY_WEIBULL,
    WORK_EXPONENTIAL,
    WORK_LOGNORMAL,
)
from marketsim.rules.market import dormant_days, mean_hazard_aware, mean_purchase_probability
from marketsim.scenario.company import STAGES
from marketsim.scenario.errors import BadInput
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_YEAR, Plan, Scenario, World
from marketsim.state.layout import PROGRAMME
from marketsim.state.streams import STREAMS

_LN2 = 0.6931471805599453
_HOURS_PER_DAY = 24.0
_DECAYS = {
    "hyperbolic": DECAY_HYPERBOLIC,
    "exponential": DECAY_EXPONENTIAL,
    "weibull": DECAY_WEIBULL,
    "none": DECAY_NONE,
}
_WORK = {"lognormal": WORK_LOGNORMAL, "exponential": WORK_EXPONENTIAL}


def pack(scenario: Scenario, seed: int, replication: int) -> np.ndarray[Any, Any]:
    """Return the one-row parameter table of a scenario, with the past's levers set.

    Raises
    ------
    BadInput
        If journeys and contracts leave no dormant time between two market entries.
    """
    values = _market(scenario.world) | _brand(scenario.world) | _demand(scenario.world) | _sales(scenario.world)
    values |= _money(scenario.world) | _opening(scenario) | _levers(scenario.past)
    values["key"] = np.array(
        [stream_key(np.uint64(seed), np.uint64(replication), np.uint64(stream_id(s.name))) for s in STREAMS],
        dtype=np.uint64,
    )
    row = np.zeros(1, dtype=_dtype(values))
    for name, value in values.items():
        row[name] = value
    return row


def set_plan(p: np.ndarray[Any, Any], programmes: np.ndarray[Any, Any], plan: Plan, world: World) -> None:
    """Write the levers of a plan into the parameter row and the spend of its programmes."""
    for name, value in _levers(plan).items():
        p[name] = value
    for index, name in enumerate(world.programme):
        share = plan.budget_split.get(name, 0.0) if plan.present else 0.0
        programmes["spend_per_year"][index] = share * plan.budget_per_year


def programme_table(world: World) -> np.ndarray[Any, Any]:
    """Return one row per programme, in the order of the registry, without spend."""
    table = np.zeros(len(world.programme), dtype=PROGRAMME)
    for index, programme in enumerate(world.programme.values()):
        table[index]["stage"] = STAGES.index(programme.stage)
        table[index]["effectiveness"] = programme.effectiveness
        table[index]["carry_over"] = programme.carry_over_per_week
    return table


def monthly_cost(plan: Plan, world: World) -> float:
    """Return marketing, payroll and overhead of one month of a plan, in money."""
    money = world.money
    per_year = (
        plan.budget_per_year
        + plan.development_reps * money.development_rep_cost_per_year
        + plan.executives * money.executive_cost_per_year
        + money.fixed_overhead_per_year
    )
    return per_year / DAYS_PER_YEAR * DAYS_PER_MONTH


def _dtype(values: dict[str, Any]) -> np.dtype[Any]:
    """Return the record type: counts and switches as i8, numbers as f8, keys as u8."""
    fields: list[Any] = []
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            fields.append((name, value.dtype.str, value.shape))
        else:
            fields.append((name, "i8" if isinstance(value, int) else "f8"))
    return _one_dtype(tuple(fields))


@functools.cache
def _one_dtype(fields: tuple[Any, ...]) -> np.dtype[Any]:
    """Return one and the same object for equal fields: numba compares other objects field by field at every call."""
    return np.dtype(list(fields), align=True)


def _half_life_rate(half_life_days: float) -> float:
    return _LN2 / half_life_days


def _array(values: list[float]) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=np.float64)


def _market(world: World) -> dict[str, Any]:
    market, buying, awareness = world.market, world.buying, world.awareness
    segments = list(market.segments)
    entry_days = market.entry_interval_months * DAYS_PER_MONTH
    journey_ratio = 1.0 + market.research_to_active_ratio
    purchase, dormant = [], []
    for name, segment in zip(SEGMENT_NAMES, segments, strict=True):
        chance = 1.0
        if buying.no_decision_enabled:
            chance = mean_purchase_probability(
                segment.group_size, market.group_size_sigma, buying.no_decision_intercept, buying.no_decision_slope
            )
        days = dormant_days(entry_days, segment.active_days * journey_ratio, chance, market.lock_after_purchase_days)
        if days <= 0.0:
            raise BadInput(
                f"market.segments.{name}: journeys ({segment.active_days * journey_ratio:.0f} days) and contracts "
                f"leave no dormant time within an entry interval of {market.entry_interval_months:g} months; "
                "raise market.entry_interval_months or shorten the phases."
            )
        purchase.append(chance)
        dormant.append(days)
    aware_share = awareness.base if awareness.enabled else 1.0
    hazard = [mean_hazard_aware(days, aware_share, awareness.hazard_ratio_unaware) for days in dormant]
    return {
        "segment_cutoff": np.cumsum(_array([segment.share for segment in segments])),
        "good_fit_share": market.good_fit_share,
        "group_mean": _array([segment.group_size for segment in segments]),
        "group_sigma": market.group_size_sigma,
        "value_mean": _array([segment.value_per_year for segment in segments]),
        "value_sigma": market.value_sigma,
        "value_sigma_between_needs": market.value_sigma_between_needs,
        "active_days": _array([segment.active_days for segment in segments]),
        "active_sigma": market.active_days_sigma,
        "research_days": _array([s.active_days * market.research_to_active_ratio for s in segments]),
        "research_sigma": market.research_days_sigma,
        "entry_days": entry_days,
        "dormant_days": _array(dormant),
        "lock_days": market.lock_after_purchase_days,
        "purchase_probability": _array(purchase),
        "candidate_rate": _array([market.demand_ceiling * h for h in hazard]),
        "demand_ceiling": market.demand_ceiling,
        "economy": 1.0,
        "no_decision_enabled": int(buying.no_decision_enabled),
        "no_decision_intercept": buying.no_decision_intercept,
        "no_decision_slope": buying.no_decision_slope,
        "rivals": world.rivals.vendors,
        "rival_list_probability": world.rivals.list_probability,
        "utility_base": buying.utility_base,
        "utility_listed": buying.utility_listed,
        "utility_webinar": buying.utility_webinar,
        "utility_fit": buying.utility_fit,
        "utility_time_with_us": buying.utility_time_with_us,
        "list_from_webinar": buying.list_from_webinar,
        "list_from_nurture": buying.list_from_nurture,
        "hand_raise_probability": buying.hand_raise_probability if buying.hand_raise_enabled else 0.0,
        "hand_raise_delay_share": buying.hand_raise_delay_share,
        "hand_raise_tries": buying.hand_raise_tries,
    }


def _brand(world: World) -> dict[str, Any]:
    memory, awareness, rivals = world.memory, world.awareness, world.rivals
    per_day = 1.0 / DAYS_PER_YEAR
    return {
        "memory_enabled": int(memory.enabled),
        "memory_forgetting": _half_life_rate(memory.half_life_days),
        "memory_base": memory.learning_base_per_year * per_day,
        "memory_brand": memory.learning_brand_per_year * per_day,
        "memory_content": memory.learning_content_per_year * per_day,
        "memory_word_of_mouth": memory.learning_word_of_mouth_per_year * per_day,
        "memory_shape": memory.hill_shape,
        "memory_brand_half": memory.half_saturation * rivals.brand_spend_per_year,
        "memory_content_half": memory.half_saturation * rivals.content_spend_per_year,
        "memory_by_call": memory.set_by_call,
        "memory_by_webinar": memory.set_by_webinar,
        "memory_by_sales_qualified_lead": int(memory.set_by_sales_qualified_lead),
        "memory_by_contract": int(memory.set_by_contract),
        "memory_by_referral": int(memory.set_by_referral),
        "aware_enabled": int(awareness.enabled),
        "aware_base": awareness.base,
        "aware_hazard_ratio": awareness.hazard_ratio_unaware,
        "aware_forgetting": _half_life_rate(awareness.half_life_days),
        "aware_gain": awareness.teaching_gain,
        "aware_shape": awareness.hill_shape,
        "aware_half": awareness.half_saturation * rivals.usual_content_spend_per_year,
        "rivals_extra_teaching": rivals.content_spend_per_year - rivals.usual_content_spend_per_year,
    }


def _demand(world: World) -> dict[str, Any]:
    harvest, organic, middle, nurture, referral = (
        world.harvest, world.organic, world.middle, world.nurture, world.referral
    )  # fmt: skip
    per_day = 1.0 / DAYS_PER_YEAR
    rate = harvest.searches_per_active_phase
    return {
        "harvest_enabled": int(harvest.enabled),
        "search_rate": _array([rate / segment.active_days for segment in world.market.segments]),
        "unlisted_weight": harvest.unlisted_weight,
        "reserve_price": _array([harvest.hot_reserve_price, harvest.low_intent_reserve_price])
        * world.rivals.capture_spend_ratio,
        "ads_low_rate": harvest.low_intent_inquiries_per_year * per_day if harvest.low_intent_enabled else 0.0,
        # only people who remember us fill in a form
        "organic_rate": organic.inquiries_per_year * per_day if organic.enabled and world.memory.enabled else 0.0,
        "middle_enabled": int(middle.enabled),
        "middle_half": middle.half_saturation_per_year,
        "webinars_per_journey": middle.attendances_per_journey,
        "webinar_weight_remembered": middle.remembered_weight,
        "webinar_weight_unremembered": middle.unremembered_weight,
        "webinar_low_rate": middle.low_intent_attendances_per_year * per_day,
        "refresh_days": _array([harvest.low_intent_refresh_days, organic.refresh_days, middle.low_intent_refresh_days]),
        "nurture_enabled": int(nurture.enabled),
        "known_forgetting": _half_life_rate(nurture.half_life_days),
        "nurture_half": nurture.half_saturation_per_contact_year,
        "nurture_finds": nurture.finds_per_active_phase,
        "referral_rate": referral.per_year * per_day if referral.enabled else 0.0,
        "referral_to_active": referral.to_active_probability,
        "referral_tries": referral.tries,
    }


def _sales(world: World) -> dict[str, Any]:
    leads, decay, sales, people = world.leads, world.decay, world.sales, world.people
    return {
        "scoring_enabled": int(leads.scoring_enabled),
        "score_accuracy": leads.score_accuracy,
        "truth_score": _array([leads.truth_active_fit, leads.truth_active_unfit, leads.truth_research, 0.0]),
        "trust_enabled": int(leads.trust_enabled),
        "trust_floor": leads.trust_follow_up_floor,
        "trust_full_at": leads.trust_full_at,
        "trust_weight": leads.trust_weight_per_lead,
        "decay_kind": _DECAYS[decay.kind],
        "decay_floor": decay.floor,
        "decay_floor_hand_raiser": decay.floor_hand_raiser,
        "decay_scale": decay.scale_hours / _HOURS_PER_DAY,
        "decay_shape": decay.shape,
        "finite_hands": int(sales.finite_hands),
        "work_distribution": _WORK[sales.work_distribution],
        "work_days": sales.work_hours / sales.hours_per_day,
        "work_sigma": sales.work_sigma,
        "conversation_days": sales.conversation_hours / sales.hours_per_day,
        "qualify": _array([sales.qualify_unfit, sales.qualify_fit]),
        "ramp_days": sales.ramp_days,
        "ramp_start_speed": sales.ramp_start_speed,
        "deal_own_length": int(sales.deal_ends == "own_length"),
        "deal_days": sales.deal_days,
        "people_enabled": int(people.enabled and sales.finite_hands),
        "attrition": people.attrition_per_year / DAYS_PER_YEAR,
        "load_limit": people.load_limit,
        "load_span": people.load_span,
        "waste_limit": people.waste_limit,
        "waste_span": people.waste_span,
        "load_weight": people.load_weight_per_week,
        "waste_weight": people.waste_weight_per_lead,
        "vacancy_days": people.vacancy_days,
        "inquiry_rate": world.inquiries.per_day,
        "inquiry_hand_raiser_share": world.inquiries.hand_raiser_share,
        "inquiry_active_share": world.inquiries.active_share,
    }


def _money(world: World) -> dict[str, Any]:
    customers, money = world.customers, world.money
    return {
        "gross_margin": customers.gross_margin,
        "cost_to_serve_fit": customers.cost_to_serve_fit,
        "cost_to_serve_unfit": customers.cost_to_serve_unfit,
        "churn_enabled": int(customers.churn_enabled),
        "churn_rate": _array([customers.churn_small, customers.churn_mid_market, customers.churn_enterprise]),
        "churn_ratio_unfit": customers.churn_ratio_unfit,
        "expansion": customers.expansion_per_renewal,
        "expansion_cap": customers.expansion_cap,
        "rep_cost_per_day": money.development_rep_cost_per_year / DAYS_PER_YEAR,
        "executive_cost_per_day": money.executive_cost_per_year / DAYS_PER_YEAR,
        "overhead_per_day": money.fixed_overhead_per_year / DAYS_PER_YEAR,
        "discount_rate": money.discount_rate_per_year,
        "days_per_year": DAYS_PER_YEAR,
    }


def _opening(scenario: Scenario) -> dict[str, Any]:
    """Return how the run opens: with `initial` where no past is played and we are there, else empty-handed."""
    initial = scenario.initial
    at_once = scenario.past_weeks == 0 and scenario.past.present
    return {
        "initial_memory": initial.memory if at_once else 0.0,
        "initial_customer_share": initial.customer_share if at_once else 0.0,
        "initial_known_share": initial.known_share if at_once else 0.0,
        "initial_trust": initial.trust,
        "initial_waste": initial.waste,
        "initial_tenure": initial.rep_tenure_days,
    }


def _levers(plan: Plan) -> dict[str, Any]:
    present = int(plan.present)
    return {
        "present": present,
        "qualification_threshold": plan.qualification_threshold,
        "bid_weight": _array([1.0, plan.low_intent_bid_weight]),
        "development_reps": plan.development_reps * present,
        "executives": plan.executives * present,
        "drop_cold_leads": int(plan.cold_leads == "dropped"),
    }
