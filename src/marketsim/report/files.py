"""A report as a file: written whole or not at all, in the format that is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from marketsim.experiments.comparison import Comparison
from marketsim.report.html import html
from marketsim.report.page import page_of

NAMES = {"html": "report.html", "pdf": "report.pdf", "png": "report.png", "md": "report.md", "slides": "slides"}
FORMATS = tuple(NAMES)


def write_html(comparison: Comparison, path: Path) -> Path:
    """Write the report of a comparison as one HTML file."""
    return _replace(path, html(page_of(comparison)))


def write(comparison: Comparison, form: str, path: Path) -> Path:
    """Write a report.

    Parameters
    ----------
    comparison
        What was played.
    form
        One of `FORMATS`.
    path
        The file; for `slides` the folder.

    Raises
    ------
    BadInput
        For PDF and PNG where Chromium is missing or fails.

    """
    from marketsim.report import browser, markdown, slides

    path.parent.mkdir(parents=True, exist_ok=True)
    writers: dict[str, Callable[[], Path]] = {
        "html": lambda: write_html(comparison, path),
        "pdf": lambda: browser.print_pdf(html(page_of(comparison)), path),
        "png": lambda: browser.take_picture(html(page_of(comparison)), path),
        "md": lambda: markdown.write(comparison, path),
        "slides": lambda: slides.write(comparison, path),
    }
    return writers[form]()


def _replace(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
    return path
