"""Pictures as part of a page: inline SVG with a name, a description, words that can be read, and ids of its own."""

from __future__ import annotations

import io
import re

import matplotlib
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from marketsim.figures import style
from marketsim.figures.frame import FOOTER
from marketsim.report.blocks import Picture

LONGEST_NAME = 22
"""Letters in a line of a label at the end of a line."""
ROWS = ("risk", "chain_leads")
"""Pictures whose labels stand over rows and have the whole width."""
WITHOUT_DATE = {"Date": None, "Creator": None, "Format": None, "Type": None}
_NAME = re.compile(r'\bid="([^"]+)"')
_LONG = re.compile(r"(\d\.\d\d)\d+")
_FAMILY = re.compile(r"font-family: [^;\"]*;? ?")
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def inline(picture: Picture, size: tuple[float, float], part: str) -> Markup:
    """Return a picture as an SVG element for a page.

    Parameters
    ----------
    picture
        What to draw. Title and footer of a chart are left out: the page sets them.
    size
        Width and height in inches.
    part
        Begins every id in it; no other picture of the page may have the same.
    """
    text = _svg(picture, size)
    body = text[text.index("<svg") :]
    body = re.sub(r"\s*<style.*?</style>", "", body, flags=re.DOTALL)
    body = body.replace("xlink:href", "href")
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', body))
    body = _NAME.sub(lambda found: f'id="{part}-{found[1]}"' if found[1] in used else "", body)
    body = re.sub(r'((?:href="|url\()#)', rf"\g<1>{part}-", body)
    body = _LONG.sub(r"\1", _FAMILY.sub("", body))
    body = re.sub(r"<g\s+>", "<g>", body)
    width, height = _SIZE.search(body).groups()  # type: ignore[union-attr]
    inner = body[body.index(">") + 1 :]
    head = (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{part}-title {part}-words">'
        f'<title id="{part}-title">{escape(picture.heading)}</title>'
        f'<desc id="{part}-words">{escape(picture.message)}</desc>'
    )
    return Markup(head + re.sub(r"\n\s*", "\n", inner).strip())


def _svg(picture: Picture, size: tuple[float, float]) -> str:
    with matplotlib.rc_context({**style.STYLE, "svg.fonttype": "none"}):
        figure = drawn(picture, size)
        sink = io.StringIO()
        FigureCanvasSVG(figure)
        figure.savefig(sink, format="svg", metadata=WITHOUT_DATE)
    return sink.getvalue()


def drawn(picture: Picture, size: tuple[float, float]) -> Figure:
    """Draw a picture on a figure of its own, without the title and footer that stand on the page."""
    left, right, top, bottom = picture.margins
    width, height = size
    figure = Figure(figsize=size, dpi=72)
    figure.patch.set_alpha(0.0)
    place = (left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height)
    ax = picture.draw(figure.add_axes(place))
    ax.set_title("", loc="left")
    if not ax.child_axes:
        ax.set_ylabel("")
    for text in _all_texts(ax):
        if text.get_gid() == FOOTER:
            text.remove()
        elif max(map(len, text.get_text().split("\n"))) > LONGEST_NAME and not picture.name.startswith(ROWS):
            text.set_text("\n".join(_cut(line) for line in text.get_text().split("\n")))
    return figure


def _cut(line: str) -> str:
    """Shorten a name that has no room in a picture; tables have it in full."""
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def _all_texts(ax: Axes) -> list[matplotlib.text.Text]:
    return [text for panel in (ax, *ax.child_axes) for text in panel.texts]
