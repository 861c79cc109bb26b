"""The world outside the company as numbers for compiled code: rates per day, times in days."""

from typing import Any

import numpy as np

from marketsim.rules.market import dormant_days, mean_hazard_aware, mean_purchase_probability
from marketsim.scenario.errors import BadInput
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_YEAR, World

_LN2 = 0.6931471805599453


def _half_life_rate(half_life_days: float) -> float:
    return _LN2 / half_life_days


def _array(values: list[float]) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=np.float64)


def market_values(world: World) -> dict[str, Any]:
    """Return the values of accounts, the economy, and how groups choose."""
    market, buying, awareness = world.market, world.buying, world.awareness
    contacts, scorched = world.contacts, world.scorched
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
        if days <= 0.0 and segment.share > 0.0:
            raise BadInput(
                f"market.segments.{name}: journeys ({segment.active_days * journey_ratio:.0f} days) and contracts "
                f"leave no dormant time within an entry interval of {market.entry_interval_months:g} months; "
                "raise market.entry_interval_months or shorten the phases."
            )
        purchase.append(chance)
        dormant.append(max(days, 1.0))
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
        "recession_depth": world.economy.recession_depth,
        "recession_start": world.economy.recession_start_month * DAYS_PER_MONTH,
        "recession_days": world.economy.recession_months * DAYS_PER_MONTH,
        "recession_ramp": world.economy.recession_ramp_months * DAYS_PER_MONTH,
        "economy_growth": world.economy.growth_per_year,
        "season_amplitude": world.economy.season_amplitude,
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
        "utility_log_price": buying.utility_log_price,
        "utility_coverage": contacts.utility_coverage if contacts.coverage_enabled else 0.0,
        "consensus": contacts.consensus_per_coverage if contacts.consensus_enabled else 0.0,
        "second_contact_probability": contacts.second_contact_probability * contacts.second_contacts_enabled,
        "second_contact_days": contacts.second_contact_delay_days,
        "scorched_probability": scorched.probability_per_call if scorched.enabled else 0.0,
        "scorched_days": scorched.half_life_days / _LN2,
        "scorched_list_ratio": scorched.list_ratio,
    }


def brand_values(world: World) -> dict[str, Any]:
    """Return the values of memory, awareness, rivals, and of what spend on them does."""
    memory, awareness, rivals = world.memory, world.awareness, world.rivals
    targeting, insight, advocacy = world.targeting, world.insight, world.advocacy
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
        "rivals_brand_spend": rivals.brand_spend_per_year,
        "rivals_content_spend": rivals.content_spend_per_year,
        "rivals_usual_content_spend": rivals.usual_content_spend_per_year,
        "half_saturation": memory.half_saturation,
        "rival_memory_enabled": int(rivals.memory_enabled and memory.enabled),
        "rivals_usual_brand_spend": rivals.usual_brand_spend_per_year,
        "own_usual_brand_spend": rivals.usual_brand_spend_of_ours_per_year,
        "rivals_follow_economy": rivals.spend_follows_economy,
        "targeting_enabled": int(targeting.enabled),
        "targeting_half": targeting.half_saturation_per_year,
        "research_narrows": targeting.research_narrows,
        "lever_narrows": targeting.lever_narrows,
        "price_of_narrow_reach": targeting.price_of_narrow_reach,
        "insight_enabled": int(insight.enabled),
        "insight_half": insight.half_saturation_per_year,
        "insight_days": insight.lag_days,
        "insight_churn": insight.churn_effect * insight.churn_enabled,
        "insight_referral": insight.referral_effect * insight.referral_enabled,
        "insight_score": insight.score_effect * insight.score_enabled,
        "insight_offer": insight.offer_effect * insight.offer_enabled,
        "advocacy_enabled": int(advocacy.enabled),
        "advocacy_half": advocacy.half_saturation_per_year,
        "advocacy_referral": advocacy.referral_effect,
        "advocacy_word_of_mouth": advocacy.word_of_mouth_effect,
    }


def demand_values(world: World) -> dict[str, Any]:
    """Return the values of harvest, organic forms, webinars, nurture and referrals."""
    harvest, organic, middle, nurture, referral = (
        world.harvest, world.organic, world.middle, world.nurture, world.referral
    )  # fmt: skip
    per_day = 1.0 / DAYS_PER_YEAR
    rate = harvest.searches_per_active_phase
    return {
        "harvest_enabled": int(harvest.enabled),
        "pool_depletes": int(harvest.pool_depletes),
        "diminishing_returns": int(harvest.diminishing_returns),
        "search_rate": _array([rate / segment.active_days for segment in world.market.segments]),
        "brand_terms_share": harvest.brand_terms_share * harvest.brand_terms_enabled,
        "unlisted_weight": harvest.unlisted_weight,
        "reserve_price": _array(
            [harvest.hot_reserve_price, harvest.low_intent_reserve_price, harvest.brand_terms_reserve_price]
        )
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
