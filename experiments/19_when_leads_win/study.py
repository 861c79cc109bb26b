"""When do the lead factory and the harvest mix win? Plays a designed sample of worlds and draws who wins where."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import marketsim as ms
from marketsim.analysis.calibration import TARGETS
from marketsim.analysis.surface import explained, fitted
from marketsim.experiments.matching import cohorts_gone_dark
from marketsim.experiments.worlds import Axis, designed, in_world
from marketsim.figures import save_figure
from marketsim.figures.files import FLOATS
from marketsim.figures.maps import Phases, phase_table, when_leads_win, worlds_table, written

HERE = Path(__file__).parent
AXES = (
    Axis("purchase_interval", 30, 120, 60, "purchase interval (months)", log=True),
    Axis("half_life", 120, 720, 320, "half-life of brand memory (days)", log=True),
    Axis("list_weight", 0, 1.4, 1, "weight of the day-one list (1: default)"),
    Axis("hill_shape", 0.5, 3, 1, "Hill shape of brand spend"),
    Axis("growth", -0.05, 0.10, 0, "growth of demand (per year)"),
    Axis("accounts", 8_000, 50_000, 20_000, "accounts in the market", log=True),
)
PASTS, STRATEGIES = ("balanced", "lead_factory", "start_up"), ("lead_factory", "harvest_mix", "balanced")
WORLDS, REPLICATIONS, SEED, HORIZON = 256, 2, 1, 10
PAIRS = (("list_weight", "accounts"), ("list_weight", "purchase_interval"), ("half_life", "hill_shape"))


def settings(place):
    """Return the settings of the world at a place of the sample; the weight of the list scales its three effects."""
    at = {axis.name: float(axis.value(u)) for axis, u in zip(AXES, place, strict=False)}
    return {
        "market.entry_interval_months": at["purchase_interval"],
        "market.accounts": round(at["accounts"]),
        "memory.half_life_days": at["half_life"],
        "memory.hill_shape": at["hill_shape"],
        "economy.growth_per_year": at["growth"],
        "buying.utility_listed": 1.8 * at["list_weight"],
        "buying.hand_raise_probability": 0.45 * at["list_weight"],
        "harvest.unlisted_weight": 1 - 0.3 * at["list_weight"],
    }


def not_ruled_out(places, counts):
    """Return which worlds K2 does not rule out: the interval of their smoothed fall meets the band of years 2 and 3."""
    wins = counts.sum(axis=1)
    possible = np.ones(len(places), dtype=bool)
    for cohort in (1, 2):
        fall, (low, high) = 1 - wins[:, cohort, 2] / wins[:, cohort, 0], TARGETS["K2"].bands[cohort]
        smooth = fitted(places, fall, wins[:, cohort, 0], resamples=200).at(places)[1:]
        possible &= (np.quantile(smooth, 0.975, axis=0) >= low) & (np.quantile(smooth, 0.025, axis=0) <= high)
    return possible


def played():
    """Play the sample, or read from the store what is there; each world has one of the three pasts."""
    usual = {(past, s): ms.load_scenario([f"strategy={s}", f"history={past}"]) for past in PASTS for s in STRATEGIES}
    sample = designed(len(AXES) + 1, WORLDS, SEED)
    past = [PASTS[int(place[-1] * len(PASTS))] for place in sample]
    worlds = [in_world(usual["balanced", "balanced"], settings(place)) for place in sample]
    arms = {
        f"{number:03d} {s}": replace(usual[past[number], s], world=world.world)
        for number, world in enumerate(worlds)
        for s in STRATEGIES
    }
    counts = cohorts_gone_dark(worlds, Path("results/.store"), replications=REPLICATIONS, seed=SEED)
    runs = ms.compare(arms, replications=REPLICATIONS, seed=SEED, keep="summary")
    worth = {}
    for year in range(1, runs.years + 1):
        values = runs.values("net_present_value", year)
        worth[year] = np.array([[values[f"{n:03d} {s}"].mean() for s in STRATEGIES] for n in range(WORLDS)])
    places = sample[:, : len(AXES)]
    return Phases(AXES, places, STRATEGIES, worth, past, not_ruled_out(places, counts), SEED, REPLICATIONS)


def told(phases):
    """Print who wins how often, and the rule for where harvest wins, by horizon."""
    table = worlds_table(phases)
    usual = table[table["list_weight"].between(0.56, 1.4) & table["half_life"].between(240, 550)]  # ranges in conf/
    parts = {"all": table, "matched": table[table["matched"]], "usual": usual, "both": usual[usual["matched"]]}
    for name, part in (*parts.items(), *table.groupby("past")):
        print(name, pd.crosstab(part["horizon_years"], part["winner"], normalize="index").round(2), sep="\n")
    for horizon in (1, 3, 5, 10):
        rule, right = phases.rule(horizon)
        print(f"{horizon} years: harvest wins in {rule.share:.2f}; right out of sample {right:.2f}")
        for text, leaf in rule.rules([a.name for a in AXES], lambda k, value: written(AXES[k], value)):
            print(f"   {leaf.share:.2f} of {leaf.cases:3d} where {text}")
    surface, ahead = fitted(phases.places, phases.ahead(HORIZON)), phases.ahead(HORIZON)
    print(f"harvest less balanced, M, {HORIZON} years (surface explains {explained(phases.places, ahead):.2f} unseen):")
    for place, axis in enumerate(AXES):
        means = [surface.averaged(phases.places, {place: step / 4})[0] / 1e6 for step in range(5)]
        print("  ", axis.name, *(f"{written(axis, axis.value(k / 4))}: {mean:.1f}" for k, mean in enumerate(means)))


def main():
    """Play, draw, and write the numbers: worlds in figure.csv, maps in figure_maps.csv."""
    phases = played()
    figure = when_leads_win(phases, PAIRS, HORIZON).get_figure(root=True)
    for ending in ("svg", "png"):
        save_figure(figure, HERE / f"figure.{ending}")
    maps = pd.concat([phase_table(phases, x, y, HORIZON) for x, y in PAIRS], ignore_index=True)
    for name, table in (("figure", worlds_table(phases)), ("figure_maps", maps)):
        table.to_csv(HERE / f"{name}.csv", index=False, float_format=FLOATS, lineterminator="\n")
    told(phases)


if __name__ == "__main__":
    main()
