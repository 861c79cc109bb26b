"""The ledger: the same bytes however it is played, numbers that agree with a comparison, rows that say what is what."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

import marketsim as ms
from marketsim.analysis.paired import paired_difference
from marketsim.experiments.ledger.playing import TermStore
from marketsim.experiments.ledger.run import claims, publish
from marketsim.experiments.ledger.writing import Ledger
from marketsim.scenario.errors import BadInput

SMALL = ("market.accounts=600", "history.years=1")
LITTLE = (*SMALL, "ledger=smoke", "ledger.worlds=2", "ledger.markets=[smb_software]", "ledger.miniature=1")
MORE = {"effect": "difference", "measure": "leads", "of": "balanced", "against": "lead_factory", "months": [0, 12]}
CLAIMS = {
    "X1": {
        "claim": "It brings more leads.",
        "kind": "emergent",
        "why": "Because.",
        "parts": {"more": {**MORE, "says": "more leads", "expected": "more", "smallest": 1.0}},
        "sweep": {"setting": "harvest.unlisted_weight", "values": [0.4, 1.0], "part": "more"},
    },
    "X2": {
        "claim": "It is worth more.",
        "kind": "policy",
        "why": "Because.",
        "parts": {
            "worth": {
                **MORE, "says": "worth", "measure": "net_present_value", "months": [0, 24], "expected": "more",
                "smallest": 0.0,
            },
            "late": {
                "says": "fewer in year 2", "effect": "relative", "measure": "sum leads", "months": [12, 24],
                "against_months": [0, 12], "of": "counted", "against": "counted", "expected": "less", "smallest": 0.1,
            },
        },
    },
    "X3": {
        "claim": "Built in.",
        "kind": "input",
        "grade": "J",
        "built_in": "The model says so.",
        "why": "Because.",
        "parts": {"more": {**MORE, "says": "more leads", "expected": "more", "smallest": 0.0}},
    },
}  # fmt: skip


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    file = {
        "question": "Is it so?",
        "strategies": ["lead_factory", "balanced"],
        "arms": {"counted": ["strategy=lead_factory", "policy=lead_count"]},
        "claims": CLAIMS,
    }
    text = f"# @package _global_\n# Mine.\n{yaml.safe_dump(file, sort_keys=False)}"
    (tmp_path / "conf" / "experiment" / "mine.yaml").write_text(text)
    return tmp_path / "conf"


@pytest.fixture
def played(conf: Path, tmp_path: Path) -> Callable[..., Ledger]:
    def play(ids: tuple[str, ...] = ("X1", "X2", "X3"), *, store: str = "a", workers: int = 2) -> Ledger:
        place = tmp_path / store
        return claims(ids, overrides=LITTLE, config_dir=conf, workers=workers, progress=False, store=place)

    return play


def pages(ledger: Ledger, folder: Path) -> tuple[bytes, bytes]:
    publish(ledger, folder)
    return (folder / "README.md").read_bytes(), (folder / "ledger.csv").read_bytes()


def test_the_same_bytes_at_once_in_pieces_and_after_damage(played: Callable[..., Ledger], tmp_path: Path) -> None:
    at_once = pages(played(store="a", workers=1), tmp_path / "one")
    played(("X2",), store="b")
    in_pieces = pages(played(store="b"), tmp_path / "two")
    assert at_once == in_pieces
    files = sorted((tmp_path / "b").glob("*/*.terms"))
    files[0].write_bytes(files[0].read_bytes()[:-3])
    files[1].unlink()
    assert pages(played(store="b"), tmp_path / "three") == at_once
    assert files[0].with_suffix(".corrupt").exists()
    assert not list(tmp_path.glob("**/*.unfinished"))


def test_numbers_agree_with_a_comparison(played: Callable[..., Ledger], tmp_path: Path) -> None:
    ledger = played(("X1", "X2"))
    runs = ms.compare(
        ["strategy=lead_factory", "strategy=balanced"], replications=3, overrides=SMALL, horizon_years=2,
        output_dir=tmp_path / "c" / "run", progress=False,
    )  # fmt: skip
    for row, part, name, year in (
        (ledger.rows[0], "more", "leads", 1),
        (ledger.rows[1], "worth", "net_present_value", 2),
    ):
        values = runs.values(name, year)
        expected = paired_difference(values["balanced"], values["lead_factory"])
        found = row.parts[part]
        assert (found.value, found.low, found.high) == pytest.approx((expected.mean, expected.low, expected.high))


def test_every_row_says_what_it_is(played: Callable[..., Ledger], tmp_path: Path) -> None:
    ledger = played()
    text = ledger.markdown()
    table = ledger.table()
    assert [row.entry.id for row in ledger.rows] == ["X1", "X2", "X3"]
    assert set(table["place"]) == {"usual", "smb_software", "start_up"}
    assumed = ledger.rows[2]
    assert assumed.verdict.word == "assumed"
    assert set(table[table["claim"] == "X3"]["decision"]) == {"assumed"}
    assert np.isnan(assumed.adjusted)
    assert "assumed: The model says so. Evidence: grade J." in text
    assert "harvest.unlisted_weight" in text
    for row in ledger.rows:
        assert f"### {row.entry.id}" in text
        assert row.all_worlds.worlds == 2
    assert ledger.summary().startswith("3 claims: ")
    assert all(len(line) <= 100 for line in ledger.console(100).splitlines())


def test_what_was_played_for_one_claim_serves_the_next(played: Callable[..., Ledger], tmp_path: Path) -> None:
    played(("X1",), store="b")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "b").glob("*/*.terms")}
    played(("X1",), store="b")
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "b").glob("*/*.terms")} == before
    store = TermStore(tmp_path / "b", 1)
    known = store.read("usual", 0)
    played(store="b")
    added = store.read("usual", 0)
    for content, terms in known.items():
        assert terms.items() <= added[content].items()
    assert len(added) == 3


def test_what_cannot_be_tested_is_refused(played: Callable[..., Ledger], conf: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no claim 'X9'"):
        played(("X9",))
    with pytest.raises(BadInput, match="arms of their own experiments"):
        claims(["X1"], overrides=["strategy=balanced"], config_dir=conf, progress=False, store=tmp_path / "s")
    (conf / "experiment" / "other.yaml").write_text((conf / "experiment" / "mine.yaml").read_text())
    with pytest.raises(BadInput, match="claim X1 stands in two experiments: mine and other"):
        played()
    with pytest.raises(BadInput, match="no market 'mars'"):
        claims(
            ["A2a"], overrides=[*SMALL, "ledger=smoke", "ledger.markets=[mars]"], progress=False, store=tmp_path / "s"
        )
