"""The claims that ship: every one of the essays', with its kind, each measurable; and the ledger that was published."""

import csv
from pathlib import Path

import pytest

from marketsim.experiments.ledger.cast import Entry, entries_of, experiments_with_claims, load_all, terms_of
from marketsim.outcomes.measures import measure

ROOT = Path(__file__).parents[2]
EMERGENT = [
    "A2a",
    "A2b",
    "A3a",
    "A3b",
    "A4",
    "A5",
    "A6",
    "A8",
    "A9",
    "A10",
    "A11",
    "A12",
    "A13",
    "A14",
    "B1",
    "B2",
    "B3",
    "B4",
    "B5",
    "B6",
    "B8",
    "C4",
    "C6",
    "D2",
    "D4",
    "D6",
    "D7",
    "E1",
    "E2",
    "E5",
    "E7",
]
POLICY = ["A1", "A7", "B7", "D1", "D5", "D9", "D10", "D11", "D12", "E3", "E6", "E8"]
INPUT = ["C1", "C2", "C3", "E4"]
IN_PART = ["C5", "D3", "D8"]
KINDS = {
    **dict.fromkeys(EMERGENT, "emergent"),
    **dict.fromkeys(POLICY, "policy"),
    **dict.fromkeys(INPUT, "input"),
    **dict.fromkeys(IN_PART, "emergent_in_part"),
}


@pytest.fixture(scope="module")
def entries() -> dict[str, Entry]:
    return {entry.id: entry for entry in entries_of(load_all(experiments_with_claims()))}


def test_every_claim_of_the_essays_is_put_to_the_test_with_its_kind(entries: dict[str, Entry]) -> None:
    of_essays = {name: entry.claim.kind for name, entry in entries.items() if name[0] in "ABCDE"}
    assert of_essays == KINDS


def test_every_measure_is_one(entries: dict[str, Entry]) -> None:
    for entry in entries.values():
        for part in entry.claim.parts.values():
            for _, term in terms_of(part):
                assert measure(term.measure).text == term.measure


def test_the_published_ledger_has_every_claim_and_its_page_the_same_verdicts(entries: dict[str, Entry]) -> None:
    with (ROOT / "experiments" / "ledger.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    verdicts = {row["claim"]: row["verdict"] for row in rows}
    assert set(verdicts) == set(entries)
    page = (ROOT / "experiments" / "README.md").read_text(encoding="utf-8")
    for name, entry in entries.items():
        assert (verdicts[name] == "assumed") == (entry.claim.kind == "input")
        line = next(line for line in page.splitlines() if line.startswith(f"| [{name}](#{name.lower()})"))
        assert f"**{verdicts[name]}" in line
        rules = {row["part"]: (float(row["smallest"]), row["expected"]) for row in rows if row["claim"] == name}
        assert rules == {key: (part.smallest, part.expected) for key, part in entry.claim.parts.items()}
    assert {"not supported", "depends"} & set(verdicts.values())
