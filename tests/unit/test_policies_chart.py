"""The chart of steering: its table on invented reviews, its sentence, and the same bytes twice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from marketsim.figures import Steered, policies, policies_table, save_figure
from marketsim.figures.steering import policies_sentence

PROGRAMMES = ("brand", "capture", "unused")


def invented(gain: float, replications: int = 3) -> pd.DataFrame:
    """Return reviews that move `gain` (less .01 per replication) from brand to capture in every quarter."""
    rows = []
    for replication in range(replications):
        for review in range(4):
            moved = (gain - 0.01 * replication) * np.array([review, review + 1])
            for programme, sign in zip(PROGRAMMES, (-1, 1, 0), strict=True):
                share = 0.5 * abs(sign) + sign * moved
                rows.append((replication, review, 91.0 * (review + 1), programme, share[0], share[1]))
    names = ["replication", "review", "day", "programme", "share_before", "share_after"]
    return pd.DataFrame(rows, columns=names).astype({"programme": "category"})


def test_the_table_has_mean_and_range_from_day_0_on() -> None:
    table = policies_table(Steered({"count": invented(0.1)}, seed=1))
    assert set(table["programme"]) == {"brand", "capture"}  # what never had a share is left out
    capture = table[table["programme"] == "capture"].set_index("year")
    assert capture["mean"].tolist() == pytest.approx([0.5, 0.59, 0.68, 0.77, 0.86])
    assert capture["low"].tolist() == pytest.approx([0.5, 0.58, 0.66, 0.74, 0.82])
    assert capture["high"].tolist() == pytest.approx([0.5, 0.60, 0.70, 0.80, 0.90])
    assert capture.index[-1] == pytest.approx(4 * 91.0 / 365.25)
    assert (capture["replications"] == 3).all()


def test_the_sentence_says_where_the_money_goes() -> None:
    both = {"count": invented(0.1), "value": invented(0.06)}
    sentence = policies_sentence(policies_table(Steered(both, seed=1)))
    assert sentence == "Every policy moves an even split towards capture (70 to 86 % of the budget after one year)"
    other = {**both, "life": invented(-0.1)}
    sentence = policies_sentence(policies_table(Steered(other, seed=1)))
    assert sentence.startswith("2 of 3 policies move an even split towards capture (70 to 86 %")
    assert sentence.endswith(", life towards brand")
    sentence = policies_sentence(policies_table(Steered({"count": invented(0.12)}, seed=1)))
    assert sentence.endswith(", and leaves brand with 6 % at most")


def test_one_panel_per_policy_and_the_same_bytes_twice(tmp_path: Path) -> None:
    steered = Steered({f"policy_{k}": invented(0.02 * k + 0.03) for k in range(5)}, seed=1, past="balanced")
    files = []
    for name in ("one.png", "two.png"):
        axes = policies(steered)
        figure = axes.get_figure(root=True)
        assert figure is not None
        files.append(save_figure(figure, tmp_path / name).read_bytes())
    assert files[0] == files[1]
    titles = [panel.get_title(loc="left") for panel in axes.child_axes]
    assert titles[:5] == [f"policy {k}" for k in range(5)]
