"""A report as one HTML file that needs nothing else: no script, no link, no font from elsewhere."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from marketsim.report.blocks import Page, Picture
from marketsim.report.pictures import inline

_CODE = re.compile(r"`([^`]+)`")
_HELD = re.compile(
    r"(?<=\d) (?=(?:M|k|%|million|thousand|h|min|days)(?!\w))"  # a number and its unit
    r"|(?<=month) (?=\d)|(?<=\w) (?=\[)|(?<=[\d%Mk]) (?=~)"
    r"|(?<=,) (?=[\d\N{MINUS SIGN}][\d.,]*\])"  # the ends of an interval
)
"""Spaces at which no line may end: before a unit, and within an interval."""


def html(page: Page) -> str:
    """Return a page as HTML; the same page gives the same bytes."""
    return _environment().get_template("page.html").render(page=page, style=Markup(_source("style.css")))


@cache
def _environment() -> Environment:
    from jinja2 import DictLoader

    environment = Environment(
        autoescape=True,
        loader=DictLoader({"page.html": _source("page.html")}),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["said"] = said
    environment.filters["chart"] = chart
    return environment


def said(text: str) -> Markup:
    """Return a text with its commands set as such, and without line ends between a number and its unit."""
    safe = str(escape(_HELD.sub("\N{NO-BREAK SPACE}", text)))
    return Markup(_CODE.sub(r"<code>\1</code>", safe))


def chart(picture: Picture, narrow: bool = False) -> Markup:
    """Return a picture as inline SVG, in its wide or its narrow size."""
    size = picture.narrow if narrow and picture.narrow is not None else picture.size
    name = picture.name.replace("_", "-")
    return inline(picture, size, f"{name}-narrow" if narrow else name)


def _source(name: str) -> str:
    return files("marketsim.report").joinpath(name).read_text(encoding="utf-8")
