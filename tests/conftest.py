"""Settings for all tests: time limits per example would measure the machine and the compiler, not the model."""

import signal

import pytest
from hypothesis import settings

from marketsim.engines import ENGINES

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background: tests of Ctrl-C need it
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("marketsim", deadline=None)
settings.load_profile("marketsim")


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of an engine: whatever asks for it is played on each."""
    name: str = request.param
    return name
