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
    both = found["more_than_the_sum"]
    title = f"What brand and lead generation bring together, less what each brings alone: {both} over ten years"
    save_study(effects(table, title), table, FOLDER)


if __name__ == "__main__":
    main()
