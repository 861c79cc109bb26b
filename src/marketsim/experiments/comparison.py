"""What comes back: the runs of all arms on one past, side by side, and the same on further pasts."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from marketsim.analysis import headline
from marketsim.analysis.best import probability_best
from marketsim.analysis.crossing import Crossing, crossing
from marketsim.analysis.paired import estimate, paired_difference
from marketsim.experiments.store import CREDIT, TABLES
from marketsim.lazily import Lazily
from marketsim.outcomes.metrics import METRICS, metric, yearly
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = Lazily("pandas")

FloatArray = npt.NDArray[np.float64]

NPV = "net_present_value"
REMAINING = "net_present_value_with_contracts"
STATE = ("customers", "recurring_revenue", "memory_reported", "trust", "cash")
"""The stocks that day 0 is described by."""


class Kept(Protocol):
    """Where the tables of finished runs are: the store, or a run folder."""

    def table(self, key: str, name: str) -> pd.DataFrame | None:
        """Return one table of a finished run, or None if it was not kept."""


@dataclass(frozen=True, eq=False, repr=False)
class ArmRuns:
    """The runs of one arm."""

    name: str
    scenario: Scenario
    monthly: pd.DataFrame
    _keys: Mapping[int, str]
    _store: Kept

    def table(self, name: str) -> pd.DataFrame:
        """Return a table (`leads`, `deals`, …, those of the store) of all replications; needs `run.keep=tables`.

        Raises
        ------
        KeyError
            If there is no such table, or it was not kept.

        """
        if name not in (*TABLES, CREDIT):
            raise KeyError(f"no table {name!r}. There are: {', '.join(TABLES)}")
        frames = []
        for replication, key in self._keys.items():
            frame = self._store.table(key, name)
            if frame is None:
                raise KeyError(f"the table {name!r} of {self.name} was not kept. Play again with run.keep=tables")
            frame.insert(0, "replication", replication)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Give `.leads`, `.deals`, `.customers`, `.journeys`, `.touches`, `.reviews`, `.people`, `.unit_economics`."""
        if name not in TABLES:
            raise AttributeError(name)
        try:
            return self.table(name)
        except KeyError as error:
            raise AttributeError(str(error.args[0])) from None

    def __repr__(self) -> str:
        """Say what it is in one line."""
        return f"<{self.name}: {len(self._keys)} replications, {self.monthly['month'].max() + 1} months after day 0>"


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Arms on the same luck and the same past; the first is the baseline.

    Attributes
    ----------
    experiment : Experiment
        What was asked.
    past : str
        Regime of the common past these runs start from.
    scenarios : dict of str to Scenario
        By arm.
    monthly : DataFrame
        Columns arm, replication, month and those of the data dictionary; ordered by arm, replication, month.
    replications : int
        Played of every arm; replication i of all arms meets the same luck.
    pasts : dict of str to Comparison
        The same arms on the further pasts.

    """

    experiment: Experiment
    past: str
    scenarios: dict[str, Scenario]
    monthly: pd.DataFrame
    replications: int
    pasts: dict[str, Comparison] = field(default_factory=dict)
    _keys: Mapping[tuple[str, int], str] = field(default_factory=dict)
    _store: Kept | None = None

    picture: ClassVar[Callable[[Comparison], bytes] | None] = None
    """Draws the picture a notebook shows, as PNG; set by the package that imports both this and the figures."""

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms; the first is the baseline."""
        return tuple(self.scenarios)

    @property
    def baseline(self) -> str:
        """Name of the arm the others are measured against."""
        return self.arms[0]

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the arms that are measured against the baseline."""
        return self.arms[1:]

    @property
    def seed(self) -> int:
        """Seed of the random numbers."""
        return self.experiment.run.seed

    @property
    def engine(self) -> str:
        """Name of the engine that played."""
        return self.experiment.engine

    @cached_property
    def yearly(self) -> pd.DataFrame:
        """Metrics by arm, replication and year (1, 2, …); NaN where undefined."""
        frames = []
        for arm, frame in self._yearly_of.items():
            frames.append(frame.copy())
            frames[-1].insert(0, "arm", arm)
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def _yearly_of(self) -> dict[str, pd.DataFrame]:
        """Metrics of each arm, ordered by replication and year."""
        rates = {arm: scenario.world.money.discount_rate_per_year for arm, scenario in self.scenarios.items()}
        return {arm: yearly(self._rows_of[arm], rate) for arm, rate in rates.items()}

    @cached_property
    def _rows_of(self) -> dict[str, pd.DataFrame]:
        """Rows of the monthly table by arm."""
        rows = dict(tuple(self.monthly.groupby("arm", sort=False)))
        return {arm: rows[arm] for arm in self.arms}

    @property
    def years(self) -> int:
        """Complete years that all arms have."""
        return min(len(frame) for frame in self._yearly_of.values()) // self.replications

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics that can be computed from what was kept."""
        return tuple(name for name in METRICS if all(name in frame for frame in self._yearly_of.values()))

    def __getitem__(self, arm: str) -> ArmRuns:
        """Return the runs of one arm.

        Raises
        ------
        KeyError
            If there is no such arm; the message lists those there are.

        """
        if arm not in self.scenarios:
            raise KeyError(f"no arm {arm!r}. There are: {', '.join(self.arms)}")
        if self._store is None:
            raise KeyError("this comparison was not played by marketsim.experiments")
        rows = self._rows_of[arm].reset_index(drop=True)
        keys = {replication: key for (name, replication), key in self._keys.items() if name == arm}
        return ArmRuns(arm, self.scenarios[arm], rows, keys, self._store)

    def values(self, name: str, year: int) -> dict[str, FloatArray]:
        """Return a metric in one year by arm: one entry per replication, in order of replications."""
        metric(name)
        if name not in self._tables:
            self._tables[name] = {
                arm: frame[name].to_numpy(dtype=np.float64).reshape(self.replications, -1)
                for arm, frame in self._yearly_of.items()
            }
        return {arm: table[:, year - 1 : year].ravel() for arm, table in self._tables[name].items()}

    @cached_property
    def _tables(self) -> dict[str, dict[str, FloatArray]]:
        """Metrics by name and arm, as far as they were asked for: a row per replication, a column per year."""
        return {}

    @cached_property
    def _summary(self) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        for name in self.metrics:
            for year in range(1, self.years + 1):
                for arm, row in self.values(name, year).items():
                    found = estimate(row)
                    rows.append(
                        {
                            "arm": arm,
                            "metric": name,
                            "unit": METRICS[name].unit,
                            "year": year,
                            "mean": found.mean,
                            "low": found.low,
                            "high": found.high,
                            "standard_deviation": found.standard_deviation,
                            "replications": found.replications,
                            "undefined": found.dropped,
                        }
                    )
        return pd.DataFrame(rows)

    def summary(self) -> pd.DataFrame:
        """Return mean and 95 % interval of every metric by arm and year; `undefined` counts replications left out."""
        return self._summary.copy()

    def difference(self, name: str) -> pd.DataFrame:
        """Return the paired difference of a metric from the baseline, by arm and year.

        Columns: arm, baseline, metric, unit, year, mean, low, high, half_width (95 %, Student t over pairs),
        standard_deviation, variance_ratio, pairs, undefined (pairs left out), undecided (the interval contains zero or
        there is none), replications_to_settle (missing where none can be named).
        """
        rows: list[dict[str, Any]] = []
        for year in range(1, self.years + 1):
            values = self.values(name, year)
            for arm in self.others:
                found = paired_difference(values[arm], values[self.baseline])
                rows.append(
                    {
                        "arm": arm,
                        "baseline": self.baseline,
                        "metric": name,
                        "unit": METRICS[name].unit,
                        "year": year,
                        "mean": found.mean,
                        "low": found.low,
                        "high": found.high,
                        "half_width": found.half_width,
                        "standard_deviation": found.standard_deviation,
                        "variance_ratio": found.variance_ratio,
                        "pairs": found.pairs,
                        "undefined": found.dropped,
                        "undecided": found.undecided,
                        "replications_to_settle": found.replications_to_settle,
                    }
                )
        table = pd.DataFrame(rows)
        if rows:
            table["replications_to_settle"] = table["replications_to_settle"].astype("Int64")
            table = table.sort_values(["arm", "year"], key=self._in_order, kind="stable", ignore_index=True)
        return table

    def _in_order(self, column: pd.Series[Any]) -> pd.Series[Any]:
        return column.map(list(self.arms).index) if column.name == "arm" else column

    @cached_property
    def _differences(self) -> pd.DataFrame:
        return pd.concat([self.difference(name) for name in self.metrics], ignore_index=True)

    def differences(self) -> pd.DataFrame:
        """Return `difference` of all metrics in one table."""
        return self._differences.copy()

    @cached_property
    def crossings(self) -> dict[str, Crossing]:
        """Month in which each other arm's cumulative profit overtakes the baseline's for good."""
        profit = {arm: self._after_day_0(arm, "profit") for arm in self.arms}
        months = min(table.shape[1] for table in profit.values())
        base = profit[self.baseline][:, :months]
        return {arm: crossing(profit[arm][:, :months], base) for arm in self.others}

    def _after_day_0(self, arm: str, column: str) -> FloatArray:
        rows = self._rows_of[arm]
        values = rows.loc[rows["month"] >= 0, column].to_numpy(dtype=np.float64)
        return np.asarray(values.reshape(self.replications, -1))

    def state_at_day_0(self, arm: str | None = None) -> dict[str, float]:
        """Return the mean over replications of the stocks at day 0, of the baseline if no arm is named.

        They are the same for all arms that share the past.
        """
        rows = self._rows_of[arm or self.baseline]
        rows = rows[rows["month"] == -1]
        return {column: float(rows[column].mean()) for column in STATE}

    @cached_property
    def own_pasts(self) -> tuple[str, ...]:
        """Names of the arms whose past is not the baseline's: they begin in another world, or with another past."""
        from marketsim.engines import past_key  # here, since only this needs an engine

        common = past_key(self.scenarios[self.baseline])
        return tuple(arm for arm in self.others if past_key(self.scenarios[arm]) != common)

    def controls(self) -> list[str]:
        """Return the arms that share the baseline's past and only continue what it did."""
        return [
            arm
            for arm, scenario in self.scenarios.items()
            if scenario.plan == scenario.past
            and all(change.month >= scenario.horizon_months for change in scenario.later)
            and scenario.past.present
            and scenario.history.years > 0
            and arm not in self.own_pasts
        ]

    def probability_best(self, name: str = NPV, year: int | None = None) -> dict[str, float]:
        """Return the probability that the mean of each arm is the highest of all, given the replications played.

        Parameters
        ----------
        name
            A metric of which more is better.
        year
            By default the last.

        Returns
        -------
        dict of str to float
            By arm; see `marketsim.analysis.best` for method and source. It speaks of luck only, not of the model.

        """
        last = self.years if year is None else year
        return probability_best(self.values(name, last)) if last else dict.fromkeys(self.arms, np.nan)

    def split(self) -> headline.Split | None:
        """Return what spreading explains and what brand adds to net present value, if it can be said."""
        return headline.split(self.values(NPV, self.years)) if self.years else None

    def order(self) -> headline.Order:
        """Return the order of the arms by net present value, and whether it holds on the further pasts."""
        others = {past: runs.values(NPV, min(self.years, runs.years)) for past, runs in self.pasts.items()}
        return headline.order(self.values(NPV, self.years), self.past, others)

    def __repr__(self) -> str:
        """Return the table a director reads."""
        from marketsim.experiments.console import report

        return report(self)

    def _repr_html_(self) -> str:
        png = self._repr_png_()
        shown = f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}">' if png else ""
        return f"{shown}<pre>{html.escape(repr(self))}</pre>"

    def _repr_png_(self) -> bytes | None:
        draw = type(self).picture
        return draw(self) if draw is not None else None
