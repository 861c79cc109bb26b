"""How fast this machine plays: remembered from the last run, measured if there was none."""

import json
from pathlib import Path

from marketsim.experiments.store import write_atomically

SIGNIFICANT_DIGITS = 3


class Speed:
    """Account-years per second and process, kept beside the finished runs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "speed.json"

    def remember(self, rate: float, model: str) -> None:
        """Keep the rate of a run; `model` is the hash of the sources it was played with."""
        data = {"account_years_per_second": float(f"{rate:.{SIGNIFICANT_DIGITS}g}"), "model": model}
        write_atomically(self.path, json.dumps(data).encode())

    def recall(self) -> float | None:
        """Return the last rate, also of an older model: it is an estimate; None if there is none."""
        try:
            rate = float(json.loads(self.path.read_text())["account_years_per_second"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return rate if rate > 0 else None
