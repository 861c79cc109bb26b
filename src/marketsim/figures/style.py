"""One look for every picture: colours, type, names of arms, and settings that give the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from hashlib import blake2b
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib.colors import to_hex, to_rgb

P = ParamSpec("P")
T = TypeVar("T")

# Okabe & Ito (2008), Color Universal Design. The same colour for the same strategy everywhere.
STRATEGY_COLOURS = {
    "lead_factory": "#D55E00",  # vermillion
    "harvest_mix": "#E69F00",  # orange
    "balanced": "#0072B2",  # blue
    "brand_only": "#009E73",  # bluish green
}
# What is left of the palette, for every other arm; yellow only as the last, it is faint on white.
OTHER_COLOURS = ("#CC79A7", "#56B4E9", "#000000", "#F0E442")
LINE_STYLES = (
    "-",
    (0, (5, 1.5)),
    (0, (1.5, 1.5)),
)  # once the colours are used up, the next round is dashed, then dotted

INK, GREY, FAINT, PAST = "#222222", "#666666", "#D9D9D9", "#F4F4F4"
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 13.0, 9.5, 8.0
LABEL_GAP = 12.5  # points between two labels at the ends of lines
BAND_ALPHA = 0.16
READABLE = 4.6  # contrast of text on white; 4.5 is asked for
WHITE, FLARE, DARKER = 1.0, 0.05, 0.98
DOTS_PER_INCH = 150
SCREEN_DOTS_PER_INCH = 90
STYLE: Any = {
    "font.family": "DejaVu Sans",  # shipped with matplotlib: the same on every machine
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "mathtext.fontset": "dejavusans",
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.labelsize": TEXT_SIZE,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelsize": TEXT_SIZE - 0.5,
    "ytick.labelsize": TEXT_SIZE - 0.5,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
    "xtick.major.size": 3,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "lines.linewidth": 2.0,
    "lines.solid_capstyle": "round",
    "svg.hashsalt": "marketsim",
    "svg.fonttype": "path",
    "path.simplify": False,
}


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """Run a function under the shared style and leave matplotlib's settings as they were."""

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> T:
        with matplotlib.rc_context(STYLE):
            return draw(*args, **kwargs)

    return inside


def colours(arms: Iterable[str]) -> dict[str, str]:
    """Return the colour of each arm: fixed for the known strategies, by a hash of the name for all others.

    Where two names hash to the same colour, the later in the alphabet takes the next free one.
    """
    return {
        arm: STRATEGY_COLOURS[arm] if slot < 0 else OTHER_COLOURS[slot % len(OTHER_COLOURS)]
        for arm, slot in _slots(list(arms)).items()
    }


def line_styles(arms: Iterable[str]) -> dict[str, Any]:
    """Return the line style of each arm: solid until the palette is used up."""
    return {
        arm: LINE_STYLES[(max(slot, 0) // len(OTHER_COLOURS)) % len(LINE_STYLES)]
        for arm, slot in _slots(list(arms)).items()
    }


def _slots(arms: list[str]) -> dict[str, int]:
    """Give every arm a place in the rounds of `OTHER_COLOURS`; -1 for a known strategy."""
    slots = dict.fromkeys((arm for arm in arms if arm in STRATEGY_COLOURS), -1)
    size = len(OTHER_COLOURS)
    taken: set[int] = set()
    for arm in sorted(set(arms) - set(slots)):
        preferred = int.from_bytes(blake2b(arm.encode(), digest_size=8).digest(), "little") % (size - 1)
        turn = len(taken) // size * size
        slot = next(s for k in range(size) if (s := turn + (preferred + k) % size) not in taken)
        taken.add(slot)
        slots[arm] = slot
    return slots


def text_colour(colour: str) -> str:
    """Return a shade of a line's colour dark enough for text on white: contrast `READABLE` at least (WCAG 2, AA)."""
    shade = to_rgb(colour)
    while (WHITE + FLARE) / (luminance(shade) + FLARE) < READABLE:
        red, green, blue = shade
        shade = (DARKER * red, DARKER * green, DARKER * blue)
    return to_hex(shade)


def luminance(colour: tuple[float, float, float]) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lighter(colour: str, share: float) -> str:
    """Mix a colour with white; `share` of the colour remains."""
    red, green, blue = (share * part + 1 - share for part in to_rgb(colour))
    return to_hex((red, green, blue))


def label(arm: str) -> str:
    """Return an arm's name as people write it."""
    return arm.replace("_", " ")
