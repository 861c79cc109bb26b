"""One account's story says what the tables of the two runs say."""

import re

import pytest

from marketsim.engines import simulate
from marketsim.experiments.story import tell
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.load import load_experiment

SMALL = [
    "strategies=[lead_factory,balanced]", "market.accounts=400", "history.years=1", "run.horizon_years=6",
]  # fmt: skip


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return load_experiment(SMALL)


def test_a_story_tells_what_the_tables_say(experiment: Experiment) -> None:
    outcomes = [simulate(scenario, experiment.run.seed, 0) for scenario in experiment.arms.values()]
    won = [o.customers[(o.customers["started_day"] >= 0.0)] for o in outcomes]
    account = int(won[1]["account"].iloc[0])
    text = tell(experiment, account)
    assert text.startswith(f"Account {account} (")
    assert "lead_factory" in text
    assert "balanced" in text
    contracts = sum(int((frame["account"] == account).sum()) for frame in won)
    assert len(re.findall(r"buys from us", text)) == contracts
    journeys = outcomes[1].journeys
    active = journeys[(journeys["account"] == account) & (journeys["active_day"] >= 0.0)]
    assert text.count("starts talking to") >= len(active)
    leads = outcomes[1].leads
    ignored = leads[(leads["account"] == account) & (leads["arrived_day"] >= 0) & (leads["state"] == "ignored")]
    assert text.count("ignored") >= len(ignored)


def test_no_line_of_a_story_is_wider_than_a_terminal(experiment: Experiment) -> None:
    for account in (0, 7, 42):
        assert max(len(line) for line in tell(experiment, account).splitlines()) <= 120


def test_the_same_story_twice(experiment: Experiment) -> None:
    assert tell(experiment, 42) == tell(experiment, 42)
