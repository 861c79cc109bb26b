"""The figures as slides at 16:9: one message each, as PNG, SVG and CSV, and one file of them all to show or print."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from markupsafe import escape
from matplotlib.figure import Figure

from marketsim.experiments.comparison import Comparison
from marketsim.figures import save_figure
from marketsim.figures.files import CHARTS, FLOATS
from marketsim.figures.style import styled
from marketsim.report.answer import answer

SIZE = (11.0, 6.1875)
MARGINS = (0.8, 1.7, 1.45, 1.1)
"""Inches left, right, top and bottom."""
FULL = ("leads_by_quality", "memory_and_pool", "response_and_trust", "recurring_revenue", "chain", "risk")
"""Charts that leave room for their labels themselves."""
FIRST = "cumulative_profit"
_STYLE = """@page { size: 13.333in 7.5in; margin: 0; }
* { box-sizing: border-box; } body { margin: 0; background: #ffffff; color: #1a1a1a;
  font-family: -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
section { width: 100%; max-width: 13.333in; aspect-ratio: 16 / 9; margin: 0 auto; overflow: hidden;
  break-after: page; break-inside: avoid; }
section:last-child { break-after: auto; }
h1 { margin: 0; padding: 15% 8% 0; font-size: clamp(20px, 4vw, 48px); line-height: 1.25; }
img { display: block; width: 100%; height: 100%; object-fit: contain; }
"""


def write(comparison: Comparison, folder: Path) -> Path:
    """Write the slides of a comparison into a folder: the answer, then every figure that can be drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [FIRST, *(name for name in CHARTS if name != FIRST)]
    parts = [f"<section><h1>{escape(answer(comparison))}</h1></section>"]
    for name in names:
        chart = CHARTS[name]
        if not chart.fits(comparison):
            continue
        figure, message = _slide(comparison, name)
        for ending in (".svg", ".png"):
            save_figure(figure, folder / f"{name}{ending}")
        chart.table(comparison).to_csv(folder / f"{name}.csv", index=False, float_format=FLOATS, lineterminator="\n")
        picture = base64.b64encode((folder / f"{name}.png").read_bytes()).decode()
        parts.append(f'<section><img alt="{escape(message)}" src="data:image/png;base64,{picture}"></section>')
    page = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Slides</title>\n'
        f"<style>{_STYLE}</style></head>\n<body>\n{chr(10).join(parts)}\n</body></html>\n"
    )
    part = folder / f".slides.html.{os.getpid()}.part"
    part.write_text(page, encoding="utf-8")
    os.replace(part, folder / "slides.html")
    return folder


@styled
def _slide(comparison: Comparison, name: str) -> tuple[Figure, str]:
    """Draw a chart on a slide and return it with its message."""
    left, right, top, bottom = MARGINS
    right = 0.35 if name in FULL else right
    width, height = SIZE
    figure = Figure(figsize=SIZE, dpi=150)
    ax = figure.add_axes((left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height))
    CHARTS[name].draw(comparison, ax)
    message = " ".join(ax.get_title(loc="left").replace("\N{NO-BREAK SPACE}", " ").split())
    return figure, message
