"""Play three definitions of a lead, gamed scores and three ways to steer, and draw the effects."""

from pathlib import Path

import marketsim as ms
from marketsim.experiments import play
from marketsim.figures import effects, effects_table, save_study

FOLDER = Path(__file__).parent


def main() -> None:
    """Play and draw."""
    runs = play(ms.load_experiment(["experiment=ignored_leads"]))
    table = effects_table(runs)
    found = dict(zip(table["part"], table["words"], strict=True))
    title = (
        f"Sales ignores {found['most_are_ignored']} of the leads that engagement makes, "
        f"and {found['sales_stops']} once the scores are gamed"
    )
    save_study(effects(table, title), table, FOLDER)


if __name__ == "__main__":
    main()
