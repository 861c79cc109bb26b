"""Covering arrays: few rows in which every pair of values of any two columns occurs. In-parameter-order, own code."""

from collections.abc import Iterator, Mapping, Sequence

Row = dict[str, object]
Pair = tuple[str, object, str, object]


def covering_rows(columns: Mapping[str, Sequence[object]], usual: Mapping[str, object] | None = None) -> list[Row]:
    """Return rows in which every pair of values of any two columns stands together at least once.

    Columns are added one by one, the longest first: each row takes the value that adds most pairs, and rows are
    appended for the pairs that are left. The same columns always give the same rows.

    Parameters
    ----------
    columns : mapping of str to sequence
        The values of every column; at least one each.
    usual : mapping, optional
        What stands where every value would do; the first value of a column by default.
    """
    order = sorted(columns, key=lambda name: (-len(columns[name]), name))
    rows: list[Row] = [{order[0]: value} for value in columns[order[0]]] if order else []
    for position, name in enumerate(order[1:], start=1):
        before = order[:position]
        missing = {(other, theirs, name, own) for other in before for theirs in columns[other] for own in columns[name]}
        _extend(rows, name, columns[name], missing)
        _append(rows, before, name, [pair for pair in _ordered(before, columns, name) if pair in missing])
    usual = usual or {}
    return [{name: row.get(name, usual.get(name, columns[name][0])) for name in columns} for row in rows]


def _extend(rows: list[Row], name: str, values: Sequence[object], missing: set[Pair]) -> None:
    """Give every row a value of a new column, the one that adds most pairs; among equals the rarest so far."""
    used = dict.fromkeys(values, 0)
    for row in rows:
        gains = {value: [pair for pair in _pairs(row, name, value) if pair in missing] for value in values}
        best = max(values, key=lambda value: (len(gains[value]), -used[value]))
        if gains[best]:
            missing.difference_update(gains[best])
            row[name] = best
            used[best] += 1


def _append(rows: list[Row], before: Sequence[str], name: str, pairs: Sequence[Pair]) -> None:
    """Put each pair that is left into a row that has room for it, or into a new one."""
    for other, theirs, _, own in pairs:
        room = next((row for row in rows if row.get(other, theirs) == theirs and row.get(name, own) == own), None)
        if room is None:
            rows.append(room := {})
        room[other], room[name] = theirs, own


def _pairs(row: Row, name: str, value: object) -> Iterator[Pair]:
    return ((other, theirs, name, value) for other, theirs in row.items())


def _ordered(before: Sequence[str], columns: Mapping[str, Sequence[object]], name: str) -> Iterator[Pair]:
    return ((other, theirs, name, own) for other in before for theirs in columns[other] for own in columns[name])
