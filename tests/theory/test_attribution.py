"""Credit rules on hand-made journeys."""

import numpy as np
import pytest

from marketsim.rules.attribution import (
    BY_CONVERTING_LEAD,
    BY_FIRST,
    BY_LAST,
    BY_LINEAR,
    BY_POSITION,
    BY_SELF_REPORT,
    BY_TIME_DECAY,
    named,
    touch_weights,
)
from marketsim.scenario.company import CREDIT_RULES

HALF_LIFE_30 = 30.0 / np.log(2.0)
AGES = np.array([90.0, 60.0, 30.0, 0.0])  # four touches, a month apart, oldest first


def _weights(rule: int, ages: np.ndarray = AGES, first: float = 0.4, last: float = 0.4) -> list[float]:
    found = touch_weights(rule, ages, HALF_LIFE_30, first, last)
    return [round(float(weight), 12) for weight in found]


def test_rules_are_numbered_as_the_settings_name_them() -> None:
    assert CREDIT_RULES[BY_CONVERTING_LEAD] == "converting_lead"
    assert CREDIT_RULES[BY_FIRST] == "first"
    assert CREDIT_RULES[BY_LAST] == "last"
    assert CREDIT_RULES[BY_LINEAR] == "linear"
    assert CREDIT_RULES[BY_TIME_DECAY] == "time_decay"
    assert CREDIT_RULES[BY_POSITION] == "position"
    assert CREDIT_RULES[BY_SELF_REPORT] == "self_reported"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (BY_FIRST, [1.0, 0.0, 0.0, 0.0]),
        (BY_LAST, [0.0, 0.0, 0.0, 1.0]),
        (BY_LINEAR, [0.25, 0.25, 0.25, 0.25]),
        (BY_TIME_DECAY, [1 / 15, 2 / 15, 4 / 15, 8 / 15]),
        (BY_POSITION, [0.4, 0.1, 0.1, 0.4]),
    ],
)
def test_four_touches_a_half_life_apart(rule: int, expected: list[float]) -> None:
    assert _weights(rule) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("rule", [BY_FIRST, BY_LAST, BY_LINEAR, BY_TIME_DECAY, BY_POSITION])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 12])
def test_the_shares_add_up_to_one(rule: int, count: int) -> None:
    found = _weights(rule, np.linspace(5000.0, 0.0, count))
    assert len(found) == count
    assert sum(found) == pytest.approx(1.0 if count else 0.0)
    assert min(found, default=0.0) >= 0.0


def test_two_touches_share_what_the_ends_get() -> None:
    assert _weights(BY_POSITION, np.array([9.0, 1.0])) == [0.5, 0.5]
    assert _weights(BY_POSITION, np.array([9.0, 1.0]), first=0.3, last=0.6) == pytest.approx([1 / 3, 2 / 3])
    assert _weights(BY_POSITION, np.array([9.0, 1.0]), first=0.0, last=0.0) == [0.5, 0.5]


def test_only_the_ages_between_touches_matter_for_time_decay() -> None:
    assert _weights(BY_TIME_DECAY, AGES + 1e5) == pytest.approx(_weights(BY_TIME_DECAY), abs=1e-9)


def test_a_customer_names_in_proportion_to_the_parts() -> None:
    parts = np.array([0.0, 3.0, 0.0, 1.0, 0.0])
    found = [named(parts, (k + 0.5) / 1000.0) for k in range(1000)]
    assert found.count(1) == 750
    assert found.count(3) == 250
    assert named(np.zeros(4), 0.3) == -1
    assert named(parts, 1.0 - 1e-16) == 3
