"""The declared parameter row takes what every shipped choice gives, and nothing else."""

from typing import Any

import numpy as np
import pytest

from marketsim.scenario.folders import available
from marketsim.scenario.load import load_scenario
from marketsim.state.parameter_row import PARAMETERS, parameter_row
from marketsim.state.parameters import pack

CHOICES = [f"{group}={name}" for group in ("strategy", "market", "economy", "decay") for name in available(group)]


def _values() -> dict[str, Any]:
    row = pack(load_scenario(), 1, 0)[0]
    return {name: row[name].copy() for name in PARAMETERS.names or ()}


@pytest.mark.parametrize("choice", CHOICES)
def test_every_shipped_choice_fits_the_declared_row(choice: str) -> None:
    row = pack(load_scenario([choice]), 1, 0)
    assert row.dtype is PARAMETERS  # one and the same: numba compares others field by field at every call
    assert row.shape == (1,)
    assert not any(np.isnan(row[name]).any() for name in PARAMETERS.names or ())


def test_whole_numbers_are_numbers_too() -> None:
    assert parameter_row({**_values(), "work_days": 2})["work_days"][0] == 2.0


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("referral_tries", 2.5, "'referral_tries' is 2.5, .* whole numbers"),
        ("work_days", "long", "'work_days' is 'long', .* numbers"),
        ("qualify", np.zeros(3), r"'qualify' has shape \(3,\), .* has \(2,\)"),
        ("work_days", np.zeros(1), r"'work_days' has shape \(1,\)"),
        ("no_show", 0.1, "no fields .*: no_show"),
    ],
)
def test_what_does_not_fit_is_refused(name: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parameter_row({**_values(), name: value})


def test_what_is_missing_is_named() -> None:
    values = _values()
    del values["work_days"], values["key"]
    with pytest.raises(ValueError, match="no value for the parameters work_days, key "):
        parameter_row(values)
