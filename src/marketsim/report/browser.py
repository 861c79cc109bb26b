"""PDF and PNG of a report, through the Chromium that is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from marketsim.scenario.errors import BadInput

NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 120
WIDTH = 1280
TALLEST = 16_000
"""Pixels: beyond this Chromium draws no single picture."""
_TALL = re.compile(r'data-height="(\d+)"')
_ASK_HEIGHT = (
    "<script>document.documentElement.dataset.height=Math.ceil(document.documentElement.scrollHeight)</script></body>"
)


def chromium() -> str:
    """Return where Chromium is.

    Raises
    ------
    BadInput
        If it is not on the path.

    """
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    raise BadInput(
        f"PDF and PNG need Chromium, and none of {', '.join(NAMES)} is on the path. Install it (Debian and Ubuntu: "
        "apt install chromium), or take --format html or md, which need nothing"
    )


def print_pdf(page: str, path: Path) -> Path:
    """Print a page of HTML on A4."""
    with tempfile.TemporaryDirectory() as scratch:
        source, made = Path(scratch) / "report.html", Path(scratch) / "report.pdf"
        source.write_text(page, encoding="utf-8")
        _call([f"--print-to-pdf={made}", "--no-pdf-header-footer", source.as_uri()], scratch, made)
        return _keep(made, path)


def take_picture(page: str, path: Path) -> Path:
    """Draw a page of HTML as one picture, as wide as a laptop's screen and as tall as it is."""
    with tempfile.TemporaryDirectory() as scratch:
        source, asking, made = (Path(scratch) / name for name in ("report.html", "asking.html", "report.png"))
        source.write_text(page, encoding="utf-8")
        asking.write_text(page.replace("</body>", _ASK_HEIGHT), encoding="utf-8")
        shown = _call(["--dump-dom", f"--window-size={WIDTH},800", asking.as_uri()], scratch)
        found = _TALL.search(shown)
        tall = min(int(found[1]), TALLEST) if found else TALLEST
        _call([f"--screenshot={made}", f"--window-size={WIDTH},{tall}", "--hide-scrollbars", source.as_uri()],
              scratch, made)  # fmt: skip
        return _keep(made, path)


def _call(words: Sequence[str], scratch: str, made: Path | None = None) -> str:
    """Run Chromium without a window, in a scratch folder, and return what it prints.

    Raises
    ------
    BadInput
        If it fails, takes too long, or does not make the file.

    """
    program = chromium()
    command = [program, "--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={scratch}/profile"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--no-sandbox")  # it refuses to run as root with one; the page is our own and holds no script
    try:
        done = subprocess.run(
            [*command, *words], capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadInput(f"{program} did not answer ({type(error).__name__}). Take --format html or md") from None
    if done.returncode or (made is not None and not made.is_file()):
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BadInput(f"{program} could not draw the report: {last}. Take --format html or md")
    return done.stdout


def _keep(made: Path, path: Path) -> Path:
    """Move a finished file to where it should be, whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    shutil.copyfile(made, part)
    os.replace(part, path)
    return path
