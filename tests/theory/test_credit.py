"""Credit from hand-made tables: which programme gets what, by KPI and by rule."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from property.scenarios import small

from marketsim.rules.attribution import (
    BY_CONVERTING_LEAD,
    BY_FIRST,
    BY_LAST,
    BY_LINEAR,
    BY_POSITION,
    BY_SELF_REPORT,
    BY_TIME_DECAY,
)
from marketsim.scenario.company import KPIS
from marketsim.scenario.scenario import Scenario
from marketsim.state import credit as kpis
from marketsim.state.layout import (
    ACCOUNT,
    CONTRACT,
    DEAL,
    FROM_ADS_LOW_INTENT,
    FROM_SEARCH,
    HOT_TIER,
    JOURNEY,
    JOURNEY_OURS,
    LEAD,
    LOW_TIER,
    NOTHING,
    TIERS,
    TOUCH,
    TOUCH_CALL,
    TOUCH_INQUIRY,
    TOUCH_JOINED,
    TOUCH_MEETING,
    TOUCH_OUTBOUND,
)
from marketsim.state.parameters import pack
from marketsim.state.steering import credit_kpi

Table = np.ndarray[Any, Any]
PROGRAMMES = 4
EVERYTHING = 1e9


def _world(recorded_by_sales: float = 1.0) -> Scenario:
    scenario = small(10)
    crm = replace(scenario.world.crm, recording_rate_sales=recorded_by_sales, time_decay_half_life_days=10.0)
    return replace(scenario, world=replace(scenario.world, crm=crm))


class Books:
    """Tables of one account with two needs. Need 7: touches on days 10, 20, 30, 40; then a deal, then a contract."""

    def __init__(self, recorded_by_sales: float = 1.0) -> None:
        self.p = pack(_world(recorded_by_sales), 1, 0)
        self.accounts = np.zeros(3, dtype=ACCOUNT)
        self.touches = np.zeros(6, dtype=TOUCH)
        for row, (at, need, programme) in enumerate(
            [(5.0, 6, 3), (10.0, 7, 0), (20.0, 7, 1), (30.0, 7, 2), (40.0, 7, NOTHING), (60.0, 8, 3)]
        ):
            self.touches[row] = np.zeros(1, dtype=TOUCH)[0]
            self.touches[row]["at"], self.touches[row]["need"], self.touches[row]["programme"] = at, need, programme
            self.touches[row]["account"], self.touches[row]["previous"] = 1, row - 1 if row else NOTHING
            self.touches[row]["recorded"] = self.touches[row]["matched"] = 1
        self.accounts["last_touch"] = [NOTHING, 5, NOTHING]
        self.leads = np.zeros(4, dtype=LEAD)
        self.leads["account"] = 1
        self.leads["arrived"] = [10.0, 20.0, 30.0, 60.0]
        self.leads["need"] = [7, 7, 7, 8]
        self.leads["touch"] = [1, 2, 3, 5]
        self.leads["programme"] = [0, 1, 2, 3]
        self.leads["qualified"] = [0, 1, 1, 1]
        self.leads["source"] = [FROM_ADS_LOW_INTENT, FROM_ADS_LOW_INTENT, FROM_SEARCH, FROM_SEARCH]
        self.deals = np.zeros(1, dtype=DEAL)
        self.deals[0] = np.zeros(1, dtype=DEAL)[0]
        self._fill(self.deals[0], opened=40.0, account=1, need=7, programme=2, source=FROM_SEARCH, value_at_opening=9e3)
        self.contracts = np.zeros(2, dtype=CONTRACT)
        self._fill(
            self.contracts[0], started=-50.0, account=0, need=3, deal=NOTHING, first_value=7e3, programme=NOTHING
        )
        self._fill(
            self.contracts[1], started=50.0, account=1, need=7, deal=0, first_value=1e4, programme=2,
            source=FROM_SEARCH, price_ratio=1.0, expected_lifetime_value=-500.0,
        )  # fmt: skip
        self.journeys = np.zeros(2, dtype=JOURNEY)
        self._fill(self.journeys[0], account=1, need=6, remembers=1, outcome=0, active_at=1.0, decided=math.nan)
        self._fill(self.journeys[1], account=1, need=7, remembers=1, outcome=JOURNEY_OURS, active_at=25.0, decided=50.0)
        self.named_weeks = np.zeros((10, PROGRAMMES))
        self.named_weeks[3] = [0.0, 2.0, 0.0, 0.0]  # days 21 to 28

    @staticmethod
    def _fill(row: Any, **values: float) -> None:
        for name, value in values.items():
            row[name] = value

    def credit(
        self, kpi: int, rule: int, since: float = -EVERYTHING, until: float = EVERYTHING, recorded_only: bool = False
    ) -> tuple[float, list[float], list[float]]:
        credited, tiers = np.zeros(PROGRAMMES), np.zeros(TIERS)
        total = credit_kpi(
            self.p, self.accounts, self.leads, self.deals, self.contracts, self.journeys, self.touches,
            self.named_weeks, 0.0, kpi, rule, recorded_only, since, until, credited, tiers,
        )  # fmt: skip
        return total, credited.tolist(), tiers.tolist()


@pytest.fixture(scope="module")
def books() -> Books:
    return Books()


def test_kpis_are_numbered_as_the_settings_name_them() -> None:
    names = ("NONE", "LEADS", "QUALIFIED_LEADS", "SALES_QUALIFIED_LEADS", "ATTRIBUTED_RETURN", "PIPELINE_VALUE")
    numbers = [getattr(kpis, f"KPI_{name}") for name in (*names, "BOOKINGS", "LIFETIME_VALUE")]
    assert numbers == list(range(len(KPIS)))
    assert ("none", "lead_count", *[name.lower() for name in names[2:]], "bookings", "lifetime_value") == KPIS


def test_leads_are_credited_to_the_programme_that_brought_them(books: Books) -> None:
    total, credited, tiers = books.credit(kpis.KPI_LEADS, BY_CONVERTING_LEAD)
    assert (total, credited) == (4.0, [1.0, 1.0, 1.0, 1.0])
    assert (tiers[LOW_TIER], tiers[HOT_TIER]) == (2.0, 2.0)
    assert books.credit(kpis.KPI_QUALIFIED_LEADS, BY_CONVERTING_LEAD)[:2] == (3.0, [0.0, 1.0, 1.0, 1.0])


def test_only_the_look_back_counts(books: Books) -> None:
    assert books.credit(kpis.KPI_LEADS, BY_CONVERTING_LEAD, 10.0, 30.0)[:2] == (2.0, [1.0, 1.0, 0.0, 0.0])
    assert books.credit(kpis.KPI_BOOKINGS, BY_CONVERTING_LEAD, 50.5)[0] == 0.0
    assert books.credit(kpis.KPI_BOOKINGS, BY_CONVERTING_LEAD, 0.0, 50.0)[0] == 0.0


def test_a_lead_s_credit_goes_to_the_touches_up_to_it(books: Books) -> None:
    first = books.credit(kpis.KPI_LEADS, BY_FIRST)[1]
    assert first == [3.0, 0.0, 0.0, 1.0]  # need 8 has a chain of its own
    linear = books.credit(kpis.KPI_LEADS, BY_LINEAR)[1]
    assert linear == pytest.approx([1.0 + 1 / 2 + 1 / 3, 1 / 2 + 1 / 3, 1 / 3, 1.0])


@pytest.mark.parametrize(
    ("rule", "shares"),
    [
        (BY_CONVERTING_LEAD, [0.0, 0.0, 1.0, 0.0]),
        (BY_FIRST, [1.0, 0.0, 0.0, 0.0]),
        (BY_LAST, [0.0, 0.0, 0.0, 0.0]),  # the last touch belongs to no programme: its credit goes to nobody
        (BY_LINEAR, [0.25, 0.25, 0.25, 0.0]),
        (BY_TIME_DECAY, [1 / 15, 2 / 15, 4 / 15, 0.0]),
        (BY_POSITION, [0.4, 0.1, 0.1, 0.0]),
        (BY_SELF_REPORT, [0.0, 1.0, 0.0, 0.0]),
    ],
)
def test_a_booking_under_every_rule(books: Books, rule: int, shares: list[float]) -> None:
    total, credited, _ = books.credit(kpis.KPI_BOOKINGS, rule)
    assert total == 1e4
    assert credited == pytest.approx([1e4 * share for share in shares])


def test_money_kpis_count_their_money(books: Books) -> None:
    margin = float(books.p["gross_margin"][0])
    assert books.credit(kpis.KPI_ATTRIBUTED_RETURN, BY_CONVERTING_LEAD)[0] == pytest.approx(margin * 1e4)
    assert books.credit(kpis.KPI_LIFETIME_VALUE, BY_CONVERTING_LEAD)[1] == [0.0, 0.0, -500.0, 0.0]
    assert books.credit(kpis.KPI_PIPELINE_VALUE, BY_CONVERTING_LEAD)[:2] == (9e3, [0.0, 0.0, 9e3, 0.0])
    assert books.credit(kpis.KPI_SALES_QUALIFIED_LEADS, BY_FIRST)[:2] == (1.0, [1.0, 0.0, 0.0, 0.0])


def test_what_is_not_recorded_or_not_matched_gets_no_credit() -> None:
    books = Books()
    books.touches["recorded"][1] = 0
    books.touches["matched"][2] = 0
    assert books.credit(kpis.KPI_BOOKINGS, BY_FIRST)[1] == [0.0, 0.0, 1e4, 0.0]
    books.touches["recorded"][:] = 0
    assert books.credit(kpis.KPI_BOOKINGS, BY_FIRST)[:2] == (1e4, [0.0] * PROGRAMMES)


@pytest.mark.parametrize("kind", [TOUCH_INQUIRY, TOUCH_JOINED, TOUCH_OUTBOUND, TOUCH_CALL, TOUCH_MEETING])
def test_sales_own_calls_and_meetings_carry_no_credit(kind: int) -> None:
    books = Books()
    books.touches["kind"][3] = kind
    books.touches["programme"][4] = 0
    books.touches["kind"][4] = TOUCH_MEETING
    by_sales = kind in (TOUCH_CALL, TOUCH_MEETING)
    last = [0.0, 1e4, 0.0, 0.0] if by_sales else [0.0, 0.0, 1e4, 0.0]
    assert books.credit(kpis.KPI_BOOKINGS, BY_LAST)[1] == last
    assert books.credit(kpis.KPI_BOOKINGS, BY_LINEAR)[1] == pytest.approx(
        [1e4 / 2, 1e4 / 2, 0.0, 0.0] if by_sales else [1e4 / 3, 1e4 / 3, 1e4 / 3, 0.0]
    )


def test_money_counts_only_if_sales_recorded_the_deal_except_where_customers_are_asked() -> None:
    books = Books(recorded_by_sales=0.0)
    assert books.credit(kpis.KPI_BOOKINGS, BY_FIRST, recorded_only=True)[0] == 0.0
    assert books.credit(kpis.KPI_PIPELINE_VALUE, BY_CONVERTING_LEAD, recorded_only=True)[0] == 0.0
    assert books.credit(kpis.KPI_PIPELINE_VALUE, BY_SELF_REPORT)[0] == 9e3
    assert books.credit(kpis.KPI_BOOKINGS, BY_SELF_REPORT)[0] == 1e4
    assert books.credit(kpis.KPI_LEADS, BY_CONVERTING_LEAD, recorded_only=True)[0] == 4.0


def test_a_customer_that_does_not_remember_or_knows_nothing_to_name_names_the_converting_lead() -> None:
    books = Books()
    books.journeys["remembers"][1] = 0
    assert books.credit(kpis.KPI_BOOKINGS, BY_SELF_REPORT)[1] == [0.0, 0.0, 1e4, 0.0]
    books = Books()
    books.named_weeks[:] = 0.0
    assert books.credit(kpis.KPI_BOOKINGS, BY_SELF_REPORT)[1] == [0.0, 0.0, 1e4, 0.0]
    assert books.credit(kpis.KPI_LEADS, BY_SELF_REPORT)[1] == [1.0] * PROGRAMMES
