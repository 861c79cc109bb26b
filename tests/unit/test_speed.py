"""The measurement of speed: figures keep their place in the file, ratios and slopes are what they say."""

import csv
from pathlib import Path

import pytest
from speed.figures import COLUMNS, Figure, publish
from speed.markets import scaled_market
from speed.parts import PARTS, How, _ratios, _slope

from marketsim.scenario.load import load_scenario


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_later_measurement_replaces_the_figure_of_its_name_and_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "speed.csv"
    publish(
        [Figure("slope.a", "slope", "", (1.1,)), Figure("engines.b", "ratio", "times", (30.0, 32.0, 31.0))],
        (*PARTS,),
        path,
    )
    publish([Figure("slope.a", "slope", "", (1.2,), "at most 1.2")], (*PARTS,), path)
    lines = read(path)
    assert lines[0] == [*COLUMNS]
    assert [line[0] for line in lines[1:]] == ["engines.b", "slope.a"]
    assert lines[1][3:7] == ["31", "30", "32", "3"]
    assert lines[2][3:] == ["1.2", "1.2", "1.2", "1", "at most 1.2"]


def test_a_line_tells_median_and_range() -> None:
    assert Figure("n", "what", "s", (2.0, 1.0, 4.0), "at most 3").line() == "what: 2 (1 to 4) s   wanted: at most 3"
    assert Figure("n", "what", "events", (123456.0,)).line() == "what: 123,456 events"


def test_slope_and_ratios() -> None:
    assert _slope([(n, 3.0 * n**1.1) for n in (10.0, 100.0, 1000.0)]) == pytest.approx(1.1)
    assert _ratios([4.0, 9.0], [2.0, 3.0]) == (2.0, 3.0)
    assert How(3).largest is False


def test_a_market_of_another_size_has_everything_in_proportion() -> None:
    usual, larger = (load_scenario(scaled_market(accounts)) for accounts in (20_000, 200_000))
    assert larger.plan.budget_per_year == 10 * usual.plan.budget_per_year
    assert larger.plan.development_reps == 10 * usual.plan.development_reps
    assert load_scenario([]).plan == usual.plan
