"""The same on the real engines: forks, threads, branches and playing in one piece give the same floats."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from marketsim.engines import simulate
from marketsim.experiments import play, publish
from marketsim.experiments.keys import ENGINES
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.load import load_experiment
from marketsim.scenario.scenario import Later

pytestmark = pytest.mark.slow


SMALL = (
    "run=smoke",
    "run.horizon_years=1",
    "market.accounts=400",
    "history.years=1",
    "money.marketing_budget_per_year=48000",
)


@pytest.fixture(scope="module")
def small() -> Experiment:
    return load_experiment([*SMALL, "strategies=[lead_factory,balanced]", "run.keep=tables"])


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_runs_side_by_side_equal_runs_in_one_piece(small: Experiment, tmp_path: Path, engine: str) -> None:
    parts = []
    for workers in (1, 2):
        place = str(tmp_path / f"with_{workers}" / "run")
        run = replace(small.run, workers=workers)
        parts.append(play(replace(small, run=run, engine=engine, output_dir=place), engines=ENGINES))
    one, two = parts
    for name in ("monthly.parquet", "monthly.csv", "summary.csv", "differences.csv", "leads.parquet", "deals.csv"):
        assert (publish(one) / name).read_bytes() == (publish(two) / name).read_bytes()
    for arm, scenario in small.arms.items():
        whole = simulate(scenario, small.run.seed, 1, engine="simpy")
        rows = one[arm].monthly
        rows = rows[rows["replication"] == 1].drop(columns=["arm", "replication"]).reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, whole.monthly, check_exact=True)
        leads = one[arm].leads
        leads = leads[leads["replication"] == 1].drop(columns="replication").reset_index(drop=True)
        pd.testing.assert_frame_equal(leads, whole.leads, check_exact=True)
    assert "Good leads" in repr(two)


def test_arms_that_share_months_and_keep_no_logs_equal_runs_in_one_piece(small: Experiment, tmp_path: Path) -> None:
    base, other = small.arms.values()
    arms = {"stays": base} | {
        f"switches_{month}": replace(base, later=(Later(month, other.plan),)) for month in (0.0, 3.0, 7.5)
    }
    run = replace(small.run, keep="monthly", workers=2)
    runs = play(replace(small, arms=arms, run=run, engine="compiled", output_dir=str(tmp_path / "run")))
    for arm, scenario in arms.items():
        rows = runs[arm].monthly
        rows = rows[rows["replication"] == 0].drop(columns=["arm", "replication"]).reset_index(drop=True)
        whole = simulate(scenario, small.run.seed, 0, engine="simpy").monthly
        pd.testing.assert_frame_equal(rows, whole, check_exact=True)


def test_arms_that_are_steered_by_logs_have_them(tmp_path: Path) -> None:
    arms = "arms.steered=[strategy=lead_factory,policy=lead_count]"
    mixed = load_experiment([*SMALL, "strategies=[balanced]", arms, "run.keep=monthly", "run.workers=1"])
    runs = play(replace(mixed, output_dir=str(tmp_path / "run")))
    rows = runs["steered"].monthly
    rows = rows[rows["replication"] == 1].drop(columns=["arm", "replication"]).reset_index(drop=True)
    whole = simulate(mixed.arms["steered"], mixed.run.seed, 1, engine="simpy").monthly
    pd.testing.assert_frame_equal(rows, whole, check_exact=True)
