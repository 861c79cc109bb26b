"""Shell completion: verbs here, settings by Hydra (`eval "$(marketsim -sc install=bash)"`)."""

import os
from collections.abc import Sequence

_LINE = "COMP_LINE"


def complete(words: Sequence[str]) -> int:
    """Answer a query of the shell, or print the script that installs the completion."""
    from marketsim.cli.dispatch import FINE, VERBS
    from marketsim.cli.jobs import run_verb

    typed = os.environ.get(_LINE, "").split(" ")
    if any(word.startswith("query=") for word in words):
        if len(typed) <= len(("marketsim", "VERB")):
            print(" ".join(verb for verb in VERBS if verb.startswith(typed[-1] if len(typed) > 1 else "")))
            return FINE
        os.environ[_LINE] = " ".join([typed[0], *typed[2:]])
    run_verb("compare", words)
    return FINE
