"""The pieces a report is put together from, against what they should say of made-up numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from report.playing import Stored

from marketsim.analysis import words
from marketsim.analysis.decision import Ahead, ahead, worst_case
from marketsim.report.assumptions import KEY_SETTINGS, at_work
from marketsim.report.html import said
from marketsim.report.naming import plain
from marketsim.scenario.load import load_experiment


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ((13.0e6, 11.6e6, 14.4e6), "between 11.6 and 14.4 million"),
        ((0.92e6, 0.66e6, 1.17e6), "between 0.66 and 1.17 million"),
        ((-19e3, -39e3, 2e3), "between \N{MINUS SIGN}39 and +2 thousand"),
        ((500.0, 400.0, 600.0), "between 400 and 600"),
        ((5.0, math.nan, math.nan), ""),
    ],
)
def test_intervals_in_words_have_the_digits_of_intervals_in_signs(
    numbers: tuple[float, float, float], wanted: str
) -> None:
    assert words.between(*numbers) == wanted
    for end in wanted.removeprefix("between ").replace("+", "").split(" and ")[:1]:
        assert end in words.money_interval(*numbers)
    first = words.money_spelled(*numbers).split()[0]
    assert words.money_interval(*numbers).startswith(first)


def test_an_amount_beside_a_larger_one_is_written_in_its_unit() -> None:
    assert words.money_spelled(729e3, 520e3, 940e3) == "729 thousand"
    assert words.money_spelled(729e3, 520e3, 940e3, beside=1.2e6) == "0.73 million"


def test_ahead_counts_pairs_and_leaves_undefined_ones_out() -> None:
    assert ahead([1.0, 2.0, 3.0, math.nan], [0.0, 2.0, 4.0, 0.0]) == Ahead(1, 3)


def test_the_worst_case_is_the_lowest_of_few_and_a_percentile_of_many() -> None:
    few = worst_case([3.0, math.nan, -1.0])
    assert (few.value, few.what) == (-1.0, "worst play")
    many = worst_case(np.arange(101.0))
    assert (many.value, many.what) == (5.0, "5th percentile")
    assert math.isnan(worst_case([]).value)


def test_words_of_the_console_become_words_of_the_page(usual: Stored) -> None:
    text = "lead_factory on the past start_up in 2 of 5 replications; balanced: about 45 replications would settle it."
    assert plain(usual.played, text) == (
        "lead factory on the past start up in 2 of 5 plays; balanced: about 45 plays would settle it."
    )


def test_commands_are_set_as_such_and_everything_else_is_escaped() -> None:
    assert (
        said("a <b> & `marketsim claims` 3 M") == "a &lt;b&gt; &amp; <code>marketsim claims</code> 3\N{NO-BREAK SPACE}M"
    )


def test_every_key_setting_exists_and_has_a_note(usual: Stored) -> None:
    known = {name: shipped for name, _, _, shipped in at_work(usual.played)}
    assert set(KEY_SETTINGS) <= set(known)
    assert all(known[name] for name in KEY_SETTINGS)


def test_a_value_of_ones_own_is_told_from_a_shipped_one(usual: Stored) -> None:
    from dataclasses import replace

    own = load_experiment(["strategies=[balanced]", "memory.half_life_days=300"])
    runs = replace(usual.played, experiment=own, scenarios=own.arms)
    known = {name: shipped for name, _, _, shipped in at_work(runs)}
    assert not known["memory.half_life_days"]
    assert known["memory.learning_brand_per_year"]
