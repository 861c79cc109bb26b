"""The company as numbers for compiled code: leads, sales, people, customers, management; rates per day."""

import math
from typing import Any

import numpy as np

from marketsim.rules.leads import (
    DECAY_EXPONENTIAL,
    DECAY_HYPERBOLIC,
    DECAY_NONE,
    DECAY_WEIBULL,
    WORK_EXPONENTIAL,
    WORK_LOGNORMAL,
)
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_YEAR, Scenario, World

_LN2 = 0.6931471805599453
_HOURS_PER_DAY = 24.0
_DECAYS = {
    "hyperbolic": DECAY_HYPERBOLIC,
    "exponential": DECAY_EXPONENTIAL,
    "weibull": DECAY_WEIBULL,
    "none": DECAY_NONE,
}
_WORK = {"lognormal": WORK_LOGNORMAL, "exponential": WORK_EXPONENTIAL}


def _array(values: list[float]) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=np.float64)


def sales_values(world: World) -> dict[str, Any]:
    """Return the values of leads, sales, structure, outbound and people."""
    leads, decay, sales, people = world.leads, world.decay, world.sales, world.people
    definition, process, outbound = world.definition, world.process, world.outbound
    business_hours = sales.calendar == "business_hours"
    hours = sales.closes_at_hour - sales.opens_at_hour if business_hours else sales.hours_per_day
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
        "work_days": sales.work_hours / hours,
        "work_sigma": sales.work_sigma,
        "conversation_days": sales.conversation_hours / hours,
        "qualify": _array([sales.qualify_unfit, sales.qualify_fit]),
        "ramp_days": sales.ramp_days,
        "ramp_start_speed": sales.ramp_start_speed,
        "deal_own_length": int(sales.deal_ends == "own_length"),
        "deal_days": sales.deal_days,
        "business_hours": int(business_hours),
        "opens_at": sales.opens_at_hour / _HOURS_PER_DAY,
        "closes_at": sales.closes_at_hour / _HOURS_PER_DAY,
        "response_target_days": sales.response_target_hours / _HOURS_PER_DAY
        if sales.response_target_enabled
        else math.inf,
        "qualify_unfit_lifetime_value": sales.qualify_unfit_lifetime_value,
        "people_enabled": int(people.enabled and sales.finite_hands),
        "attrition": people.attrition_per_year / DAYS_PER_YEAR,
        "load_limit": people.load_limit,
        "load_span": people.load_span,
        "waste_limit": people.waste_limit,
        "waste_span": people.waste_span,
        "load_weight": people.load_weight_per_week,
        "waste_weight": people.waste_weight_per_lead,
        "vacancy_days": people.vacancy_days,
        "hiring_enabled": int(people.hiring_enabled and sales.finite_hands),
        "hire_above": people.hire_above_load,
        "shrink_below": people.shrink_below_load,
        "hiring_days": people.hiring_days,
        "hiring_sigma": people.hiring_sigma,
        "engagement_bonus": definition.engagement_bonus,
        "sales_ready_fewer": definition.sales_ready_fewer_inquiries,
        "sales_ready_accuracy": definition.sales_ready_accuracy_gain,
        "structure_days": process.months_until_it_works * DAYS_PER_MONTH,
        "webinar_ratio_without_content": process.webinar_ratio_without_content,
        "lost_without_hand_over": process.lost_without_hand_over,
        "delay_without_hand_over": process.delay_without_hand_over_days,
        "requalify_days": process.requalify_delay_days,
        "requalify_sigma": process.requalify_delay_sigma,
        "requalify_accuracy": process.requalify_accuracy,
        "accuracy_with_feedback": process.accuracy_gain_with_feedback,
        "outbound_enabled": int(outbound.enabled and sales.finite_hands),
        "cost_per_call": outbound.cost_per_call,
        "call_days": outbound.call_hours / hours,
        "calls_per_rep_day": outbound.calls_per_rep_day,
        "contact_probability": outbound.contact_probability,
        "contact_remembered_ratio": outbound.remembered_ratio,
        "journey_share_blind": outbound.journey_share_without_insight,
        "journey_share_insight": outbound.journey_share_with_insight,
        "outbound_tries": outbound.tries,
        "enablement_enabled": int(world.enablement.enabled),
        "enablement_half": world.enablement.half_saturation_per_year,
        "enablement_utility": world.enablement.utility_effect,
        "enablement_ramp": world.enablement.ramp_effect,
        "inquiry_rate": world.inquiries.per_day,
        "inquiry_hand_raiser_share": world.inquiries.hand_raiser_share,
        "inquiry_active_share": world.inquiries.active_share,
    }


def money_values(world: World) -> dict[str, Any]:
    """Return the values of customers, measurement, steering and money."""
    customers, money, crm, steering = world.customers, world.money, world.crm, world.steering
    return {
        "gross_margin": customers.gross_margin,
        "cost_to_serve_fit": customers.cost_to_serve_fit,
        "cost_to_serve_unfit": customers.cost_to_serve_unfit,
        "churn_enabled": int(customers.churn_enabled),
        "churn_rate": _array([customers.churn_small, customers.churn_mid_market, customers.churn_enterprise]),
        "churn_ratio_unfit": customers.churn_ratio_unfit,
        "expansion": customers.expansion_per_renewal,
        "expansion_cap": customers.expansion_cap,
        "renewals_enabled": int(customers.renewals_enabled),
        "loyalty_effect": customers.loyalty_effect if customers.loyalty_enabled else 0.0,
        "recording_rate": crm.recording_rate,
        "recording_rate_sales": crm.recording_rate_sales,
        "time_decay_days": crm.time_decay_half_life_days / _LN2,
        "position_first": crm.position_first,
        "position_last": crm.position_last,
        "steering_step": steering.step,
        "steering_prior": steering.prior_weight,
        "smallest_share": steering.smallest_share,
        "bid_step": steering.bid_step,
        "smallest_bid": steering.smallest_bid,
        "threshold_step": steering.threshold_step,
        "threshold_lowest": steering.threshold_lowest,
        "threshold_highest": steering.threshold_highest,
        "funding_step": steering.funding_step,
        "funding_lowest": steering.funding_lowest,
        "funding_highest": steering.funding_highest,
        "funding_hurdle": steering.funding_hurdle,
        "insolvency_enabled": int(money.insolvency_enabled),
        "rep_cost_per_day": money.development_rep_cost_per_year / DAYS_PER_YEAR,
        "executive_cost_per_day": money.executive_cost_per_year / DAYS_PER_YEAR,
        "overhead_per_day": money.fixed_overhead_per_year / DAYS_PER_YEAR,
        "discount_rate": money.discount_rate_per_year,
        "days_per_year": DAYS_PER_YEAR,
    }


def opening_values(scenario: Scenario) -> dict[str, Any]:
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
