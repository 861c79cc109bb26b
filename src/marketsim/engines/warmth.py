"""Whether machine code still has to be compiled on this machine, part by part."""

from collections.abc import Callable
from pathlib import Path

from marketsim.compiled import run
from marketsim.rules.compiling import CACHE_FOLDER, cache_of

_LAST_COMPILED = "marketsim.state.calendar"  # imports most of the others, hence is stale when they are


def parts_to_compile(engine: str = "compiled") -> list[str]:
    """Return what the next run of an engine compiles first: after an install, an upgrade or an edit."""
    if engine == "compiled":
        return run.parts_to_compile()
    is_warm = CACHE_FOLDER is not None and any(Path(cache_of(_LAST_COMPILED)).rglob("*.nbi"))
    return [] if is_warm else ["the model's formulas"]


def compile_parts(engine: str = "compiled", on_part: Callable[[str, int, int], None] | None = None) -> None:
    """Compile what is missing; `on_part` is told the name, the number, and of how many, before each.

    The formulas that the SimPy engine calls one by one are compiled as it first calls them.
    """
    if engine == "compiled":
        run.compile_parts(on_part)
    elif on_part is not None:
        for number, name in enumerate(parts_to_compile(engine), start=1):
            on_part(name, number, 1)
