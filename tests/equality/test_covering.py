"""The covering array: every pair of values stands in some row, in few rows, and always in the same ones."""

from itertools import combinations

from equality.covering import covering_rows
from hypothesis import given
from hypothesis import strategies as st

sizes = st.lists(st.integers(1, 6), min_size=1, max_size=8)


@given(sizes)
def test_every_pair_of_values_stands_together_somewhere(of_columns: list[int]) -> None:
    columns = {f"c{number}": tuple(range(size)) for number, size in enumerate(of_columns)}
    rows = covering_rows(columns)
    assert all(row.keys() == columns.keys() for row in rows)
    for one, other in combinations(columns, 2):
        together = {(row[one], row[other]) for row in rows}
        assert together == {(a, b) for a in columns[one] for b in columns[other]}
    assert {row["c0"] for row in rows} == set(columns["c0"])


def test_many_columns_need_few_rows() -> None:
    columns = {f"c{number}": tuple(range(4)) for number in range(20)} | {"strategy": tuple(range(13))}
    rows = covering_rows(columns)
    assert 4 * 13 <= len(rows) <= 65
    assert rows == covering_rows(columns)


def test_what_does_not_matter_is_the_usual() -> None:
    columns = {"a": ("x", "y", "z"), "b": ("x", "y", "z"), "c": ("on", "off")}
    rows = covering_rows(columns, {"c": "off"})
    assert len(rows) == 9
    assert [row["c"] for row in rows].count("off") >= 4
