"""The marketsim command: a thin dispatcher in front of Hydra applications, one per verb."""

from marketsim.cli.dispatch import main

__all__ = ["main"]
