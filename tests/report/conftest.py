"""Runs that several tests look at, each played once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from report.playing import RUNS, Stored, stored


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Stored]:
    root: Path = tmp_path_factory.mktemp("runs")
    known: dict[str, Stored] = {}

    def find(name: str) -> Stored:
        if name not in known:
            known[name] = stored(name, root)
        return known[name]

    return find


@pytest.fixture(scope="session", params=RUNS)
def run(request: pytest.FixtureRequest, run_of: Callable[[str], Stored]) -> Stored:
    return run_of(request.param)


@pytest.fixture(scope="session")
def usual(run_of: Callable[[str], Stored]) -> Stored:
    return run_of("usual")
