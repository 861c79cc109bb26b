"""The picture of effects: its table against figures by hand, its words against the ledger's, the same bytes twice."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import marketsim as ms
from marketsim import figures
from marketsim.analysis.paired import paired_difference
from marketsim.experiments import play
from marketsim.figures import forest
from marketsim.scenario.claims import claims_of

SMALL = [
    "market.accounts=600", "history.years=1", "run.horizon_years=1", "run.replications=3",
    "money.marketing_budget_per_year=7e4", "sales.development_reps=1", "sales.executives=1",
]  # fmt: skip
PART = {"effect": "difference", "measure": "net_present_value", "months": [0, 12], "of": "a", "against": "b",
        "says": "worth of a less b", "expected": "more", "smallest": 1000}  # fmt: skip
CLAIMS = {
    "X1": {
        "claim": "One earns more.", "kind": "emergent", "why": "A test.",
        "parts": {
            "worth": PART,
            "more": {**PART, "effect": "relative", "measure": "leads", "smallest": 0.1},
            "share": {**PART, "effect": "level", "measure": "sum spend_capture per marketing_spend", "against": None,
                      "than": 0.5, "expected": "less", "smallest": 0.05},
        },
    }
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> ms.Comparison:

    arms = ["+arms.a=['strategy=lead_factory']", "+arms.b=['strategy=balanced']"]
    experiment = ms.load_experiment([*SMALL, *arms])
    folder = str(tmp_path_factory.mktemp("runs"))
    claims = claims_of(CLAIMS, experiment.arms, [])
    return play(replace(experiment, claims=claims, output_dir=folder), progress=False)


def test_the_table_holds_the_paired_difference_of_each_part(runs: ms.Comparison) -> None:
    table = figures.effects_table(runs).set_index("part")
    assert tuple(table.reset_index()[list(forest.COLUMNS)]) == forest.COLUMNS
    by_arm = {arm: [] for arm in runs.arms}
    for (arm, _), run in runs.monthly[runs.monthly["month"] >= 0].groupby(["arm", "replication"]):
        factor = 1.1 ** (-(run["month"].to_numpy() + 0.5) / 12)
        by_arm[arm].append(float((run["profit"].to_numpy() * factor).sum()))
    found = paired_difference(by_arm["a"], by_arm["b"])
    assert table.loc["worth", ["value", "low", "high"]].tolist() == pytest.approx([found.mean, found.low, found.high])
    assert table.loc["worth", "limit"] == 1000
    # a share is shown as it is, and the limit with what it is held against
    assert table.loc["share", "limit"] == pytest.approx(0.45)
    assert table.loc["share", "value"] > 0.5
    assert table["unit"].tolist() == ["money", "percent", "points"]
    assert (table["replications"] == 3).all()


def test_only_the_claims_asked_for(runs: ms.Comparison) -> None:
    assert figures.effects_table(runs, ["X1"]).equals(figures.effects_table(runs))
    assert len(figures.effects_table(runs, [])) == 0


def test_a_panel_per_unit_and_a_row_per_part(runs: ms.Comparison) -> None:
    table = figures.effects_table(runs)
    ax = figures.effects(table, "One sentence")
    assert len(ax.child_axes) == 3
    written = [text.get_text() for panel in ax.child_axes for text in panel.texts]
    for row in table.itertuples():
        assert row.words in written
        assert any(text.replace("\n", " ") == f"{row.claim}  {row.says}" for text in written)
    ordered = table.set_index("part").loc[["more", "share", "worth"], "value"].tolist()  # by unit
    dots = [float(np.asarray(panel.lines[-1].get_xdata()).item()) for panel in ax.child_axes]
    assert dots == pytest.approx(ordered)


def test_a_figure_without_a_value_leaves_its_row_empty(runs: ms.Comparison) -> None:
    table = figures.effects_table(runs)
    table.loc[:, ["value", "low", "high"]] = math.nan
    assert len(figures.effects(table, "Nothing is known").child_axes) == 3


def test_the_same_bytes_twice(runs: ms.Comparison, tmp_path: Path) -> None:
    table = figures.effects_table(runs)
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        files.append(figures.save_study(figures.effects(table, "One sentence"), table, tmp_path / name))
    assert [path.name for path in files[0]] == ["figure.svg", "figure.png", "figure.csv"]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert pd.read_csv(files[0][2])["part"].tolist() == ["worth", "more", "share"]
