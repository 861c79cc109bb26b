"""Engines play a scenario and hand back its outcome."""

from marketsim.engines.session import Session, begin, past_key, simulate

__all__ = ["Session", "begin", "past_key", "simulate"]
