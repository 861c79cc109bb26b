"""How fast this machine plays on each engine: remembered from the last run."""

import json
from pathlib import Path
from typing import Any

from marketsim.experiments.store import write_atomically

SIGNIFICANT_DIGITS = 3
SMALLEST_TASK = 40_000.0
"""Account-years of a task from which its rate is told: in smaller ones fixed costs dominate."""


class Speed:
    """Account-years per second and process, kept beside the finished runs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "speed.json"

    def remember(self, rate: float, engine: str, model: str) -> None:
        """Keep the rate of a run; `model` is the hash of the sources it was played with."""
        known = {name: entry for name, entry in self._read().items() if isinstance(entry, dict)}
        known[engine] = {
            "account_years_per_second": float(f"{rate:.{SIGNIFICANT_DIGITS}g}"),
            "model": model,
            "smallest_task": SMALLEST_TASK,
        }
        write_atomically(self.path, json.dumps(known).encode())

    def recall(self, engine: str) -> float | None:
        """Return the last rate that large tasks told, also of an older model; None if there is none."""
        try:
            data = self._read()[engine]
            rate = float(data["account_years_per_second"]) if data["smallest_task"] >= SMALLEST_TASK else 0.0
        except (ValueError, KeyError, TypeError):
            return None
        return rate if rate > 0 else None

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}
