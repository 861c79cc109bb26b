"""Play brand and lead generation together, alone and not at all, and draw the effects: figure.svg, .png, .csv."""

from pathlib import Path

import marketsim as ms
from marketsim.experiments import play
from marketsim.figures import effects, effects_table, save_study

FOLDER = Path(__file__).parent


def main() -> None:
    """Play and draw."""
    runs = play(ms.load_experiment(["experiment=synergy"]))
    table = effects_table(runs)
    found = dict(zip(table["part"], table["words"], strict=True))
    title = f"Brand and lead generation together are worth {found['more_than_the_sum']} more than the sum of each alone"
    save_study(effects(table, title), table, FOLDER)


if __name__ == "__main__":
    main()
