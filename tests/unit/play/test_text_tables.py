"""Tables as CSV: what pandas writes with ten digits is what can be read back."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marketsim.experiments.text_tables import rounded, write_rows

ordinary = st.floats(-1e20, 1e20).filter(lambda value: value == 0.0 or abs(value) > 1e-10)


def written(frame: pd.DataFrame) -> str:
    text = io.BytesIO()
    write_rows(pa.Table.from_pandas(frame, preserve_index=False), text, header=True)
    return text.getvalue().decode()


@given(arrays(np.float64, 20, elements=ordinary))
def test_ten_significant_digits_as_printf_rounds_them(values: np.ndarray) -> None:
    assert rounded(values).tolist() == [float(f"{value:.10g}") for value in values]


def test_values_out_of_the_ordinary_stay_themselves() -> None:
    values = np.array([np.nan, np.inf, -np.inf, 0.0])
    np.testing.assert_array_equal(rounded(values), values)
    assert rounded(np.array([1e-300, 1e300])).tolist() == [1e-300, 1e300]


def test_the_same_text_as_pandas_writes() -> None:
    frame = pd.DataFrame(
        {
            "arm": ["balanced", "two, hands", 'a "b"'],
            "source": pd.Categorical(["search", "webinar", "search"]),
            "listed": [True, False, True],
            "replication": [0, 1, 2],
            "days": [75.0, np.nan, 1.0 / 3.0],
        }
    )
    assert pd.read_csv(io.StringIO(written(frame))).equals(
        pd.read_csv(io.StringIO(frame.to_csv(index=False, float_format="%.10g")))
    )
    plain = frame.drop(columns="arm")
    assert written(plain) == plain.to_csv(index=False, float_format="%.10g", lineterminator="\n")
