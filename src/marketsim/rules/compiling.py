"""Compile a function with numba, and keep the machine code where an edit of the model's source cannot leave it stale.

numba's own cache looks at the file of a function only, not at the files it imports from. The cache folder is therefore
named after a hash of all the compiled source. `error_model="numpy"` makes a division follow IEEE-754 (no exception);
`fastmath` stays off, so that the compiled float operations are the ones that are written down.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent.parent
_COMPILED_ROOMS = ("rules", "state")


def source_hash() -> str:
    """Return a short hash of the source of everything that is compiled."""
    digest = hashlib.blake2b(digest_size=8)
    for room in _COMPILED_ROOMS:
        for file in sorted((_PACKAGE / room).glob("*.py")):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _writable_cache() -> str | None:
    """Return a folder of this user for machine code, or None where none can be written.

    Machine code is loaded from there, so nobody else may be able to put a file into it: in the shared folder for
    temporary files only a folder that belongs to this user, and is closed to others, will do.
    """
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    for root in (Path(home) / "marketsim", Path(tempfile.gettempdir()) / f"marketsim-cache-{user}"):
        folder = root / "compiled" / source_hash()
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if hasattr(os, "getuid") and root.stat().st_uid != user:
                continue
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return str(folder)
        except OSError:
            continue
    return None


CACHE_FOLDER = os.environ.get("NUMBA_CACHE_DIR") or _writable_cache()


def compiled(function: Function) -> Function:
    """Compile `function` on first use; without a writable cache folder it is compiled anew in every process."""
    if CACHE_FOLDER is None:
        return numba.njit(error_model="numpy")(function)  # type: ignore[no-any-return]
    before = config.CACHE_DIR
    config.CACHE_DIR = CACHE_FOLDER
    try:
        return numba.njit(error_model="numpy", cache=True)(function)  # type: ignore[no-any-return]
    finally:
        config.CACHE_DIR = before
