"""Play what every past begins with and draw how it is forgotten: docs/figures/warm_up.png and its table.

python docs/figures/warm_up.py [REPLICATIONS]: some seconds. The balanced strategy of the default pasts, from an opening
without customers, contacts or memory, for three times as long as the past.
"""

import sys
from pathlib import Path

import marketsim as ms
from marketsim.figures import save_figure, warm_up, warm_up_table
from marketsim.figures.opening import PAST_YEARS

FOLDER = Path(__file__).parent
REPLICATIONS, SEED = 8, 1
EMPTY = ("history.years=0", "initial.memory=0", "initial.customer_share=0", "initial.known_share=0")

if __name__ == "__main__":
    runs = ms.compare(
        ["strategy=balanced"],
        replications=int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS,
        seed=SEED,
        horizon_years=3 * PAST_YEARS,
        overrides=EMPTY,
    )
    figure = warm_up(runs, past_years=PAST_YEARS).get_figure(root=True)
    assert figure is not None
    save_figure(figure, FOLDER / "warm_up.png")
    table = warm_up_table(runs)
    table.to_csv(FOLDER / "warm_up.csv", index=False, float_format="%.6g", lineterminator="\n")
