"""Machine code on disk: what is damaged or cannot be written costs a compilation, never a run or a wrong number."""

import ctypes
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from marketsim.rules import compiling
from marketsim.rules.compiling import Callback, compiled

_CALL = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)


def double(x: Any) -> Any:
    return 2 * x


def triple(x: Any) -> Any:
    return 3 * x


for function in (double, triple):
    function.__module__ = "marketsim.rules.clocks"  # a module whose source names the folder


def is_loaded() -> tuple[bool, bool]:
    """Compile or load both functions, see that they work, and tell which of them came from disk."""
    callback = Callback(triple, "int64(int64)", allocates=False)
    was_there = callback.is_compiled
    assert _CALL(callback.address)(14) == 42
    dispatcher: Any = compiled(double)
    assert dispatcher(21) == 42
    return bool(sum(dispatcher.stats.cache_hits.values())), was_there


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.nb?") if path.is_file())


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder for machine code."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setattr(compiling, "CACHE_FOLDER", str(folder))
    return folder


@pytest.fixture
def cache(empty: Path) -> Path:
    """Give a folder with the machine code of both functions: an index and the code of each."""
    assert is_loaded() == (False, False)
    assert len(files_in(empty)) == 4
    assert is_loaded() == (True, True)
    return empty


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.99])
def test_files_that_were_cut_off_are_compiled_anew(cache: Path, share: float) -> None:
    for path in files_in(cache):
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])
    assert is_loaded()[0] is False
    assert is_loaded() == (True, True)


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("first", [0, 40, 200])
def test_bytes_that_flipped_are_noticed(cache: Path, suffix: str, first: int) -> None:
    for path in files_in(cache):
        content = bytearray(path.read_bytes())
        for place in range(first, len(content), 97):
            content[place] ^= 0xFF
        if path.suffix == suffix:
            path.write_bytes(content)
    assert is_loaded()[0] is False
    assert is_loaded() == (True, True)


def test_files_of_something_else_are_compiled_anew(cache: Path) -> None:
    for path in files_in(cache):
        path.write_bytes(b"something else" * 100)
    assert is_loaded()[0] is False
    assert is_loaded() == (True, True)


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_code_without_its_index_and_an_index_without_its_code(cache: Path, suffix: str) -> None:
    for path in files_in(cache):
        if path.suffix == suffix:
            path.unlink()
    assert is_loaded()[0] is False
    assert is_loaded() == (True, True)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_costs_time_only(cache: Path) -> None:
    folders = [path for path in (cache, *cache.rglob("*")) if path.is_dir()]
    for path in folders:
        path.chmod(0o500)
    try:
        is_loaded()
    finally:
        for path in folders:
            path.chmod(0o700)


def test_without_a_folder_everything_is_compiled_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "CACHE_FOLDER", None)
    for _ in range(2):
        assert is_loaded() == (False, False)


def test_an_unwritable_home_leaves_the_folder_for_temporary_files_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.write_text("no folder", encoding="utf-8")  # that stops root too
    temporary.mkdir()
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    found = compiling._writable_cache()
    assert found is not None
    assert Path(found).is_relative_to(temporary)
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    assert compiling._writable_cache() is None
