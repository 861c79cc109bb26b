"""Lead generation alone: play the lead factory and spread harvesting beside the balanced plan, draw their revenue."""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.experiments import Comparison, play

HERE = Path(__file__).parent
REPLICATIONS = 20
ARMS = ("balanced", "harvest_mix", "lead_factory")


def play_it() -> Comparison:
    """Play the three plans; balanced is the baseline."""
    asked = ms.load_experiment(["experiment=leads_alone", f"run.replications={REPLICATIONS}", "run.keep=monthly"])
    return play(replace(asked, arms={arm: asked.arms[arm] for arm in ARMS}, other_pasts={}))


if __name__ == "__main__":
    runs = play_it()
    figure = ms.figures.recurring_revenue(runs).figure
    for ending in ("png", "svg"):
        ms.figures.save_figure(figure, HERE / f"figure.{ending}")
    table = ms.figures.recurring_revenue_table(runs)
    table.to_csv(HERE / "figure.csv", index=False, float_format="%.9g", lineterminator="\n")
