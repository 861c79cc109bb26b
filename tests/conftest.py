"""Settings for all tests: time limits per example would measure the machine and the compiler, not the model."""

from hypothesis import settings

settings.register_profile("marketsim", deadline=None)
settings.load_profile("marketsim")
