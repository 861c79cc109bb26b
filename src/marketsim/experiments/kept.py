"""What a run folder keeps of its experiment besides the tables: every scenario as it was played, as JSON.

`config.yaml` holds what was typed and composed, but files of a person's own folder may change or go, and a comparison
made in Python has none. So the scenarios themselves are kept; worlds and plans that arms share are written once.
"""

import json
from dataclasses import fields, replace
from typing import Any

from marketsim.experiments.plain import from_plain, to_plain
from marketsim.scenario.experiment import Experiment, RunSettings
from marketsim.scenario.scenario import Scenario

SCENARIOS = "scenarios.json"
FORM = 1
"""Number of the form of the file; another one is not read."""


def to_json(experiment: Experiment) -> str:
    """Return an experiment as JSON, without what its results do not depend on."""
    parts: list[Any] = []
    places: dict[str, int] = {}

    def place_of(value: Any) -> int:
        plain = to_plain(value)
        text = json.dumps(plain)
        if text not in places:
            places[text] = len(parts)
            parts.append(plain)
        return places[text]

    def arms_of(arms: dict[str, Scenario]) -> dict[str, Any]:
        return {
            name: {field.name: place_of(getattr(scenario, field.name)) for field in fields(Scenario)}
            for name, scenario in arms.items()
        }

    kept = {
        "form": FORM,
        "name": experiment.name,
        "question": experiment.question,
        "engine": experiment.engine,
        "run": to_plain(replace(experiment.run, workers=None)),
        "arms": arms_of(experiment.arms),
        "other_pasts": {past: arms_of(arms) for past, arms in experiment.other_pasts.items()},
    }
    lines = ",\n".join(json.dumps(part, separators=(",", ":")) for part in parts)
    head = json.dumps(kept, indent=1)
    return f'{head[:-2]},\n "parts": [\n{lines}\n]}}\n'


def from_json(text: str, config_yaml: str) -> Experiment:
    """Return the experiment that `to_json` wrote.

    Raises
    ------
    ValueError, KeyError, TypeError, IndexError
        If the text is not such a file, or of a model whose settings are others.
    """
    kept = json.loads(text)
    if kept["form"] != FORM:
        raise ValueError(f"form {kept['form']} of {SCENARIOS}")
    parts = kept["parts"]

    def arms_of(places: dict[str, dict[str, int]]) -> dict[str, Scenario]:
        built = {name: {key: parts[place] for key, place in arm.items()} for name, arm in places.items()}
        return {name: from_plain(Scenario, data) for name, data in built.items()}

    return Experiment(
        name=kept["name"],
        question=kept["question"],
        arms=arms_of(kept["arms"]),
        other_pasts={past: arms_of(arms) for past, arms in kept["other_pasts"].items()},
        run=from_plain(RunSettings, kept["run"]),
        engine=kept["engine"],
        config_yaml=config_yaml,
    )
