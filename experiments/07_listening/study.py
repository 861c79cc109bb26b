"""Play listening, loyalty, and a broad split under a count of leads, and draw the effects: figure.svg, .png, .csv."""

from pathlib import Path

import marketsim as ms
from marketsim.experiments import play
from marketsim.figures import effects, effects_table, save_study

FOLDER = Path(__file__).parent


def main() -> None:
    """Play and draw."""
    runs = play(ms.load_experiment(["experiment=listening"]))
    table = effects_table(runs)
    found = dict(zip(table["part"], table["words"], strict=True))
    title = (
        f"A twentieth of the budget for listening changes churn by {found['deeper_relationships']}; "
        f"counting leads changes insight by {found['insight_fades']}"
    )
    save_study(effects(table, title), table, FOLDER)


if __name__ == "__main__":
    main()
