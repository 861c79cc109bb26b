"""Whether orchestration is compiled. Tests leave it uncompiled to try what happens when a line of it is wrong."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

from marketsim.rules.compiling import compiled

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILED = os.environ.get("MARKETSIM_UNCOMPILED", "") != "1"


def orchestrated(function: Function) -> Function:
    """Compile a function of the orchestration, or leave it as it is."""
    return compiled(function) if COMPILED else function
