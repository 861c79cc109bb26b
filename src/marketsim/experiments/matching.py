"""Whether a world is plausible: its own go-dark run, counted by list cohorts (EVIDENCE: history matching).

Source: Craig, Goldstein, Seheult & Smith (1997), "Pressure matching for hydrocarbon reservoirs"; the observation is K2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from marketsim.analysis.calibration import cohort_counts
from marketsim.engines import begin
from marketsim.experiments.keys import digest, model_hash, run_key
from marketsim.experiments.opening import cores
from marketsim.experiments.store import Store
from marketsim.scenario.scenario import Scenario

COHORTS = (1, 2, 3)
"""Years after the stop in which the accounts formed their day-one lists."""
HORIZON_YEARS = 5.0
"""By then the journeys of the third cohort have ended."""
COUNTS = ("usual_wins", "usual_purchases", "dark_wins", "dark_purchases")
STOPPED = ("brand", "content")


@dataclass(frozen=True)
class _Counted:
    """What is stored of a pair of runs: a table with one row per cohort."""

    monthly_columns: dict[str, npt.NDArray[np.float64]]


def gone_dark(usual: Scenario) -> Scenario:
    """Return the scenario with brand and content stopped on day 0; the money of other programmes stays as it was."""
    kept = {name: share for name, share in usual.plan.budget_split.items() if name not in STOPPED}
    left = sum(kept.values())
    split = dict.fromkeys(STOPPED, 0.0) | {name: share / left for name, share in kept.items()}
    plan = replace(usual.plan, name="dark", budget_per_year=usual.plan.budget_per_year * left, budget_split=split)
    return replace(usual, name="dark", plan=plan)


def cohorts_gone_dark(
    usual: Sequence[Scenario],
    folder: Path,
    *,
    replications: int,
    seed: int = 1,
    on_done: Callable[[], object] = lambda: None,
) -> npt.NDArray[np.float64]:
    """Play every scenario as usual and gone dark, and count wins and purchases by list cohort.

    Parameters
    ----------
    usual
        Scenarios, each in its own world; what they play after day 0 is stopped.
    folder
        Store of what is finished; a study that was stopped goes on from there.
    on_done
        Called after every pair of runs.

    Returns
    -------
    Array of shape (worlds, replications, cohorts, 4): wins and purchases as usual, wins and purchases gone dark.
    """
    store, model = Store(folder), model_hash()
    shortened = [replace(scenario, horizon_years=HORIZON_YEARS) for scenario in usual]
    pairs = [(scenario, replication) for scenario in shortened for replication in range(replications)]
    keys = [digest(f"gone dark {run_key(one, seed, turn, 'compiled', model)}".encode()) for one, turn in pairs]
    known = store.load(keys, "monthly")

    def counted(place: int) -> npt.NDArray[np.float64]:
        key, (scenario, replication) = keys[place], pairs[place]
        if key in known:
            return np.column_stack([known[key][name].to_numpy() for name in COUNTS])
        session = begin(scenario, seed, replication)
        session.play_past()
        tables = [session.branch().play_on(arm).journeys for arm in (scenario, gone_dark(scenario))]
        counts = np.array([[n for table in tables for n in cohort_counts(table, year)] for year in COHORTS], float)
        store.save(key, _Counted(dict(zip(COUNTS, counts.T.copy(), strict=True))), "monthly")
        on_done()
        return counts

    with ThreadPoolExecutor(cores()) as pool:
        found = np.array(list(pool.map(counted, range(len(pairs)))))
    return found.reshape(len(usual), replications, len(COHORTS), len(COUNTS))
