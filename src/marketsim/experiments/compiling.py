"""Compile an engine before anything is played on it: said at once, counted, and only where the cache has a gap."""

import importlib
import math
import sys
from types import ModuleType
from typing import Any

from tqdm import tqdm

from marketsim.experiments.keys import ENGINES

SECONDS_PER_PART = {"compiled": 2.5, "simpy": 60.0}
"""Measured on one core of 2.5 GHz, to give an idea; what the SimPy engine calls is one part."""
_WIDEST = 40


def compile_first(engine: str, engines: str = ENGINES, *, progress: bool = True) -> None:
    """Compile what is missing in the cache of machine code, and say on the standard error what and how long.

    Parameters
    ----------
    engine, engines
        Name of the engine, and of the module that plays.
    progress
        Count the parts on a terminal; elsewhere one line says it all.
    """
    module = importlib.import_module(engines)
    parts = module.parts_to_compile(engine)
    if not parts:
        return
    print(announcement(engine, len(parts)), file=sys.stderr, flush=True)
    with tqdm(
        total=len(parts),
        disable=None if progress else True,
        file=sys.stderr,
        leave=False,
        dynamic_ncols=True,
        bar_format="  {desc} …|{bar}| [{elapsed}]",
    ) as bar:
        _compile(module, engine, bar)


def _compile(module: ModuleType, engine: str, bar: "tqdm[Any]") -> None:
    def on_part(name: str, number: int, of: int) -> None:
        bar.total = of
        bar.n = number - 1
        bar.set_description_str(f"compiling the engine's parts: {number} of {of} ({name:.{_WIDEST}})")

    module.compile_parts(engine, on_part)


def announcement(engine: str, parts: int) -> str:
    """Say what is compiled, how often, and about how long it takes."""
    seconds = parts * SECONDS_PER_PART[engine]
    tens = 10 * math.ceil(seconds / 10.0)
    minutes = round(seconds / 60.0)
    time = f"{tens} seconds" if tens < 60 else "a minute" if minutes < 2 else f"{minutes} minutes"
    what = "1 part" if parts == 1 else f"{parts} parts"
    return f"Compiling the engine: {what}, about {time} (once after an install, an update or an edit) …"
