"""Frozen dataclasses from plain data, strictly: a value that cannot be played is refused in one line."""

import dataclasses
import difflib
import math
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from marketsim.scenario.errors import BadInput

T = TypeVar("T")

ANY_NAME = "*"
"""Stands for a name of the person's own in the dotted name of a setting (`programme.*.stage`)."""

_LIKENESS = 0.6
_LAST_WORD_LIKENESS = 0.8
_OTHER_FOLDER_MALUS = 0.1
_BEGINNING_LIKENESS = 0.8
_SHORTEST_BEGINNING = 3
_LONG_LIST = 15


def build(kind: type[T], data: object, where: str = "") -> T:
    """Build a frozen dataclass tree from nested plain dictionaries.

    Parameters
    ----------
    kind : type
        A dataclass whose fields are declared with `marketsim.scenario.fields`.
    data : object
        Nested dictionaries, numbers, strings and booleans, as read from YAML.
    where : str
        Dotted name of this part of the configuration, for messages; empty for the root.

    Raises
    ------
    BadInput
        For unknown or missing settings, wrong types and values outside their hard limits, in one line.
    """
    if not isinstance(data, Mapping):
        raise BadInput(f"{where} must be a group of settings, got {data!r} ({folder(where)})")
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in data:
        if key not in fields:
            raise unknown_setting(_join(where, str(key)), settings_of(kind, where))
    hints = typing.get_type_hints(kind)
    values = {}
    for name, field in fields.items():
        full = _join(where, name)
        if name not in data:
            raise BadInput(f"{full} has no value ({folder(full)})")
        values[name] = _value(hints[name], data[name], full, field.metadata)
    return kind(**values)


def settings_of(kind: Any, where: str = "") -> Iterator[str]:
    """Yield the dotted name of every setting in a dataclass tree."""
    for name, hint in typing.get_type_hints(kind).items():
        yield from _names(hint, _join(where, name))


def leaves(data: Mapping[str, Any], where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted name and value of every leaf of nested dictionaries."""
    for key, value in data.items():
        name = f"{where}.{key}" if where else str(key)
        if isinstance(value, Mapping) and value:
            yield from leaves(value, name)
        else:
            yield name, value


def lever_names(kind: Any, where: str = "") -> Iterator[str]:
    """Yield the dotted names of the settings marked as levers of the plan."""
    hints = typing.get_type_hints(kind)
    for field in dataclasses.fields(kind):
        name = _join(where, field.name)
        if field.metadata.get("lever"):
            yield name
        elif dataclasses.is_dataclass(hints[field.name]):
            yield from lever_names(hints[field.name], name)


def unknown_setting(name: str, known: Iterable[str]) -> BadInput:
    """Return the refusal of a setting that does not exist, with the nearest one that does."""
    guess = nearest(name, known)
    place = folder(name)
    if guess and guess.split(".")[0] != name.split(".")[0]:
        place = folder(guess)
    return BadInput(f"{name} is not a setting ({place}).{did_you_mean(guess)}")


def no_such(what: str, name: object, there_are: Iterable[str], where: str = "") -> BadInput:
    """Return the refusal of a name that is not on a list: the nearest name on it, and the list if it is short."""
    names = sorted(there_are)
    guess = nearest(str(name), names)
    place = f" ({where})" if where else ""
    if guess and len(names) > _LONG_LIST:
        return BadInput(f"no {what} {str(name)!r}{place}.{did_you_mean(guess)} All {len(names)}: marketsim list")
    return BadInput(f"no {what} {str(name)!r}{place}. There are: {', '.join(names)}.{did_you_mean(guess)}")


def did_you_mean(guess: str | None) -> str:
    """Return the end of a message that offers a guess, or nothing."""
    return f" Did you mean {guess}?" if guess else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known dotted name most like `name`, in full or in its last word, if any is like it."""
    best, best_score = None, _LIKENESS
    for other in sorted(set(known)):
        above, dot, last = other.rpartition(".")
        parent = name.rpartition(".")[0]
        if last == ANY_NAME and dot and parent.count(".") == above.count("."):
            score = _likeness(parent, above)
            if parent and score > best_score:
                best, best_score = above, score
            continue
        full = _fill_in(other, name)
        if full is None:
            continue
        last_word = _likeness(name.split(".")[-1], full.split(".")[-1])
        score = max(_likeness(name, full), last_word - _OTHER_FOLDER_MALUS if last_word >= _LAST_WORD_LIKENESS else 0.0)
        if score > best_score:
            best, best_score = full, score
    return best


def folder(name: str) -> str:
    """Return the place under conf/ where a dotted setting lives."""
    group, dot, _ = name.partition(".")
    if group == "claims":
        return "conf/experiment"
    return f"conf/{group}" if dot and group not in ("arms", "strategies") else "conf/config.yaml"


def matches(name: str, known: str) -> bool:
    """Return whether a dotted name is the known setting, or a group of settings above it."""
    parts, others = name.split("."), known.split(".")
    return len(parts) <= len(others) and all(
        b in (a, ANY_NAME) for a, b in zip(parts, others[: len(parts)], strict=True)
    )


def _fill_in(known: str, name: str) -> str | None:
    """Put the person's own names in the place of the wild cards."""
    if ANY_NAME not in known:
        return known
    parts = name.split(".")
    words = known.split(".")
    if len(parts) != len(words) or words[-1] == ANY_NAME:
        return None
    return ".".join(a if b == ANY_NAME else b for a, b in zip(parts, words, strict=True))


def _likeness(one: str, other: str) -> float:
    """Return how alike two words are, from 0 to 1; the beginning of a word is like the word."""
    one, other = one.lower(), other.lower()
    ratio = difflib.SequenceMatcher(None, one, other).ratio()
    if len(one) >= _SHORTEST_BEGINNING and other.startswith(one):
        return max(ratio, _BEGINNING_LIKENESS)
    return ratio


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _names(hint: Any, where: str) -> Iterator[str]:
    if dataclasses.is_dataclass(hint):
        yield from settings_of(hint, where)
    elif typing.get_origin(hint) is dict:
        yield from _names(typing.get_args(hint)[1], _join(where, ANY_NAME))
    else:
        yield where


def _value(hint: Any, value: object, name: str, limits: Mapping[str, Any]) -> Any:
    """Check one value against its type and its hard limits."""
    if isinstance(hint, types.UnionType):
        if value is None:
            return None
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if dataclasses.is_dataclass(hint):
        return build(typing.cast("type[Any]", hint), value, name)
    if typing.get_origin(hint) is dict:
        if not isinstance(value, Mapping):
            raise BadInput(f"{name} must be a group of settings, got {shown(value)} ({folder(name)})")
        part = typing.get_args(hint)[1]
        return {str(key): _value(part, entry, _join(name, str(key)), {}) for key, entry in value.items()}
    if typing.get_origin(hint) is tuple and typing.get_args(hint)[0] is float:
        if not isinstance(value, list | tuple):
            raise BadInput(f"{name} must be a list of numbers such as [0, 12], got {shown(value)} ({folder(name)})")
        return tuple(_number(float, entry, name, limits) for entry in value)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, list | tuple) or not all(isinstance(entry, str) for entry in value):
            raise BadInput(
                f"{name} must be a list of names such as [brand,content], got {shown(value)} ({folder(name)})"
            )
        return tuple(value)
    if hint is bool:
        if not isinstance(value, bool):
            raise _wrong(name, "true or false", value)
        return value
    if hint is str:
        return _word(value, name, limits.get("choices"))
    return _number(hint, value, name, limits)


def _word(value: object, name: str, choices: tuple[str, ...] | None) -> str:
    if choices is not None and value not in choices:
        expected = f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0]
        guess = nearest(value, choices) if isinstance(value, str) else None
        raise BadInput(
            f"{name} must be {expected}, got {shown(value)} ({folder(name)}).{did_you_mean(guess)}".rstrip(".")
        )
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name, "a word", value)
    return value


def _number(hint: type, value: object, name: str, limits: Mapping[str, Any]) -> int | float:
    whole = hint is int
    kind = "a whole number" if whole else "a number"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, kind, value)
    if not math.isfinite(value):
        raise _wrong(name, kind, value)
    if whole and value != int(value):
        raise _wrong(name, kind, value)
    low, high, above = (limits.get(key) for key in ("low", "high", "above"))
    outside = (
        (low is not None and value < low)
        or (high is not None and value > high)
        or (above is not None and value <= above)
    )
    if outside:
        raise _wrong(name, _limits_in_words(low, high, above), value)
    return int(value) if whole else float(value)


def _limits_in_words(low: float | None, high: float | None, above: float | None) -> str:
    if above is not None:
        return f"above {above:g}" + (f" and at most {high:g}" if high is not None else "")
    if low is not None and high is not None:
        return f"between {_plain(low)} and {_plain(high)}"
    return f"{low:g} or more" if low is not None else f"at most {high:g}"


def _plain(limit: float) -> str:
    return f"{int(limit):,}" if limit == int(limit) else f"{limit:g}"


def shown(value: object) -> str:
    """Write a value as it would be typed."""
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    return repr(value)


def _wrong(name: str, expected: str, value: object) -> BadInput:
    return BadInput(f"{name} must be {expected}, got {shown(value)} ({folder(name)})")
