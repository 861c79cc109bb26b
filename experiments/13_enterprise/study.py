"""Enterprise cycles: play lead tactics where groups are large and cycles long, and where they are small and short."""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.experiments import Comparison, play
from marketsim.figures.forest import effects, effects_table

HERE = Path(__file__).parent
REPLICATIONS = 20
NOTES = ("Arms in other markets have a past of their own there.",)


def play_it() -> Comparison:
    """Play all arms; the claims look at each of them."""
    asked = ms.load_experiment(["experiment=enterprise", f"run.replications={REPLICATIONS}", "run.keep=monthly"])
    return play(replace(asked, other_pasts={}))


if __name__ == "__main__":
    table = effects_table(play_it())
    rows = table.set_index("part")
    factory = rows.loc["fits_worse_than_with_small_buyers"]
    worse = (
        "worse"
        if factory["high"] < factory["limit"]
        else "no worse"
        if factory["low"] > factory["limit"]
        else "hardly worse"
    )
    title = (
        f"Among enterprises the lead factory is worth {rows['words']['earns_less']} against the balanced plan, but it "
        f"fits them {worse} than small buyers: {factory['words']} new revenue, each against the balanced plan"
    )
    figure = effects(table, title, notes=NOTES).figure
    for ending in ("png", "svg"):
        ms.figures.save_figure(figure, HERE / f"figure.{ending}")
    table.to_csv(HERE / "figure.csv", index=False, float_format="%.9g", lineterminator="\n")
