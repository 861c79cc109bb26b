"""Compile a function with numba, and keep the machine code where an edit of the model's source cannot leave it stale.

numba's own cache looks at the file of a function only, not at the files it imports from. Each module's machine code
therefore lies in a folder named after a hash of the module and of all compiled source that it imports, directly or not:
an edit leaves the machine code of everything beside and below it valid. `error_model="numpy"` makes a division follow
IEEE-754 (no exception); `fastmath` stays off, so that the compiled float operations are the ones that are written down.
"""

import ast
import functools
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
_COMPILED_MODULES = tuple(f"marketsim.{room}." for room in _COMPILED_ROOMS)


@functools.cache
def module_hash(module: str) -> str:
    """Return a short hash of the source of a module (dotted name) and of the compiled source that it imports."""
    digest = hashlib.blake2b(digest_size=8)
    names, seen = [module], {module}
    for name in names:
        source = (_PACKAGE.parent / name.replace(".", "/")).with_suffix(".py").read_bytes()
        digest.update(name.encode())
        digest.update(source)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module is not None and node.module not in seen:
                seen.add(node.module)
                if node.module.startswith(_COMPILED_MODULES):
                    names.append(node.module)
    return digest.hexdigest()


def _writable_cache() -> str | None:
    """Return a folder of this user for machine code, or None where none can be written.

    Machine code is loaded from there, so nobody else may be able to put a file into it: in the shared folder for
    temporary files only a folder that belongs to this user, and is closed to others, will do.
    """
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    for root in (Path(home) / "marketsim", Path(tempfile.gettempdir()) / f"marketsim-cache-{user}"):
        folder = root / "compiled"
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


def cache_of(module: str) -> str:
    """Return the folder for the machine code of a module as it stands now."""
    return os.path.join(CACHE_FOLDER or "", f"{module.rpartition('.')[2]}-{module_hash(module)}")


def compiled(function: Function) -> Function:
    """Compile a function that makes no arrays on first use; references to those that it is given are not counted."""
    return _compiled(function, _nrt=False)


def allocating(function: Function) -> Function:
    """Compile a function that makes arrays of its own on first use. It counts references, which takes time."""
    return _compiled(function, _nrt=True)


def _compiled(function: Function, *, _nrt: bool) -> Function:
    """Compile on first use, with or without numba's counting of references (`_nrt`, else that of the caller).

    Without a writable cache folder it is compiled anew in every process.
    """
    if CACHE_FOLDER is None:
        return numba.njit(error_model="numpy", _nrt=_nrt)(function)  # type: ignore[no-any-return]
    before = config.CACHE_DIR
    config.CACHE_DIR = cache_of(function.__module__)
    try:
        return numba.njit(error_model="numpy", cache=True, _nrt=_nrt)(function)  # type: ignore[no-any-return]
    finally:
        config.CACHE_DIR = before
