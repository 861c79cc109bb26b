"""How much of the budget should go into brand? Plays conf/experiment/budget_split, draws what each share is worth."""

from pathlib import Path

import numpy as np

import marketsim as ms
from marketsim.analysis.worth import net_present_value, with_contracts
from marketsim.experiments import play
from marketsim.figures import save_figure
from marketsim.figures.files import FLOATS
from marketsim.figures.splits import Splits, best_share, best_share_table

HERE = Path(__file__).parent
HORIZONS = (0.5, 1, 2, 3, 5, 10)


def by_month(runs, arm, column):
    """Return a monthly column of an arm from day 0 on, one row per replication."""
    rows = runs[arm].monthly
    return rows.loc[rows["month"] >= 0, column].to_numpy().reshape(runs.replications, -1)


def worth(runs):
    """Return by horizon and name the worth of every arm, one row per replication."""
    rate = runs.scenarios[runs.baseline].world.money.discount_rate_per_year
    profit, contracts = (
        np.stack([by_month(runs, arm, column) for arm in runs.arms], axis=1)
        for column in ("profit", "remaining_contracts")
    )
    found = {years: {"net_present_value": net_present_value(profit, rate, round(12 * years))} for years in HORIZONS}
    for years in HORIZONS:
        if years >= 1:  # contracts are valued at the ends of years
            value = with_contracts(profit, contracts, rate, 12 * years)
            found[years]["net_present_value_with_contracts"] = value
    return found


def main():
    """Play, draw, and write the numbers."""
    runs = play(ms.load_experiment(["experiment=budget_split"]))
    shares = [int(arm.removeprefix("brand_")) / 100 for arm in runs.arms]
    splits = Splits(shares, {past: worth(one) for past, one in {runs.past: runs, **runs.pasts}.items()}, runs.seed)
    figure = best_share(splits).get_figure(root=True)
    for ending in ("svg", "png"):
        save_figure(figure, HERE / f"figure.{ending}")
    table = best_share_table(splits)
    table.to_csv(HERE / "figure.csv", index=False, float_format=FLOATS, lineterminator="\n")
    best = table[table["best"]].drop(columns=["best", "not_told_from_best", "replications"])
    near = table[table["not_told_from_best"]].groupby(["past", "horizon_years", "worth"], sort=False)["share"].agg(list)
    print(best.merge(near.rename("not_told_from_best").reset_index()).round(2).to_string(index=False))


if __name__ == "__main__":
    main()
