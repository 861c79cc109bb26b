"""Documents say what is so: generated tables are fresh, columns exist, links resolve, commands compose."""

import ast
import re
import runpy
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from marketsim.cli.arguments import read_arguments
from marketsim.cli.dispatch import VERBS
from marketsim.cli.jobs import take_ids
from marketsim.cli.reporting import read_words
from marketsim.engines import simulate
from marketsim.experiments.comparison import Comparison
from marketsim.outcomes import Outcome
from marketsim.scenario.build import matches
from marketsim.scenario.folders import groups
from marketsim.scenario.load import load_experiment, load_scenario
from marketsim.scenario.schema import ROOT_KEYS, SETTINGS

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"
DICTIONARY = DOCS / "data_dictionary.md"
PAGES = [
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.rglob("*.md")),
]
INVENTED = ("sales.no_show",)  # the worked example of docs/how_to/new_mechanism.md
SMALL = (
    "market.accounts=300", "history.years=0", "run.horizon_years=1", "money.marketing_budget_per_year=1e5",
    "sales.development_reps=1", "sales.executives=1", "run.replications=2",
)  # fmt: skip

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:\.venv/bin/)?marketsim [^`]+)`")
_SETTING = re.compile(r"`([a-z_]+\.[a-z_]+(?:\.[a-z_]+)*)(?:=[^`]*)?`")
_SOURCE = re.compile(
    r"`((?:tests|docs|conf|examples|src)/[\w/.]+|(?:rules|state|world|outcomes|engines|scenario)/[\w.]*)`"
)
_FILE = re.compile(r"yaml file=(\S+)")
_ROW = re.compile(r"^\| `(\w+)` \|")


def page_id(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_generated_tables_are_those_of_the_code() -> None:
    build = runpy.run_path(str(DOCS / "build.py"))
    pages = build["pages"]()
    assert {path.name for path in pages} >= {"settings.md", "model.md", "data_dictionary.md"}
    for path, wanted in pages.items():
        assert read(path) == wanted, f"{page_id(path)} is old: make docs"


# ---- columns ----


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[Outcome]]:
    experiment = load_experiment([*SMALL, "strategies=[lead_factory,balanced]"])
    return {
        arm: [simulate(scenario, 1, replication, record=True) for replication in range(2)]
        for arm, scenario in experiment.arms.items()
    }


@pytest.fixture(scope="module")
def comparison(outcomes: dict[str, list[Outcome]]) -> Comparison:
    experiment = load_experiment([*SMALL, "strategies=[lead_factory,balanced]"])
    pieces = []
    for arm, runs in outcomes.items():
        for run in runs:
            piece = run.monthly.copy()
            piece.insert(0, "arm", arm)
            piece.insert(1, "replication", run.replication)
            pieces.append(piece)
    return Comparison(experiment, "balanced", experiment.arms, pd.concat(pieces, ignore_index=True), 2)


def documented(heading: str) -> list[str]:
    """Return the names in the first table under a heading of the dictionary."""
    _, _, after = read(DICTIONARY).partition(f"\n{heading}\n")
    assert after, heading
    names: list[str] = []
    for line in after.splitlines():
        row = _ROW.match(line)
        if row:
            names.append(row[1])
        elif names:
            return names
    return names


TABLES: dict[str, Callable[[Outcome], pd.DataFrame | None]] = {
    "## Monthly": lambda run: run.monthly,
    "## Leads": lambda run: run.leads,
    "## Deals": lambda run: run.deals,
    "## Customers": lambda run: run.customers,
    "## Journeys": lambda run: run.journeys,
    "## Touches": lambda run: run.touches,
    "## Reviews": lambda run: run.reviews,
    "## People": lambda run: run.people,
    "## Unit economics": lambda run: run.unit_economics,
    "## Summary of one run": lambda run: run.summary,
    "## Events": lambda run: run.events,
}


@pytest.mark.parametrize("heading", TABLES, ids=lambda heading: heading.strip("# "))
def test_the_dictionary_lists_the_columns_of_a_run(heading: str, outcomes: dict[str, list[Outcome]]) -> None:
    table = TABLES[heading](outcomes["balanced"][0])
    assert table is not None
    assert documented(heading) == list(table.columns)


def test_the_dictionary_lists_the_columns_of_a_run_folder(comparison: Comparison) -> None:
    assert documented("### summary.csv") == ["past", *comparison.summary().columns]
    assert documented("### differences.csv") == ["past", *comparison.differences().columns]


def test_the_dictionary_lists_the_words_of_word_columns(outcomes: dict[str, list[Outcome]]) -> None:
    text = read(DICTIONARY)
    run = outcomes["balanced"][0]
    for table in (run.leads, run.deals, run.customers, run.journeys, run.touches, run.people):
        for column in table.select_dtypes("category"):
            if column == "programme":
                continue  # names of one's own
            for word in table[column].cat.categories:
                assert f"`{word}`" in text or f"`leads_{word}`" in text, word
    assert run.events is not None
    for word in run.events["event"].cat.categories:
        assert f"`{word}`" in text, word


# ---- names and links ----


def anchors(page: str) -> set[str]:
    """Return the anchors of a page as the usual renderers make them."""
    titles = re.findall(r"^#+ (.*)$", _FENCE.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_links_lead_somewhere(path: Path) -> None:
    for target in _LINK.findall(_FENCE.sub("", read(path))):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        assert place.exists(), target
        if anchor:
            assert anchor in anchors(read(place)), target


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_settings_that_are_named_exist(path: Path) -> None:
    known = (*SETTINGS, *ROOT_KEYS, *INVENTED)
    for name in _SETTING.findall(read(path)):
        if name.split(".")[0] in groups():
            assert any(matches(name, setting) or setting.startswith(f"{name}.") for setting in known), name


@pytest.mark.parametrize("path", PAGES, ids=page_id)
def test_files_that_are_named_exist(path: Path) -> None:
    for name in _SOURCE.findall(read(path)):
        assert (REPOSITORY / name).exists() or (REPOSITORY / "src" / "marketsim" / name).exists(), name


# ---- commands ----


def commands(page: str) -> Iterator[str]:
    """Yield every command line of marketsim in a page."""
    for fence in _FENCE.finditer(page):
        if fence["info"].strip() in ("", "bash", "sh"):
            for line in fence["body"].splitlines():
                if re.match(r"(\.venv/bin/)?marketsim ", line.strip()):
                    yield line.strip()
    yield from _INLINE.findall(_FENCE.sub("", page))


def all_commands() -> dict[str, Path]:
    """Return every command line once, with the first page that shows it."""
    found: dict[str, Path] = {}
    for path in PAGES:
        for line in commands(read(path)):
            found.setdefault(line.removeprefix(".venv/bin/"), path)
    return found


COMMANDS = all_commands()
CLAIMS = set(load_experiment(["experiment=closing_trap"]).claims) | set(
    load_experiment(["experiment=leads_alone"]).claims
)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder in which a reader has done what the pages say: examples copied, files written."""
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    shutil.copytree(REPOSITORY / "examples" / "conf", tmp_path / "conf_mine")
    for path in PAGES:
        for fence in _FENCE.finditer(read(path)):
            found = _FILE.match(fence["info"])
            if found:
                target = tmp_path / found[1]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(fence["body"], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", COMMANDS, ids=[f"{page_id(path)}: {line}" for line, path in COMMANDS.items()])
def test_commands_compose(line: str, reader: Path) -> None:
    _, verb, *words = shlex.split(line, comments=True)
    assert verb in VERBS
    if verb == "report":
        assert read_words(words).run
        return
    if verb == "story":
        assert words.pop(0).isdigit()
    if verb == "claims":
        assert set(take_ids(words)) <= CLAIMS
    arguments = read_arguments(words)
    if verb in ("list", "check"):
        assert not arguments.overrides
        return
    folders = [
        value for flag, value in zip(arguments.flags, arguments.flags[1:], strict=False) if flag == "--config-dir"
    ]
    if re.search(r"\b(strategies|arms|experiment)\b", line):
        # the further pasts compose like the first one, and would take three times as long
        assert load_experiment([*arguments.overrides, "other_pasts=[]"], config_dir=folders).arms
    else:
        assert load_scenario(arguments.overrides, config_dir=folders).plan


def test_python_examples_parse() -> None:
    for path in (REPOSITORY / "README.md", *sorted((DOCS / "concepts").glob("*.md"))):
        for fence in _FENCE.finditer(read(path)):
            if fence["info"].strip() == "python":
                ast.parse(fence["body"])


def test_targets_of_make_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read(REPOSITORY / "Makefile"), re.MULTILINE))
    for path in PAGES:
        text = read(path)
        named = [
            *re.findall(r"`make ([a-z ]+?)(?: ARGS=[^`]*)?`", text),
            *re.findall(r"^make ([a-z]+)", text, re.MULTILINE),
        ]
        for name in " ".join(named).split():
            assert name in targets, f"{page_id(path)}: make {name}"
