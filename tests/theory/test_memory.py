"""Memory that is looked up only when it matters equals memory that is simulated exposure by exposure."""

import math

import numpy as np
import pytest
from scipy import stats

from marketsim.analysis import oracles
from marketsim.engines import simulate
from marketsim.experiments.bench import CONFIDENCE, each, measured
from marketsim.experiments.bench_market import MEMORY_FORGETTING, Looker, advertised_market, learning_by_hand
from marketsim.experiments.exposure import every_exposure
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_WEEK

Z = stats.norm.ppf(0.5 + CONFIDENCE / 2)
CHAINS = 60_000
START = 0.25

DATES = (3.0, 45.5, 200.0, 730.0)
RATES = learning_by_hand(4.8e6, 1.2e6, 120)


def test_brute_force_meets_the_forward_equations() -> None:
    seen = every_exposure(CHAINS, START, RATES, MEMORY_FORGETTING, DATES, seed=1)
    for column, date in enumerate(DATES):
        share = oracles.chain_share(START, RATES, MEMORY_FORGETTING, DAYS_PER_WEEK, date)
        assert abs(seen[:, column].mean() - share) < Z * math.sqrt(share * (1 - share) / CHAINS)


def test_lazy_memory_is_brute_force_memory_on_every_date_and_between_dates() -> None:
    accounts = 24_000
    half = range(accounts // 2)
    lazy = Looker(accounts, 21)
    # one half of the accounts is looked up on every date, the other on the last one only
    often = np.column_stack([lazy.bits(date, half, k) for k, date in enumerate(DATES[:-1])])
    last = lazy.bits(DATES[-1], range(accounts), len(DATES))
    often = np.column_stack([often, last[: accounts // 2]])
    brute = every_exposure(CHAINS, START, RATES, MEMORY_FORGETTING, DATES, seed=2)

    def close(found: np.ndarray, expected: np.ndarray, what: str) -> None:
        p, q = found.mean(), expected.mean()
        half_width = Z * math.sqrt(p * (1 - p) / len(found) + q * (1 - q) / len(expected))
        assert abs(p - q) < half_width, f"{what}: {p:.4f} looked up, {q:.4f} by brute force, ± {half_width:.4f}"

    for column, date in enumerate(DATES):
        close(often[:, column], brute[:, column], f"remembers on day {date}")
    close(last[accounts // 2 :], brute[:, -1], "remembers though never looked up before")
    for early in range(len(DATES)):
        for late in range(early + 1, len(DATES)):
            close(often[:, early] & often[:, late], brute[:, early] & brute[:, late], f"both {early} and {late}")
    close(often.all(axis=1), brute.all(axis=1), "remembers on all dates")


def test_a_look_fades_as_theory_says() -> None:
    accounts = range(6000)
    lazy = Looker(len(accounts), 21, 1)
    first, second = lazy.bits(10.0, accounts, 0), lazy.bits(150.0, accounts, 1)
    found = second[first].mean() - second[~first].mean()
    theory = oracles.chain_correlation(RATES, MEMORY_FORGETTING, DAYS_PER_WEEK, 10.0, 150.0)
    variance = sum(second[side].var() / side.sum() for side in (first, ~first))
    assert abs(found - theory) < Z * math.sqrt(variance)
    assert Z * math.sqrt(variance) < 0.1


def test_day_one_lists_of_the_configured_market_follow_brute_force(engine: str) -> None:
    # within the run an account is looked up when its research starts, and again when it turns active
    scenario_settings = [*advertised_market(4000), "run.horizon_years=2", "market.entry_interval_months=30"]
    dates = tuple(np.arange(45.0, 721.0, 45.0))
    brute = every_exposure(CHAINS, START, RATES, MEMORY_FORGETTING, dates, seed=3).mean(axis=0)

    def excess(outcome) -> float:  # type: ignore[no-untyped-def]
        journeys = outcome.tables.journeys
        active = journeys[journeys["active_at"] >= dates[0]]
        chance = np.interp(active["active_at"], dates, brute)
        return float((active["listed"] - chance).mean())

    found = measured("list share less brute force", each(scenario_settings, 8, 22, excess, engine=engine), 0.0)
    assert found.covers, found
    assert found.half_width < 0.03


@pytest.mark.parametrize("strategy", ["balanced", "brand_only", "lead_factory"])
def test_reported_memory_is_the_scan_over_all_accounts(strategy: str, engine: str) -> None:
    overrides = ["history.years=1", "market.accounts=2000", "run.horizon_years=1", f"strategy={strategy}"]
    outcome = simulate(load_scenario([*overrides, "money.marketing_budget_per_year=2.4e5"]), 23, 0, engine=engine)
    run = outcome.tables
    p, company = run.p[0], run.company[0]
    days = run.ends_at - company["week_start"]
    expected = {"memory": 0.0, "aware": 0.0}
    for account in run.accounts:
        c = 2 * account["segment"] + account["fit"]
        for name in expected:
            learning = company[f"{name}_learning"][c]
            total = learning + p[f"{name}_forgetting"]
            rest = learning / total
            level = rest + (company[f"{name}_level"][c] - rest) * math.exp(-total * days)
            clock = company[f"{name}_clock"][c] + total * days
            expected[name] += level + account[f"{name}_excess"] * math.exp(account[f"{name}_clock"] - clock)
    last = outcome.monthly.iloc[-1]
    assert last["memory_reported"] == pytest.approx(expected["memory"] / len(run.accounts), rel=1e-9)
    assert last["awareness"] == pytest.approx(expected["aware"] / len(run.accounts), rel=1e-9)
    known = run.accounts["known_excess"] * np.exp(-p["known_forgetting"] * (run.ends_at - run.accounts["known_at"]))
    assert last["known_contacts"] == pytest.approx(known.sum(), rel=1e-9)
    assert last["memory_reported"] != last["memory"]
