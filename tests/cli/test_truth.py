"""`marketsim truth` from the command line and from Python, on a small market."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import marketsim as ms
from marketsim.cli import main

SMALL = (
    "market.accounts=400", "history.years=0", "run.horizon_years=2", "money.marketing_budget_per_year=2e5",
    "sales.development_reps=1", "sales.executives=1", "run.replications=3",
)  # fmt: skip
TABLES = ("returns", "shapley", "attribution", "errors")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def test_it_plays_once_keeps_tables_and_pictures_and_tells(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["truth", *SMALL, "strategy=lead_factory", "output_dir=results/mine"]
    assert main(words) == 0
    first = capsys.readouterr()
    assert "8 variants" in first.err
    assert first.out.splitlines()[1].strip().startswith("What did each programme's money really bring")
    assert "all 4 coalitions" in first.out
    assert "Try: marketsim truth strategy=balanced" in first.out
    assert max(map(len, first.out.splitlines())) <= 100
    folder = Path("results/mine")
    tables = {name: (folder / f"{name}.csv").read_bytes() for name in TABLES}
    for name in TABLES:
        assert len(pd.read_parquet(folder / f"{name}.parquet")) == len(pd.read_csv(folder / f"{name}.csv")) > 0
    for name in ("true_returns", "credit_and_truth"):
        assert {path.suffix for path in (folder / "figures").glob(f"{name}.*")} == {".svg", ".png", ".csv"}

    assert main(words) == 0
    again = capsys.readouterr()
    assert "Nothing to play" in again.err
    assert again.out == first.out
    assert {name: (folder / f"{name}.csv").read_bytes() for name in TABLES} == tables

    kept = sorted(Path("results/.store").rglob("*.arrow"))
    assert len(kept) == 8 * 3
    for path in kept[::2]:  # a run that was broken off: what is there is not played again
        path.unlink()
    assert main(words) == 0
    assert capsys.readouterr().out == first.out


def test_strategies_and_programmes_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    words = [*SMALL, "strategies=[lead_factory,balanced]", "truth.programmes=[capture]", "truth.change=0.2"]
    assert main(["truth", *words, "output_dir=results/mine"]) == 0
    out = capsys.readouterr().out
    assert "next 1 (±20 %)" in out
    table = pd.read_csv("results/mine/shapley.csv")
    assert table["strategy"].drop_duplicates().tolist() == ["lead_factory", "balanced"]
    assert set(table["programme"].dropna()) <= {"capture", "none", "all"}
    assert Path("results/mine/figures/true_returns_balanced.png").is_file()
    shutil.rmtree("results")


def test_python_gives_the_same_tables() -> None:
    found = ms.truth(["strategy=lead_factory"], replications=3, horizon_years=2, overrides=SMALL[:-1], progress=False)
    assert main(["truth", *SMALL, "strategy=lead_factory", "output_dir=results/mine"]) == 0
    pd.testing.assert_frame_equal(found.returns, pd.read_parquet("results/mine/returns.parquet"))
    assert "What did each programme's money really bring" in repr(found)
    whole = found.shapley.query("measure == 'customers_won'").set_index("programme")["value"]
    assert whole["capture"] + whole["nurture"] == pytest.approx(whole["all"], rel=1e-12)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["truth.programmes=[brand]", "strategy=lead_factory"], "no programme 'brand' (truth.programmes;"),
        (["truth.change=1.5"], "truth.change must be above 0 and at most 1, got 1.5"),
        (["money.marketing_budget_per_year=0"], "gives no programme any money"),
        (["run.precision=0.1"], "truth plays a fixed number of replications"),
        (["strategy=balancd"], "Did you mean balanced?"),
    ],
)
def test_mistakes_get_one_line(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["truth", *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
    assert list(Path.cwd().iterdir()) == []
