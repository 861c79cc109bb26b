"""Settings for all tests: time limits per example would measure the machine and the compiler, not the model."""

import pytest
from hypothesis import settings

from marketsim.engines import ENGINES

settings.register_profile("marketsim", deadline=None)
settings.load_profile("marketsim")


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine: whatever asks for it is played on each."""
    name: str = request.param
    return name
