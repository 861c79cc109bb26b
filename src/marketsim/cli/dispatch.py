"""The first word picks the verb, the rest goes to Hydra; mistakes become one line and exit code 2.

Only light imports stand here, so that `marketsim --help` answers at once.
"""

import errno
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from marketsim.scenario.errors import BadInput

_CANNOT_SAY = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG)
FINE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130

VERBS = {
    "compare": "play strategies against each other on the same luck, and say which is worth more",
    "claims": "put the essays' claims to the test, all or some (claims A1 B2), and write the ledger",
    "truth": "what each programme's money really brought, and how wrong every rule of attribution is about it",
    "report": "one page for leadership from the folder of a run: html, pdf, png, md or slides",
    "list": "what can be chosen: strategies, programmes, policies, markets, economies, pasts, experiments",
    "show": "the composed scenario: every number with unit, range, source, grade; and how long a run would take",
    "check": "a self-test against theory, half a minute",
    "story": "one account's events under two arms, side by side",
}

HELP = f"""\
marketsim: lead factory or balanced? A B2B market, played again and again with the same luck.

usage: marketsim VERB [settings]

{chr(10).join(f"  {verb:<9}{words}" for verb, words in VERBS.items())}

Settings are written name=value (market.accounts=5000), files are chosen folder=name (decay=weibull).
  marketsim compare experiment=long_run
  marketsim compare strategies=[lead_factory,balanced] run=smoke
  marketsim compare strategies=[balanced] 'arms.more_hands=[strategy=balanced,sales.development_reps=7]'
  marketsim compare --config-dir FOLDER market=NAME       your own company
  marketsim report results/long_run/DATE_TIME --format pdf
  marketsim story 4711
  marketsim truth strategy=balanced

--help, --version; marketsim VERB --help says what Hydra offers (-m for several values in turn, --cfg job).
Exit codes: 0 fine, 2 a mistake in what was typed, 1 anything else.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after the command's name; those of the process by default.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _make_streams_safe()
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except BadInput as error:
        return _refuse(error)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`); nothing more may be written, not even at exit.
        _write_no_more()
        return FINE
    except OSError as error:
        if error.filename is not None or error.errno not in _CANNOT_SAY:
            raise
        _write_no_more()
        print(f"marketsim: cannot write: {(error.strerror or str(error)).lower()}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt as stop:
        print(f"marketsim: {stop}" if str(stop) else "marketsim: stopped", file=sys.stderr)
        return STOPPED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FAILED if stop.code else FINE
    return code


def _make_streams_safe() -> None:
    """Let no character be the end of a table: what a stream cannot encode is replaced, a closed one swallows all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace" if name == "stderr" else "replace")


def _write_no_more() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("--help", "-h", "help"):
        print(HELP, end="")
        return FINE
    if words[0] in ("--version", "-V"):
        print(f"marketsim {metadata.version('marketsim')}")
        return FINE
    if words[0] in ("-sc", "--shell-completion"):
        from marketsim.cli.completion import complete

        return complete(words)
    verb, rest = words[0], words[1:]
    if verb not in VERBS:
        raise _no_verb(verb)
    if "--version" in rest:
        return _dispatch(["--version"])
    if verb == "report":
        from marketsim.cli.reporting import run_report

        return run_report(rest)
    from marketsim.cli.jobs import run_verb

    refused = run_verb(verb, rest)
    for error in refused:
        _refuse(error)
    if any(isinstance(error, BadInput) for error in refused):
        return BAD_INPUT
    return FAILED if refused else FINE


def _no_verb(verb: str) -> BadInput:
    import difflib

    close = difflib.get_close_matches(verb, VERBS, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    if "=" in verb or verb.startswith("-"):
        return BadInput(f"a verb comes first, such as marketsim compare {verb}. There are: {', '.join(VERBS)}.")
    return BadInput(f"no verb {verb!r}. There are: {', '.join(VERBS)}.{guess}")


def _refuse(error: Exception) -> int:
    """Say what is wrong in exactly one line."""
    print(f"marketsim: {' '.join(str(error).split())}", file=sys.stderr)
    return BAD_INPUT
