"""Play the closing trap and draw what its claims look at: figure.svg, .png, .csv. About two minutes on two cores.

Beside the claims: what becomes of hot leads under steering by their number when one cause of the fall is taken away.
"""

from dataclasses import replace
from pathlib import Path

import marketsim as ms
from marketsim.experiments import play
from marketsim.figures import effects, effects_table, save_study
from marketsim.scenario.claims import claims_of

FOLDER = Path(__file__).parent
CAUSES = {
    "forgetting": "memory.half_life_days=1e9",
    "depletion": "harvest.pool_depletes=false",
    "diminishing_returns": "harvest.diminishing_returns=false",
}
COUNTED = "strategy=lead_factory_counted, policy.funding=false"
LEFT = {"effect": "relative", "measure": "sum leads_search", "months": [48, 60], "against_months": [0, 6],
        "expected": "less", "smallest": 0.25}  # fmt: skip


def main() -> None:
    """Play and draw."""
    arms = {f"counted_without_{cause}": setting for cause, setting in CAUSES.items()}
    experiment = ms.load_experiment(
        ["experiment=closing_trap", *(f"+arms.{arm}=[{COUNTED}, {setting}]" for arm, setting in arms.items())]
    )
    parts = {
        arm: {**LEFT, "of": arm, "against": arm, "says": f"hot leads, {arm.replace('_', ' ')}, as in A3a"}
        for arm in (*arms, "harvest_mix")
    }
    more = {"beside": {"claim": "Causes of the fall.", "kind": "emergent", "why": "Exploration.", "parts": parts}}
    asked = {**experiment.claims, **claims_of(more, experiment.arms, [])}
    table = effects_table(play(replace(experiment, claims=asked)))
    said = table.set_index(["claim", "part"])["words"]
    title = (
        f"From the first half-year to year 5 hot leads of the lead factory change by {said['A3a', 'drops']}; "
        f"with leads counted, by {said['A3a', 'drops_when_counted']}"
    )
    save_study(effects(table, title), table, FOLDER)


if __name__ == "__main__":
    main()
