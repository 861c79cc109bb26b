"""The slips themselves: each changes one place, has a name of its own, and is always the same."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from equality.mutants import SOURCE
from equality.mutations import mutations_of, replaced

TEXT = '''"""A module."""
LIMIT = 3


def pay(cash, rate):
    """Pay."""
    while cash < LIMIT and not rate:
        charge(cash, rate)
        note(cash)
        cash += 1.5
        if cash == 2:
            continue
    return cash
'''
EXPECTED = {
    "cash < LIMIT -> cash <= LIMIT",
    "cash < LIMIT and (not rate) -> cash < LIMIT or not rate",
    "not rate -> no not",
    "while cash < LIMIT and (not rate) -> while not (cash < LIMIT and (not rate))",
    "charge(… cash, rate …) -> the other way round",
    "charge(cash, rate) -> nothing",
    "note(cash) -> nothing",
    "charge(cash, rate); note(cash) -> the other way round",
    "cash += 1.5 -> cash -= 1.5",
    "1.5 -> 2.5",
    "cash += 1.5 -> nothing",
    "if cash == 2 -> if not cash == 2",
    "cash == 2 -> cash != 2",
    "2 -> 3",
    "continue -> break",
}


def test_slips_of_a_small_module(tmp_path: Path) -> None:
    (tmp_path / "till.py").write_text(TEXT, encoding="utf-8")
    found = mutations_of(tmp_path)
    assert {mutation.name for mutation in found} == {f"till.pay: {slip}" for slip in EXPECTED}
    usual = ast.unparse(ast.parse(TEXT)).splitlines()
    for mutation in found:
        mutated = mutation.source().splitlines()
        assert mutated != usual, mutation.name
        changed = [line for line in mutated if line not in usual] + [line for line in usual if line not in mutated]
        assert len(changed) <= 2, mutation.name


def test_every_slip_of_the_model_has_a_name_of_its_own() -> None:
    found = mutations_of(SOURCE / "world")
    assert len(found) > 1000
    assert Counter(mutation.name for mutation in found).most_common(1)[0][1] == 1
    assert [mutation.name for mutation in found] == [mutation.name for mutation in mutations_of(SOURCE / "world")]
    for mutation in found[::50]:
        assert mutation.source() != ast.unparse(ast.parse((SOURCE / "world" / f"{mutation.module}.py").read_text()))


def test_a_text_that_is_replaced_must_stand_there_once(tmp_path: Path) -> None:
    (tmp_path / "till.py").write_text(TEXT, encoding="utf-8")
    assert "LIMIT = 4" in replaced(tmp_path, "till", "LIMIT = 3", "LIMIT = 4").source()
    for text in ("LIMIT = 5", "cash"):
        with pytest.raises(ValueError, match="stands"):
            replaced(tmp_path, "till", text, "")
