"""Play three to eight development reps under three ways in which leads go cold, and draw what a rep is worth."""

from pathlib import Path

import marketsim as ms
from marketsim.figures import Staffed, save_study, staffing, staffing_table

FOLDER = Path(__file__).parent
REPS, USUAL = (3, 4, 5, 6, 7, 8), 5
DECAYS = ("hyperbolic", "none", "oldroyd2011")
REPLICATIONS, SEED, YEARS = 20, 1, 10


def main() -> None:
    """Play and draw."""
    arms = {
        f"{decay}_{reps}": ["strategy=balanced", f"decay={decay}", f"sales.development_reps={reps}"]
        for decay in DECAYS
        for reps in REPS
    }
    runs = ms.compare(arms, replications=REPLICATIONS, seed=SEED, horizon_years=YEARS)
    value, wait = (runs.values(name, YEARS) for name in ("net_present_value", "response_hours"))
    staffed = Staffed(
        {decay: {reps: value[f"{decay}_{reps}"] for reps in REPS} for decay in DECAYS},
        {decay: {reps: wait[f"{decay}_{reps}"] for reps in REPS} for decay in DECAYS},
        USUAL, SEED, REPLICATIONS, runs.past, YEARS,
    )  # fmt: skip
    save_study(staffing(staffed), staffing_table(staffed), FOLDER)


if __name__ == "__main__":
    main()
