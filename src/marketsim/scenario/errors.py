"""The one exception that means: the person asked for something that cannot be played."""


class BadInput(ValueError):
    """A mistake in what was asked, in one line: what, where, and how to mend it (exit code 2)."""
