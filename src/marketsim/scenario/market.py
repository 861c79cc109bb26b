"""Settings of the world outside the company: accounts, rivals, and how buyers learn, remember and choose."""

from collections.abc import Iterator
from dataclasses import dataclass

from marketsim.scenario.fields import amount, positive, setting, share


@dataclass(frozen=True)
class Segment:
    """One segment of accounts."""

    share: float = share()
    group_size: float = setting(1.0, 100.0)
    value_per_year: float = positive()
    active_days: float = positive(2000.0)


@dataclass(frozen=True)
class Segments:
    """The three segments; their order is their index everywhere."""

    small: Segment
    mid_market: Segment
    enterprise: Segment

    def __iter__(self) -> Iterator[Segment]:
        """Iterate in index order."""
        return iter((self.small, self.mid_market, self.enterprise))


SEGMENT_NAMES = ("small", "mid_market", "enterprise")


@dataclass(frozen=True)
class Market:
    """Accounts and their own clocks."""

    accounts: int = setting(10, 20_000_000)
    good_fit_share: float = share()
    demand_ceiling: float = setting(1.0, 10.0)
    entry_interval_months: float = positive(1200.0)
    lock_after_purchase_days: float = amount(3650.0)
    value_sigma_between_needs: float = amount(2.0)
    value_sigma: float = amount(3.0)
    group_size_sigma: float = amount(2.0)
    active_days_sigma: float = amount(2.0)
    research_days_sigma: float = amount(2.0)
    research_to_active_ratio: float = positive(20.0)
    segments: Segments = setting()


@dataclass(frozen=True)
class Rivals:
    """The other vendors."""

    vendors: int = setting(1, 16)
    list_probability: float = share()
    brand_spend_per_year: float = positive()
    content_spend_per_year: float = amount()
    usual_content_spend_per_year: float = positive()
    capture_spend_ratio: float = positive(100.0)
    memory_enabled: bool = setting()
    usual_brand_spend_per_year: float = positive()
    usual_brand_spend_of_ours_per_year: float = amount()
    spend_follows_economy: float = share()


@dataclass(frozen=True)
class Memory:
    """Brand memory as a two-state chain per account."""

    enabled: bool = setting()
    learning_base_per_year: float = amount(100.0)
    learning_brand_per_year: float = amount(100.0)
    learning_content_per_year: float = amount(100.0)
    learning_word_of_mouth_per_year: float = amount(100.0)
    half_life_days: float = positive()
    hill_shape: float = positive(10.0)
    half_saturation: float = positive(100.0)
    set_by_call: float = share()
    set_by_webinar: float = share()
    set_by_sales_qualified_lead: bool = setting()
    set_by_contract: bool = setting()
    set_by_referral: bool = setting()


@dataclass(frozen=True)
class Awareness:
    """Knowing the problem as a two-state chain per account."""

    enabled: bool = setting()
    base: float = setting(None, 0.999, above=0.0)
    hazard_ratio_unaware: float = share()
    half_life_days: float = positive()
    teaching_gain: float = amount(100.0)
    hill_shape: float = positive(10.0)
    half_saturation: float = positive(100.0)


@dataclass(frozen=True)
class Buying:
    """The day-one list, the raised hand and the two-stage choice."""

    list_from_webinar: float = share()
    list_from_nurture: float = share()
    hand_raise_enabled: bool = setting()
    hand_raise_probability: float = share()
    hand_raise_delay_share: float = positive(10.0)
    hand_raise_tries: int = setting(1, 100)
    no_decision_enabled: bool = setting()
    no_decision_intercept: float = setting(-20.0, 20.0)
    no_decision_slope: float = setting(-20.0, 20.0)
    utility_base: float = setting(-50.0, 50.0)
    utility_listed: float = setting(-50.0, 50.0)
    utility_webinar: float = setting(-50.0, 50.0)
    utility_fit: float = setting(-50.0, 50.0)
    utility_time_with_us: float = setting(-50.0, 50.0)
    utility_log_price: float = setting(-50.0, 50.0)


@dataclass(frozen=True)
class Contacts:
    """People of one buying group: second contacts that inquire too, and what covering the group is worth."""

    second_contacts_enabled: bool = setting()
    second_contact_probability: float = share()
    second_contact_delay_days: float = positive(365.0)
    coverage_enabled: bool = setting()
    utility_coverage: float = setting(-50.0, 50.0)
    consensus_enabled: bool = setting()
    consensus_per_coverage: float = amount(10.0)


@dataclass(frozen=True)
class Economy:
    """The economy that all accounts live in: a recession, growth, and the season."""

    recession_depth: float = share()
    recession_start_month: float = amount(1200.0)
    recession_months: float = amount(1200.0)
    recession_ramp_months: float = amount(1200.0)
    growth_per_year: float = setting(-0.5, 0.5)
    season_amplitude: float = setting(0.0, 0.9)


@dataclass(frozen=True)
class Targeting:
    """Reach that is narrowed to accounts that fit: by research and positioning, or by buying narrower media."""

    enabled: bool = setting()
    half_saturation_per_year: float = positive()
    research_narrows: float = share()
    lever_narrows: float = share()
    price_of_narrow_reach: float = amount(10.0)


@dataclass(frozen=True)
class Scorched:
    """Accounts that close themselves to us after a call that came while they were not buying."""

    enabled: bool = setting()
    probability_per_call: float = share()
    half_life_days: float = positive()
    list_ratio: float = share()


@dataclass(frozen=True)
class Insight:
    """The stock of customer insight that listening builds, and its four effects."""

    enabled: bool = setting()
    half_saturation_per_year: float = positive()
    lag_days: float = positive()
    churn_enabled: bool = setting()
    churn_effect: float = share()
    referral_enabled: bool = setting()
    referral_effect: float = amount(10.0)
    score_enabled: bool = setting()
    score_effect: float = amount(10.0)
    offer_enabled: bool = setting()
    offer_effect: float = amount(10.0)


@dataclass(frozen=True)
class Advocacy:
    """Programmes that ask customers to speak for us."""

    enabled: bool = setting()
    half_saturation_per_year: float = positive()
    referral_effect: float = amount(10.0)
    word_of_mouth_effect: float = amount(10.0)


@dataclass(frozen=True)
class Harvest:
    """Searches and clicks, sold in one auction that one price clears."""

    enabled: bool = setting()
    searches_per_active_phase: float = amount(1000.0)
    unlisted_weight: float = share()
    hot_reserve_price: float = positive()
    low_intent_enabled: bool = setting()
    low_intent_reserve_price: float = positive()
    low_intent_inquiries_per_year: float = amount(1000.0)
    low_intent_refresh_days: float = positive()
    brand_terms_enabled: bool = setting()
    brand_terms_share: float = share()
    brand_terms_reserve_price: float = positive()
    pool_depletes: bool = setting()
    diminishing_returns: bool = setting()


@dataclass(frozen=True)
class Organic:
    """Forms filled in by people who know us and are not buying."""

    enabled: bool = setting()
    inquiries_per_year: float = amount(1000.0)
    refresh_days: float = positive()


@dataclass(frozen=True)
class Middle:
    """Webinars and comparisons for accounts on their journey."""

    enabled: bool = setting()
    half_saturation_per_year: float = positive()
    attendances_per_journey: float = amount(100.0)
    remembered_weight: float = positive(100.0)
    unremembered_weight: float = positive(100.0)
    low_intent_attendances_per_year: float = amount(1000.0)
    low_intent_refresh_days: float = positive()


@dataclass(frozen=True)
class Nurture:
    """Email and automation that keep known contacts warm."""

    enabled: bool = setting()
    half_life_days: float = positive()
    half_saturation_per_contact_year: float = positive()
    finds_per_active_phase: float = amount(100.0)


@dataclass(frozen=True)
class Referral:
    """Recommendations by customers who fit."""

    enabled: bool = setting()
    per_year: float = amount(100.0)
    to_active_probability: float = share()
    tries: int = setting(1, 1_000_000)
