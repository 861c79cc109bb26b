"""Memory for large tables: in large pages where the system has them, because every event reads rows far apart."""

import contextlib
import mmap
from typing import Any

import numpy as np

_LARGE_PAGE = 1 << 21  # bytes
_WORTH_IT = 1 << 19  # bytes: smaller tables do well with ordinary pages


def zeros(rows: int, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Return a table of zeros; pages that nobody has written to take no memory."""
    size = rows * dtype.itemsize
    if size < _WORTH_IT or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(rows, dtype=dtype)
    try:
        memory = mmap.mmap(-1, size + 2 * _LARGE_PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError:
        return np.zeros(rows, dtype=dtype)
    with contextlib.suppress(OSError):
        memory.madvise(mmap.MADV_HUGEPAGE)
    whole = np.frombuffer(memory, dtype=np.uint8)
    first = -whole.ctypes.data % _LARGE_PAGE
    table: np.ndarray[Any, Any] = whole[first : first + size].view(dtype)
    return table
