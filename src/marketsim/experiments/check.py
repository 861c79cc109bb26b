"""The self-test against theory: what was measured, what theory says, and whether they meet. Half a minute."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from marketsim.analysis import oracles
from marketsim.engines import simulate
from marketsim.engines.session import ENGINES
from marketsim.experiments.bench import (
    EXPONENTIAL_FLOOR,
    IMPATIENT,
    LEADS_PER_REP_AND_DAY,
    Measured,
    floor_queue,
    measured,
    queue_by_log,
    waits_by_table,
)
from marketsim.experiments.bench_market import entries, lazy_memory, market_without_awareness
from marketsim.rules.auction import clearing_price
from marketsim.scenario.load import load_scenario
from marketsim.state.audit import ConservationError

SEED = 1
ENGINE = ENGINES[0]
"""The one that plays unless another is asked for."""
# Queues are fed by one stream of inquiries; seeds of their own keep the three checks independent.
_SEEDS_OF_QUEUES = (101, 102, 103)
_REPLICATIONS = 20
_SKIP, _CUSTOMERS = 300, 2500
_AUCTIONS = 500
_EXACT = 1e-9
_SMALL_MARKET = (
    "history.years=1",
    "market.accounts=1000",
    "run.horizon_years=1",
    "money.marketing_budget_per_year=1.2e5",
    "sales.development_reps=1",
    "sales.executives=1",
)


@dataclass(frozen=True)
class Line:
    """One thing that was checked."""

    what: str
    found: str
    theory: str
    ok: bool


@dataclass(frozen=True)
class CheckReport:
    """Everything that was checked; prints as a table."""

    lines: tuple[Line, ...]

    @property
    def passed(self) -> bool:
        """Tell whether all is well."""
        return all(line.ok for line in self.lines)

    def __str__(self) -> str:
        """Return one line per check and the verdict."""
        heads = ("checked", "measured (99.9 % interval)", "theory")
        rows = [heads, *((line.what, line.found, line.theory) for line in self.lines)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
        verdicts = ["", *("ok" if line.ok else "FAILED" for line in self.lines)]
        table = [
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=True)), verdict]).rstrip()
            for row, verdict in zip(rows, verdicts, strict=True)
        ]
        failed = sum(not line.ok for line in self.lines)
        verdict = (
            f"All {len(self.lines)} checks passed: where theory knows the answer, the model gives it."
            if failed == 0
            else f"{failed} of {len(self.lines)} checks FAILED: do not trust the figures; please report this."
        )
        return "\n".join([*table, "", verdict])


def run(progress: bool = True) -> CheckReport:
    """Test the model against theory.

    Parameters
    ----------
    progress
        Show a progress line on a terminal.
    """
    quiet = not (progress and sys.stderr.isatty())
    lines: list[Line] = []
    with tqdm(_CHECKS, desc="checking", leave=False, disable=quiet, bar_format="{desc} {n_fmt}/{total_fmt}") as steps:
        for name, check in steps:
            steps.set_description_str(f"checking {name}")
            lines += check()
    return CheckReport(tuple(lines))


def _line(found: Measured, unit: str = "", scale: float = 1.0, digits: int = 3) -> Line:
    """Write a measurement against theory."""
    mean, low, high, theory = (scale * x for x in (found.mean, found.low, found.high, found.theory))
    return Line(
        found.what,
        f"{mean:.{digits}f}{unit} ({low:.{digits}f} to {high:.{digits}f})",
        f"{theory:.{digits}f}{unit}",
        found.covers,
    )


def _one_rep() -> list[Line]:
    per_day = 6.0
    settings = (*EXPONENTIAL_FLOOR, "sales.development_reps=1")
    found = floor_queue(settings, per_day, _REPLICATIONS, skip=_SKIP, count=_CUSTOMERS, seed=_SEEDS_OF_QUEUES[0])
    theory = oracles.erlang_c(per_day, LEADS_PER_REP_AND_DAY, 1)
    return [_line(measured("one rep: mean wait of a lead (M/M/1)", found.mean_wait, theory.mean_wait), " h", 24.0, 2)]


def _three_reps() -> list[Line]:
    per_day = 21.0
    settings = (*EXPONENTIAL_FLOOR, "sales.development_reps=3")
    found = floor_queue(settings, per_day, _REPLICATIONS, skip=_SKIP, count=_CUSTOMERS, seed=_SEEDS_OF_QUEUES[1])
    theory = oracles.erlang_c(per_day, LEADS_PER_REP_AND_DAY, 3)
    what = "three reps: leads that have to wait (Erlang C)"
    return [_line(measured(what, found.share_waiting, theory.chance_to_wait), " %", 100.0, 1)]


def _cold_leads() -> list[Line]:
    per_day, patience = 20.0, 0.2
    settings = (*EXPONENTIAL_FLOOR, *IMPATIENT, f"decay.scale_hours={24 * patience!r}", "sales.development_reps=2")
    found = floor_queue(settings, per_day, _REPLICATIONS, skip=_SKIP, count=_CUSTOMERS, seed=_SEEDS_OF_QUEUES[2])
    theory = oracles.erlang_a(per_day, LEADS_PER_REP_AND_DAY, 1.0 / patience, 2)
    what = "two reps: leads that go cold in the queue (Erlang A)"
    return [_line(measured(what, found.share_cold, theory.chance_to_abandon), " %", 100.0, 1)]


def _memory() -> list[Line]:
    what = "who remembers the brand, against every exposure simulated"
    return [_line(lazy_memory(what, (60.0, 200.0, 365.0), 1000, 8, SEED), " %", 100.0, 1)]


def _entries() -> list[Line]:
    scenario = market_without_awareness(accounts=500)
    runs = [entries(scenario, SEED, replication) for replication in range(_REPLICATIONS)]
    ratios = [float(run.found.sum() / run.expected.sum()) for run in runs]
    return [_line(measured("market entries, against their integrated rate", ratios, 1.0))]


def _auction() -> list[Line]:
    random = np.random.default_rng(SEED)
    worst = 0.0
    for _ in range(_AUCTIONS):
        tiers = int(random.integers(1, 5))
        flow = random.uniform(0.0, 20.0, tiers) * (random.random(tiers) < 0.8)
        reserve, weight = random.uniform(10.0, 1000.0, tiers), random.uniform(0.05, 2.0, tiers)
        budget = float(np.exp(random.uniform(0.0, 11.0)))
        found = clearing_price(budget, flow, reserve, weight)
        theory = oracles.clearing_price(budget, flow.tolist(), reserve.tolist(), weight.tolist())
        worst = max(worst, abs(found - theory) / max(theory, 1.0))
    what = f"price that clears {_AUCTIONS} auctions, against a search"
    return [Line(what, f"largest deviation {worst:.0e}", "the same price", worst < _EXACT)]


def _little() -> list[Line]:
    settings = (*EXPONENTIAL_FLOOR, "sales.development_reps=2", "inquiries.per_day=16", "run.horizon_years=0.5")
    outcome = simulate(load_scenario(settings), SEED, 0, record=True)
    queue, waits = queue_by_log(outcome, 2), waits_by_table(outcome)
    what = "Little's law: leads in the queue, day by day, against their waits"
    return [Line(what, f"{queue:.3f} lead-days", f"{waits:.3f} lead-days", abs(queue - waits) < _EXACT * waits)]


def _same_luck() -> list[Line]:
    scenario = load_scenario(_SMALL_MARKET)
    lines = []
    try:
        first = simulate(scenario, SEED, 0)
        second = simulate(scenario, SEED, 0)
    except ConservationError as error:
        return [Line("every account, lead, deal and unit of money accounted for", str(error), "nothing is lost", False)]
    counted = (
        f"{len(first.tables.leads)} leads, {len(first.tables.deals)} deals, {len(first.tables.contracts)} contracts"
    )
    lines.append(Line("every account, lead, deal and unit of money accounted for", counted, "nothing is lost", True))
    names = ("accounts", "leads", "deals", "contracts", "journeys", "months")
    same = [getattr(first.tables, name).tobytes() == getattr(second.tables, name).tobytes() for name in names]
    lines.append(
        Line("the same run twice", f"{sum(same)} of {len(names)} tables the same", "the same bytes", all(same))
    )
    return lines


_CHECKS: tuple[tuple[str, Callable[[], list[Line]]], ...] = (
    ("one rep", _one_rep),
    ("three reps", _three_reps),
    ("leads that go cold", _cold_leads),
    ("memory", _memory),
    ("market entries", _entries),
    ("the auction", _auction),
    ("Little's law", _little),
    ("conservation", _same_luck),
)
