"""Credit against cause: play a company that funds what gets credit, under each rule, and draw where its money goes."""

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
    "balanced": "split left alone",
    "by_self_report": "what customers name",
    "by_first": "first touch",
    "by_last": "last touch",
    "by_linear": "all touches alike",
    "by_time_decay": "later touches more",
    "by_position": "first and last most",
    "by_converting_lead": "lead that converted",
    "by_count": "leads counted instead",
}


def play_it() -> Comparison:
    """Play the arms that differ in the rule of credit alone; balanced, which nobody steers, is the baseline."""
    asked = ms.load_experiment(["experiment=credit", f"run.replications={REPLICATIONS}", "run.keep=monthly"])
    return play(replace(asked, arms={arm: asked.arms[arm] for arm in NAMES}, other_pasts={}))


def sentence(runs: Comparison) -> str:
    """Say what following credit costs, under the mildest rule and under the usual one."""
    table = runs.difference("net_present_value")
    last = table[table["year"] == runs.years].set_index("arm")[["mean", "low", "high"]]
    rules = last.drop("by_count")
    mildest = rules["mean"].idxmax()
    text = {arm: money_interval(*(-last.loc[arm, ["mean", "high", "low"]])) for arm in (mildest, "by_converting_lead")}
    certain = "Under every rule" if (rules["high"] < 0).all() else "Under most rules"
    return (
        f"{certain} a company that funds what gets credit is worth less in ten years than one that leaves its split "
        f"alone: by {text[mildest]} under the mildest ({NAMES[mildest]}), by {text['by_converting_lead']} if credit "
        "goes to the lead that converted"
    )


if __name__ == "__main__":
    runs = play_it()
    note = "all arms begin with the balanced split and spend the same money; reviews each quarter move it to what is "
    figure = money_shares(runs, *YEAR_10, sentence(runs), note + "credited with new revenue", names=NAMES).figure
    for ending in ("png", "svg"):
        ms.figures.save_figure(figure, HERE / f"figure.{ending}")
    money_shares_table(runs, *YEAR_10).to_csv(
        HERE / "figure.csv", index=False, float_format="%.9g", lineterminator="\n"
    )
