"""Contenders as processes that wait for their turn."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from peers.contenders import Contender
from peers.funnel import Played

_FOLDER = Path(__file__).resolve().parents[1]


class Missing(RuntimeError):
    """A contender cannot take part, for the reason given."""


class Player:
    """A contender, warm, in its own process. Only the one whose turn it is does anything."""

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        path = os.pathsep.join(filter(None, (str(_FOLDER), os.environ.get("PYTHONPATH", ""))))
        command = [sys.executable, "-m", "peers.worker", contender.module, contender.name, contender.package or ""]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
        )
        said = self._hear()
        if "missing" in said:
            self.close()
            raise Missing(said["missing"])
        self.version: str = said["version"]
        self.ready_seconds: float = said["ready_seconds"]
        self.ready_cpu_seconds: float = said["ready_cpu_seconds"]

    def __enter__(self) -> "Player":
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the process."""
        self.close()

    def play(self, months: int, seed: int) -> tuple[float, Played]:
        """Return the processor seconds of one run, and what came of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"months": months, "seed": seed}) + "\n")
        self._process.stdin.flush()
        said = self._hear()
        return said["cpu_seconds"], Played(**said["played"])

    def close(self) -> None:
        """Let the process end."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.contender.name} ended with exit code {self._process.wait()}; see above")
        return json.loads(line)  # type: ignore[no-any-return]
