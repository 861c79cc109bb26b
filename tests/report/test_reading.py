"""A stored run is read back as it was played; what is not a whole run is refused in one line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from report.playing import Stored

from marketsim.cli import main
from marketsim.experiments.console import report
from marketsim.experiments.kept import from_json, to_json
from marketsim.experiments.keys import scenario_hash
from marketsim.experiments.reading import load_run
from marketsim.scenario.load import load_experiment


def test_the_runs_come_back_as_they_were_played(run: Stored) -> None:
    read = load_run(run.folder)
    for ours, theirs in zip([run.played, *run.played.pasts.values()], [read, *read.pasts.values()], strict=True):
        pd.testing.assert_frame_equal(ours.monthly, theirs.monthly, check_dtype=True, check_exact=True)
        assert (ours.past, ours.arms, ours.replications) == (theirs.past, theirs.arms, theirs.replications)
        assert list(map(scenario_hash, ours.scenarios.values())) == list(map(scenario_hash, theirs.scenarios.values()))
    assert report(read, width=100) == report(run.played, width=100)


def test_tables_that_were_kept_are_read_and_others_refused(run_of: Callable[[str], Stored]) -> None:
    kept = run_of("tables")
    for name in ("leads", "touches", "unit_economics"):
        pd.testing.assert_frame_equal(
            kept.played["balanced"].table(name), load_run(kept.folder)["balanced"].table(name), check_dtype=False
        )
    with pytest.raises(KeyError, match=r"not kept.*run\.keep=tables"):
        load_run(run_of("one_arm").folder)["balanced"].table("leads")


def test_a_report_read_from_disk_in_another_process_has_the_same_bytes(run: Stored, tmp_path: Path) -> None:
    target = tmp_path / "again.html"
    subprocess.run(
        [sys.executable, "-m", "marketsim", "report", str(run.folder), "--output", str(target)],
        check=True, capture_output=True,
    )  # fmt: skip
    assert target.read_bytes() == (run.folder / "report.html").read_bytes()


def test_scenarios_survive_their_file() -> None:
    experiment = load_experiment(["strategies=[lead_factory_driven,switch_year_3]", "other_pasts=[start_up]"])
    again = from_json(to_json(experiment), experiment.config_yaml)
    assert again.arms == experiment.arms
    assert again.other_pasts == experiment.other_pasts
    assert to_json(again) == to_json(experiment)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    code = main(["report", *words])
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_what_is_not_a_whole_run_is_refused_in_one_line(
    run_of: Callable[[str], Stored], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = run_of("one_arm").folder

    def broken(name: str, change: Callable[[Path], object]) -> str:
        folder = tmp_path / name
        shutil.copytree(whole, folder)
        change(folder)
        return refused(capsys, str(folder))

    def cut(folder: Path) -> None:
        path = folder / "monthly.parquet"
        path.write_bytes(path.read_bytes()[:2000])

    def drop_a_run(folder: Path) -> None:
        table = pd.read_parquet(folder / "monthly.parquet")
        table[table["replication"] == 0].to_parquet(folder / "monthly.parquet", index=False)

    def age(folder: Path) -> None:
        facts = json.loads((folder / "provenance.json").read_text())
        (folder / "provenance.json").write_text(json.dumps(facts | {"model_hash": "0" * 32}))

    def hollow(folder: Path) -> None:
        (folder / "scenarios.json").write_text("{}")

    assert "no folder" in refused(capsys, str(tmp_path / "nowhere"))
    assert "is a file" in refused(capsys, str(whole / "config.yaml"))
    assert "the last is" in refused(capsys, str(whole.parent))
    assert "another version of the model" in broken("old", age)
    assert "damaged or cut short" in broken("cut", cut)
    assert "does not hold the runs" in broken("dropped", drop_a_run)
    assert "damaged" in broken("provenance", lambda folder: (folder / "provenance.json").write_text("{"))
    assert "scenarios.json" in broken("scenarios", lambda folder: (folder / "scenarios.json").unlink())
    assert "scenarios.json" in broken("hollow", hollow)
    assert "monthly.parquet" in broken("monthly", lambda folder: (folder / "monthly.parquet").unlink())


def test_wrong_words_are_refused_in_one_line(usual: Stored, capsys: pytest.CaptureFixture[str]) -> None:
    assert "RUN" in refused(capsys)
    assert "invalid choice" in refused(capsys, str(usual.folder), "--format", "docx")
    assert "unrecognized" in refused(capsys, str(usual.folder), "--colour")
    assert "is a folder" in refused(capsys, str(usual.folder), "--output", str(usual.folder))


def test_without_chromium_pdf_and_png_are_refused_in_one_line(
    usual: Stored, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for form in ("pdf", "png"):
        line = refused(capsys, str(usual.folder), "--format", form, "--output", str(tmp_path / f"x.{form}"))
        assert "need Chromium" in line
        assert not (tmp_path / f"x.{form}").exists()
