"""Measure the engine: events per second beside bare SimPy, cost against market size, and peak memory.

Run with `make bench` or `python benchmarks/speed.py [--quick]`. Everything is measured in one run, in turns, because
machines are shared and noisy: trust the ratios and the medians, not the single figures.

- *Timed events* are those that move the clock. M/M/1 with a process per customer and a `Resource` has two per customer.
- *Everything on* is one plan that uses every programme, part and policy there is, beside `experiment=core` with all of
  it switched off: processor seconds per timed event.
- The slope is that of log cost (processor seconds per simulated year) against log accounts, with the budget, staff and
  rivals of a market grown in proportion to its accounts and the garbage collector frozen.
"""

import argparse
import json
import math
import random
import resource
import statistics
import subprocess
import sys
import time

import simpy

SIZES = (2_000, 20_000, 200_000)
STANDARD_SIZE = 20_000
MMONE_CUSTOMERS = 60_000
SEED = 1
SPLIT = {
    "television": 0.10, "radio": 0.02, "print": 0.02, "outdoor": 0.02, "social": 0.06, "articles": 0.05,
    "search_optimisation": 0.04, "webinars": 0.06, "comparisons": 0.03, "paid_search_brand": 0.04,
    "paid_search_nonbrand": 0.16, "gated_content": 0.03, "landing_pages": 0.03, "email": 0.03,
    "marketing_automation": 0.03, "listening": 0.05, "advocacy": 0.04, "research": 0.03, "positioning": 0.03,
    "outbound_prospecting": 0.09, "sales_enablement": 0.04,
}  # fmt: skip
EVERYTHING = (
    "strategy=balanced",
    *(f"strategy.budget_split.{name}=0" for name in ("brand", "content", "middle", "capture", "nurture")),
    *(f"strategy.budget_split.{name}={share}" for name, share in SPLIT.items()),
    "policy=lifetime_value",
    "policy.credit=time_decay",
    "policy.review_weeks=4",
    "structure=full",
    "economy=recession",
    "contacts.consensus_enabled=true",
    "people.hiring_enabled=true",
    "strategy.targeting=0.5",
    "sales.ignore=lowest_score_first",
)


def scaled_market(accounts: int) -> list[str]:
    """Return the overrides that grow budget, staff and rivals with the market."""
    factor = accounts / STANDARD_SIZE
    return [
        f"market.accounts={accounts}",
        f"money.marketing_budget_per_year={2.4e6 * factor}",
        f"sales.development_reps={max(1, round(5 * factor))}",
        f"sales.executives={max(1, round(13 * factor))}",
        f"rivals.brand_spend_per_year={4.0e6 * factor}",
        f"rivals.usual_brand_spend_per_year={4.0e6 * factor}",
        f"rivals.usual_brand_spend_of_ours_per_year={8.64e5 * factor}",
        f"rivals.content_spend_per_year={1.0e6 * factor}",
        f"rivals.usual_content_spend_per_year={1.0e6 * factor}",
        f"middle.half_saturation_per_year={0.5e6 * factor}",
        f"enablement.half_saturation_per_year={150000.0 * factor}",
        f"advocacy.half_saturation_per_year={150000.0 * factor}",
        f"insight.half_saturation_per_year={150000.0 * factor}",
        f"targeting.half_saturation_per_year={200000.0 * factor}",
    ]


def bare_simpy_rate() -> float:
    """Return timed events per processor second of M/M/1 with processes and a Resource."""
    draw = random.Random(SEED)
    env = simpy.Environment()
    desk = simpy.Resource(env, capacity=1)

    def customer() -> object:
        with desk.request() as turn:
            yield turn
            yield env.timeout(draw.expovariate(1.0))

    def arrivals() -> object:
        for _ in range(MMONE_CUSTOMERS):
            yield env.timeout(draw.expovariate(0.8))
            env.process(customer())

    env.process(arrivals())
    start = time.process_time()
    env.run()
    return 2 * MMONE_CUSTOMERS / (time.process_time() - start)


def marketsim_rate(years: float, *overrides: str) -> float:
    """Return timed events per processor second on the default market, opening not counted."""
    from marketsim import load_scenario
    from marketsim.engines import begin

    scenario = load_scenario(["history.years=1", f"run.horizon_years={years}", *overrides])
    session = begin(scenario, SEED, 0)
    session.play_past()
    before = session.timed_events
    start = time.process_time()
    outcome = session.play_on(scenario)
    return (outcome.timed_events - before) / (time.process_time() - start)


def one_size(accounts: int, years: float) -> dict[str, float]:
    """Play one market size in this process: processor seconds per year, events per second, peak memory in MB."""
    from marketsim import load_scenario
    from marketsim.engines import begin

    scenario = load_scenario([*scaled_market(accounts), "history.years=1", f"run.horizon_years={years}"])
    session = begin(scenario, SEED, 0)
    session.play_past()
    before = session.timed_events
    start = time.process_time()
    outcome = session.play_on(scenario)
    seconds = time.process_time() - start
    return {
        "accounts": accounts,
        "seconds_per_year": seconds / years,
        "events_per_second": (outcome.timed_events - before) / seconds,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
    }


def _in_own_process(accounts: int, years: float) -> dict[str, float]:
    command = [sys.executable, __file__, "--size", str(accounts), "--years", str(years)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # type: ignore[no-any-return]


def _slope(points: list[tuple[float, float]]) -> float:
    """Return the least-squares slope of log y against log x."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x = statistics.fmean(x for x, _ in logs)
    mean_y = statistics.fmean(y for _, y in logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--years", type=float, default=1.0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.size:
        print(json.dumps(one_size(arguments.size, arguments.years)))
        return
    repeats = 3 if arguments.quick else 7
    marketsim_rate(0.25)  # compile, or load the compiled code
    ratios = []
    for turn in range(repeats):
        ours, theirs = marketsim_rate(2.0), bare_simpy_rate()
        ratios.append(ours / theirs)
        rates = f"marketsim {ours:,.0f}, bare SimPy M/M/1 {theirs:,.0f} timed events/s"
        print(f"turn {turn + 1}: {rates}: ratio {ratios[-1]:.2f}")
    print(f"ratio to bare SimPy: median {statistics.median(ratios):.2f} (wanted: at least 0.5)\n")
    marketsim_rate(0.25, *EVERYTHING)
    ratios = []
    for turn in range(repeats):
        core, whole = marketsim_rate(1.0, "experiment=core"), marketsim_rate(1.0, *EVERYTHING)
        ratios.append(core / whole)
        print(f"turn {turn + 1}: core {core:,.0f}, everything on {whole:,.0f} timed events/s: ratio {ratios[-1]:.2f}")
    print(
        f"time per event, everything on against the core: median {statistics.median(ratios):.2f} (wanted: at most 2)\n"
    )
    rows = []
    for turn in range(1 if arguments.quick else 3):
        for accounts in SIZES:
            rows.append(_in_own_process(accounts, 1.0 if accounts > STANDARD_SIZE else 2.0))
            print(
                f"turn {turn + 1}: {accounts:>9,} accounts: {rows[-1]['seconds_per_year']:8.2f} s a year, "
                f"{rows[-1]['events_per_second']:9,.0f} events/s, {rows[-1]['peak_memory_mb']:6.0f} MB at most"
            )
    cost = [(n, statistics.median(r["seconds_per_year"] for r in rows if r["accounts"] == n)) for n in SIZES]
    memory = max(row["peak_memory_mb"] for row in rows if row["accounts"] == SIZES[-1])
    print(f"slope of log cost against log accounts: {_slope(cost):.2f} (wanted: at most 1.25)")
    print(f"peak memory at {SIZES[-1]:,} accounts: {memory:.0f} MB (wanted: at most 1,000)")


if __name__ == "__main__":
    main()
