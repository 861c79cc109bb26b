"""What charts need of a comparison, and the tables they plot: mean and interval over replications, by arm and month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from marketsim.analysis.likeness import Insolvency, insolvencies
from marketsim.analysis.paired import CONFIDENCE

MONTHS_PER_YEAR = 12
END_OF_MONTH = 1.0  # stocks are read at the end of their month
MIDDLE_OF_MONTH = 0.5  # flows spread over their month
COLUMNS = ("panel", "arm", "metric", "unit", "paired", "month", "year", "mean", "low", "high", "replications")


class Played(Protocol):
    """What the line under a picture asks of what was played."""

    @property
    def seed(self) -> int:
        """Seed of the random numbers."""

    @property
    def replications(self) -> int:
        """Number of paired replications."""


class Compared(Played, Protocol):
    """What a chart asks of a comparison; `marketsim.experiments.Comparison` is one."""

    @property
    def baseline(self) -> str:
        """Name of the arm the others are measured against."""

    @property
    def arms(self) -> Iterable[str]:
        """Names of the arms in the order of the experiment."""

    @property
    def monthly(self) -> pd.DataFrame:
        """Rows per arm, replication and month, with the monthly columns of the data dictionary."""


@dataclass(frozen=True, eq=False)
class Narrowed:
    """Some arms of a comparison, as a chart asks for them."""

    baseline: str
    arms: tuple[str, ...]
    monthly: pd.DataFrame
    seed: int
    replications: int
    scenarios: Mapping[str, Any]
    past: str


def narrowed(comparison: Compared, arms: Iterable[str]) -> Narrowed:
    """Return a comparison with only these arms; the first is the baseline."""
    kept = tuple(arms)
    scenarios = getattr(comparison, "scenarios", {})
    return Narrowed(
        kept[0],
        kept,
        comparison.monthly[comparison.monthly["arm"].isin(kept)],
        comparison.seed,
        comparison.replications,
        {arm: scenarios[arm] for arm in kept if arm in scenarios},
        getattr(comparison, "past", ""),
    )


Wide = Callable[[Compared, str], pd.DataFrame]


@dataclass(frozen=True)
class Panel:
    """One quantity to plot.

    Parameters
    ----------
    key : name of the quantity, also the `panel` column of the table.
    wide : gives one row per replication and one column per month for an arm.
    unit : unit of the values in the table.
    at : where in its month a value is drawn, 0.5 (flows) or 1.0 (stocks).
    paired : plot the difference from the baseline, replication by replication.
    """

    key: str
    wide: Wide
    unit: str
    at: float = END_OF_MONTH
    paired: bool = False


def others(comparison: Compared) -> list[str]:
    """Return the arms that are not the baseline, in their order."""
    return [arm for arm in comparison.arms if arm != comparison.baseline]


def column(name: str) -> Wide:
    """Return a function that spreads the monthly column `name` of an arm: rows replications, columns months."""

    def spread(comparison: Compared, arm: str) -> pd.DataFrame:
        monthly = comparison.monthly
        rows = monthly.loc[monthly["arm"] == arm, ["replication", "month", name]]
        if rows.empty:
            raise ValueError(f"the comparison has no monthly rows of arm {arm!r}")
        return (
            rows.pivot(index="replication", columns="month", values=name).sort_index().sort_index(axis=1).astype(float)
        )

    return spread


def rolling_ratio(above: str, below: str, months: int = MONTHS_PER_YEAR) -> Wide:
    """Return a function that divides the sums of two flows over the last `months` months.

    A month whose window is incomplete, or in which the divisor is zero, has no value.
    """

    def spread(comparison: Compared, arm: str) -> pd.DataFrame:
        top, bottom = (column(name)(comparison, arm).T.rolling(months).sum().T for name in (above, below))
        return (top / bottom.where(bottom > 0)).dropna(axis="columns", how="all")

    return spread


def cumulative(name: str) -> Wide:
    """Return a function that adds up the flow `name` from day 0 on; its month -1 is day 0 itself and zero."""

    def spread(comparison: Compared, arm: str) -> pd.DataFrame:
        flow = column(name)(comparison, arm)
        flow = flow.loc[:, flow.columns.to_numpy(dtype=int) >= 0]
        flow.insert(0, -1, 0.0)
        return flow.cumsum(axis=1)

    return spread


def less_baseline(wide: Wide) -> Wide:
    """Return a function that gives the difference of `wide` from the baseline within each replication."""

    def spread(comparison: Compared, arm: str) -> pd.DataFrame:
        ours, theirs = wide(comparison, arm), wide(comparison, comparison.baseline)
        difference = ours - theirs
        return difference.loc[ours.index.intersection(theirs.index), ours.columns.intersection(theirs.columns)]

    return spread


def summarise(wide: pd.DataFrame) -> pd.DataFrame:
    """Return mean, Student-t interval and number of replications for every month of a wide table.

    Replications without a value in a month are left out of it; months in which fewer than half of them have one are
    left empty, since the few that have one are a biased pick.
    """
    values = wide.to_numpy(dtype=float)
    found = np.isfinite(values)
    count = found.sum(axis=0)
    enough = (count > 0) & (2 * count >= len(wide))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(found, values, 0.0).sum(axis=0) / count
        variance = np.where(found, (values - mean) ** 2, 0.0).sum(axis=0) / (count - 1)
        half = stdtrit(np.maximum(count - 1, 1), (1 + CONFIDENCE) / 2) * np.sqrt(variance / count)
    half = np.where(count > 1, half, np.nan)  # one replication has no interval
    mean, half = np.where(enough, mean, np.nan), np.where(enough, half, np.nan)
    return pd.DataFrame(
        {
            "month": wide.columns.astype(int),
            "mean": mean,
            "low": mean - half,
            "high": mean + half,
            "replications": count,
        }
    )


def tidy(comparison: Compared, panels: Iterable[Panel]) -> pd.DataFrame:
    """Return the long table a chart plots: one row per panel, arm and month (columns `COLUMNS`)."""
    parts: list[pd.DataFrame] = []
    for panel in panels:
        wide = less_baseline(panel.wide) if panel.paired else panel.wide
        for arm in others(comparison) if panel.paired else list(comparison.arms):
            part = summarise(wide(comparison, arm))
            fixed: dict[str, Any] = {"panel": panel.key, "arm": arm, "unit": panel.unit, "paired": panel.paired}
            part = part.assign(**fixed, metric=panel.key, year=(part["month"] + panel.at) / MONTHS_PER_YEAR)
            parts.append(part)
    if not parts:
        raise ValueError("a chart of differences needs at least two arms")
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def pick(table: pd.DataFrame, panel: str, arm: str) -> pd.DataFrame:
    """Return the rows of one line of a chart, in order of time."""
    return table[(table["panel"] == panel) & (table["arm"] == arm)].sort_values("month")


def insolvent(comparison: Played) -> list[Insolvency]:
    """Return the arms that became insolvent; none where what was played does not tell its months and scenarios."""
    scenarios, monthly = getattr(comparison, "scenarios", {}), getattr(comparison, "monthly", None)
    stoppable = [arm for arm, scenario in scenarios.items() if scenario.world.money.insolvency_enabled]
    return insolvencies(monthly, stoppable) if monthly is not None else []


def horizon_years(comparison: Compared) -> float:
    """Return the number of years after day 0 that were played."""
    return (int(comparison.monthly["month"].max()) + 1) / MONTHS_PER_YEAR
