"""From numbers to rows of the ledger: effects, verdicts, and where each stops being true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketsim.analysis import effects, robustness
from marketsim.analysis.calibration import TARGETS
from marketsim.analysis.jackknife import pseudo_values
from marketsim.analysis.multiplicity import holm
from marketsim.analysis.verdicts import ASSUMED, FEWEST_WORLDS, Chances, Verdict, decide, together, verdict
from marketsim.experiments.ledger.cast import Entry, Term, terms_of
from marketsim.experiments.ledger.places import DARK_YEARS, GOES_DARK, STAYS, Drawn, Places, Site
from marketsim.experiments.ledger.playing import COHORT_WINS, Numbers
from marketsim.outcomes.measures import measure
from marketsim.scenario.claims import Part
from marketsim.scenario.scenario import MONTHS_PER_YEAR

FloatArray = npt.NDArray[np.float64]
Played = Mapping[str, Sequence[Numbers]]
"""Numbers by place and replication."""
MATCHED_YEARS = (2, 3)
"""Years of going dark that decide whether a world is plausible."""


@dataclass(frozen=True)
class SweepRow:
    """A part at one value of a swept setting."""

    value: float
    effect: effects.Effect


@dataclass(frozen=True)
class Row:
    """A claim judged.

    Attributes
    ----------
    entry
        The claim.
    parts
        Effect of each part on the usual market and past.
    chances
        P-values of the claim there; `adjusted` by Holm over the ledger.
    decision
        On the usual market and past.
    markets, pasts
        Decision by market and past, and the effects of all parts there.
    all_worlds, matched_worlds
        Share in which the claim holds, corrected for noise.
    searched
        The share that the verdict looks at: of the matched worlds, or of all where too few match.
    region
        Where it fails more often.
    sweep
        Part of the sweep by value.
    verdict
        The last word.
    """

    entry: Entry
    parts: Mapping[str, effects.Effect]
    chances: Chances
    adjusted: float
    decision: str
    markets: Mapping[str, str]
    pasts: Mapping[str, str]
    elsewhere: Mapping[str, Mapping[str, effects.Effect]]
    all_worlds: robustness.Share
    matched_worlds: robustness.Share
    region: robustness.Region | None
    sweep: Sequence[SweepRow]
    verdict: Verdict

    @property
    def searched(self) -> robustness.Share:
        """The share the verdict looks at: of the matched worlds, or of all where too few match."""
        return self.matched_worlds if self.matched_worlds.worlds >= FEWEST_WORLDS else self.all_worlds


def table_of(part: Part, experiment: str, site: Site, played: Played) -> FloatArray | None:
    """Return the terms of a part at a site, shape (replications, terms); None where an arm was not played there."""
    columns = []
    for arm, term in terms_of(part):
        content = site.cast.arms.get((experiment, arm))
        if content is None:
            return None
        scale = site.scale if measure(term.measure).extensive else 1.0
        columns.append([numbers[content][term.key] * scale for numbers in played[site.place.name]])
    table = np.array(columns, dtype=np.float64).T
    if part.arms:
        half = len(part.arms)
        return effects.rank_correlations(table[:, :half], table[:, half:])[:, np.newaxis]
    return table


def effect_of(part: Part, table: FloatArray) -> effects.Effect:
    """Return the effect of a part with its interval."""
    return effects.effect(table, part.effect, than=part.than, sign=part.sign, smallest=part.smallest)


def judge(entries: Sequence[Entry], places: Places, played: Played) -> list[Row]:
    """Judge every claim.

    Parameters
    ----------
    entries
        In the order of the ledger.
    places, played
        Where they were played, and the numbers.
    """
    tested = [entry for entry in entries if entry.claim.kind != "input"]
    usual = {entry.id: _effects(entry, places.usual, played) for entry in entries}
    chances = {entry.id: _chances(entry, usual[entry.id]) for entry in entries}
    decisions = dict(zip((e.id for e in tested), decide([chances[e.id] for e in tested]), strict=True))
    adjusted = _adjusted({e.id: chances[e.id] for e in tested})
    worlds = _Worlds(places.worlds, played) if places.worlds else None
    return [
        _row(entry, places, played, usual[entry.id], chances[entry.id], adjusted.get(entry.id, np.nan),
             decisions.get(entry.id, ASSUMED), worlds)
        for entry in entries
    ]  # fmt: skip


def plausible_worlds(places: Places, played: Played) -> int | None:
    """Return how many drawn worlds match history; None if none were drawn."""
    return int(_Worlds(places.worlds, played).matched.sum()) if places.worlds else None


def _adjusted(chances: Mapping[str, Chances]) -> dict[str, float]:
    values = [float(value) for value in holm([one.two_sided for one in chances.values()])] if chances else []
    return dict(zip(chances, values, strict=True))


def _effects(entry: Entry, site: Site, played: Played) -> dict[str, effects.Effect]:
    found = {}
    for name, part in entry.claim.parts.items():
        table = table_of(part, entry.experiment, site, played)
        if table is not None:
            found[name] = effect_of(part, table)
    return found


def _chances(entry: Entry, found: Mapping[str, effects.Effect]) -> Chances:
    if len(found) < len(entry.claim.parts):
        return Chances(float("nan"), float("nan"))
    return together([e.beyond for e in found.values()], [e.short for e in found.values()], entry.claim.needs)


def _row(
    entry: Entry,
    places: Places,
    played: Played,
    usual: Mapping[str, effects.Effect],
    chances: Chances,
    adjusted: float,
    decision: str,
    worlds: "_Worlds | None",
) -> Row:
    sites = {
        **{("market", k): s for k, s in places.markets.items()},
        **{("past", k): s for k, s in places.pasts.items()},
    }
    there = {key: _effects(entry, site, played) for key, site in sites.items()}
    words = dict(zip(there, decide([_chances(entry, found) for found in there.values()]), strict=True))
    if entry.claim.kind == "input":
        words = dict.fromkeys(there, ASSUMED)  # an assumption is nowhere supported, whatever its figures say
    markets = {value: word for (axis, value), word in words.items() if axis == "market"}
    pasts = {value: word for (axis, value), word in words.items() if axis == "past"}
    nothing = robustness.share_of([])
    every, plausible, region = nothing, nothing, None
    if worlds is not None:
        every, plausible, region = worlds.judge(entry)
    share = plausible.share if plausible.worlds >= FEWEST_WORLDS else every.share
    return Row(
        entry=entry,
        parts=usual,
        chances=chances,
        adjusted=adjusted,
        decision=decision,
        markets=markets,
        pasts=pasts,
        elsewhere={value: found for (_, value), found in there.items()},
        all_worlds=every,
        matched_worlds=plausible,
        region=region,
        sweep=_sweep(entry, places, played),
        verdict=verdict(entry.claim.kind, decision, {"market": markets, "past": pasts}, share),
    )


def _sweep(entry: Entry, places: Places, played: Played) -> list[SweepRow]:
    if entry.claim.sweep is None:
        return []
    part = entry.claim.parts[entry.claim.sweep.part]
    found = []
    for value, site in places.sweeps[entry.id].items():
        table = table_of(part, entry.experiment, site, played)
        assert table is not None  # a sweep's arms are all played
        found.append(SweepRow(value, effect_of(part, table)))
    return found


class _Worlds:
    """The drawn worlds: which are plausible, and in which of them a claim holds."""

    def __init__(self, worlds: Sequence[Drawn], played: Played) -> None:
        self._worlds, self._played = worlds, played
        self.falls = np.array([_falls(played[world.dark.name]) for world in worlds])
        bands = TARGETS["K2"].bands
        years = [DARK_YEARS.index(year) for year in MATCHED_YEARS]
        self.matched = robustness.matched(self.falls[:, years], [bands[year] for year in years])
        self.settings = {name: np.array([world.values[name] for world in worlds]) for name in worlds[0].values}

    def judge(self, entry: Entry) -> tuple[robustness.Share, robustness.Share, robustness.Region | None]:
        """Return the shares of all and of the matched worlds in which a claim holds, and where it fails."""
        margins = []
        for part in entry.claim.parts.values():
            found = self._margins(part, entry.experiment)
            if found is None:
                nothing = robustness.share_of([])
                return nothing, nothing, None
            margins.append(found)
        rows = np.array(margins)
        known = np.isfinite(rows).all(axis=0)
        if not known.any():
            nothing = robustness.share_of([])
            return nothing, nothing, None
        spreads = rows[:, known].std(axis=1, keepdims=True)
        rows = rows / np.where(spreads > 0.0, spreads, 1.0)  # parts in different units, beside each other
        whole = rows.min(axis=0) if entry.claim.needs == "all" else rows.max(axis=0)
        holds = whole > 0.0
        every = robustness.share_of(holds[known])
        plausible = robustness.share_of(holds[known & self.matched])
        drawn = {name: values[known] for name, values in self.settings.items()}
        return every, plausible, robustness.region_of_failure(drawn, whole[known], holds[known])

    def _margins(self, part: Part, experiment: str) -> FloatArray | None:
        """Return by world how far a part is beyond its smallest effect, corrected for noise."""
        margins, noise = [], []
        figure = effects.FIGURES["level" if part.effect == "rank_correlation" else part.effect]
        for world in self._worlds:
            table = table_of(part, experiment, world.site, self._played)
            if table is None:
                return None
            known = table[np.isfinite(table).all(axis=1)]
            if len(known) == 0:
                margins.append(np.nan)
                noise.append(np.nan)
                continue
            margins.append(part.sign * (float(figure(known.mean(axis=0))) - part.than) - part.smallest)
            pseudo = pseudo_values(known, lambda means: float(figure(means)))
            noise.append(float(pseudo.std(ddof=1) / np.sqrt(len(pseudo))) if len(pseudo) > 1 else np.nan)
        return robustness.corrected(margins, noise)


def _falls(numbers: Sequence[Numbers]) -> list[float]:
    """Return the fall of wins in each year of going dark, over all replications of a world together."""
    found = []
    for year in DARK_YEARS:
        term = Term(COHORT_WINS, (year - 1) * MONTHS_PER_YEAR, year * MONTHS_PER_YEAR)
        stayed, dark = (sum(one[name][term.key] for one in numbers) for name in (STAYS, GOES_DARK))
        found.append(1.0 - dark / stayed if stayed > 0.0 else float("nan"))
    return found
