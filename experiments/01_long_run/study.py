"""The long run: the headline on all three pasts, as the picture of cumulative profit on the usual one."""

from pathlib import Path

import marketsim as ms
from marketsim.experiments import Comparison, play

HERE = Path(__file__).parent


def play_it() -> Comparison:
    """Play lead factory, spread harvesting, balanced and brand alone on the three pasts, 20 replications each."""
    return play(ms.load_experiment(["experiment=long_run"]))


if __name__ == "__main__":
    runs = play_it()
    figure = ms.figures.headline(runs).figure
    for ending in ("png", "svg"):
        ms.figures.save_figure(figure, HERE / f"figure.{ending}")
    table = ms.figures.cumulative_profit_table(runs)
    table.to_csv(HERE / "figure.csv", index=False, float_format="%.9g", lineterminator="\n")
    for part in (runs, *runs.pasts.values()):
        print(part.past, part.difference("net_present_value").query("year in (1, 10)").to_string(), sep="\n")
