"""Play every policy from an even split and draw what it does to the split: docs/figures/policies.png and its table.

python docs/figures/policies.py [REPLICATIONS]: some minutes. The market is two fifths of the default one, with
all amounts of money that hang on its size; the total budget is held (no policy may fund itself up or down), so that the
picture shows the split alone.
"""

import sys
from pathlib import Path

import marketsim as ms
from marketsim.figures import Steered, policies, policies_table, save_figure
from marketsim.scenario.company import KPIS

FOLDER = Path(__file__).parent
REPLICATIONS, SEED, YEARS = 6, 1, 5.0
SIZE = 0.4  # of the default market
SCALED = (
    "money.marketing_budget_per_year", "money.fixed_overhead_per_year", "middle.half_saturation_per_year",
    "rivals.brand_spend_per_year", "rivals.usual_brand_spend_per_year", "rivals.usual_brand_spend_of_ours_per_year",
    "rivals.content_spend_per_year", "rivals.usual_content_spend_per_year",
)  # fmt: skip
NOTES = (
    "credit goes to the programme whose lead converted (attributed return: to the last recorded touch), "
    "in the last panel to what new customers name",
    "the total budget is held",
    "two fifths of the default market, money in proportion",
)
TEAM = ("sales.development_reps=2", "sales.executives=5")


def overrides() -> list[str]:
    """Return the settings of a market of `SIZE` with everything in proportion."""
    world = ms.load_scenario([]).world
    plan = ms.load_scenario([]).plan
    found = [f"market.accounts={round(SIZE * world.market.accounts)}", *TEAM]
    for name in SCALED:
        group, field = name.split(".")
        lever = name == "money.marketing_budget_per_year"
        amount = plan.budget_per_year if lever else getattr(getattr(world, group), field)
        found.append(f"{name}={SIZE * amount:g}")
    return found


def play(replications: int) -> Steered:
    """Return the reviews of every policy that counts something, and of one that asks its customers."""
    arms = {kpi: ["strategy=even_split", f"policy={kpi}", "policy.funding=false"] for kpi in KPIS if kpi != "none"}
    arms["lifetime_value_self_reported"] = [*arms["lifetime_value"], "strategy.credit=self_reported"]
    runs = ms.compare(
        arms, replications=replications, seed=SEED, horizon_years=YEARS, overrides=overrides(), keep="tables"
    )
    return Steered({arm: runs[arm].reviews for arm in arms}, SEED, runs.past, NOTES)


if __name__ == "__main__":
    steered = play(int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS)
    figure = policies(steered).get_figure(root=True)
    assert figure is not None
    save_figure(figure, FOLDER / "policies.png")
    policies_table(steered).to_csv(FOLDER / "policies.csv", index=False, float_format="%.9g", lineterminator="\n")
