"""Laws that paired differences, crossings and ratios obey whatever the numbers."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marketsim.analysis.crossing import Course, crossing
from marketsim.analysis.paired import paired_difference, student_half_width
from marketsim.analysis.words import number, rounded_up
from marketsim.outcomes.metrics import ratio

amounts = st.floats(-1e8, 1e8).map(lambda value: round(value, 2))
rows = st.integers(2, 12).flatmap(
    lambda n: st.tuples(arrays(float, n, elements=amounts), arrays(float, n, elements=amounts))
)
tables = st.tuples(st.integers(1, 5), st.integers(1, 30)).flatmap(lambda shape: arrays(float, shape, elements=amounts))


@given(rows)
def test_turning_the_pair_round_turns_the_sign(pair: tuple[np.ndarray, np.ndarray]) -> None:
    one, other = paired_difference(*pair), paired_difference(*pair[::-1])
    assert one.mean == -other.mean
    assert (one.low, one.high) == (-other.high, -other.low)
    assert one.undecided == other.undecided


@given(rows)
def test_undecided_means_that_zero_is_inside_and_more_would_be_needed(pair: tuple[np.ndarray, np.ndarray]) -> None:
    found = paired_difference(*pair)
    assert found.low <= found.mean <= found.high
    assert found.undecided == (found.low <= 0.0 <= found.high)
    needed = found.replications_to_settle
    if not found.undecided:
        assert needed == 0
    elif needed is not None:
        assert needed > found.pairs or found.half_width == abs(found.mean)
        assert student_half_width(found.standard_deviation, needed) < abs(found.mean)


@given(rows, st.data())
def test_an_undefined_pair_changes_nothing_but_its_count(
    pair: tuple[np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(pair[0])))
    a, b = np.insert(pair[0], place, math.nan), np.insert(pair[1], place, 1.0)
    plain, with_gap = paired_difference(*pair), paired_difference(a, b)
    assert (plain.mean, plain.low, plain.high) == (with_gap.mean, with_gap.low, with_gap.high)
    assert with_gap.dropped == 1


@given(tables)
def test_after_the_month_of_crossing_the_mean_stays_ahead(table: np.ndarray) -> None:
    found = crossing(table, np.zeros_like(table), resamples=50)
    curve = np.cumsum(table, axis=1).mean(axis=0)
    tolerance = 1e-6 * max(1.0, float(np.abs(np.cumsum(table, axis=1)).max()))
    if found.course is Course.CROSSES:
        assert found.month is not None
        assert (curve[found.month - 1 :] > 0).all()
        assert curve[found.month - 2] <= tolerance
    if found.course in (Course.NEVER_AHEAD, Course.FALLS_BACK):
        assert curve[-1] <= tolerance
    if found.course is Course.ALWAYS_AHEAD:
        assert (curve >= -tolerance).all()


@given(amounts, amounts)
def test_a_ratio_is_undefined_exactly_where_the_denominator_is_zero(top: float, bottom: float) -> None:
    assert bool(np.isnan(ratio([top], [bottom]))[0]) == (bottom == 0.0)


@given(st.floats(-1e12, 1e12), st.integers(0, 3))
def test_a_number_reads_back_as_itself(value: float, decimals: int) -> None:
    text = number(value, decimals, signed=True)
    back = float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))
    assert back == round(value, decimals) or math.isclose(back, value, abs_tol=0.51 * 10**-decimals)


@given(st.integers(1, 10**6))
def test_replications_are_rounded_up_never_down(count: int) -> None:
    assert count <= rounded_up(count) <= count * 1.1 + 1
