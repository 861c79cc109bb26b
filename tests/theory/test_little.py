"""Little's law holds in every run, between sources that do not know each other: the event log and the tables."""

import numpy as np
import pandas as pd
import pytest

from marketsim.engines import simulate
from marketsim.experiments.bench import (
    EXPONENTIAL_FLOOR,
    IMPATIENT,
    queue_by_log,
    time_integral,
    waits_by_table,
)
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_MONTH
from marketsim.state.layout import ACTIVE

EXACT = 1e-9


def clipped(begin: np.ndarray, finish: np.ndarray, end: float) -> float:
    """Return the sum of the stays from `begin` to `finish` (NaN: not over yet), up to `end`."""
    return float((np.where(np.isnan(finish), end, finish) - begin)[~np.isnan(begin)].sum())


@pytest.mark.parametrize("replication", [0, 1, 2])
@pytest.mark.parametrize("servers", [1, 3])
def test_number_waiting_times_time_is_the_sum_of_waits(servers: int, replication: int, engine: str) -> None:
    settings = [*EXPONENTIAL_FLOOR, f"sales.development_reps={servers}", f"inquiries.per_day={8 * servers}"]
    outcome = simulate(load_scenario([*settings, "run.horizon_years=0.5"]), 41, replication, record=True, engine=engine)
    assert queue_by_log(outcome, servers) == pytest.approx(waits_by_table(outcome), rel=EXACT)
    assert waits_by_table(outcome) > 10.0


@pytest.fixture(scope="module")
def market(engine: str) -> Outcome:
    overrides = [
        "history.years=3",
        "market.accounts=2000",
        "run.horizon_years=2",
        "money.marketing_budget_per_year=2.4e5",
    ]
    hands = ["sales.executives=1", "sales.deals_per_executive=3", "sales.development_reps=1"]
    return simulate(load_scenario([*overrides, *hands]), 42, 0, record=True, engine=engine)


def log_of(outcome: Outcome, *names: str) -> pd.DataFrame:
    events = outcome.events
    assert events is not None
    return events[events["event"].isin(names)]


def test_active_accounts(market: Outcome) -> None:
    # in the log: an account turns active, and decides; those that were active at the opening only decide
    log = log_of(market, "active", "decision")
    start = -market.scenario.past_weeks * 7.0
    first = log.drop_duplicates("entity")
    from_opening = int((first["event"] == "decision").sum())
    times = np.append(log["day"].to_numpy(), np.full(from_opening, start))
    changes = np.append(np.where(log["event"] == "active", 1.0, -1.0), np.ones(from_opening))
    journeys = market.tables.journeys
    end = market.tables.ends_at
    # the table holds journeys that began in the run; the others stand in the log alone
    in_table = clipped(journeys["active_at"], journeys["decided"], end)
    begun = set(zip(journeys["account"].tolist(), journeys["active_at"].tolist(), strict=True))
    rest = 0.0
    since: dict[int, float] = {}
    for day, event, account, _ in log.itertuples(index=False):
        if event == "active":
            since[account] = day
        else:
            began = since.pop(account, start)
            rest += 0.0 if (account, began) in begun else day - began
    rest += sum(end - began for account, began in since.items() if (account, began) not in begun)
    assert time_integral(times, changes, end) == pytest.approx(in_table + rest, rel=EXACT)
    assert int((market.tables.accounts["phase"] == ACTIVE).sum()) == len(since)
    assert rest < 0.3 * in_table
    months = market.monthly
    for t, active in zip((months["month"] + 1) * DAYS_PER_MONTH, months["active_accounts"], strict=True):
        assert changes[times < t].sum() == active


def test_deals_in_slots_by_months_and_by_table(market: Outcome) -> None:
    deals = market.tables.deals
    months = market.monthly
    ends = (months["month"].to_numpy() + 1) * DAYS_PER_MONTH
    led = [int(((deals["started"] < t) & ~(deals["closed"] < t)).sum()) for t in ends]
    line = [int(((deals["opened"] < t) & ~(np.fmin(deals["started"], deals["closed"]) < t)).sum()) for t in ends]
    assert led == months["open_deals"].tolist()
    assert line == months["deals_waiting"].tolist()
    assert max(led) == 3  # the slots are full at times
    assert max(line) > 0


def test_stocks_are_flows_summed(market: Outcome) -> None:
    months = market.monthly
    leads, contracts = market.tables.leads, market.tables.contracts
    ends = (months["month"].to_numpy() + 1) * DAYS_PER_MONTH
    queue = [
        int(
            (
                (leads["arrived"] < t)
                & (leads["qualified"] == 1)
                & ~(np.fmin(leads["started"], leads["finished"]) <= t)
            ).sum()
        )
        for t in ends
    ]
    assert queue == months["queue_length"].tolist()
    customers = [int(((contracts["started"] < t) & ~(contracts["ended"] < t)).sum()) for t in ends]
    assert customers == months["customers"].tolist()


def test_impatient_leads_too(engine: str) -> None:
    settings = [*EXPONENTIAL_FLOOR, *IMPATIENT, "decay.scale_hours=6", "sales.development_reps=2"]
    outcome = simulate(
        load_scenario([*settings, "inquiries.per_day=22", "run.horizon_years=0.5"]), 43, 0, record=True, engine=engine
    )
    leads = outcome.tables.leads
    months = outcome.monthly
    left = np.fmin(leads["started"], leads["finished"])
    ends = (months["month"].to_numpy() + 1) * DAYS_PER_MONTH
    for t, length in zip(ends, months["queue_length"], strict=True):
        assert int(((leads["arrived"] < t) & ~(left < t)).sum()) == length
