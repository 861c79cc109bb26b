"""From tables to tidy data frames: monthly series, leads, deals, customers, journeys. Knows no engine."""

from marketsim.outcomes.outcome import Outcome

__all__ = ["Outcome"]
