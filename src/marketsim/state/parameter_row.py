"""The record type of the one-row parameter table, known before any scenario is: a line here per new parameter.

A name alone is a number (f8), `name#` is a count or a switch (i8), `name[3]` an array. A section here holds what the
function of the same name gives (`market_values`, ..., `lever_values`), in its order.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from marketsim.state.streams import STREAMS

_MARKET = """
    segment_cutoff[3] good_fit_share group_mean[3] group_sigma value_mean[3] value_sigma value_sigma_between_needs
    active_days[3] active_sigma research_days[3] research_sigma entry_days dormant_days[3] lock_days
    purchase_probability[3] candidate_rate[3] demand_ceiling recession_depth recession_start recession_days
    recession_ramp economy_growth season_amplitude no_decision_enabled# no_decision_intercept no_decision_slope
    rivals# rival_list_probability utility_base utility_listed utility_webinar utility_fit utility_time_with_us
    list_from_webinar list_from_nurture hand_raise_probability hand_raise_delay_share hand_raise_tries#
    utility_log_price utility_coverage consensus second_contact_probability second_contact_days scorched_probability
    scorched_days scorched_list_ratio
"""
_BRAND = """
    memory_enabled# memory_forgetting memory_base memory_brand memory_content memory_word_of_mouth memory_shape
    memory_brand_half memory_content_half memory_by_call memory_by_webinar memory_by_sales_qualified_lead#
    memory_by_contract# memory_by_referral# aware_enabled# aware_base aware_hazard_ratio aware_forgetting aware_gain
    aware_shape aware_half rivals_extra_teaching rivals_brand_spend rivals_content_spend rivals_usual_content_spend
    half_saturation rival_memory_enabled# rivals_usual_brand_spend own_usual_brand_spend rivals_follow_economy
    targeting_enabled# targeting_half research_narrows lever_narrows price_of_narrow_reach insight_enabled#
    insight_half insight_days insight_churn insight_referral insight_score insight_offer advocacy_enabled#
    advocacy_half advocacy_referral advocacy_word_of_mouth
"""
_DEMAND = """
    harvest_enabled# pool_depletes# diminishing_returns# search_rate[3] brand_terms_share unlisted_weight
    reserve_price[3] ads_low_rate organic_rate middle_enabled# middle_half webinars_per_journey
    webinar_weight_remembered webinar_weight_unremembered webinar_low_rate refresh_days[3] nurture_enabled#
    known_forgetting nurture_half nurture_finds referral_rate referral_to_active referral_tries#
"""
_SALES = """
    scoring_enabled# score_accuracy truth_score[4] trust_enabled# trust_floor trust_full_at trust_weight decay_kind#
    decay_floor decay_floor_hand_raiser decay_scale decay_shape finite_hands# work_distribution# work_days
    work_sigma conversation_days qualify[2] ramp_days ramp_start_speed deal_own_length# deal_days business_hours#
    opens_at closes_at response_target_days qualify_unfit_lifetime_value people_enabled# attrition load_limit
    load_span waste_limit waste_span load_weight waste_weight vacancy_days hiring_enabled# hire_above shrink_below
    hiring_days hiring_sigma engagement_bonus sales_ready_fewer sales_ready_accuracy structure_days
    webinar_ratio_without_content lost_without_hand_over delay_without_hand_over requalify_days requalify_sigma
    requalify_accuracy accuracy_with_feedback outbound_enabled# cost_per_call call_days calls_per_rep_day
    contact_probability contact_remembered_ratio journey_share_blind journey_share_insight outbound_tries#
    enablement_enabled# enablement_half enablement_utility enablement_ramp inquiry_rate inquiry_hand_raiser_share
    inquiry_active_share
"""
_MONEY = """
    gross_margin cost_to_serve_fit cost_to_serve_unfit churn_enabled# churn_rate[3] churn_ratio_unfit expansion
    expansion_cap renewals_enabled# loyalty_effect recording_rate recording_rate_sales time_decay_days
    position_first position_last steering_step steering_prior smallest_share bid_step smallest_bid threshold_step
    threshold_lowest threshold_highest funding_step funding_lowest funding_highest funding_hurdle
    insolvency_enabled# rep_cost_per_day executive_cost_per_day overhead_per_day discount_rate days_per_year
"""
_OPENING = """
    initial_memory initial_customer_share initial_known_share initial_trust initial_waste initial_tenure
"""
_LEVERS = """
    present# qualification_threshold bid_weight[3] development_reps# executives# drop_cold_leads# ignore_lowest#
    lose_ignored# sell_for_life# definition# targeting price_ratio parts[6]# kpi# credit_rule# look_back_weeks#
    review_weeks# target_growth ratchet# funding#
"""
_SECTIONS = (_MARKET, _BRAND, _DEMAND, _SALES, _MONEY, _OPENING, _LEVERS)
_KINDS = {"i": "whole numbers (`name#`)", "f": "numbers", "u": "keys"}
_FIELD = re.compile(r"(\w+)(?:\[(\d+)\])?(#?)")


def _field(text: str) -> tuple[Any, ...]:
    """Return name, kind and (of an array) shape of one field."""
    match = _FIELD.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no parameter: write name, name#, name[3] or name[3]#")
    name, size, count = match.groups()
    kind = "i8" if count else "f8"
    return (name, kind, (int(size),)) if size else (name, kind)


PARAMETERS: np.dtype[Any] = np.dtype(
    [*(_field(text) for section in _SECTIONS for text in section.split()), ("key", "u8", (len(STREAMS),))], align=True
)


def parameter_row(values: Mapping[str, Any]) -> np.ndarray[Any, Any]:
    """Return the one-row table of these values.

    Raises
    ------
    ValueError
        If a value is missing, has no field here, or is of another kind or shape than its field.
    """
    here = "of PARAMETERS (state/parameter_row.py)"
    if missing := [name for name in PARAMETERS.names or () if name not in values]:
        raise ValueError(f"no value for the parameters {', '.join(missing)} {here}")
    if unknown := [name for name in values if name not in (PARAMETERS.names or ())]:
        raise ValueError(f"values that are no fields {here}: {', '.join(unknown)}")
    row = np.zeros(1, dtype=PARAMETERS)
    for name, value in values.items():
        field, given = PARAMETERS[name], np.asarray(value)
        if given.shape != field.shape:
            raise ValueError(f"'{name}' has shape {given.shape}, the field {here} has {field.shape}")
        if not np.can_cast(given.dtype, field.base, "same_kind"):
            raise ValueError(f"'{name}' is {value!r}, the field {here} takes {_KINDS[field.base.kind]}")
        row[name] = value
    return row
