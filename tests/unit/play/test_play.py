"""Playing: same bytes whatever the workers and whatever was stored, only what is missing is played."""

import filecmp
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from marketsim.experiments import Comparison, RunFailed, compare, estimate_minutes, play
from marketsim.experiments.keys import run_key, scenario_hash
from marketsim.experiments.playing import keys_of
from marketsim.experiments.run_folder import config_hash, publish
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import Experiment

FAKE = "fake_engines"
Make = Callable[..., Experiment]
Played = Callable[[], list[str]]


def same_tables(one: Path, two: Path) -> bool:
    names = sorted(path.name for path in one.iterdir() if path.suffix in (".csv", ".parquet", ".yaml"))
    assert names == sorted(path.name for path in two.iterdir() if path.suffix in (".csv", ".parquet", ".yaml"))
    assert "monthly.parquet" in names
    assert "differences.csv" in names
    match, mismatch, errors = filecmp.cmpfiles(one, two, names, shallow=False)
    return match == names and not mismatch and not errors


def test_one_and_two_workers_give_the_same_bytes_and_so_does_a_repeat(experiment: Make, tmp_path: Path) -> None:
    folders = []
    for name, workers in (("a/run", 1), ("b/run", 2), ("b/again", 2)):
        runs = play(experiment(pasts=True, workers=workers, output_dir=tmp_path / name), engines=FAKE)
        folders.append(publish(runs))
    assert same_tables(folders[0], folders[1])
    assert same_tables(folders[1], folders[2])
    assert not list(tmp_path.glob("**/*.unfinished"))


def test_a_past_is_played_once_for_all_arms_that_share_it(experiment: Make, played: Played) -> None:
    play(experiment(replications=2), engines=FAKE)
    expected = [f"arm {arm} {r}" for arm in ("balanced", "lead_factory") for r in (0, 1)] + ["past 0", "past 1"]
    assert played() == expected


def test_without_fork_every_arm_replays_the_past_with_the_same_result(
    experiment: Make, tmp_path: Path, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked = play(experiment(output_dir=tmp_path / "a/run"), engines=FAKE)
    played()
    start = "import os; del os.fork; from marketsim.experiments.worker import main; main()"
    monkeypatch.setattr("marketsim.experiments.processes.START", start)
    replayed = play(experiment(output_dir=tmp_path / "b/run"), engines=FAKE)
    assert sum(line.startswith("past") for line in played()) == 6
    pd.testing.assert_frame_equal(forked.monthly, replayed.monthly, check_exact=True)


def test_an_arm_in_another_world_does_not_share_the_past(experiment: Make, played: Played) -> None:
    base = experiment(replications=2)
    other = base.arms["balanced"]
    world = replace(other.world, market=replace(other.world.market, good_fit_share=0.5))
    play(replace(base, arms={**base.arms, "elsewhere": replace(other, world=world)}), engines=FAKE)
    assert sum(line.startswith("past") for line in played()) == 4


def test_an_extended_run_plays_only_what_is_new(experiment: Make, played: Played) -> None:
    short = play(experiment(replications=2), engines=FAKE)
    played()
    longer = play(experiment(replications=3), engines=FAKE)
    assert played() == ["arm balanced 2", "arm lead_factory 2", "past 2"]
    assert longer.replications == 3
    old = longer.monthly[longer.monthly["replication"] < 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(old, short.monthly, check_exact=True)
    play(experiment(("lead_factory", "balanced", "brand_only"), replications=3), engines=FAKE)
    assert [line for line in played() if line.startswith("arm")] == [f"arm brand_only {r}" for r in range(3)]


def test_a_repeat_plays_nothing_and_another_seed_everything(experiment: Make, played: Played) -> None:
    play(experiment(), engines=FAKE)
    played()
    play(experiment(), engines=FAKE)
    assert played() == []
    play(experiment(seed=2), engines=FAKE)
    assert len(played()) == 9


def test_damaged_files_are_set_aside_and_played_again(
    experiment: Make, played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    first = play(experiment(), engines=FAKE)
    played()
    files = sorted(Path("results/.store").glob("*/*.arrow"))
    assert len(files) == 6
    whole = files[0].read_bytes()
    files[0].write_bytes(whole[: len(whole) // 2])
    flipped = bytearray(files[1].read_bytes())
    flipped[len(flipped) // 3] ^= 1
    files[1].write_bytes(bytes(flipped))
    files[2].write_bytes(b"")
    again = play(experiment(), engines=FAKE)
    assert sum(line.startswith("arm") for line in played()) == 3
    pd.testing.assert_frame_equal(first.monthly, again.monthly, check_exact=True)
    assert len(list(Path("results/.store").glob("*/*.corrupt"))) == 3
    assert "3 damaged files set aside" in capsys.readouterr().err


def test_what_is_kept(experiment: Make, played: Played) -> None:
    narrow = play(experiment(keep="summary"), engines=FAKE)
    assert "only_in_monthly" not in narrow.monthly
    assert set(narrow.metrics) == set(play(experiment(keep="summary"), engines=FAKE).metrics)
    played()
    wide = play(experiment(keep="tables"), engines=FAKE)
    assert len(played()) == 9
    assert "only_in_monthly" in wide.monthly
    leads = wide["balanced"].leads
    assert leads["replication"].tolist() == [0, 0, 1, 1, 2, 2]
    folder = publish(wide)
    assert pd.read_parquet(folder / "leads.parquet")["arm"].unique().tolist() == ["lead_factory", "balanced"]
    play(experiment(keep="monthly"), engines=FAKE)
    assert played() == []
    with pytest.raises(KeyError, match="Play again with"):
        play(experiment(keep="monthly", seed=9), engines=FAKE)["balanced"].table("leads")


def test_a_name_is_only_a_label_but_every_number_counts(experiment: Make) -> None:
    scenario = experiment().arms["balanced"]
    assert scenario_hash(scenario) == scenario_hash(replace(scenario, name="other"))
    assert scenario_hash(scenario) != scenario_hash(replace(scenario, horizon_years=4.0))
    assert run_key(scenario, 1, 0, "simpy", "m") != run_key(scenario, 1, 1, "simpy", "m")
    assert run_key(scenario, 1, 0, "simpy", "m") != run_key(scenario, 1, 0, "simpy", "n")


def test_the_same_scenario_under_two_names_is_played_once(experiment: Make, played: Played) -> None:
    base = experiment(replications=2)
    twin = replace(base.arms["balanced"], name="twin")
    runs = play(replace(base, arms={"balanced": base.arms["balanced"], "twin": twin}), engines=FAKE)
    assert sum(line.startswith("arm") for line in played()) == 2
    assert runs.difference("profit")["mean"].tolist() == [0.0, 0.0, 0.0]
    assert "earns exactly what" in repr(runs)


@pytest.mark.parametrize("how", ["kill", "break", "refuse"])
def test_a_run_that_breaks_is_named_and_finished_ones_stay(
    experiment: Make, played: Played, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("FAKE_TROUBLE", f"{how} balanced 1")
    error, words = {
        "kill": (RunFailed, "balanced, replication 1 on the past balanced: .*SIGKILL.*memory.*same command continues"),
        "break": (RunFailed, "balanced, replication 1.*ArithmeticError: lead 4711 is in two final states"),
        "refuse": (BadInput, "^market.accounts=1 cannot be played"),
    }[how]
    with pytest.raises(error, match=words):
        play(experiment(workers=1), engines=FAKE)
    monkeypatch.delenv("FAKE_TROUBLE")
    done = {line for line in played() if line.startswith("arm")}
    play(experiment(workers=1), engines=FAKE)
    again = {line for line in played() if line.startswith("arm")}
    assert again == {"arm balanced 1", "arm lead_factory 2", "arm balanced 2"}
    assert done | again == {f"arm {arm} {r}" for arm in ("balanced", "lead_factory") for r in range(3)}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_refused(experiment: Make, tmp_path: Path) -> None:
    tmp_path.joinpath("locked").mkdir(mode=0o500)
    with pytest.raises(BadInput, match="cannot write to the folder"):
        play(experiment(output_dir=tmp_path / "locked" / "sub" / "run"), engines=FAKE)


def test_an_unwritable_folder_is_refused_in_one_line(experiment: Make, tmp_path: Path, played: Played) -> None:
    tmp_path.joinpath("file").write_text("")
    with pytest.raises(BadInput, match="cannot write to the folder") as refused:
        play(experiment(output_dir=tmp_path / "file" / "run"), engines=FAKE)
    assert "\n" not in str(refused.value)
    with pytest.raises(BadInput, match="is a file"):
        play(experiment(output_dir=tmp_path / "file"), engines=FAKE)
    tmp_path.joinpath("mine").mkdir()
    tmp_path.joinpath("mine", "thesis.txt").write_text("")
    with pytest.raises(BadInput, match="not a run"):
        play(experiment(output_dir=tmp_path / "mine"), engines=FAKE)
    assert played() == []


def test_an_earlier_run_in_the_same_folder_is_replaced(experiment: Make, tmp_path: Path) -> None:
    place = tmp_path / "out" / "run"
    first = publish(play(experiment(output_dir=place), engines=FAKE))
    (first / "old.txt").write_text("")
    second = publish(play(experiment(output_dir=place, replications=2), engines=FAKE))
    assert first == second == place
    assert (place / "old.txt").exists()  # not of a run, so it stays
    assert sorted(path.name for path in place.parent.iterdir()) == [".store", "run"]


def test_a_run_folder_is_never_half_there(experiment: Make) -> None:
    runs = play(experiment(), engines=FAKE)

    def breaks(comparison: Comparison, folder: Path) -> None:
        assert (folder / "summary.csv").exists()
        raise RuntimeError("no ink")

    with pytest.raises(RuntimeError, match="no ink"):
        publish(runs, [breaks])
    assert not [path for path in Path("results").glob("long_run/*") if path.is_dir()]


def test_the_estimate_counts_only_what_is_missing(experiment: Make) -> None:
    before = estimate_minutes(experiment(), engines=FAKE)
    assert before > 0
    play(experiment(), engines=FAKE)
    assert estimate_minutes(experiment(), engines=FAKE) == 0.0
    assert estimate_minutes(experiment(replications=4), engines=FAKE) > 0


def test_compare_from_python() -> None:
    runs = compare(
        ["strategy=lead_factory", ["strategy=balanced", "sales.development_reps=7"]],
        replications=2,
        horizon_years=2,
        workers=1,
        progress=False,
        engines=FAKE,
    )
    assert runs.arms == ("lead_factory", "balanced, sales.development_reps=7")
    assert runs["lead_factory"].scenario.horizon_years == 2.0
    assert runs.difference("net_present_value").columns[:7].tolist() == [
        "arm",
        "baseline",
        "metric",
        "unit",
        "year",
        "mean",
        "low",
    ]
    assert runs.summary()["undefined"].sum() == 0
    with pytest.raises(KeyError, match="There are: lead_factory"):
        runs["ballanced"]
    with pytest.raises(BadInput, match="replications"):
        compare(["strategy=balanced"], replications=1, engines=FAKE)
    with pytest.raises(BadInput, match="two arms are called"):
        compare(["strategy=balanced", "strategy=balanced"], engines=FAKE)


def test_an_engine_that_cannot_be_loaded_is_named(experiment: Make, tmp_path: Path) -> None:
    broken = (
        "def past_key(scenario):\n    return ''\n\ndef parts_to_compile(engine):\n    return []\n\n"
        "import os\nif 'FAKE_TRACES' in os.environ:\n    {}\n"
    )
    tmp_path.joinpath("broken_engines.py").write_text(broken.format("pass"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tmp_path))
        first = estimate_of_keys(experiment)
        tmp_path.joinpath("broken_engines.py").write_text(broken.format("raise ImportError('numba is missing')"))
        assert first
        with pytest.raises(RunFailed, match="numba is missing"):
            play(experiment(), engines="broken_engines")


def estimate_of_keys(experiment: Make) -> int:
    """Load the engine in this process while it still can be."""
    return len(keys_of(experiment(), "broken_engines"))


def test_files_of_ones_own_outlive_a_repeat(experiment: Make, tmp_path: Path) -> None:
    place = tmp_path / "mine" / "run"
    publish(play(experiment(output_dir=place, replications=2), engines=FAKE), [lambda _, folder: stale(folder)])
    (place / "notes").mkdir()
    (place / "notes" / "mine.txt").write_text("keep me")
    publish(play(experiment(output_dir=place, replications=2), engines=FAKE))
    assert (place / "notes" / "mine.txt").read_text() == "keep me"
    assert not (place / "old.svg").exists()
    assert [path.name for path in place.parent.iterdir() if path.name.endswith(".former")] == []


def stale(folder: Path) -> None:
    (folder / "old.svg").write_text("of the first run")


def test_workers_and_place_do_not_change_the_hash_of_the_settings() -> None:
    one = config_hash("run: {seed: 1, workers: 2}\noutput_dir: a\n")
    assert one == config_hash("run: {seed: 1, workers: null}\noutput_dir: null\n")
    assert one != config_hash("run: {seed: 2, workers: 2}\noutput_dir: a\n")


def test_a_bare_text_is_no_list_of_arms() -> None:
    with pytest.raises(BadInput, match="arms must be a list"):
        compare("strategy=balanced")
