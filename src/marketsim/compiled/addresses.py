"""Tables by their address: steps get one number, and read from the hub where everything lies.

numpy owns the memory. A view made here holds no reference, so that compiled code neither counts references nor
allocates; who calls it keeps the arrays alive.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj, numpy_support

from marketsim.compiled.mode import COMPILED

Array = np.ndarray[Any, Any]
_WORD = ir.IntType(64)


def _plain_view(address: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return the same view from Python."""
    size = max(1, int(np.prod(shape)) * dtype.itemsize)
    memory: Any = (ctypes.c_char * size).from_address(int(address))
    return np.frombuffer(memory, dtype, int(np.prod(shape))).reshape(shape)


def reader(dtype: np.dtype[Any]) -> Callable[[int, int], Array]:
    """Return a function (address, rows) that gives a table of this type."""
    if not COMPILED:
        return lambda address, rows: _plain_view(address, (rows,), dtype)
    array = types.Array(numpy_support.from_dtype(dtype), 1, "C")

    @intrinsic
    def read(_context: Any, _address: Any, _rows: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            view = context.make_array(array)(context, builder)
            size = context.get_constant(types.intp, dtype.itemsize)
            data = builder.inttoptr(arguments[0], view.data.type)
            arrayobj.populate_array(view, data=data, shape=[arguments[1]], strides=[size], itemsize=size, meminfo=None)
            return view._getvalue()

        return array(types.int64, types.int64), generate

    return read


def grid_reader(dtype: np.dtype[Any]) -> Callable[[int, int, int], Array]:
    """Return a function (address, rows, columns) that gives a table of numbers of this type."""
    if not COMPILED:
        return lambda address, rows, columns: _plain_view(address, (rows, columns), dtype)
    array = types.Array(numpy_support.from_dtype(dtype), 2, "C")

    @intrinsic
    def read(_context: Any, _address: Any, _rows: Any, _columns: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            view = context.make_array(array)(context, builder)
            size = context.get_constant(types.intp, dtype.itemsize)
            data = builder.inttoptr(arguments[0], view.data.type)
            row = builder.mul(arguments[2], size)
            arrayobj.populate_array(
                view, data=data, shape=[arguments[1], arguments[2]], strides=[row, size], itemsize=size, meminfo=None
            )
            return view._getvalue()

        return array(types.int64, types.int64, types.int64), generate

    return read


def table_in(hub: np.dtype[Any], dtype: np.dtype[Any], *fields: str) -> Callable[[Any], Array]:
    """Return a function (row of the hub) that gives the table whose address and shape stand in fields of the hub."""
    if not COMPILED:
        return lambda h: _plain_view(h[fields[0]], tuple(int(h[field]) for field in fields[1:]), dtype)
    record = numpy_support.from_dtype(hub)
    array = types.Array(numpy_support.from_dtype(dtype), len(fields) - 1, "C")
    places: Any = hub.fields
    offsets = [places[field][1] for field in fields]

    @intrinsic
    def read(_context: Any, _hub: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            row = builder.bitcast(arguments[0], ir.IntType(8).as_pointer())
            address, *shape = (
                builder.load(builder.bitcast(builder.gep(row, [_WORD(offset)]), _WORD.as_pointer()))
                for offset in offsets
            )
            view = context.make_array(array)(context, builder)
            size = context.get_constant(types.intp, dtype.itemsize)
            strides = [size] if len(shape) == 1 else [builder.mul(shape[1], size), size]
            data = builder.inttoptr(address, view.data.type)
            arrayobj.populate_array(view, data=data, shape=shape, strides=strides, itemsize=size, meminfo=None)
            return view._getvalue()

        return array(record), generate

    return read


def _no_prefetch(_address: int) -> None:
    """Fetch nothing, from Python."""


@intrinsic
def _prefetch(_context: Any, _address: Any) -> Any:
    """Ask the processor for the memory at an address, without waiting for it."""
    four_bytes = ir.IntType(32)

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [pointer, four_bytes, four_bytes, four_bytes])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        to_read, keep, data = four_bytes(0), four_bytes(3), four_bytes(1)
        builder.call(fetch, [builder.inttoptr(arguments[0], pointer), to_read, keep, data])
        return context.get_dummy_value()

    return types.void(types.int64), generate


prefetch = _prefetch if COMPILED else _no_prefetch


@intrinsic
def call_address(_context: Any, _address: Any, _hub: Any, _a: Any, _b: Any, _c: Any, _d: Any, _e: Any) -> Any:
    """Call the machine code of a step."""
    word = types.int64

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(_WORD, [_WORD] * 6)
        return builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), arguments[1:])

    return word(*[word] * 7), generate
