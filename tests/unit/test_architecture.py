"""A package imports only from those to its left."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "marketsim"

# world and compiled stand side by side: they do not know each other.
ORDER = (
    ("scenario",),
    ("rules",),
    ("state",),
    ("outcomes",),
    ("world", "compiled"),
    ("engines",),
    ("analysis",),
    ("experiments",),
    ("figures",),
    ("report",),
    ("app",),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}
FRAMEWORKS = {"rules": {"simpy", "pandas", "hydra"}, "state": {"simpy", "pandas", "hydra"}, "outcomes": {"simpy"}}
MODULES = sorted(SOURCE.glob("*/**/*.py"))
LINES_AT_MOST = 400


def imported(path: Path) -> set[str]:
    """Return the dotted names of all modules a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_package_imports_only_from_those_to_its_left(path: Path) -> None:
    package = path.relative_to(SOURCE).parts[0]
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "marketsim" or len(parts) == 1 or parts[1] not in RANK:
            continue
        other = parts[1]
        assert other == package or RANK[other] < RANK[package], f"{package} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_rooms_without_frameworks_stay_so(path: Path) -> None:
    package = path.relative_to(SOURCE).parts[0]
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & FRAMEWORKS.get(package, set())


def test_every_package_has_its_place() -> None:
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert packages <= set(RANK)


def test_modules_are_small_rooms() -> None:
    long = {str(path.relative_to(SOURCE)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in long.items() if lines > LINES_AT_MOST} == {}
