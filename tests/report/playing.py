"""Small runs of every awkward kind, played once and stored, for the tests of the report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from marketsim import figures
from marketsim.experiments import Comparison, play, publish
from marketsim.report import write_html
from marketsim.scenario.load import load_experiment

SMALL = ["market.accounts=500", "history.years=1", "run.workers=1"]
RUNS = {
    "usual": [
        "strategies=[lead_factory,harvest_mix,balanced,brand_only]", "run.replications=5", "run.horizon_years=3",
        "other_pasts=[start_up]", "run.replications_other_pasts=2", "question=Lead factory or balanced?",
    ],
    "one_arm": ["strategies=[balanced]", "run.replications=2", "run.horizon_years=1"],
    "half_a_year": ["strategies=[lead_factory,balanced]", "run.replications=2", "run.horizon_years=0.5"],
    "insolvent": [
        "strategies=[lead_factory,harvest_mix,balanced,brand_only,sales_led,volume_leads,quality_leads]",
        "arms.its_own_past_and_a_long_name=[strategy=balanced,history=start_up,history.years=2]",
        "run.replications=3", "run.horizon_years=2.5", "money.insolvency_enabled=true",
    ],
    "tables": ["strategies=[lead_factory,balanced]", "run.replications=2", "run.horizon_years=1", "run.keep=tables"],
    "summary": ["strategies=[lead_factory,balanced]", "run.replications=2", "run.horizon_years=1", "run.keep=summary"],
}  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """A run as it was played, and its folder."""

    played: Comparison
    folder: Path

    @property
    def html(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")


def stored(name: str, root: Path) -> Stored:
    """Play and publish one of the runs, with figures for the usual one only."""
    folder = root / name
    experiment = load_experiment([*SMALL, *RUNS[name], f"output_dir={folder}"])
    runs = play(experiment, progress=False)
    extras = [lambda comparison, place: write_html(comparison, place / "report.html")]
    if name == "usual":
        extras.append(lambda comparison, place: figures.save_all(comparison, place / "figures"))
    return Stored(runs, publish(runs, extras))
