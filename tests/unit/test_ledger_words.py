"""The ledger in words: every effect in its unit, limits beside it, and where a claim stops being true."""

import math

import pytest

from marketsim.analysis.effects import Effect
from marketsim.analysis.robustness import Region, Share, share_of
from marketsim.analysis.verdicts import (
    ASSUMED,
    DEPENDS,
    NOT_SUPPORTED,
    SUPPORTED,
    UNDECIDED,
    Chances,
    Verdict,
)
from marketsim.experiments.ledger.cast import Entry
from marketsim.experiments.ledger.judging import Row, SweepRow
from marketsim.experiments.ledger.sentences import (
    boundary,
    effect_in_words,
    share_in_words,
    smallest_in_words,
    verdict_in_words,
)
from marketsim.scenario.claims import Claim, Part, Sweep

NAN = float("nan")


def part(effect: str = "relative", measure: str = "leads", *, smallest: float = 0.1, **changes: object) -> Part:
    usual: dict[str, object] = {
        "says": "more", "effect": effect, "measure": measure, "months": (0.0, 12.0), "of": "a", "against": "b",
        "other_of": None, "other_against": None, "arms": (), "against_months": None, "against_measure": None,
        "than": 0.0, "expected": "more", "smallest": smallest,
    }  # fmt: skip
    return Part(**{**usual, **changes})  # type: ignore[arg-type]


def found(value: float, low: float, high: float) -> Effect:
    return Effect(value, low, high, (high - low) / 4, 20, 0, NAN, NAN)


@pytest.mark.parametrize(
    ("one", "values", "effect", "limit"),
    [
        (part(), (1.071, 0.992, 1.156), "+107 % [99, 116]", "above +10 %"),
        (part(expected="less", smallest=0.25), (-0.043, -0.066, -0.021), "−4.3 % [−6.6, −2.1]", "below −25 %"),
        (
            part("difference", "net_present_value", smallest=1e6), (10.8e6, 5e6, 16.5e6), "+10.8 M [5.0, 16.5]",
            "above +1.0 M",
        ),
        (
            part("difference", "ignored_share", smallest=0.05), (0.34, 0.30, 0.38), "+34 points [30, 38]",
            "above +5.0 points",
        ),
        (part("difference", "sum spend_brand", smallest=0.0), (2e5, 1e5, 3e5), "+200 k [100, 300]", "above 0"),
        (part("difference", "customers", smallest=5), (40.0, 30.0, 50.0), "+40 [30, 50]", "above +5.0"),
        (part("share", "profit", smallest=0.0, than=1.1), (-0.09, -0.21, 0.02), "101 % [89, 112]", "above 110 %"),
        (part("level", "end trust", smallest=0.0, than=0.6), (-0.36, -0.42, -0.31), "24 % [18, 29]", "above 60 %"),
        (
            part("rank_correlation", smallest=0.0, than=0.45, expected="less"), (-0.01, -0.07, 0.05),
            "0.44 [0.38, 0.50]", "below 0.45",
        ),
        (part(), (0.2, NAN, NAN), "+20 %", "above +10 %"),
        (
            part("level", "survived", smallest=0.0, than=0.5), (0.5, 0.5, 0.5), ">99 % [84, 100] of 20", "above 50 %",
        ),
    ],
)  # fmt: skip
def test_effects_stand_in_their_unit_beside_what_they_must_be(
    one: Part, values: tuple[float, float, float], effect: str, limit: str
) -> None:
    assert effect_in_words(one, found(*values)) == effect
    assert smallest_in_words(one) == limit


def test_simulated_shares_are_never_all_or_nothing() -> None:
    assert share_in_words(share_of([True] * 20)) == ">99 % [84, 100] of 20"
    assert share_in_words(share_of([False] * 20)) == "<1 % [0, 16] of 20"
    assert share_in_words(share_of([True, False] * 10)) == "50 % [30, 70] of 20"
    assert share_in_words(share_of([])) == "–"


def row(
    word: str,
    *,
    on: str = "",
    decision: str = SUPPORTED,
    markets: dict[str, str] | None = None,
    pasts: dict[str, str] | None = None,
    matched: Share | None = None,
    region: Region | None = None,
    kind: str = "emergent",
    sweep: Sweep | None = None,
    swept: tuple[SweepRow, ...] = (),
) -> Row:
    claim = Claim("It is so.", kind, "all", "Because.", "The model says so", "J", {"more": part()}, sweep)
    every = share_of([True] * 150 + [False] * 50)
    return Row(
        Entry("A1", claim, "mine"), {"more": found(0.2, 0.15, 0.25)}, Chances(0.0, 1.0), 0.0, decision, markets or {},
        pasts or {}, {}, every, matched or share_of([True] * 20), region, swept, Verdict(word, on),
    )  # fmt: skip


def test_a_supported_claim_names_where_it_fails_or_how_far_was_searched() -> None:
    everywhere = {"smb_software": SUPPORTED}
    assert boundary(row(SUPPORTED, markets=everywhere)) == (
        "The same on all markets and pasts. No failing world among 20 history-matched ones."
    )
    region = Region("memory.hill_shape", "above", 2.4, 0.6, 0.05, 40, 1e-9)
    matched = share_of([True] * 18 + [False] * 2)
    assert boundary(row(SUPPORTED, markets=everywhere, matched=matched, region=region)) == (
        "The same on all markets and pasts. Fails in 2 of 20 history-matched worlds. Of all worlds with "
        "memory.hill_shape above 2.4 it fails in 60 %, of the others in 5 %."
    )


def test_one_that_is_not_names_where_it_holds() -> None:
    region = Region("memory.hill_shape", "above", 2.4, 0.98, 0.7, 40, 1e-9)
    said = boundary(row(NOT_SUPPORTED, decision=NOT_SUPPORTED, matched=share_of([False] * 20), region=region))
    assert said.endswith("Of all worlds with memory.hill_shape below 2.4 it holds in 30 %, of the others in 2 %.")


def test_one_that_depends_says_where_it_holds_and_where_not() -> None:
    one = row(DEPENDS, on="past", markets={"smb_software": UNDECIDED}, pasts={"start_up": NOT_SUPPORTED})
    assert verdict_in_words(one) == "depends on the past"
    assert boundary(one).startswith(
        "Supported on b2b_software, past balanced; not supported on past start_up; undecided on smb_software."
    )


def test_few_matched_worlds_leave_the_word_to_all_of_them() -> None:
    one = row(SUPPORTED, matched=share_of([True] * 3))
    assert one.searched.worlds == 200
    assert "Fails in 50 of 200 drawn worlds." in boundary(one)


def test_a_sweep_says_where_it_flips() -> None:
    sweep = Sweep("crm.recording_rate", (0.2, 0.4, 0.6), "more")
    swept = tuple(SweepRow(v, found(e, e - 0.1, e + 0.1)) for v, e in ((0.2, 0.0), (0.4, 0.2), (0.6, 0.3)))
    assert "crm.recording_rate flips it at about 0.3." in boundary(row(SUPPORTED, sweep=sweep, swept=swept))
    flat = tuple(SweepRow(v, found(0.5, 0.4, 0.6)) for v in (0.2, 0.6))
    assert "does not flip it between 0.2 and 0.6." in boundary(row(SUPPORTED, sweep=sweep, swept=flat))


def test_an_assumption_says_what_is_built_in() -> None:
    assert boundary(row(ASSUMED, kind="input")) == "assumed: The model says so. Evidence: grade J."
    assert math.isnan(share_of([]).share)
