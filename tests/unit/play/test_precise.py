"""Playing until a wanted precision: the same number whatever the workers and the store, every past by its own."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from marketsim.analysis.paired import paired_difference
from marketsim.analysis.precision import FEWEST, Goal, next_count
from marketsim.experiments import compare, estimate_minutes, play, select_best
from marketsim.experiments.console import report
from marketsim.experiments.opening import expectation, opening
from marketsim.experiments.precision import say_reached
from marketsim.experiments.reading import load_run
from marketsim.experiments.run_folder import publish
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment

FAKE = "fake_engines"
Make = Callable[..., Experiment]
Played = Callable[[], list[str]]
WANTED = {
    "replications": 2,
    "replications_other_pasts": 44,
    "precision": 0.2,
    "replications_at_most": 80,
    "horizon_years": 10.0,
    "engine": "compiled",
}


def test_it_stops_where_the_rule_says_on_every_past_by_itself(experiment: Make) -> None:
    runs = play(experiment(pasts=True, **WANTED), engines=FAKE)
    assert len(runs.pasts) == 2
    for part in (runs, *runs.pasts.values()):
        values = part.values("net_present_value", 10)
        assert len(values["balanced"]) == part.replications
        found = paired_difference(values["balanced"], values["lead_factory"])
        assert found.half_width <= 0.2 / 1.2 * abs(found.mean)
        # replay the rule on the same replications
        count = FEWEST if part is runs else 44
        while True:
            seen = paired_difference(values["balanced"][:count], values["lead_factory"][:count])
            wanted = next_count([seen], count, Goal(0.2), 80)
            if wanted == count:
                break
            count = wanted
        assert part.replications == count
    assert len({part.replications for part in (runs, *runs.pasts.values())}) > 1


def test_workers_store_and_a_repeat_do_not_matter(experiment: Make, tmp_path: Path, played: Played) -> None:
    one = play(experiment(workers=1, output_dir=tmp_path / "a" / "run", **WANTED), engines=FAKE)
    played()
    play(
        experiment(
            replications=one.replications + 30, horizon_years=10.0, engine="compiled", output_dir=tmp_path / "b" / "run"
        ),
        engines=FAKE,
    )
    played()
    two = play(experiment(workers=2, output_dir=tmp_path / "b" / "run", **WANTED), engines=FAKE)
    assert played() == []  # more than enough was stored, and none of it made it stop elsewhere
    assert two.replications == one.replications > FEWEST
    pd.testing.assert_frame_equal(one.monthly, two.monthly, check_exact=True)
    again = play(experiment(workers=2, output_dir=tmp_path / "a" / "run", **WANTED), engines=FAKE)
    assert played() == []
    pd.testing.assert_frame_equal(one.monthly, again.monthly, check_exact=True)


def test_it_says_what_was_wanted_and_what_was_reached(experiment: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = experiment(pasts=True, **WANTED)
    said = opening(asked)
    assert "2 strategies × 20 to 80 replications" in said
    assert "44 to 80 more on each of two other pasts" in said
    assert "Until every difference from lead_factory (net present value, year 10) is known within 20 %" in said
    assert expectation(asked, 2.4).startswith("At most about 3 min")
    plain = experiment(pasts=True, **{**WANTED, "precision": None})
    assert estimate_minutes(asked, engines=FAKE) > estimate_minutes(plain, engines=FAKE)
    runs = play(asked, engines=FAKE)
    text = " ".join(report(runs, width=100).split())
    counts = [f"{part.replications} replications on {part.past}" for part in (runs, *runs.pasts.values())]
    assert (
        "Wanted: every difference from lead_factory (net present value, year 10) within 20 %, with at most 80 "
        f"replications. Reached with {counts[0]}, {counts[1]} and {counts[2]}." in text
    )
    folder = publish(runs)
    facts = json.loads((folder / "provenance.json").read_text())
    assert facts["replications_played"] == {part.past: part.replications for part in (runs, *runs.pasts.values())}
    monkeypatch.setattr("marketsim.experiments.reading.model_hash", lambda: facts["model_hash"])
    again = load_run(folder)
    assert again.replications == runs.replications
    assert say_reached(again) == say_reached(runs)


def test_what_is_not_reached_is_said(experiment: Make) -> None:
    runs = play(experiment(**{**WANTED, "precision": 0.001, "replications_at_most": 25}), engines=FAKE)
    assert runs.replications == 25
    found = paired_difference(*(runs.values("net_present_value", 10)[arm] for arm in ("balanced", "lead_factory")))
    share = f"{100 * found.half_width / abs(found.mean):.0f} % of the difference"
    assert "Reached" not in say_reached(runs)
    assert "Not reached: balanced (± " in say_reached(runs)
    assert f"{share}) on balanced after 25." in say_reached(runs)


def test_an_amount_of_money_will_do(experiment: Make) -> None:
    wide = play(experiment(**{**WANTED, "precision": None, "precision_money": 1e9}), engines=FAKE)
    assert wide.replications == FEWEST
    assert "to ± 1,000.0 M" in say_reached(wide)
    both = play(experiment(**{**WANTED, "precision": 0.001, "precision_money": 1e9}), engines=FAKE)
    assert both.replications == FEWEST
    assert "within 0.1 % or to ± 1,000.0 M" in say_reached(both)


def test_without_a_wanted_precision_nothing_changes(experiment: Make) -> None:
    runs = play(experiment(), engines=FAKE)
    assert runs.replications == 3
    assert "Wanted" not in report(runs, width=100)


def test_what_makes_no_sense_is_refused_in_one_line(experiment: Make) -> None:
    with pytest.raises(BadInput, match="compare at least two strategies"):
        play(experiment(("balanced",), **WANTED), engines=FAKE)
    with pytest.raises(BadInput, match="horizon_years of at least 1"):
        play(experiment(**{**WANTED, "horizon_years": 0.5}), engines=FAKE)
    with pytest.raises(BadInput, match="replications_at_most=10 is less than the 30"):
        play(experiment(**{**WANTED, "replications": 30, "replications_at_most": 10}), engines=FAKE)
    with pytest.raises(BadInput, match="precision"):
        compare(["strategy=lead_factory", "strategy=balanced"], precision=-1.0, engines=FAKE)


def test_from_python(experiment: Make) -> None:
    arms = ["strategy=lead_factory", "strategy=balanced"]
    runs = compare(arms, horizon_years=10, precision=0.2, replications_at_most=80, progress=False, engines=FAKE)
    assert FEWEST < runs.replications <= 80
    assert np.isfinite(runs.values("net_present_value", 10)["balanced"]).all()


def test_the_best_is_selected_and_losers_are_not_played_on(experiment: Make, played: Played) -> None:
    arms = ["strategy=brand_only", "strategy=lead_factory", "strategy=balanced"]
    how = {"horizon_years": 10, "replications_at_most": 60, "progress": False, "engines": FAKE}
    found = select_best(arms, smallest_difference=2e6, **how)
    played()
    assert found.winner == "balanced"
    assert set(found.dropped) <= {"brand_only", "lead_factory"}
    assert "balanced is picked (net present value after ten years" in repr(found)
    assert select_best(arms, smallest_difference=2e6, workers=1, **how) == found
    assert played() == []
    with pytest.raises(BadInput, match="above 0"):
        select_best(arms, smallest_difference=0.0, **how)
    with pytest.raises(BadInput, match="too few"):
        select_best(arms, smallest_difference=1.0, replications_at_most=5, engines=FAKE)
