"""Methods, on the last page: what a play is, why plays are paired, what an interval says, and what to play it again."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from marketsim.analysis.crossing import RESAMPLES
from marketsim.analysis.paired import CONFIDENCE
from marketsim.analysis.words import joined, number
from marketsim.experiments.comparison import Comparison
from marketsim.experiments.console import footer
from marketsim.experiments.keys import model_hash
from marketsim.experiments.run_folder import config_hash
from marketsim.figures.data import horizon_years
from marketsim.figures.messages import years_text
from marketsim.figures.style import label
from marketsim.report.blocks import Block, Cell, Para, Section, Table
from marketsim.report.naming import named

SHOWN_DIGITS = 16


def methods(comparison: Comparison) -> Section:
    """Return the section; it is the only one that speaks of replications."""
    scenario = comparison.scenarios[comparison.baseline]
    level = f"{CONFIDENCE * 100:.0f} %"
    accounts = number(scenario.world.market.accounts)
    past = scenario.history.years
    before = f" after a common past of {years_text(past)}" if past and not comparison.own_pasts else ""
    blocks: list[Block] = [
        Para(
            f"The model plays a market of {accounts} accounts event by event: needs arise, buyers search, remember and "
            f"choose, sales works the leads, customers stay or leave. Played: {years_text(horizon_years(comparison))}"
            f"{before}."
        ),
        Para(
            f"Luck decides much in a market: who needs something when, who answers the telephone. One play shows one "
            f"such course of luck, so the whole was played {comparison.replications} times, each time with other luck. "
            "Such a play is called a replication. A figure in this report is the mean over replications."
        ),
    ]
    if comparison.others:
        blocks.append(
            Para(
                "In replication 1 every strategy meets the same buyers with the same luck, in replication 2 all meet "
                "the next, and so on. Strategies are compared within each replication (paired), so that luck falls out "
                "of the difference."
            )
        )
    blocks += [
        Para(
            f"An interval, written [low, high], would hold the true mean of the model in {level} of such studies "
            "(Student's t over replications). It says how much luck is left, not how right the model is: for that see "
            "the assumptions. An interval that holds zero is called undecided."
        ),
        Para(
            "Net present value adds up the profit of all months, each discounted from its middle to day 0. The month "
            "in which one strategy overtakes another is the first from whose end on its mean cumulative profit stays "
            f"ahead; its interval is a percentile bootstrap over replications ({RESAMPLES:,} resamples)."
        ),
        Para(named(comparison, footer(comparison)[-1])),
        Table("provenance", "To play the same again.", ("What", "Value"), tuple(_provenance(comparison)), words=True),
    ]
    return Section("methods", "Methods", tuple(blocks))


def _provenance(comparison: Comparison) -> list[tuple[Cell, ...]]:
    experiment = comparison.experiment
    discount = comparison.scenarios[comparison.baseline].world.money.discount_rate_per_year
    pasts = [comparison.past, *comparison.pasts]
    config = experiment.config_yaml
    facts = [
        ("Experiment", experiment.name),
        ("Strategies", joined([label(arm) for arm in comparison.arms])),
        ("Pasts", joined([label(past) for past in pasts])),
        ("Seed", str(comparison.seed)),
        ("Replications", f"{comparison.replications}"),
        ("Discount rate", f"{discount * 100:g} % a year"),
        ("Model", f"marketsim {_version()}, engine {comparison.engine}"),
        ("Hash of the model", model_hash()[:SHOWN_DIGITS]),
        ("Hash of the settings", config_hash(config)[:SHOWN_DIGITS] if config else "composed in Python"),
    ]
    return [(Cell(name), Cell(value)) for name, value in facts]


def _version() -> str:
    try:
        return version("marketsim")
    except PackageNotFoundError:
        return "not installed"
