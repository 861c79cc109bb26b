"""Keyed random numbers: each is a pure function of seed, replication, stream and the ids that caused it.

The mixing function is splitmix64's finaliser (Steele, Lea & Flood 2014). Every id is mixed before it is folded into the
key and once more after it, so that two streams cannot be shifted copies of each other.
"""

import hashlib

import numpy as np

from marketsim.rules.arithmetic import exp, log, normal_quantile
from marketsim.rules.compiling import compiled

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 1.0 / 9007199254740992.0


def stream_id(name: str) -> int:
    """Return the id of a named stream: the first 8 bytes of BLAKE2b of its name."""
    return int.from_bytes(hashlib.blake2b(name.encode()).digest()[:8], "little")


@compiled
def mix(z: np.uint64) -> np.uint64:
    """Scramble 64 bits (a bijection)."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@compiled
def fold(key: np.uint64, part: int) -> np.uint64:
    """Fold one id into a key."""
    return mix(key ^ mix(np.uint64(part) * _GOLDEN + _GOLDEN))


@compiled
def to_unit(z: np.uint64) -> float:
    """Map 64 bits into the open interval (0, 1)."""
    return (float(z >> _11) + 0.5) * _TO_UNIT


@compiled
def stream_key(seed: np.uint64, replication: np.uint64, stream: np.uint64) -> np.uint64:
    """Return the key of one stream in one replication."""
    return mix(mix(mix(seed + _GOLDEN) ^ mix(replication + _FIRST)) ^ stream)


@compiled
def uniform1(key: np.uint64, a: int) -> float:
    """Return the uniform number of one id."""
    return to_unit(fold(key, a))


@compiled
def uniform2(key: np.uint64, a: int, b: int) -> float:
    """Return the uniform number of two ids."""
    return to_unit(fold(fold(key, a), b))


@compiled
def uniform3(key: np.uint64, a: int, b: int, c: int) -> float:
    """Return the uniform number of three ids."""
    return to_unit(fold(fold(fold(key, a), b), c))


@compiled
def uniform4(key: np.uint64, a: int, b: int, c: int, d: int) -> float:
    """Return the uniform number of four ids."""
    return to_unit(fold(fold(fold(fold(key, a), b), c), d))


@compiled
def exponential(u: float) -> float:
    """Return the unit exponential number of a uniform one."""
    return -log(u)


@compiled
def gumbel(u: float) -> float:
    """Return the standard Gumbel number of a uniform one."""
    return -log(-log(u))


@compiled
def lognormal(mean: float, sigma: float, u: float) -> float:
    """Return the lognormal number with this mean and this sd of the logarithm."""
    return mean * exp(sigma * normal_quantile(u) - 0.5 * sigma * sigma)


@compiled
def lognormal_in_progress(mean: float, sigma: float, u: float) -> float:
    """Return the length of a lognormal phase under way: a length-biased lognormal is a lognormal(mu + sigma^2)."""
    return mean * exp(sigma * normal_quantile(u) + 0.5 * sigma * sigma)
