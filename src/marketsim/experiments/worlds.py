"""Worlds drawn for a designed sample: axes with their ranges, and scenarios with other settings put in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from marketsim.scenario.scenario import Scenario
from marketsim.scenario.worlds import with_settings


@dataclass(frozen=True)
class Axis:
    """A direction in which worlds differ.

    Attributes
    ----------
    name : str
        Of the column it fills.
    low, high : float
        Ends of the range; with `log` both above 0, and the values are spread evenly over their logarithm.
    default : float
        Where the shipped world stands.
    label : str
        What it is and its unit, for people.
    """

    name: str
    low: float
    high: float
    default: float
    label: str
    log: bool = False

    def value(self, place: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the values at places between 0 (low) and 1 (high)."""
        if self.log:
            return np.asarray(np.exp(math.log(self.low) + place * math.log(self.high / self.low)))
        return np.asarray(self.low + place * (self.high - self.low))

    def place(self, value: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the places of values, 0 at low and 1 at high."""
        values = np.asarray(value, dtype=np.float64)
        if self.log:
            return np.asarray(np.log(values / self.low) / math.log(self.high / self.low))
        return np.asarray((values - self.low) / (self.high - self.low))


def designed(dimensions: int, worlds: int, seed: int) -> npt.NDArray[np.float64]:
    """Return places of worlds in the unit cube, shape (worlds, dimensions): a scrambled Sobol sequence.

    Source: Owen (1998), "Scrambling Sobol' and Niederreiter-Xing points"; as in `scipy.stats.qmc.Sobol`. `worlds`
    should be a power of 2, so that every axis is filled evenly.
    """
    from scipy.stats import qmc

    return np.asarray(qmc.Sobol(dimensions, scramble=True, rng=seed).random(worlds))


def in_world(scenario: Scenario, settings: Mapping[str, Any]) -> Scenario:
    """Return a scenario with other settings of its world, in the past and afterwards."""
    return replace(scenario, world=with_settings(scenario.world, settings))
