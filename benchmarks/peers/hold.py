"""The distance to the limit: what one event costs a binary heap written by hand in C."""

import ctypes
import statistics

from peers.c_code import library

_EVENTS, _REPEATS = 1_000_000, 5


def c_loop_ns(heap_size: int, events: int = _EVENTS, repeats: int = _REPEATS) -> float:
    """Return the median processor time in nanoseconds of taking the earliest of so many events and putting one back.

    Raises
    ------
    NoCompiler
        If there is no C compiler.
    """
    if heap_size < 1:
        raise ValueError(f"a heap holds at least one event, not {heap_size}")
    loop = library("hold").hold_ns
    loop.restype = ctypes.c_double
    checksum = ctypes.c_double()
    found: list[float] = [
        loop(ctypes.c_int64(heap_size), ctypes.c_int64(events), ctypes.c_uint64(seed + 1), ctypes.byref(checksum))
        for seed in range(repeats)
    ]
    return statistics.median(found)
