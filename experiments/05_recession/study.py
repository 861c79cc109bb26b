"""Play a recession on a thin company under six plans and draw how many companies survive: figure.svg, .png, .csv."""

from pathlib import Path

import marketsim as ms
from marketsim.experiments import play
from marketsim.figures import save_study, survival, survival_table

FOLDER = Path(__file__).parent
RECESSION = (24, 39, "recession")  # months after day 0, as in conf/economy/recession.yaml with its ramps
# Survival is yes or no, and needs more replications than money does.
OVERRIDES = ["experiment=recession", "run.replications=100", "run.horizon_years=7"]


def main() -> None:
    """Play and draw."""
    runs = play(ms.load_experiment(OVERRIDES))
    save_study(survival(runs, told="cut_brand", shaded=RECESSION), survival_table(runs), FOLDER)


if __name__ == "__main__":
    main()
