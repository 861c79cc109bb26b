"""`marketsim report RUN`: the report of a stored run, in the format that is asked for."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from marketsim.scenario.errors import BadInput

FORMATS = ("html", "pdf", "png", "md", "slides")


class _Parser(argparse.ArgumentParser):
    """A parser that refuses in one line."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"report: {message}. Usage: marketsim report RUN [--format {'|'.join(FORMATS)}] [--output PATH]")


def read_words(words: Sequence[str]) -> argparse.Namespace:
    """Read what was typed after the verb: `run`, `form` and `output`.

    Raises
    ------
    BadInput
        For words it does not know.
    """
    parser = _Parser(prog="marketsim report", description="Write the report of a stored run.", allow_abbrev=False)
    parser.add_argument("run", help="the folder of a run, such as results/long_run/DATE_TIME", metavar="RUN")
    parser.add_argument("--format", choices=FORMATS, default="html", dest="form", help="by default html")
    parser.add_argument("--output", help="where to write it; by default into the folder of the run", metavar="PATH")
    return parser.parse_args(list(words))


def run_report(words: Sequence[str]) -> int:
    """Write a report of a stored run and say where it is.

    Raises
    ------
    BadInput
        For words it does not know, a folder that is not a run, and a format that needs what is not installed.
    """
    given = read_words(words)
    from marketsim.experiments.reading import load_run

    comparison = load_run(given.run)
    from marketsim.report.files import NAMES, write

    target = Path(given.output) if given.output else Path(given.run) / NAMES[given.form]
    _check(target, given.form)
    try:
        print(write(comparison, given.form, target))
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise BadInput(f"cannot write to {target}: {reason}. Choose another place with --output") from None
    return 0


def _check(target: Path, form: str) -> None:
    """Refuse a target of the wrong kind."""
    if form != "slides" and target.is_dir():
        raise BadInput(f"{target} is a folder. Name a file with --output, such as {target / 'report'}.{form}")
    if form == "slides" and target.is_file():
        raise BadInput(f"{target} is a file. Name a folder for the slides with --output")
