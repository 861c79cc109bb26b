"""A library that is imported when it is first used: pandas takes a second, which runs need not wait for."""

from importlib import import_module
from typing import Any


class Lazily:
    """Stands for a module; imports it when something in it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Return what the module calls so."""
        return getattr(import_module(self._name), name)
