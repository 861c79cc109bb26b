"""What can go wrong while runs are played, apart from a mistake in what was asked (`BadInput`)."""


class RunFailed(RuntimeError):
    """A run broke or its process died; says which, and that finished runs are kept (exit code 1)."""


class Interrupted(KeyboardInterrupt):
    """Someone pressed Ctrl-C; its text is the one line to show (exit code 130)."""
