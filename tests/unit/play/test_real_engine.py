"""The same on the real engine: forking after the past, replaying and playing in this process give the same floats."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from marketsim.engines import simulate
from marketsim.experiments import play, publish
from marketsim.experiments.keys import ENGINES
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.load import load_experiment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small() -> Experiment:
    return load_experiment(
        [
            "strategies=[lead_factory,balanced]",
            "run=smoke",
            "run.horizon_years=1",
            "run.keep=tables",
            "market.accounts=400",
            "history.years=1",
            "money.marketing_budget_per_year=48000",
        ]
    )


def test_forked_runs_equal_runs_in_one_piece(small: Experiment, tmp_path: Path) -> None:
    parts = []
    for workers in (1, 2):
        place = str(tmp_path / f"with_{workers}" / "run")
        run = replace(small.run, workers=workers)
        parts.append(play(replace(small, run=run, output_dir=place), engines=ENGINES))
    one, two = parts
    for name in ("monthly.parquet", "monthly.csv", "summary.csv", "differences.csv", "leads.parquet", "deals.csv"):
        assert (publish(one) / name).read_bytes() == (publish(two) / name).read_bytes()
    for arm, scenario in small.arms.items():
        whole = simulate(scenario, small.run.seed, 1)
        rows = one[arm].monthly
        rows = rows[rows["replication"] == 1].drop(columns=["arm", "replication"]).reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, whole.monthly, check_exact=True)
        leads = one[arm].leads
        leads = leads[leads["replication"] == 1].drop(columns="replication").reset_index(drop=True)
        pd.testing.assert_frame_equal(leads, whole.leads, check_exact=True)
    assert "Good leads" in repr(two)
