"""Attribution on journeys made by hand, whose credit is known; and against the credit that management sees."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from marketsim.analysis.attribution import NO_PROGRAMME, RULES, attribution, contracts_won, crm_view
from marketsim.engines import simulate
from marketsim.scenario.company import CREDIT_RULES
from marketsim.scenario.errors import BadInput
from marketsim.scenario.load import load_scenario
from marketsim.state.credit import KPI_BOOKINGS, credit_contracts
from marketsim.state.layout import (
    CONTRACT,
    FROM_REFERRAL,
    FROM_SEARCH,
    FROM_WEBINAR,
    JOURNEY,
    JOURNEY_OURS,
    TOUCH,
    TOUCH_CALL,
    TOUCH_MEETING,
)
from marketsim.state.streams import STREAMS

PROGRAMMES = ("brand", "capture", "middle")
BRAND, CAPTURE, MIDDLE, NOTHING = 0, 1, 2, -1
SIGNED = 100.0
HALF_LIFE = 30.0
P = np.dtype(
    [
        ("key", "u8", (len(STREAMS),)),
        ("time_decay_days", "f8"),
        ("position_first", "f8"),
        ("position_last", "f8"),
        ("recording_rate_sales", "f8"),
    ]
)


def made(
    touches: list[tuple[float, int, int, int]], programme: int = CAPTURE, remembers: bool = False, recorded: float = 1.0
) -> Any:
    """Return a run in which account 7 was won with its need 2 on day 100.

    Touches are (day, programme, recorded, matched). Another need and another account have touches as well.
    """
    p = np.zeros(1, dtype=P)
    p["key"] = np.arange(1, len(STREAMS) + 1)
    p["time_decay_days"], p["position_first"], p["position_last"] = HALF_LIFE / np.log(2.0), 0.4, 0.4
    p["recording_rate_sales"] = recorded
    others = [(5.0, 7, 1, MIDDLE, 1, 1), (50.0, 8, 2, MIDDLE, 1, 1), (101.0, 7, 2, MIDDLE, 1, 1)]
    rows = np.zeros(len(touches) + len(others), dtype=TOUCH)
    mine = [(day, 7, 2, by, seen, matched) for day, by, seen, matched in touches]
    for k, row in enumerate(sorted(mine + others)):
        rows[k]["at"], rows[k]["account"], rows[k]["need"], rows[k]["programme"] = row[:4]
        rows[k]["recorded"], rows[k]["matched"] = row[4:]
        rows[k]["source"] = FROM_WEBINAR if row[3] == MIDDLE else FROM_SEARCH
    contracts = np.zeros(2, dtype=CONTRACT)
    contracts["started"], contracts["account"], contracts["need"] = [-5.0, SIGNED], [3, 7], [0, 2]
    contracts["first_value"], contracts["expected_lifetime_value"] = [99.0, 1000.0], [99.0, 5000.0]
    contracts["programme"], contracts["source"] = programme, FROM_REFERRAL if programme == NOTHING else FROM_SEARCH
    journeys = np.zeros(1, dtype=JOURNEY)
    journeys["account"], journeys["need"], journeys["outcome"] = 7, 2, JOURNEY_OURS
    journeys["active_at"], journeys["remembers"] = 40.0, remembers
    named_weeks = np.zeros((20, len(PROGRAMMES)))
    named_weeks[40 // 7 + 1, BRAND] = 1.0  # the run began a week before day 0
    tables = SimpleNamespace(
        p=p, touches=rows, contracts=contracts, journeys=journeys, programmes=PROGRAMMES, named_weeks=named_weeks,
        starts_at=-7.0,
    )  # fmt: skip
    return SimpleNamespace(tables=tables)


def credit(outcome: Any, rule: str, **how: Any) -> list[float]:
    """Return the share of the customer that brand, capture, middle and nobody get."""
    table = attribution(outcome, rule, **how)
    assert table["programme"].tolist() == [*PROGRAMMES, NO_PROGRAMME]
    assert table["customers"].sum() == pytest.approx(1.0)
    np.testing.assert_allclose(table["new_recurring_revenue"], 1000.0 * table["customers"])
    np.testing.assert_allclose(table["expected_lifetime_value"], 5000.0 * table["customers"])
    np.testing.assert_allclose(table["share"], table["customers"])
    return table["customers"].tolist()


THREE = [(10.0, MIDDLE, 1, 1), (70.0, NOTHING, 1, 1), (100.0, CAPTURE, 1, 1)]


@pytest.mark.parametrize(
    ("rule", "shares"),
    [
        ("first", [0, 0, 1, 0]),
        ("last", [0, 1, 0, 0]),
        ("linear", [0, 1 / 3, 1 / 3, 1 / 3]),
        ("time_decay", [0, 1 / 1.625, 0.125 / 1.625, 0.5 / 1.625]),  # half-life 30 days: weights 1/8, 1/2, 1
        ("position", [0, 0.4, 0.4, 0.2]),
        ("self_reported", [0, 1, 0, 0]),
    ],
)
def test_rules_on_three_touches(rule: str, shares: list[float]) -> None:
    assert credit(made(THREE), rule) == pytest.approx(shares)


@pytest.mark.parametrize("unseen", [(0, 1), (1, 0)], ids=["not recorded", "not matched"])
def test_what_the_crm_does_not_see_gets_no_credit(unseen: tuple[int, int]) -> None:
    touches = [(10.0, MIDDLE, 1, 1), (100.0, CAPTURE, *unseen)]
    for rule in ("first", "last", "linear", "time_decay", "position"):
        assert credit(made(touches), rule) == pytest.approx([0, 0, 1, 0])


def test_calls_and_meetings_of_sales_carry_no_credit() -> None:
    outcome = made(THREE)
    mine = np.flatnonzero((outcome.tables.touches["need"] == 2) & (outcome.tables.touches["at"] <= SIGNED))
    for kind in (TOUCH_CALL, TOUCH_MEETING):
        outcome.tables.touches["kind"][mine[-1]] = kind
        assert credit(outcome, "last") == pytest.approx([0, 0, 0, 1])
        assert credit(outcome, "linear") == pytest.approx([0, 0, 1 / 2, 1 / 2])


def test_without_a_touch_that_is_seen_nobody_gets_credit() -> None:
    outcome = made([(10.0, MIDDLE, 0, 1)])
    for rule in ("first", "last", "linear", "time_decay", "position"):
        assert credit(outcome, rule) == pytest.approx([0, 0, 0, 1])
    assert credit(outcome, "self_reported") == pytest.approx([0, 1, 0, 0])


def test_who_remembers_us_names_what_is_remembered() -> None:
    assert credit(made(THREE, remembers=True), "self_reported") == pytest.approx([1, 0, 0, 0])
    assert credit(made(THREE, programme=NOTHING), "self_reported") == pytest.approx([0, 0, 0, 1])


def test_deals_that_sales_does_not_record_get_no_credit_where_only_those_count() -> None:
    outcome = made(THREE, recorded=0.0)
    assert credit(outcome, "last", recorded_only=True) == pytest.approx([0, 0, 0, 1])
    assert credit(outcome, "last") == pytest.approx([0, 1, 0, 0])
    assert credit(outcome, "self_reported", recorded_only=True) == pytest.approx([0, 1, 0, 0])


def test_the_view_of_the_crm_counts_what_it_sees() -> None:
    view = crm_view(made([(10.0, MIDDLE, 1, 0), (20.0, CAPTURE, 0, 1), (30.0, CAPTURE, 1, 1)])).set_index("source")
    counts = ["touches", "recorded", "matched", "seen"]
    assert view.loc["search", counts].tolist() == [2, 1, 2, 1]
    assert view.loc["webinar", counts].tolist() == [4, 4, 3, 3]  # with those of others
    assert view.loc["all", counts].tolist() == [6, 5, 5, 4]
    assert view.loc["all", "seen_share"] == pytest.approx(4 / 6)
    won = ["customers_won", "customers_recorded", "customers_traced", "new_recurring_revenue"]
    assert view.loc["search", won].tolist() == [1, 1, 1, 1000.0]


def test_a_rule_that_is_not_there_is_refused() -> None:
    assert RULES == ("first", "last", "linear", "time_decay", "position", "self_reported")
    with pytest.raises(BadInput, match="There are: first"):
        attribution(made(THREE), "middle")
    assert len(contracts_won(made(THREE).tables)) == 1


def test_the_tables_agree_with_the_credit_that_management_sees() -> None:
    """Written twice: compiled, walking back through the tables at a review, and here. Both credit the same money."""
    small = ("market.accounts=1500", "history.years=1", "run.horizon_years=2", "money.marketing_budget_per_year=3e5")
    outcome = simulate(load_scenario([*small, "sales.development_reps=1", "sales.executives=2"]), 3, 0)
    run = outcome.tables
    assert len(contracts_won(run)) > 5
    for rule in RULES:
        for recorded_only in (False, True):
            credited, tiers = np.zeros(len(run.programmes)), np.zeros(3)
            credit_contracts(
                run.p, run.accounts, run.contracts, run.journeys, run.touches, run.named_weeks, run.starts_at,
                KPI_BOOKINGS, CREDIT_RULES.index(rule), recorded_only and rule != "self_reported", 0.0, np.inf,
                credited, tiers,
            )  # fmt: skip
            table = attribution(outcome, rule, recorded_only=recorded_only).set_index("programme")
            np.testing.assert_allclose(table["new_recurring_revenue"].iloc[:-1], credited, rtol=1e-12, atol=1e-6)
