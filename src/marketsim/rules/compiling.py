"""Compile a function with numba, and keep the machine code where an edit of the model's source cannot leave it stale.

numba's own cache looks at the file of a function only, not at the files it imports from. Each module's machine code
therefore lies in a folder named after a hash of the module and of all compiled source that it imports, directly or not:
an edit leaves the machine code of everything beside and below it valid. `error_model="numpy"` makes a division follow
IEEE-754 (no exception); `fastmath` stays off, so that the compiled float operations are the ones that are written down.
"""

import ast
import contextlib
import functools
import hashlib
import os
import pickle
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import llvmlite
import numba
from llvmlite import binding
from numba.core import config
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.ccallback import CFunc
from numba.core.sigutils import normalize_signature

Function = TypeVar("Function", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent.parent
_COMPILED_ROOMS = ("rules", "state", "compiled")
_CHECK_BYTES = 16
_COMPILED_MODULES = tuple(f"marketsim.{room}." for room in _COMPILED_ROOMS)


@functools.cache
def _source_of(module: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a hash of the source of a module, and the compiled modules that it imports from."""
    source = (_PACKAGE.parent / module.replace(".", "/")).with_suffix(".py").read_bytes()
    imported = (node.module for node in ast.parse(source).body if isinstance(node, ast.ImportFrom))
    return hashlib.blake2b(source).digest(), tuple(
        name for name in imported if name and name.startswith(_COMPILED_MODULES)
    )


@functools.cache
def module_hash(module: str) -> str:
    """Return a short hash of the source of a module (dotted name) and of the compiled source that it imports."""
    digest = hashlib.blake2b(_machine(), digest_size=8)
    names, seen = [module], {module}
    for name in names:
        source, imported = _source_of(name)
        digest.update(name.encode() + source)
        for other in imported:
            if other not in seen:
                seen.add(other)
                names.append(other)
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


@functools.cache
def _machine() -> bytes:
    """Return what machine code depends on beside its source: Python, numba, LLVM and the processor."""
    versions = (sys.version, numba.__version__, llvmlite.__version__, platform.machine())
    processor = (binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten())
    return repr((versions, processor)).encode()


def cache_of(module: str) -> str:
    """Return the folder for the machine code of a module as it stands now."""
    return os.path.join(CACHE_FOLDER or "", f"{module.rpartition('.')[2]}-{module_hash(module)}")


class _CheckedFile(IndexDataCacheFile):  # type: ignore[misc]
    """numba's files of machine code, each with a hash in front: a damaged one is noticed, and compiled anew."""

    def _dump(self, item: Any) -> bytes:
        data: bytes = super()._dump(item)
        return hashlib.blake2b(data, digest_size=_CHECK_BYTES).digest() + data

    def _load_index(self) -> dict[Any, str]:
        try:
            with open(self._index_path, "rb") as file:
                version = pickle.load(file)
                data = _checked(file.read())
            stamp, names = pickle.loads(data)
        except Exception:  # whatever a damaged file makes of itself
            return {}
        return names if version == self._version and stamp == self._source_stamp else {}

    def _load_data(self, name: str) -> Any:
        with open(self._data_path(name), "rb") as file:
            return pickle.loads(_checked(file.read()))


def _checked(data: bytes) -> bytes:
    """Return what follows the hash in front.

    Raises
    ------
    OSError
        If it is damaged; numba then compiles anew.
    """
    check, content = data[:_CHECK_BYTES], data[_CHECK_BYTES:]
    if hashlib.blake2b(content, digest_size=_CHECK_BYTES).digest() != check:
        raise OSError("a file of machine code is damaged")
    return content


class _Kept(FunctionCache):  # type: ignore[misc]
    """The machine code of one function on disk. What cannot be read is compiled, what cannot be written is not kept."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        files: Any = getattr(self, "_cache_file")  # noqa: B009
        # no stamp of the file's date: the folder's name is a hash of the source, which other checkouts may share
        self._cache_file: Any = _CheckedFile(files._cache_path, self._impl.filename_base, None)

    def load_overload(self, signature: Any, target: Any) -> Any:
        try:
            return super().load_overload(signature, target)
        except Exception:  # what was written by another numba, or damaged beyond what the hash sees
            return None

    def save_overload(self, signature: Any, data: Any) -> None:
        with contextlib.suppress(OSError):
            super().save_overload(signature, data)

    @property
    def is_filled(self) -> bool:
        """Whether there is machine code of this function (of whatever signature)."""
        return bool(self._cache_file._load_index())


def _kept(function: Callable[..., Any]) -> _Kept | None:
    """Return the place on disk for the machine code of a function, or None where there can be none.

    numba would go on to a folder beside the source, in which an edit of what the function calls leaves it stale.
    """
    if CACHE_FOLDER is None or config.DISABLE_JIT:
        return None
    before = config.CACHE_DIR
    config.CACHE_DIR = cache_of(function.__module__)
    try:
        place = _Kept(function)
    except RuntimeError:  # no folder at all can be written
        return None
    finally:
        config.CACHE_DIR = before
    return place if Path(CACHE_FOLDER) in Path(place.cache_path).parents else None


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
    dispatcher = numba.njit(error_model="numpy", _nrt=_nrt, forceinline=True)(function)
    place = _kept(function)
    if place is not None:
        dispatcher._cache = place
        dispatcher._can_cache = True
    return dispatcher  # type: ignore[no-any-return]


class Callback:
    """A function compiled for one signature, that other machine code can call by its address.

    One that calls functions which make arrays has to count references (`allocates`).
    """

    def __init__(self, function: Callable[..., Any], signature: str, *, allocates: bool) -> None:
        options = {"error_model": "numpy", "_nrt": allocates}
        self._callback: Any = CFunc(function, normalize_signature(signature), {}, options)
        self._place = _kept(function)
        if self._place is not None:
            setattr(self._callback, "_cache", self._place)  # noqa: B010
        self._is_compiled = False

    @property
    def is_compiled(self) -> bool:
        """Whether its machine code is there, or lies on disk."""
        return self._is_compiled or (self._place is not None and self._place.is_filled)

    @property
    def address(self) -> int:
        """The address of its machine code, compiled or loaded when first asked for."""
        if not self._is_compiled:
            self._callback.compile()
            self._is_compiled = True
        return int(self._callback.address or 0)
