"""The headline: parts that add up, and words that do not claim more than the intervals allow."""

from dataclasses import replace

import numpy as np
import pytest

from marketsim.analysis.crossing import crossing
from marketsim.analysis.headline import order, say_control, say_crossing, say_difference, say_order, say_split, split
from marketsim.analysis.paired import paired_difference
from marketsim.analysis.words import money, money_interval, number, rounded_up, years

BASE = np.array([0.0, 1.0, 2.0, 1.0]) * 1e6
NOISE = np.array([0.1, -0.1, 0.1, -0.1]) * 1e6
VALUES = {
    "lead_factory": BASE,
    "harvest_mix": BASE + 12e6 + NOISE,
    "balanced": BASE + 15e6 - NOISE,
}


def test_spreading_and_brand_add_up_to_the_whole() -> None:
    parts = split(VALUES)
    assert parts is not None
    assert parts.spreading.mean + parts.brand.mean == pytest.approx(parts.total.mean)
    assert parts.spreading_share == pytest.approx(12 / 15)
    text = say_split(parts)
    assert "explains +12.0 M" in text
    assert "the brand adds +3.0 M" in text
    assert "(80 % and 20 % of the whole)" in text


def test_a_part_whose_interval_contains_zero_is_called_undecided() -> None:
    values = {**VALUES, "balanced": VALUES["harvest_mix"] + 3 * NOISE + 1e5}
    parts = split(values)
    assert parts is not None
    text = say_split(parts)
    assert "what the brand adds is undecided" in text
    assert "replications would settle it" in text
    assert "% of the whole" not in text


def test_a_missing_value_is_missing_in_all_three_so_that_parts_still_add_up() -> None:
    values = {**VALUES, "harvest_mix": np.array([np.nan, *VALUES["harvest_mix"][1:]])}
    parts = split(values)
    assert parts is not None
    assert parts.total.pairs == 3
    assert parts.spreading.mean + parts.brand.mean == pytest.approx(parts.total.mean)
    assert split({"balanced": BASE}) is None


def test_the_order_holds_only_where_every_interval_says_so() -> None:
    holds = order(VALUES, "balanced", {"start_up": VALUES})
    assert holds.ranking == ("balanced", "harvest_mix", "lead_factory")
    assert holds.holds
    assert say_order(holds) == [
        "The order balanced > harvest_mix > lead_factory holds on all two pasts (balanced and start_up)."
    ]
    swapped = {**VALUES, "lead_factory": VALUES["balanced"], "balanced": VALUES["lead_factory"]}
    broken = order(VALUES, "balanced", {"start_up": swapped})
    assert not broken.holds
    text = " ".join(say_order(broken))
    assert "The order on the past balanced is balanced > harvest_mix > lead_factory." in text
    assert "Past start_up: balanced against harvest_mix is reversed" in text


def test_differences_in_words() -> None:
    decided = paired_difference(VALUES["balanced"], BASE)
    assert say_difference("balanced", "lead_factory", decided, 10).startswith(
        "balanced is worth 15.0 M [14.8, 15.2] more"
    )
    loser = say_difference("lead_factory", "balanced", paired_difference(BASE, VALUES["balanced"]), 1)
    assert "15.0 M [14.8, 15.2] less than balanced after one year " in loser
    vague = say_difference("a", "b", paired_difference(NOISE + 1e4, np.zeros(4)), 3)
    assert "undecided after three years" in vague
    assert "very roughly" in vague


def test_who_never_overtakes_may_still_end_ahead_in_a_resample() -> None:
    never = crossing(np.full((6, 4), -1.0), np.zeros((6, 4)))
    said = say_crossing("a", "b", replace(never, share_ahead=0.02))
    assert said == "a never overtakes b within 4 months (it ends ahead in 2 % of resamples)."


def test_crossings_in_words() -> None:
    steps = np.array([[-2.0, 1.0, 1.0, 1.0]] * 6)
    assert say_crossing("a", "b", crossing(steps, np.zeros_like(steps))) == "a overtakes b in month 4 [4, 4]."
    assert "never overtakes b within 4 months." in say_crossing(
        "a", "b", crossing(-np.abs(steps), np.zeros_like(steps))
    )
    assert "too few replications for an interval" in say_crossing("a", "b", crossing(steps[:1], np.zeros((1, 4))))


def test_an_undecided_end_makes_no_crossing_a_fact() -> None:
    steps = np.array([[-2.0, 1.0, 1.0, 1.0]] * 6)
    text = say_crossing("a", "b", crossing(steps, np.zeros_like(steps)), undecided=True)
    assert text.startswith("On average a is ahead of b from month 4 on, which is undecided: it ends ahead in ")
    mixed = steps + np.array([[0.0, 0.0, 0.0, 9.0]] * 3 + [[0.0, 0.0, 0.0, -8.0]] * 3)
    assert "overtakes" not in say_crossing("a", "b", crossing(mixed, np.zeros_like(mixed)))


def test_equal_arms_have_no_order_between_them() -> None:
    values = {"one": BASE, "two": BASE, "three": BASE + 12e6 + NOISE}
    found = order(values, "balanced", {"start_up": values})
    assert say_order(found) == ["The order three > one = two holds on all two pasts (balanced and start_up)."]
    apart = order(values, "balanced", {"start_up": {**values, "two": BASE - 5e6 + NOISE}})
    assert any("one against two is not equal, +5.0 M" in line for line in say_order(apart))
    same = paired_difference(BASE, BASE)
    assert "are worth exactly the same after one year" in say_difference("one", "two", same, 1)


def test_one_year_is_no_plural() -> None:
    assert "in one year by itself" in say_control("a", 1e6, 2e6, 1)
    assert [years(value) for value in (1.0, 2.5, 12.0)] == ["one year", "2.5 years", "12 years"]


def test_numbers_have_real_minus_signs_units_and_no_negative_zero() -> None:
    assert number(-1234.5, 1) == "\N{MINUS SIGN}1,234.5"
    assert number(-0.001, 1) == "0.0"
    assert number(float("nan")) == "\N{EN DASH}"
    assert money(-2_100_000) == "\N{MINUS SIGN}2.1 M"
    assert money(34_100) == "34 k"
    assert money(950, signed=True) == "+950"
    assert money_interval(14.9e6, 13e6, 16.8e6) == "14.9 M [13.0, 16.8]"
    assert rounded_up(387) == 390
