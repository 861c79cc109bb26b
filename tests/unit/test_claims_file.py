"""Claims in an experiment's file: everything that cannot be judged is refused in one line that says where."""

from pathlib import Path

import pytest
import yaml

from marketsim.scenario.claims import claims_of
from marketsim.scenario.errors import BadInput
from marketsim.scenario.load import load_experiment

Plain = dict[str, object]
ARMS = ("lead_factory", "harvest_mix", "balanced", "brand_only")


def part(**changes: object) -> Plain:
    usual: Plain = {
        "says": "more", "effect": "difference", "measure": "leads", "months": [0, 12], "of": "balanced",
        "against": "lead_factory", "expected": "more", "smallest": 0.1,
    }  # fmt: skip
    return {name: value for name, value in {**usual, **changes}.items() if value is not ...}


def claim(*parts: Plain, **changes: object) -> Plain:
    named = {f"part_{number}": one for number, one in enumerate(parts or (part(),))}
    return {"claim": "It is so.", "kind": "emergent", "why": "Because.", "parts": named, **changes}


def test_what_is_left_out_gets_its_usual_value() -> None:
    found = claims_of({"A1": claim()}, ARMS, ())["A1"]
    assert found.needs == "all"
    assert found.sweep is None
    assert found.arms == ("balanced", "lead_factory")
    assert found.last_month == 12
    only = found.parts["part_0"]
    assert (only.than, only.against_months, only.sign) == (0.0, None, 1.0)
    assert claims_of(None, ARMS, ()) == {}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (claim(part(of="balnced")), "no arm 'balnced' (claims.A1.parts.part_0). There are: balanced, brand_only"),
        (claim(part(effect="ratio")), "claims.A1.parts.part_0.effect must be one of level, difference"),
        (claim(part(against=...)), "claims.A1.parts.part_0: effect 'difference' needs against"),
        (claim(part(effect="level")), "effect 'level' has no use for against"),
        (claim(part(effect="level", against=..., arms=list(ARMS))), "effect 'level' has no use for arms"),
        (claim(part(months=[0])), "claims.A1.parts.part_0.months must be [first, end] in whole months from -12 to 120"),
        (claim(part(months=[12, 12])), "months must be [first, end]"),
        (claim(part(months=[0, 121])), "months must be [first, end]"),
        (claim(part(months=[0.5, 12])), "months must be [first, end]"),
        (claim(part(against_months=[-13, 0])), "against_months must be [first, end]"),
        (claim(part(months=3)), "months must be a list of numbers such as [0, 12], got 3 (conf/experiment)"),
        (claim(part(smallest=-0.1)), "claims.A1.parts.part_0.smallest must be 0 or more, got -0.1"),
        (claim(part(expected="up")), "expected must be one of more, less"),
        (claim(part(smalest=0.1)), "claims.A1.parts.part_0.smalest is not a setting (conf/experiment)"),
        (claim(part(says=...)), "claims.A1.parts.part_0.says has no value (conf/experiment)"),
        (claim(part(effect="rank_correlation", of=..., against=..., arms=["balanced"])), "needs against_measure"),
        ({**claim(), "parts": {}}, "claims.A1.parts is empty"),
        (claim(kind="emergnt"), "claims.A1.kind must be one of emergent, policy, input, emergent_in_part"),
        (claim(kind="input"), "claims.A1 is an input: it needs grade"),
        (claim(kind="emergent_in_part"), "claims.A1.built_in must say what part of the claim is built in"),
        (claim(sweep={"setting": "leads.nothing", "values": [1, 2], "part": "part_0"}), "no setting 'leads.nothing'"),
        (claim(sweep={"setting": "a.b", "values": [1, 2], "part": "part_9"}), "no part 'part_9'"),
        (claim(sweep={"setting": "a.b", "values": [1], "part": "part_0"}), "sweep.values must be two numbers or more"),
        ("A1", "claims.A1 must be a group of settings"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_line(wrong: object, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        claims_of({"A1": wrong}, ARMS, ("a.b", "crm.recording_rate"))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_claims_come_with_their_experiment_and_only_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "experiment").mkdir()
    file = {"strategies": ["lead_factory", "balanced"], "claims": {"X1": claim()}}
    (tmp_path / "experiment" / "mine.yaml").write_text(f"# @package _global_\n# Mine.\n{yaml.safe_dump(file)}")
    assert list(load_experiment(["experiment=mine"], config_dir=tmp_path).claims) == ["X1"]
    with pytest.raises(BadInput, match="the rule of a claim is fixed in its experiment's file"):
        load_experiment(["experiment=mine", "claims.X1.parts.part_0.smallest=0"], config_dir=tmp_path)
    assert load_experiment(["run=smoke"]).claims == {}
