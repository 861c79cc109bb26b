"""Engines play a scenario and hand back its outcome."""

from marketsim.engines.session import Session, begin, past_key, simulate
from marketsim.engines.warmth import compile_ahead

__all__ = ["Session", "begin", "compile_ahead", "past_key", "simulate"]
