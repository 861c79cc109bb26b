"""Measures of claims: over a whole year they are the metrics themselves, over other windows what their words say."""

import numpy as np
import pytest

import marketsim as ms
from marketsim.outcomes import Outcome
from marketsim.outcomes.measures import measure
from marketsim.outcomes.metrics import METRICS, yearly
from marketsim.scenario.errors import BadInput

RATE = 0.1


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    scenario = ms.load_scenario(["strategy=balanced", "market.accounts=2000", "history.years=1", "run.horizon_years=3"])
    return ms.simulate(scenario, 1, 0, logs=False)


@pytest.mark.parametrize("name", METRICS)
def test_the_first_year_is_the_metric_itself(outcome: Outcome, name: str) -> None:
    table = yearly(outcome.monthly.assign(replication=0), RATE, [name])
    value = measure(name).compute(outcome.monthly_columns, 0, 12, RATE)
    np.testing.assert_allclose(value, table[name].iloc[0], rtol=1e-12)


@pytest.mark.parametrize("name", ["net_present_value", "cash_low_point", "net_present_value_if_stopped", "survived"])
def test_up_to_a_later_year_as_well(outcome: Outcome, name: str) -> None:
    table = yearly(outcome.monthly.assign(replication=0), RATE, [name])
    value = measure(name).compute(outcome.monthly_columns, 0, 36, RATE)
    np.testing.assert_allclose(value, table[name].iloc[2], rtol=1e-12)


def test_flows_count_per_year_whatever_the_window(outcome: Outcome) -> None:
    columns = outcome.monthly_columns
    months = columns["month"]
    leads = columns["leads"][(months >= 6) & (months < 24)]
    for name in ("leads", "sum leads"):
        assert measure(name).compute(columns, 6, 24, RATE) == pytest.approx(leads.sum() * 12 / 18)
    assert measure("lowest cash").compute(columns, 0, 36, RATE) == columns["cash"][months >= 0].min()
    assert measure("end trust").compute(columns, 0, 7, RATE) == columns["trust"][months == 6][0]


def test_per_divides_sums_and_windows_may_lie_in_the_past(outcome: Outcome) -> None:
    columns = outcome.monthly_columns
    own = columns["month"] < 0
    both = columns["spend_capture"][own].sum() + columns["spend_brand_terms"][own].sum()
    value = measure("sum spend_capture + spend_brand_terms per marketing_spend").compute(columns, -12, 0, RATE)
    assert value == pytest.approx(both / columns["marketing_spend"][own].sum())


def test_discounting_goes_to_day_0_wherever_the_window_lies(outcome: Outcome) -> None:
    columns = outcome.monthly_columns
    parts = [measure("net_present_value").compute(columns, a, a + 12, RATE) for a in (0, 12, 24)]
    whole = measure("net_present_value").compute(columns, 0, 36, RATE)
    assert sum(parts) == pytest.approx(whole)


def test_what_grows_with_the_market_is_known() -> None:
    large = ("leads", "profit", "net_present_value", "recurring_revenue", "sum leads_search", "lowest cash")
    same = ("trust", "cost_per_lead", "win_rate", "survived", "sum good_leads per leads", "end memory", "mean load")
    assert all(measure(text).extensive for text in large)
    assert not any(measure(text).extensive for text in same)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("leeds", "no measure 'leeds'"),
        ("total leads", "a measure is a metric, or 'sum|mean|end|lowest COLUMN"),
        ("mean leads per customers", "'per' divides sums"),
        ("sum leads per", "a measure is a metric"),
    ],
)
def test_other_words_are_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        measure(text)
    assert says in str(refused.value)


def test_unknown_columns_and_months_that_were_not_played_are_refused(outcome: Outcome) -> None:
    with pytest.raises(BadInput, match="no column 'leeds'"):
        measure("sum leeds").compute(outcome.monthly_columns, 0, 12, RATE)
    with pytest.raises(BadInput, match="months 0 to 48 were not played: there are -12 to 36"):
        measure("leads").compute(outcome.monthly_columns, 0, 48, RATE)
