"""Play structure as a whole and part by part, and draw what it is worth: figure.svg, .png, .csv. About a minute.

Beside the claims: what each part of full structure is worth alone, and how steady the lead factory becomes with each
of the three things that make the growth architect (split, policy, structure).
"""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.experiments import play
from marketsim.figures import effects, effects_table, save_study
from marketsim.scenario.claims import claims_of

FOLDER = Path(__file__).parent
PARTS = ("matching", "automation", "journey_content", "qualification", "hand_over", "feedback")
WORTH = {"effect": "difference", "measure": "net_present_value", "months": [0, 120], "of": "balanced_full",
         "expected": "more", "smallest": 1.0e6}  # fmt: skip
ALONE = {"balanced": "the balanced split", "factory_steered": "the policy", "factory_full": "full structure"}
STEADY = {"effect": "relative", "measure": "good_lead_dispersion", "months": [24, 60], "against": "lead_factory",
          "expected": "less", "smallest": 0.10}  # fmt: skip


def main() -> None:
    """Play and draw."""
    experiment = ms.load_experiment(["experiment=structure"])
    worth = {
        part: {**WORTH, "against": f"without_{part}", "says": f"worth of {part.replace('_', ' ')}, with the rest"}
        for part in PARTS
    }
    steady = {
        arm: {**STEADY, "of": arm, "says": f"variance over mean of the lead factory's good leads with {what} alone"}
        for arm, what in ALONE.items()
    }
    more = {
        "part": {"claim": "Parts of structure.", "kind": "emergent", "why": "Exploration.", "parts": worth},
        "alone": {"claim": "Parts of the architect.", "kind": "emergent", "why": "Exploration.", "parts": steady},
    }
    asked = {**experiment.claims, **claims_of(more, experiment.arms, [])}
    table = effects_table(play(replace(experiment, claims=asked)))
    said = table.set_index(["claim", "part"])["words"]
    title = (
        f"All of structure is worth {said['A10', 'pays']} to the balanced plan; with none of it, "
        f"{said['A11', 'advantage_is_gone']} of its usual advantage over the lead factory is left"
    )
    save_study(effects(table, title), table, FOLDER)


if __name__ == "__main__":
    main()
