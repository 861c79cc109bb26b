"""Logarithm and exponential take floats apart by their bits: the same results as with frexp and ldexp, bit for bit."""

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from marketsim.rules import arithmetic
from marketsim.rules.arithmetic import exp, exp_near_0, log
from marketsim.rules.bits import from_bits, to_bits

NUMBERS = 1_000_000
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
SMALLEST, LARGEST = np.finfo(np.float64).tiny, np.finfo(np.float64).max
EDGES_LOG = (
    5e-324, 1e-310, np.nextafter(SMALLEST, 0.0), SMALLEST, LARGEST, 1.0, np.nextafter(1.0, 0.0), np.nextafter(1.0, 2.0),
    math.sqrt(0.5), np.nextafter(math.sqrt(0.5), 0.0), np.nextafter(math.sqrt(0.5), 1.0), 0.5, 2.0, 2.0**-54,
)  # fmt: skip
EDGES_EXP = (
    -math.inf, -1e300, -709.0, np.nextafter(-708.0, -709.0), -708.0, -707.9, -1.0, -1e-300, -0.0, 0.0, 1e-300, 0.5,
    708.9, 709.0, np.nextafter(709.0, 710.0), 1e300, math.inf,
)  # fmt: skip


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def log_by_frexp(x: float) -> float:
    mantissa, exponent = math.frexp(x)
    if mantissa < 0.70710678118654752440:
        mantissa = mantissa * 2.0
        exponent = exponent - 1
    k = float(exponent)
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    half_square = 0.5 * f * f
    return k * LN2_HIGH - ((half_square - (s * (half_square + (odd + even)) + k * LN2_LOW)) - f)


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
def exp_by_ldexp(x: float) -> float:
    if x < -708.0:
        return 0.0
    if x > 709.0:
        return math.inf
    k = math.floor(x * 1.44269504088896338700 + 0.5)
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (
        1.66666666666666019037e-01
        + t
        * (
            -2.77777777770155933842e-03
            + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
        )
    )
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    return math.ldexp(y, int(k))


@numba.njit  # type: ignore[untyped-decorator, unused-ignore]
def of_each(function: Callable[[float], float], numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    results = np.empty_like(numbers)
    for i in range(len(numbers)):
        results[i] = function(numbers[i])
    return results


def _same_bits(new: Any, old: Any, numbers: np.ndarray[Any, Any]) -> None:
    np.testing.assert_array_equal(of_each(new, numbers).view(np.int64), of_each(old, numbers).view(np.int64))


def test_log_is_the_same_to_the_bit() -> None:
    rng = np.random.default_rng(5)
    any_exponent = rng.integers(to_bits(float(SMALLEST)), to_bits(float(LARGEST)), NUMBERS // 2).view(np.float64)
    subnormal = rng.integers(1, to_bits(float(SMALLEST)), 1000).view(np.float64)
    shares = rng.random(NUMBERS // 2 - 2000) + 2.0**-54
    near_one = 1.0 + rng.normal(0.0, 1e-9, 1000)
    _same_bits(log, log_by_frexp, np.concatenate([any_exponent, subnormal, shares, near_one, EDGES_LOG]))


def test_exp_is_the_same_to_the_bit() -> None:
    rng = np.random.default_rng(6)
    all_over = rng.uniform(-708.0, 709.0, NUMBERS // 2)
    usual = rng.normal(0.0, 3.0, NUMBERS // 2 - 1000)
    small = rng.normal(0.0, 1e-9, 1000)
    halves = (np.arange(-1020, 1023) + 0.5) * math.log(2.0)
    numbers = np.concatenate([all_over, usual, small, halves, EDGES_EXP])
    _same_bits(exp, exp_by_ldexp, numbers)
    _same_bits(exp_near_0, exp_by_ldexp, numbers)


def test_log_of_nothing_is_finite_and_very_low() -> None:
    assert -747.0 < log(0.0) < log(5e-324)


@pytest.mark.parametrize("function", [log, exp, exp_near_0])
def test_uncompiled_they_give_the_same(function: Any) -> None:
    plain = getattr(function, "py_func", function)
    numbers = np.concatenate([np.random.default_rng(7).uniform(1e-9, 700.0, 1000), EDGES_LOG[3:4]])
    assert [plain(float(x)) for x in numbers] == [function(x) for x in numbers]


def test_bits_go_there_and_back() -> None:
    for x in (0.0, -0.0, 1.0, -1.5, 5e-324, math.inf, math.pi):
        assert from_bits(to_bits(x)) == x
    assert to_bits(-0.0) < 0 == to_bits(0.0)
    assert to_bits(1.0) == 0x3FF0000000000000
    assert arithmetic.to_bits is to_bits
