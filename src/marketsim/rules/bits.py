"""The 64 bits of a float, read and written as a whole number: a single move in compiled code."""

import struct
from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import lower_builtin, type_callable

_FLOAT, _INTEGER = struct.Struct("<d"), struct.Struct("<q")


def to_bits(x: float) -> int:
    """Return the bits of a float as a signed whole number."""
    bits: int = _INTEGER.unpack(_FLOAT.pack(x))[0]
    return bits


def from_bits(bits: int) -> float:
    """Return the float that has these bits."""
    x: float = _FLOAT.unpack(_INTEGER.pack(bits))[0]
    return x


def _is_a_move(function: Callable[[Any], Any], before: Any, after: Any) -> None:
    """Let compiled code move bits from one type to the other where `function` is called."""

    @type_callable(function)
    def typing(_context: Any) -> Callable[[Any], Any]:
        return lambda value: after if value == before else None

    @lower_builtin(function, before)
    def lowering(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.bitcast(values[0], context.get_value_type(after))


_is_a_move(to_bits, types.float64, types.int64)
_is_a_move(from_bits, types.int64, types.float64)
