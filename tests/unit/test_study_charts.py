"""Charts of the studies: shares of money add up, differences are those of the comparison, flows are sums of a year."""

import numpy as np
import pytest

import marketsim as ms
from marketsim.experiments import Comparison
from marketsim.figures.courses import courses, courses_table
from marketsim.figures.money_shares import money_shares, money_shares_table

SMALL = ["market.accounts=2000", "history.years=0"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Return two plans over two years in a small market."""
    place = tmp_path_factory.mktemp("runs") / "run"
    arms = {
        "plan": ["strategy=balanced"],
        "listening": ["strategy=balanced", "strategy.budget_split.listening=0.1", "strategy.rescale=true"],
    }
    return ms.compare(
        arms, replications=3, horizon_years=2, overrides=SMALL, output_dir=place, workers=1, progress=False
    )


def test_shares_of_money_add_up_and_what_has_no_stage_is_other(runs: Comparison) -> None:
    table = money_shares_table(runs, 12, 24)
    assert table.groupby("arm")["share"].sum().to_numpy() == pytest.approx(1.0)
    other = table[table["stage"] == "other"].set_index("arm")["share"]
    spent = runs["listening"].monthly.query("12 <= month < 24")
    assert other["plan"] == 0.0
    assert other["listening"] == pytest.approx(spent["spend_listening"].sum() / spent["marketing_spend"].sum())


def test_what_an_arm_is_worth_is_its_paired_difference(runs: Comparison) -> None:
    table = money_shares_table(runs, 12, 24)
    found = runs.difference("net_present_value").query("year == 2").iloc[0]
    shown = table[table["arm"] == "listening"].iloc[0]
    assert (shown["difference"], shown["low"], shown["high"]) == (found["mean"], found["low"], found["high"])
    assert table.loc[table["arm"] == "plan", "difference"].isna().all()


def test_flows_are_added_up_over_a_year_and_stocks_are_not(runs: Comparison) -> None:
    table = courses_table(runs, ["revenue"], ["cash"])
    monthly = runs["plan"].monthly
    last = table[(table["arm"] == "plan") & (table["month"] == 23)].set_index("panel")["mean"]
    year = monthly.query("12 <= month < 24").groupby("replication")["revenue"].sum()
    assert last["revenue"] == pytest.approx(year.mean())
    assert last["cash"] == pytest.approx(monthly.query("month == 23")["cash"].mean())
    assert np.isfinite(last).all()


def test_charts_are_drawn_with_a_panel_per_quantity(runs: Comparison) -> None:
    assert len(courses(runs, courses_table(runs, ["revenue"], ["cash"]), "Revenue and cash").child_axes) == 2
    axes = money_shares(runs, 12, 24, "Where the money goes", names={"plan": "the plan"})
    texts = {text.get_text() for text in axes.child_axes[0].texts}
    assert {"the plan", "listening", "the baseline"} <= texts
