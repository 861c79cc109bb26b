"""Engines play a scenario and hand back its outcome."""

from marketsim.compiled.run import needs_logs
from marketsim.engines.session import ENGINES, Session, Stopped, begin, past_key, plans_before, simulate
from marketsim.engines.warmth import compile_parts, parts_to_compile

__all__ = [
    "ENGINES",
    "Session",
    "Stopped",
    "begin",
    "compile_parts",
    "needs_logs",
    "parts_to_compile",
    "past_key",
    "plans_before",
    "simulate",
]
