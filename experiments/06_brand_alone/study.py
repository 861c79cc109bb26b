"""Play brand alone against balanced, the harvest mix and the lead factory, and draw what each earns."""

from pathlib import Path

import marketsim as ms
from marketsim.analysis.paired import paired_difference
from marketsim.analysis.words import money_interval
from marketsim.experiments import play
from marketsim.figures import cumulative_profit, cumulative_profit_table, frame, save_study

FOLDER = Path(__file__).parent


def main() -> None:
    """Play and draw."""
    runs = play(ms.load_experiment(["experiment=brand_alone"]))
    ax = cumulative_profit(runs)
    value = runs.values("net_present_value", runs.years)
    less = paired_difference(value["balanced"], value["brand_only"])
    size = money_interval(less.mean, less.low, less.high)
    frame.title(ax, f"Brand alone is worth {size} less than the balanced split, discounted, over ten years", above=32)
    save_study(ax, cumulative_profit_table(runs), FOLDER)


if __name__ == "__main__":
    main()
