"""Write the generated parts of docs/ anew (`make docs`): a page of settings, and tables inside pages between marks."""

import csv
import math
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from marketsim.outcomes.metrics import METRICS
from marketsim.scenario.catalogue import GRADES, description, lines_of
from marketsim.scenario.folders import file_of, files_of, groups
from marketsim.scenario.load import compose_plain
from marketsim.state.events import Event
from marketsim.state.streams import STREAMS

DOCS = Path(__file__).parent
SETTINGS_PAGE = DOCS / "settings.md"
_MARK = re.compile(r"(<!-- generated:(?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_SWITCH = "switch"


def settings_page() -> str:
    """Return every default of conf/ as a page of tables."""
    grades = ", ".join(f"{grade} {words}" for grade, words in GRADES.items())
    parts = [
        "# Every setting",
        "",
        "Generated from the comments in `conf/` by `make docs`; do not edit here.",
        f"Grades of evidence: {grades}.",
    ]
    for group in groups():
        for path in files_of(group):
            rows = [(line, line.note) for line in lines_of(path)]
            noted = [(line, note) for line, note in rows if note is not None]
            if not noted:
                continue
            parts += ["", f"## {group}={path.stem}" if path.stem[0] != "_" else f"## {group}, shared by all", ""]
            parts += [description(path), "", "| setting | default | unit | plausible range | source | grade |"]
            parts += ["|---|---|---|---|---|---|"]
            parts += [
                f"| `{line.name}` | {line.value} | {note.unit} | {note.plausible} | {note.source} | {note.grade} |"
                for line, note in noted
            ]
    return "\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def streams_table() -> str:
    """Return the random streams: name, key, draws per key."""
    rows = [(f"`{stream.name}`", ", ".join(stream.key), stream.draws_per_key) for stream in STREAMS]
    return _table(("stream", "key", "draws per key"), rows)


def events_table() -> str:
    """Return the classes of timed events in their order."""
    return _table(("order", "class"), [(int(event), f"`{event.name.lower()}`") for event in Event])


def switches_table() -> str:
    """Return every switch of the files chosen by default, with what happens when it is off."""
    rows = []
    for group, choice in sorted(compose_plain()[1].items()):
        path = file_of(group, choice) if isinstance(choice, str) and group not in ("history", "strategy") else None
        for line in lines_of(path) if path else ():
            if line.note is not None and line.note.unit == _SWITCH:
                rows.append((f"`{line.name}`", line.value, line.note.source.removeprefix("off: ")))
    return _table(("switch", "default", "when it is off (or what it is)"), rows)


def metrics_table() -> str:
    """Return the registry of yearly metrics."""
    rows = [(f"`{m.name}`", m.unit, m.how, m.definition) for m in METRICS.values()]
    return _table(("metric", "unit", "how", "definition"), rows)


def _rounded(number: str) -> str:
    """Write a measured number with two or three digits."""
    value = float(number)
    if value == 0.0:
        return "0"
    places = max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}" if value < 1000.0 else f"{float(f'{value:.3g}'):,.0f}"


def peers_table() -> str:
    """Return what `python benchmarks/peers --publish` has measured."""
    with (DOCS / "figures" / "peers.csv").open(encoding="utf-8", newline="") as file:
        measured = list(csv.DictReader(file))
    rows: list[tuple[str, ...]] = []
    for line in measured:
        name = f"{line['label']} ({line['version']})" if line["version"] else line["label"]
        name = f"**{name}**" if line["is_ours"] == "1" else name
        if line["missing"]:
            rows.append((name, "not there", "", "", "", ""))
            continue
        ratios = " to ".join(_rounded(line[column]) for column in ("ratio_low", "ratio_high"))
        rows.append(
            (
                name, _rounded(line["leads_per_cpu_second"]), f"{_rounded(line['ratio'])} ({ratios})",
                _rounded(line["ns_per_event"]), _rounded(line["our_best_against"]), f"{line['ready_seconds']} s",
            )
        )  # fmt: skip
    head = (
        "contender", "leads per CPU second", "× SimPy (range over rounds)", "ns per timed event",
        "our quickest engine is × as fast", "ready after",
    )  # fmt: skip
    return _table(head, rows)


def speed_table() -> str:
    """Return what `python benchmarks/speed --publish` has measured."""
    path = DOCS / "figures" / "speed.csv"
    measured: list[dict[str, str]] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            measured = list(csv.DictReader(file))
    rows: list[tuple[str, ...]] = []
    for line in measured:
        spread = " to ".join(_rounded(line[column]) for column in ("low", "high")) if int(line["repeats"]) > 1 else ""
        rows.append((line["what"], _rounded(line["median"]), spread, line["unit"], line["repeats"], line["wanted"]))
    return _table(("what", "median", "range", "unit", "turns", "wanted"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "streams": streams_table,
    "events": events_table,
    "switches": switches_table,
    "metrics": metrics_table,
    "peers": peers_table,
    "speed": speed_table,
}


def rebuilt(page: str) -> str:
    """Return a page with the tables between its marks made anew."""
    return _MARK.sub(lambda found: f"{found[1]}{TABLES[found['name']]()}\n{found[3]}", page)


def pages() -> dict[Path, str]:
    """Return what every generated page, or page with generated tables, should say."""
    wanted = {SETTINGS_PAGE: settings_page()}
    for path in sorted(DOCS.rglob("*.md")):
        page = path.read_text(encoding="utf-8")
        if _MARK.search(page):
            wanted[path] = rebuilt(page)
    return wanted


if __name__ == "__main__":
    for page_path, text in pages().items():
        page_path.write_text(text, encoding="utf-8")
        print(f"wrote {page_path.relative_to(DOCS)}")
