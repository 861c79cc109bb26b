"""How long does a forgotten or scorched market take to heal? Plays conf/experiment/healing, measures the way back."""

from pathlib import Path

import pandas as pd

import marketsim as ms
from marketsim.analysis.healing import healing
from marketsim.analysis.paired import paired_difference
from marketsim.experiments import play
from marketsim.figures import save_figure
from marketsim.figures.files import FLOATS
from marketsim.figures.healing import COLUMNS, LOST_COLUMNS, Healed
from marketsim.figures.healing import healing as draw

HERE = Path(__file__).parent
COURSES, YEARS, TOLERANCES = ("lead_factory", "lead_factory_counted", "sales_led"), (1, 3, 5), (0.10, 0.05)
MEASURES = {  # column, its name for people, months over which it is averaged, whether less (-1) or more (1) is worse
    "memory_reported": ("brand memory", 1, -1),
    "day_one_list_share": ("day-one list", 12, -1),
    "good_leads": ("good leads", 12, -1),
    "customers_won": ("customers won", 12, -1),
    "recurring_revenue": ("recurring revenue", 1, -1),
    "closed_share": ("closed accounts", 12, 1),
    "trust": ("trust", 12, -1),
}
WORTHS = ("net_present_value", "net_present_value_with_contracts")


def by_month(runs, arm, column):
    """Return a monthly column of an arm from day 0 on, one row per replication."""
    rows = runs[arm].monthly
    return rows.loc[rows["month"] >= 0, column].to_numpy().reshape(runs.replications, -1)


def main():
    """Play, measure, draw, and write the numbers."""
    runs = play(ms.load_experiment(["experiment=healing"]))
    rows, lost = [], []
    for course in COURSES:
        for years in YEARS:
            arm = f"{course}_{years}"
            for column, (label, window, worse) in MEASURES.items():
                ours, theirs = by_month(runs, arm, column), by_month(runs, "balanced", column)
                for level in TOLERANCES:
                    found = healing(ours, theirs, 12 * years, level, worse=worse, window=window)
                    gap = (found.gap, found.gap_low, found.gap_high, found.hurt)
                    rows.append((course, years, column, label, level, *gap, found.month, found.low, found.high))
            for worth in WORTHS:
                values = runs.values(worth, runs.years)
                found = paired_difference(values[arm], values["balanced"])
                lost.append((course, years, worth, found.mean, found.low, found.high))
    healed = Healed(
        pd.DataFrame(rows, columns=list(COLUMNS)),
        pd.DataFrame(lost, columns=list(LOST_COLUMNS)),
        runs.years - max(YEARS),
        runs.seed,
        runs.replications,
        runs.past,
        (f"money lost is counted over {runs.years} years from day 0, against never having left",),
    )
    figure = draw(healed).get_figure(root=True)
    for ending in ("svg", "png"):
        save_figure(figure, HERE / f"figure.{ending}")
    table = pd.concat([healed.table, healed.lost.rename(columns={"worth": "measure"})], ignore_index=True)
    table.to_csv(HERE / "figure.csv", index=False, float_format=FLOATS, lineterminator="\n")
    print(healed.table.round(3).to_string(index=False), healed.lost.round(0).to_string(index=False), sep="\n")


if __name__ == "__main__":
    main()
