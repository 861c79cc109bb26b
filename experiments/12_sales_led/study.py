"""A sales-led company: play what marketing could do first with a tenth of its money, and draw what each brings."""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.experiments import Comparison, play
from marketsim.figures.forest import effects, effects_table

HERE = Path(__file__).parent
REPLICATIONS = 20
NOTES = ("Five years. All had twelve sales-led years before day 0. A tenth of the budget is moved: 0.24 M a year.",)


def play_it() -> Comparison:
    """Play the arms that the claim looks at."""
    asked = ms.load_experiment(["experiment=sales_led", f"run.replications={REPLICATIONS}", "run.keep=monthly"])
    wanted = asked.claims["D6"].arms
    return play(replace(asked, arms={arm: asked.arms[arm] for arm in wanted}, other_pasts={}))


if __name__ == "__main__":
    table = effects_table(play_it())
    words = table.set_index("part")["words"]
    title = (
        f"A tenth of a sales-led company's money is worth {words['against_more_calls']} in five years if it goes into "
        f"finding out what triggers purchases; by better calls alone, {words['by_better_calls']}"
    )
    figure = effects(table, title, notes=NOTES).figure
    for ending in ("png", "svg"):
        ms.figures.save_figure(figure, HERE / f"figure.{ending}")
    table.to_csv(HERE / "figure.csv", index=False, float_format="%.9g", lineterminator="\n")
