"""The strict builder takes exactly what the dataclasses declare."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketsim.scenario.build import build, matches, nearest, settings_of
from marketsim.scenario.errors import BadInput
from marketsim.scenario.fields import amount, positive, setting, share


@dataclass(frozen=True)
class Part:
    part: float = share()


@dataclass(frozen=True)
class Whole:
    number: int = setting(1, 10)
    rate: float = positive(5.0)
    cost: float = amount()
    switch: bool = setting()
    word: str = setting(choices=("red", "green"))
    maybe: int | None = setting(1, 4)
    one: Part = setting()
    many: dict[str, Part] = setting()


GOOD = {
    "number": 3,
    "rate": 2,
    "cost": 0.0,
    "switch": True,
    "word": "red",
    "maybe": None,
    "one": {"part": 0.5},
    "many": {"a": {"part": 1}},
}


def test_good_data_becomes_the_dataclass_tree() -> None:
    whole = build(Whole, GOOD)
    assert whole == Whole(3, 2.0, 0.0, True, "red", None, Part(0.5), {"a": Part(1.0)})
    assert isinstance(whole.rate, float)
    assert build(Whole, {**GOOD, "number": 4.0}).number == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": "abc"}, "number must be a whole number, got 'abc'"),
        ({"number": 1.5}, "number must be a whole number, got 1.5"),
        ({"number": True}, "number must be a whole number, got true"),
        ({"number": None}, "number must be a whole number, got null"),
        ({"number": 11}, "number must be between 1 and 10, got 11"),
        ({"maybe": 5}, "maybe must be between 1 and 4, got 5"),
        ({"rate": 0.0}, "rate must be above 0 and at most 5, got 0.0"),
        ({"rate": float("nan")}, "rate must be a number, got nan"),
        ({"cost": float("inf")}, "cost must be a number, got inf"),
        ({"cost": -1}, "cost must be 0 or more, got -1"),
        ({"switch": 1}, "switch must be true or false, got 1"),
        ({"word": "gren"}, "word must be one of red, green, got 'gren' (conf/config.yaml). Did you mean green?"),
        ({"word": 3}, "word must be one of red, green, got 3"),
        ({"one": 3}, "one must be a group of settings, got 3"),
        ({"one": {"part": 1.4}}, "one.part must be between 0 and 1, got 1.4 (conf/one)"),
        ({"one": {}}, "one.part has no value (conf/one)"),
        ({"one": {"part": 1, "prat": 1}}, "one.prat is not a setting (conf/one). Did you mean one.part?"),
        ({"many": {"a": {"part": 2}}}, "many.a.part must be between 0 and 1, got 2 (conf/many)"),
        ({"many": [1]}, "many must be a group of settings, got [1]"),
    ],
)
def test_what_cannot_be_played_is_refused_in_one_line(change: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        build(Whole, {**GOOD, **change})
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(GOOD)), inner),
        max_leaves=8,
    )
)
def test_any_data_either_builds_or_is_bad_input(data: object) -> None:
    refusal = ""
    try:
        assert isinstance(build(Whole, data, "whole"), Whole)
    except BadInput as error:
        refusal = str(error)
    assert len(refusal.splitlines()) <= 1


def test_settings_are_listed_with_wild_cards_for_own_names() -> None:
    assert list(settings_of(Whole, "w"))[-2:] == ["w.one.part", "w.many.*.part"]
    assert matches("w.many.brand.part", "w.many.*.part")
    assert matches("w.many", "w.many.*.part")
    assert not matches("w.many.brand.prat", "w.many.*.part")


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("market.acounts", "market.accounts"),
        ("accounts", "market.accounts"),
        ("sales.accounts", "market.accounts"),
        ("weather", None),
    ],
)
def test_the_nearest_setting_is_offered_only_if_it_is_near(name: str, guess: str | None) -> None:
    assert nearest(name, ["market.accounts", "sales.queue"]) == guess
