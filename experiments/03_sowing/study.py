"""Play the balanced plan without each link of its chain and draw what each is worth: figure.svg, .png, .csv.

Beside the claims, sowing by stage: what articles and webinars add where neither was there.
"""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.experiments import play
from marketsim.figures import effects, effects_table, save_study
from marketsim.scenario.claims import claims_of

FOLDER = Path(__file__).parent
STAGES = {"articles": "without_webinars", "webinars": "without_articles"}  # alone: the plan that has no other stage
MEASURES = {
    "demand": ("relative", "sum market_entries", [24, 60], 0.05, "market entries in years 3 to 5"),
    "leads": ("relative", "good_leads", [24, 60], 0.10, "good leads in years 3 to 5"),
    "worth": ("difference", "net_present_value", [0, 120], 1.0e6, "worth over ten years"),
}


def main() -> None:
    """Play and draw."""
    experiment = ms.load_experiment(["experiment=sowing"])
    parts = {
        f"{stage}_{name}": {
            "effect": effect, "measure": measure, "months": months, "smallest": smallest, "expected": "more",
            "of": arm, "against": "without_sowing", "says": f"{words} with {stage} alone, against no sowing",
        }
        for stage, arm in STAGES.items()
        for name, (effect, measure, months, smallest, words) in MEASURES.items()
    }  # fmt: skip
    more = {"stage": {"claim": "Sowing by stage.", "kind": "emergent", "why": "Exploration.", "parts": parts}}
    asked = {**experiment.claims, **claims_of(more, experiment.arms, [])}
    table = effects_table(play(replace(experiment, claims=asked)))
    said = table.set_index(["claim", "part"])["words"]
    title = (
        f"Sowing changes market entries by {said['A9', 'creates_demand']}, good leads by "
        f"{said['A9', 'harvested_later']} and the worth of the company by {said['A9', 'pays']}"
    )
    save_study(effects(table, title), table, FOLDER)


if __name__ == "__main__":
    main()
