"""Compile the C files of this folder when they are needed, into a temporary folder."""

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

_FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")


class NoCompiler(RuntimeError):
    """There is no C compiler, or it failed."""


@cache
def library(name: str) -> ctypes.CDLL:
    """Compile `name`.c and load it.

    Raises
    ------
    NoCompiler
        If that cannot be done; `CC` in the environment chooses the compiler (gcc if it is not set).
    """
    source = Path(__file__).with_name(f"{name}.c")
    chosen = os.environ.get("CC", "gcc")
    compiler = shutil.which(chosen)
    if compiler is None:
        raise NoCompiler(f"no C compiler '{chosen}'; install gcc, or name another one with CC=…")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{name}.so"
        done = subprocess.run(
            [compiler, *_FLAGS, "-o", str(target), str(source), "-lm"], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise NoCompiler(f"{chosen} could not compile {source.name}: {done.stderr.strip().splitlines()[-1]}")
        return ctypes.CDLL(str(target))
