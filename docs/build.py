"""Write the generated pages of docs/ anew (`make docs`)."""

from pathlib import Path

from marketsim.scenario.catalogue import GRADES, description, lines_of
from marketsim.scenario.folders import files_of, groups

SETTINGS_PAGE = Path(__file__).parent / "settings.md"


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


if __name__ == "__main__":
    SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
    print(f"wrote {SETTINGS_PAGE.name}")
