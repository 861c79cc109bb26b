"""What a report is made of, apart from how it is set: sections of paragraphs, lists, tables and pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from matplotlib.axes import Axes


@dataclass(frozen=True)
class Para:
    """A paragraph; words between backticks are commands or names of settings."""

    text: str
    kind: str = "para"


@dataclass(frozen=True)
class Items:
    """A list of sentences."""

    entries: tuple[str, ...]
    kind: str = "items"


@dataclass(frozen=True)
class Cell:
    """A field of a table: the figure, and a smaller line under it."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first column names the rows."""

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    words: bool = False
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """A picture of the comparison, with the sentence that says what is to be seen in it.

    Attributes
    ----------
    name
        Of its file, and of everything in it.
    heading
        What it shows.
    message
        The sentence with the numbers, under it and as its alternative text.
    draw
        Draws it into axes.
    margins
        Inches left, right, top and bottom of the axes.
    size
        Inches on a wide page.
    narrow
        The same on a telephone; None where the wide one will do.

    """

    name: str
    heading: str
    message: str
    draw: Callable[[Axes], Axes]
    margins: tuple[float, float, float, float]
    size: tuple[float, float]
    narrow: tuple[float, float] | None = None


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side where there is room."""

    entries: tuple[Picture, ...]
    kind: str = "pictures"


Block = Para | Items | Table | Pictures


@dataclass(frozen=True)
class Number:
    """One of the numbers beside the picture: when, how much, its interval in words, and the same in today's money."""

    when: str
    amount: str
    interval: str
    today: str


@dataclass(frozen=True)
class Section:
    """A section, known by a short name."""

    name: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A whole report.

    Attributes
    ----------
    title
        Of the document.
    question
        What the experiment asked; may be empty.
    headline
        The answer in one sentence, with its uncertainty.
    lead
        What a leader needs beside it.
    picture
        The one that carries the answer; None where a window has nothing to draw.
    numbers
        The three beside it.
    sections
        All that follows, methods last.

    """

    title: str
    question: str
    headline: str
    lead: tuple[str, ...]
    picture: Picture | None
    numbers: tuple[Number, ...]
    sections: tuple[Section, ...] = field(default=())

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, in their order."""
        first = () if self.picture is None else (self.picture,)
        inside = (block.entries for section in self.sections for block in section.blocks if isinstance(block, Pictures))
        return (*first, *(picture for entries in inside for picture in entries))
