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
