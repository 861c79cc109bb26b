"""Frozen dataclasses as plain data for a file, and back: a stored scenario is the one that was played, to the bit."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Return dataclasses as dictionaries and tuples as lists, all the way down."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(part) for part in value]
    return value


def from_plain(kind: type[T], data: object) -> T:
    """Build a dataclass from what `to_plain` gave; its values were checked when they were first read.

    Parameters
    ----------
    kind
        A dataclass.
    data
        Nested dictionaries and lists, as read from JSON.

    Raises
    ------
    ValueError
        If the names of the fields are not those of the dataclass, or a value is of another kind.
    """
    hints = typing.get_type_hints(kind)
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if not isinstance(data, Mapping) or set(data) != names:
        raise ValueError(f"not the fields of {kind.__name__}")
    return kind(**{name: _value(hints[name], data[name]) for name in data})


def _value(hint: Any, value: Any) -> Any:
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if dataclasses.is_dataclass(hint):
        return from_plain(typing.cast("type[Any]", hint), value)
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is dict and isinstance(value, Mapping):
        return {key: _value(parts[1], part) for key, part in value.items()}
    if origin is tuple and isinstance(value, list):
        return tuple(_value(parts[0], part) for part in value)
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(hint, type) or type(value) is not hint:
        raise ValueError(f"{value!r} is not of the kind {hint}")
    return value
