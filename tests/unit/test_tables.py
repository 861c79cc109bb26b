"""Tables that grow keep their rows, and every byte of them: equal runs have equal bytes."""

import numpy as np
import pytest

from marketsim.state.books import MONTH
from marketsim.state.layout import CONTRACT, DEAL, JOURNEY, LEAD, PERSON, REVIEW, TOUCH
from marketsim.state.tables import Table


@pytest.mark.parametrize("dtype", [LEAD, DEAL, CONTRACT, JOURNEY, MONTH, TOUCH, PERSON, REVIEW])
def test_growing_keeps_rows_and_leaves_no_byte_to_chance(dtype: np.dtype) -> None:
    litter = [np.full(200 * dtype.itemsize, 255, dtype=np.uint8) for _ in range(20)]
    del litter  # memory that is handed out again comes with what stood there
    table = Table(dtype, rows=2)
    first = dtype.names[-1]
    for number in range(100):
        row = table.free_row()
        table.rows[row][first] = number
        assert table.keep() == number
    np.testing.assert_array_equal(table.used()[first].reshape(100, -1)[:, 0], np.arange(100))
    expected = np.zeros(100, dtype=dtype)
    expected[first] = table.used()[first]
    assert table.used().tobytes() == expected.tobytes()
