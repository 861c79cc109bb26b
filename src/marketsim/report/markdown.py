"""A report as plain Markdown, its pictures as files beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from marketsim.experiments.comparison import Comparison
from marketsim.figures import save_figure
from marketsim.report.blocks import Block, Cell, Items, Page, Para, Picture, Table
from marketsim.report.page import page_of
from marketsim.report.pictures import drawn


def write(comparison: Comparison, path: Path) -> Path:
    """Write NAME.md, and its pictures into the folder NAME_figures beside it."""
    page = page_of(comparison)
    folder = path.with_name(f"{path.stem}_figures")
    folder.mkdir(parents=True, exist_ok=True)
    for picture in page.pictures:
        save_figure(drawn(picture, picture.size), folder / f"{picture.name}.png")
    path.write_text(markdown(page, folder.name), encoding="utf-8")
    return path


def markdown(page: Page, folder: str) -> str:
    """Return a page as Markdown that finds its pictures in a folder."""
    parts = [f"# {_safe(page.headline)}", *(_safe(text) for text in page.lead)]
    if page.picture is not None:
        parts.append(_picture(page.picture, folder))
    if page.numbers:
        parts.append(
            "\n".join(
                f"- {number.when}: **{number.amount}**"
                + ", ".join(["", number.interval] if number.interval else [""])
                + f"; {number.today}"
                for number in page.numbers
            )
        )
    for section in page.sections:
        parts.append(f"## {section.heading}")
        parts += [_block(block, folder) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


def _block(block: Block, folder: str) -> str:
    if isinstance(block, Para):
        return _safe(block.text)
    if isinstance(block, Items):
        return "\n".join(f"- {_safe(entry)}" for entry in block.entries)
    if isinstance(block, Table):
        lines = [_row(block.head), _row(["---"] * len(block.head)), *(_row([_cell(c) for c in r]) for r in block.rows)]
        note = f"\n\n{_safe(block.note)}" if block.note else ""
        return f"{_safe(block.caption)}\n\n" + "\n".join(lines) + note
    return "\n\n".join(_picture(picture, folder) for picture in block.entries)


def _picture(picture: Picture, folder: str) -> str:
    alt = picture.message.replace("[", "(").replace("]", ")")
    return f"**{_safe(picture.heading)}**\n\n![{alt}]({folder}/{picture.name}.png)\n\n{_safe(picture.message)}"


def _cell(cell: Cell) -> str:
    return f"{cell.text} ({cell.note})" if cell.note else cell.text


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def _safe(text: str) -> str:
    """Return a text in which nothing means anything to Markdown but the commands."""
    return text.replace("<", "&lt;").replace("*", r"\*").replace("_", r"\_") if "`" not in text else text
