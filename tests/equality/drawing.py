"""How random scenarios are drawn: the same ones every time, so that a change fails for what it changed."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = 100
_UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large]

seeds = st.integers(0, 2**40)
grids = st.sampled_from([0.25, 1.0, 7.0 / 8.0])  # days
hundred = settings(max_examples=EXAMPLES, derandomize=True, suppress_health_check=_UNHURRIED)
thousand_new = settings(max_examples=1000, suppress_health_check=_UNHURRIED)
