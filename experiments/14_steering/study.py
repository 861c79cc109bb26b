"""Steering: play one company under several KPIs, the stonecutters, changes to a factory; all with the same money."""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.analysis.words import money_interval
from marketsim.experiments import Comparison, play
from marketsim.figures.money_shares import money_shares, money_shares_table

HERE = Path(__file__).parent
REPLICATIONS = 20
YEAR_10 = (108, 120)
NAMES = {
    "balanced": "nobody steers",
    "by_count": "leads",
    "by_qualified": "qualified leads (1)",
    "by_sales_qualified": "accepted leads (2)",
    "by_pipeline": "pipeline",
    "by_bookings": "new revenue",
    "by_lifetime_value": "lifetime value",
    "architect_same_money": "growth architect (3)",
    "counted_factory": "factory, leads",
    "factory_other_kpi": "… lifetime value",
    "factory_structure": "… full structure",
    "factory_definition": "… sales-ready leads",
    "factory_hand": "… one more hand",
}
NOTES = (
    "the same money in all; (1) to (3) are the three stonecutters with their funding held, the third with full "
    "structure, listening, floors and customers who are asked; the last five begin with the lead factory's split; "
    "grey: listening and structure",
)


def play_it() -> Comparison:
    """Play the arms of one market; balanced, which nobody steers, is the baseline."""
    asked = ms.load_experiment(["experiment=steering", f"run.replications={REPLICATIONS}", "run.keep=monthly"])
    return play(replace(asked, arms={arm: asked.arms[arm] for arm in NAMES}, other_pasts={}))


def sentence(runs: Comparison) -> str:
    """Say how far KPIs that credit the lead that converted fall behind, and what lets one get ahead."""
    table = runs.difference("net_present_value")
    last = table[table["year"] == runs.years].set_index("arm")[["mean", "low", "high"]]
    steered = last.loc[[arm for arm in NAMES if arm.startswith("by_")]]
    mild, hard = (-steered.loc[getattr(steered["mean"], which)()] for which in ("idxmax", "idxmin"))
    costs = [money_interval(one["mean"], one["high"], one["low"]) for one in (mild, hard)]
    ahead = money_interval(*last.loc["architect_same_money"], signed=True)
    return (
        f"Whatever is counted, steering by the leads that converted costs {costs[0]} to {costs[1]} in ten years; the "
        f"growth architect, who asks customers and keeps floors, is worth {ahead}"
    )


if __name__ == "__main__":
    runs = play_it()
    figure = money_shares(runs, *YEAR_10, sentence(runs), *NOTES, names=NAMES).figure
    for ending in ("png", "svg"):
        ms.figures.save_figure(figure, HERE / f"figure.{ending}")
    table = money_shares_table(runs, *YEAR_10)
    table.to_csv(HERE / "figure.csv", index=False, float_format="%.9g", lineterminator="\n")
