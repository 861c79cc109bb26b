"""The chart of the warm-up: what it plots of invented courses, its sentence, and the same bytes twice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import marketsim as ms
from marketsim.analysis.warm_up import mser, welch
from marketsim.figures import opening, save_figure, warm_up, warm_up_table
from marketsim.figures.data import Narrowed
from marketsim.figures.opening import PAST_YEARS, QUANTITIES, openings, warm_up_sentence

MONTHS = 360
SLOW, QUICK = 120.0, 6.0  # months in which what is missing falls to 1/e
LEVELS = {
    "leads": 800.0,
    "deals_won": 20.0,
    "trust": 0.1,
    "memory": 0.25,
    "customers": 1000.0,
    "recurring_revenue": 4e7,
}
SLOWLY = ("customers", "recurring_revenue")


def invented(replications: int = 4, first: int = 0, months: int = MONTHS) -> Narrowed:
    """Return courses that rise to `LEVELS`, two of them slowly; replications differ by steady factors and noise."""
    month = np.arange(first, months)
    frames = []
    for replication in range(replications):
        noise = np.random.default_rng(replication).normal(0.0, 0.02, (len(QUANTITIES), len(month)))
        columns = {
            name: level * (1 + 0.01 * replication) * (1 - np.exp(-(month + 1) / (SLOW if name in SLOWLY else QUICK)))
            + level * noise[place]
            for place, (name, level) in enumerate(LEVELS.items())
        }
        frames.append(pd.DataFrame({"arm": "balanced", "replication": replication, "month": month, **columns}))
    return Narrowed("balanced", ("balanced",), pd.concat(frames), 7, replications, {}, "")


@pytest.fixture(scope="module")
def runs() -> Narrowed:
    return invented()


def test_the_table_has_the_mean_its_moving_average_and_the_cut(runs: Narrowed) -> None:
    table = warm_up_table(runs)
    assert list(dict.fromkeys(table["quantity"])) == list(QUANTITIES)
    for name in ("leads", "customers"):
        part = table[table["quantity"] == name]
        rows = runs.monthly.pivot(index="replication", columns="month", values=name).to_numpy()
        mean = rows.mean(axis=0)
        np.testing.assert_allclose(part["mean"], mean)
        np.testing.assert_allclose(part["moving_average"].iloc[:-6], welch(mean, 6))
        assert part[["moving_average", "low", "high"]].iloc[-6:].isna().all(axis=None)
        assert part["level"].iloc[0] == pytest.approx(mean[-48:].mean())
        # by hand, month 100: mean of thirteen months of each replication, Student's t(3) at 95 % is 3.18245
        around = rows[:, 94:107].mean(axis=1)
        half = 3.182446305284263 * around.std(ddof=1) / 2.0
        assert part["high"].iloc[100] - part["low"].iloc[100] == pytest.approx(2 * half)
        cut = mser(mean)
        assert (part["cut_year"] == cut.length / 12).all()
        assert (part["settled"] == cut.settled).all()
    settled = table.groupby("quantity")["settled"].first()
    assert settled["leads"]
    assert not settled["customers"]
    assert (table["replications"] == 4).all()


def test_the_share_at_the_end_of_the_past_is_known(runs: Narrowed) -> None:
    """A rise of rate 1/120 a month is at 1 − e^−1.2 after twelve years, and near 1 − e^−2.8 in the last four of 30."""
    found = openings(runs)
    after = np.arange(MONTHS) + 1
    way = 1 - np.exp(-after / SLOW)
    wanted = way[137:150].mean() / way[-48:].mean()
    share = found["customers"].share_at(12)
    assert share.mean == pytest.approx(wanted, abs=0.01)
    assert share.low < wanted < share.high
    assert found["leads"].share_at(12).mean == pytest.approx(1.0, abs=0.01)


def test_the_sentence_tells_near_from_far(runs: Narrowed) -> None:
    found = openings(runs)
    sentence = warm_up_sentence(found, 12)
    numbers = [f"{100 * found[name].share_at(12).mean:.0f} %" for name in SLOWLY]
    assert sentence == (
        "12 years after an empty opening, leads, deals won, trust of sales and brand memory are within 5 % of the "
        f"level of the last four years; further off are customers ({numbers[0]}) and recurring revenue ({numbers[1]})"
    )
    slow = {name: found[name] for name in ("customers",)}
    assert "nothing is within 5 %" in warm_up_sentence(slow, 12)
    quick = {name: found[name] for name in ("leads",)}
    assert warm_up_sentence(quick, 12).endswith("leads is within 5 % of the level of the last four years")


def test_the_chart_marks_the_cut_and_the_end_of_the_past(runs: Narrowed) -> None:
    axes = warm_up(runs, past_years=10)
    assert len(axes.child_axes) == len(QUANTITIES)
    assert axes.get_title(loc="left").startswith("Ten years after")
    for panel, (name, found) in zip(axes.child_axes, openings(runs).items(), strict=True):
        upright = {line.get_xdata()[0] for line in panel.lines if len(set(line.get_xdata())) == 1}
        assert {10.0, found.cut_year} <= upright
        said = " ".join(text.get_text() for text in panel.texts)
        assert ("still moving" in said) == (name in SLOWLY)
        assert panel.get_title(loc="left").endswith("at year 10")


def test_the_same_run_gives_the_same_bytes(runs: Narrowed, tmp_path: Path) -> None:
    files = []
    for place in range(2):
        figure = warm_up(runs).get_figure(root=True)
        assert figure is not None
        files.append(save_figure(figure, tmp_path / f"{place}.svg").read_bytes())
    assert files[0] == files[1]


def test_one_replication_has_no_intervals() -> None:
    one = invented(replications=1)
    assert warm_up_table(one)[["low", "high"]].isna().all(axis=None)
    assert all("[" not in panel.get_title(loc="left") for panel in warm_up(one).child_axes)


def test_a_run_with_a_past_or_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match=r"history\.years=0"):
        warm_up_table(invented(first=-12))
    with pytest.raises(ValueError, match="at least 8 years"):
        warm_up_table(invented(months=80))


def test_the_past_that_is_marked_is_that_of_the_defaults() -> None:
    assert ms.load_scenario([]).history.years == PAST_YEARS
    assert opening.QUANTITIES.keys() == LEVELS.keys()
