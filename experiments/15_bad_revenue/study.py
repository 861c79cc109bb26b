"""Bad revenue: play growth at any price, with customers who cost more than they pay and with the same ones worth it."""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.analysis.paired import estimate
from marketsim.analysis.words import money_interval
from marketsim.experiments import Comparison, play
from marketsim.figures import style
from marketsim.figures.courses import courses, courses_table

HERE = Path(__file__).parent
REPLICATIONS = 20
NAMES = {
    "push": "unfit customers cost\n1.2 of what they pay",
    "push_all_worth_it": "they cost .03, as\nfitting ones do",
}
COLOURS = {"push": style.STRATEGY_COLOURS["lead_factory"], "push_all_worth_it": style.STRATEGY_COLOURS["balanced"]}
NOTES = (
    "both sell at .7 of the list price, with twice the money and half as many hands again; two accounts in five fit",
    "cash below zero is shown and stops nobody here",
)


def play_it() -> Comparison:
    """Play the push, and the same in a world in which every customer is worth serving."""
    asked = ms.load_experiment(["experiment=bad_revenue", f"run.replications={REPLICATIONS}", "run.keep=monthly"])
    return play(replace(asked, arms={arm: asked.arms[arm] for arm in NAMES}, other_pasts={}))


def sentence(runs: Comparison) -> str:
    """Say how far revenue rose and profit fell from year 1 to year 3, and what became of the cash."""
    monthly = runs["push"].monthly
    monthly = monthly[monthly["month"] >= 0].assign(year=monthly["month"] // 12 + 1)
    said = []
    for name, sign in (("revenue", 1.0), ("profit", -1.0)):
        years = monthly.groupby(["replication", "year"])[name].sum().unstack()
        found = estimate(sign * (years[3] - years[1]).to_numpy())
        said.append(money_interval(found.mean, found.low, found.high))
    broke = int((monthly.groupby("replication")["cash"].min() < 0).sum())
    return (
        f"Pushed to grow, with customers who cost more than they pay, the company sells {said[0]} more in year 3 than "
        f"in year 1, earns {said[1]} less, and runs out of cash in {broke} of {runs.replications} runs"
    )


if __name__ == "__main__":
    runs = play_it()
    table = courses_table(runs, ["revenue", "profit"], ["cash"])
    figure = courses(runs, table, sentence(runs), *NOTES, names=NAMES, colours=COLOURS).figure
    for ending in ("png", "svg"):
        ms.figures.save_figure(figure, HERE / f"figure.{ending}")
    table.to_csv(HERE / "figure.csv", index=False, float_format="%.9g", lineterminator="\n")
