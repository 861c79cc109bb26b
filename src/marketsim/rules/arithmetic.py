"""Logarithm, exponential, power and normal quantile from + - * / sqrt alone, so that every machine gives the same bits.

Library versions of these functions differ in the last bit between processors; IEEE-754 fixes the basic operations.
"""

import math

import numpy as np

from marketsim.rules.bits import from_bits, to_bits
from marketsim.rules.compiling import compiled

_TWO_PI = 6.283185307179586
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_ONE_OVER_LN2 = 1.44269504088896338700
_SQRT_HALF = 0.70710678118654752440
_SMALLEST_NORMAL = 2.2250738585072014e-308
_TWO_TO_54 = 18014398509481984.0
_FRACTION_BITS = 52
_FRACTION = (1 << _FRACTION_BITS) - 1
_BIAS = 1022  # of the exponent of a float whose mantissa is in [1/2, 1)
_BITS_OF_HALF = _BIAS << _FRACTION_BITS
_EXP_UNDERFLOW = -708.0
_EXP_OVERFLOW = 709.0


@compiled
def log(x: float) -> float:
    """Return the natural logarithm of a positive, finite `x` (reduction and polynomial of fdlibm's e_log.c).

    Of 0 it returns about -746, less than of the smallest float; of a negative number, nothing that means anything.
    """
    exponent = -_BIAS
    if x < _SMALLEST_NORMAL:
        x = x * _TWO_TO_54
        exponent = exponent - 54
    bits = to_bits(x)
    exponent = exponent + (bits >> _FRACTION_BITS)
    mantissa = from_bits((bits & _FRACTION) | _BITS_OF_HALF)  # in [1/2, 1)
    if mantissa < _SQRT_HALF:
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
    return k * _LN2_HIGH - ((half_square - (s * (half_square + (odd + even)) + k * _LN2_LOW)) - f)


@compiled
def exp(x: float) -> float:
    """Return e to the power `x` (argument reduction and polynomial of fdlibm's e_exp.c); 0 below -708."""
    if x < _EXP_UNDERFLOW:
        return 0.0
    if x > _EXP_OVERFLOW:
        return math.inf
    k = np.floor(x * _ONE_OVER_LN2 + 0.5)  # as a float: math.floor would go through a whole number
    y = _exp_of_rest(x - k * _LN2_HIGH, k * _LN2_LOW)
    return y * from_bits((int(k) + _BIAS + 1) << _FRACTION_BITS)  # y times 2^k, which is normal between the bounds


@compiled
def _exp_of_rest(high: float, low: float) -> float:
    """Return e to the power `high - low`, which lies within half a log of 2 of 0."""
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
    return 1.0 - ((low - (r * c) / (2.0 - c)) - high)


@compiled
def exp_near_0(x: float) -> float:
    """Return what `exp` does, sooner if `x` is nearly always within a third of 0: there is nothing to reduce."""
    if 0.0 <= x * _ONE_OVER_LN2 + 0.5 < 1.0:
        return _exp_of_rest(x, 0.0)
    return exp(x)


@compiled
def power(base: float, exponent: float) -> float:
    """Return `base` to the power `exponent` for a base of 0 or more."""
    if exponent == 1.0:
        return base
    if base <= 0.0:
        return 0.0
    return exp(exponent * log(base))


@compiled
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of `p` in (0, 1) (Wichura 1988, algorithm AS 241, PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
               + 45921.953931549871457)  # fmt: skip
        top = (((top * r + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r
        top = top + 3.387132872796366608
        bottom = (((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                  + 21213.794301586595867)  # fmt: skip
        bottom = (((bottom * r + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r
        return q * top / (bottom + 1.0)
    r = p if q < 0.0 else 1.0 - p
    r = math.sqrt(-log(r))
    if r <= 5.0:
        r = r - 1.6
        top = (((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
               + 1.27045825245236838258)  # fmt: skip
        top = (((top * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r
        top = top + 1.42343711074968357734
        bottom = (((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                  + 0.14810397642748007459)  # fmt: skip
        bottom = (((bottom * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r
    else:
        r = r - 5.0
        top = (((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
               + 0.026532189526576123093)  # fmt: skip
        top = (((top * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r
        top = top + 6.6579046435011037772
        bottom = (((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                  + 7.868691311456132591e-4)  # fmt: skip
        bottom = (
            ((bottom * r + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769
        ) * r
    value = top / (bottom + 1.0)
    return -value if q < 0.0 else value


@compiled
def sine_of_turn(turns: float) -> float:
    """Return the sine of an angle in full turns, from arithmetic alone (error below 1e-12)."""
    x = turns - math.floor(turns + 0.5)  # in [-1/2, 1/2)
    if x > 0.25:
        x = 0.5 - x
    elif x < -0.25:
        x = -0.5 - x
    angle = _TWO_PI * x
    square = angle * angle
    term = angle
    total = angle
    for k in range(1, 11):
        term *= -square / ((2 * k) * (2 * k + 1))
        total += term
    return total
