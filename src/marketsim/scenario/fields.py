"""How a setting is declared: which values it may take, and whether it is a lever of the plan."""

import dataclasses
from typing import Any


def setting(
    low: float | None = None,
    high: float | None = None,
    *,
    above: float | None = None,
    choices: tuple[str, ...] | None = None,
    lever: bool = False,
) -> Any:
    """Declare one setting with the values it may take; `lever` marks what a plan (not the world) decides.

    `low` and `high` are inclusive, `above` is an exclusive lower bound. Defaults live in conf/, never here.
    """
    return dataclasses.field(metadata={"low": low, "high": high, "above": above, "choices": choices, "lever": lever})


def share(*, lever: bool = False) -> Any:
    """Declare a setting between 0 and 1."""
    return setting(0.0, 1.0, lever=lever)


def positive(high: float | None = None, *, lever: bool = False) -> Any:
    """Declare a setting above 0."""
    return setting(None, high, above=0.0, lever=lever)


def amount(high: float | None = None, *, lever: bool = False) -> Any:
    """Declare a setting of 0 or more."""
    return setting(0.0, high, lever=lever)
