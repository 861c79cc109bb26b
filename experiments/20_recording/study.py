"""Recording: play steering by revenue and by leads where sales records few deals and nearly all, and draw both."""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.experiments import Comparison, play
from marketsim.figures.forest import effects, effects_table

HERE = Path(__file__).parent
REPLICATIONS = 20
NOTES = ("The budget is held: recording can act on the split alone.",)


def play_it() -> Comparison:
    """Play the arms that the claim looks at."""
    asked = ms.load_experiment(["experiment=recording", f"run.replications={REPLICATIONS}", "run.keep=monthly"])
    return play(replace(asked, arms={arm: asked.arms[arm] for arm in asked.claims["D12"].arms}, other_pasts={}))


if __name__ == "__main__":
    table = effects_table(play_it())
    words = table.set_index("part")["words"]
    title = (
        f"Steering by revenue is worth {words['poor_records']} against counting leads in ten years even where sales "
        f"records one deal in five, and {words['good_records']} where it records nearly all"
    )
    figure = effects(table, title, notes=NOTES).figure
    for ending in ("png", "svg"):
        ms.figures.save_figure(figure, HERE / f"figure.{ending}")
    table.to_csv(HERE / "figure.csv", index=False, float_format="%.9g", lineterminator="\n")
