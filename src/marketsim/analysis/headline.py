"""The headline in words: who wins by how much, what mere spreading explains, what brand adds, and where it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from marketsim.analysis.crossing import FEWEST, Course, Crossing
from marketsim.analysis.paired import PairedDifference, paired_difference
from marketsim.analysis.words import chance, joined, money, money_interval, more_replications, small

FloatArray = npt.NDArray[np.float64]
Values = Mapping[str, FloatArray]
"""Net present value by arm, one entry per replication; NaN where undefined."""

CONCENTRATED, SPREAD, WITH_BRAND = "lead_factory", "harvest_mix", "balanced"


@dataclass(frozen=True)
class Split:
    """What spreading explains (harvest_mix − lead_factory), what brand adds (balanced − harvest_mix), and both."""

    spreading: PairedDifference
    brand: PairedDifference
    total: PairedDifference

    @property
    def spreading_share(self) -> float | None:
        """Spreading as a share of the total; None unless the total is decided and both parts have its sign."""
        parts = (self.spreading.mean, self.brand.mean)
        if self.total.undecided or any(part * self.total.mean < 0 for part in parts):
            return None
        return self.spreading.mean / self.total.mean


def split(values: Values) -> Split | None:
    """Split `balanced` − `lead_factory` by way of `harvest_mix`; None unless all three were played.

    The two parts add up to the whole replication by replication, because all three meet the same luck. To keep it so, a
    replication counts only if all three values are defined.
    """
    if not {CONCENTRATED, SPREAD, WITH_BRAND} <= set(values):
        return None
    rows = np.stack([values[name] for name in (CONCENTRATED, SPREAD, WITH_BRAND)])
    rows = np.where(np.isfinite(rows).all(axis=0), rows, np.nan)
    return Split(
        spreading=paired_difference(rows[1], rows[0]),
        brand=paired_difference(rows[2], rows[1]),
        total=paired_difference(rows[2], rows[0]),
    )


def say_split(parts: Split) -> str:
    """One or two sentences on what spreading explains and what brand adds."""
    spreading = _part("Spreading the same budget over several ways of harvesting", parts.spreading, "explains")
    brand = _part("the brand", parts.brand, "adds")
    share = parts.spreading_share
    shares = ""
    if share is not None and not parts.spreading.undecided and not parts.brand.undecided:
        shares = f" ({share * 100:.0f} % and {(1 - share) * 100:.0f} % of the whole)"
    return f"{spreading}; {brand}{shares}."


def _part(subject: str, part: PairedDifference, verb: str) -> str:
    amount = money_interval(part.mean, part.low, part.high, signed=True)
    if part.undecided:
        what = "What" if subject[0].isupper() else "what"
        return f"{what} {subject[0].lower()}{subject[1:]} {verb} is undecided, {amount}: {more_replications(part)}"
    return f"{subject} {verb} {amount}"


def say_difference(arm: str, baseline: str, difference: PairedDifference, years: int) -> str:
    """Who is worth more after the window, with the interval; undecided is called so."""
    span = f"{small(years)} year{'' if years == 1 else 's'}"
    amount = money_interval(abs(difference.mean), *_turned(difference))
    if difference.pairs == 0:
        return f"{arm} and {baseline} cannot be compared: no replication has a value for both."
    if _equal(difference):
        return f"{arm} and {baseline} are worth exactly the same after {span} (net present value)."
    if difference.undecided:
        signed = money_interval(difference.mean, difference.low, difference.high, signed=True)
        return (
            f"{arm} against {baseline} is undecided after {span}: {signed} in net present value; "
            f"{more_replications(difference)}."
        )
    side = "more" if difference.mean > 0 else "less"
    return f"{arm} is worth {amount} {side} than {baseline} after {span} (net present value)."


def say_early(arm: str, baseline: str, difference: PairedDifference) -> str:
    """Where the arm stands after the first year, when patience is shortest."""
    if _equal(difference):
        return "After one year they are equal."
    if difference.undecided:
        amount = money_interval(difference.mean, difference.low, difference.high, signed=True)
        return f"After one year it is undecided, {amount}."
    ahead = arm if difference.mean > 0 else baseline
    return f"After one year {ahead} is ahead by {money_interval(abs(difference.mean), *_turned(difference))}."


def _equal(difference: PairedDifference) -> bool:
    """Return whether the two were the same in every replication."""
    return difference.pairs > 0 and difference.mean == 0.0 and not difference.standard_deviation > 0.0


def _turned(difference: PairedDifference) -> tuple[float, float]:
    if difference.mean < 0:
        return -difference.high, -difference.low
    return difference.low, difference.high


def say_crossing(arm: str, baseline: str, found: Crossing, *, undecided: bool = False) -> str:
    """When the arm's cumulative profit overtakes the baseline's for good.

    Where it is `undecided` who is ahead in the end, or too many resamples end behind, this is said of the mean only.
    """
    few = "" if found.replications >= FEWEST else " (too few replications for an interval)"
    if found.course is Course.EQUAL:
        return f"{arm} earns exactly what {baseline} earns in every month."
    if undecided or (found.month is not None and np.isinf(found.high)):
        return _say_open_crossing(arm, baseline, found, few)
    if found.course is Course.ALWAYS_AHEAD:
        return f"{arm} is ahead of {baseline} from month {found.month} on{few}."
    if found.course is Course.NEVER_AHEAD:
        ends = f" (it ends ahead in {chance(found.share_ahead)} of resamples)" if found.share_ahead > 0 else ""
        return f"{arm} never overtakes {baseline} within {found.months} months{ends}{few}."
    if found.course is Course.FALLS_BACK:
        return f"{arm} is ahead of {baseline} at times, last in month {found.last_month_ahead}, but ends behind{few}."
    if found.replications < FEWEST:
        return f"{arm} overtakes {baseline} in month {found.month}{few}."
    return f"{arm} overtakes {baseline} in month {found.month} [{found.low:.0f}, {found.high:.0f}]."


def _say_open_crossing(arm: str, baseline: str, found: Crossing, few: str) -> str:
    ends = few or f": it ends ahead in {chance(found.share_ahead)} of resamples"
    if found.course is Course.FALLS_BACK:
        what = f"is ahead of {baseline} at times, last in month {found.last_month_ahead}, but ends behind"
    elif found.month is None:
        what = f"does not overtake {baseline} within {found.months} months"
    else:
        what = f"is ahead of {baseline} from month {found.month} on"
    return f"On average {arm} {what}, which is undecided{ends}."


@dataclass(frozen=True)
class PairOrder:
    """Two arms that follow each other in the order of the first past, compared on one past."""

    better: str
    worse: str
    difference: PairedDifference

    @property
    def verdict(self) -> str:
        """Return `holds`, `equal`, `reversed` or `undecided`."""
        if _equal(self.difference):
            return "equal"
        if self.difference.undecided:
            return "undecided"
        return "holds" if self.difference.mean > 0 else "reversed"


@dataclass(frozen=True)
class Order:
    """The order of the arms by mean net present value on the first past, and each neighbouring pair on every past."""

    ranking: tuple[str, ...]
    pairs: dict[str, tuple[PairOrder, ...]]
    """By past; the first past comes first."""

    @property
    def holds(self) -> bool:
        """Whether every pair is decided, in the same direction (or equal), on all pasts."""
        verdicts = [[pair.verdict for pair in row] for row in self.pairs.values()]
        return all(row == verdicts[0] and set(row) <= {"holds", "equal"} for row in verdicts)


def order(values: Values, first_past: str, others: Mapping[str, Values]) -> Order:
    """Rank the arms on the first past and see whether the order holds on the others.

    Parameters
    ----------
    values
        Net present value by arm and replication on the first past.
    first_past
        Its name.
    others
        The same for the further pasts.

    """
    ranking = tuple(sorted(values, key=lambda arm: -_mean(values[arm])))
    pairs = {
        past: tuple(
            PairOrder(better, worse, paired_difference(row[better], row[worse])) for better, worse in pairwise(ranking)
        )
        for past, row in {first_past: values, **others}.items()
    }
    return Order(ranking, pairs)


def _mean(row: FloatArray) -> float:
    known = row[np.isfinite(row)]
    return float(known.mean()) if len(known) else -np.inf


def say_order(found: Order) -> list[str]:
    """Sentences on the order of the arms and on which pasts it holds."""
    if len(found.ranking) < 2:
        return []
    first = next(iter(found.pairs))
    chain = found.ranking[0]
    for pair in found.pairs[first]:
        chain += f" {'=' if pair.verdict == 'equal' else '>'} {pair.worse}"
    pasts = len(found.pairs)
    if pasts == 1:
        return [f"Order on the past {first}: {chain}.", *_open_pairs(found.pairs)]
    if found.holds:
        return [f"The order {chain} holds on all {small(pasts)} pasts ({joined(list(found.pairs))})."]
    settled = all(pair.verdict in {"holds", "equal"} for pair in found.pairs[first])
    head = f"The order on the past {first} is {chain}{'' if settled else ', not all of it decided'}."
    return [head, *_open_pairs(found.pairs)]


def _open_pairs(pairs: Mapping[str, tuple[PairOrder, ...]]) -> list[str]:
    """Say past by past which neighbours hold their order, which are reversed, and which are undecided."""
    lines = []
    for past, row in pairs.items():
        words = []
        first = pairs[next(iter(pairs))]
        for pair, at_first in zip(row, first, strict=True):
            amount = money_interval(pair.difference.mean, pair.difference.low, pair.difference.high, signed=True)
            if "equal" in (pair.verdict, at_first.verdict):
                if pair.verdict == "equal" and at_first.verdict != "equal":
                    words.append(f"{pair.better} and {pair.worse} are equal")
                elif pair.verdict != "equal":
                    open_ = "undecided" if pair.verdict == "undecided" else "not equal"
                    words.append(f"{pair.better} against {pair.worse} is {open_}, {amount}")
            elif pair.verdict == "reversed":
                words.append(f"{pair.better} against {pair.worse} is reversed, {amount}")
            elif pair.verdict == "undecided":
                settle = more_replications(pair.difference)
                words.append(f"{pair.better} against {pair.worse} is undecided, {amount} ({settle})")
        if words:
            lines.append(f"Past {past}: {'; '.join(words)}.")
        elif past != next(iter(pairs)):
            lines.append(f"Past {past}: the order holds.")
    return lines


def say_control(arm: str, start: float, end: float, years: int) -> str:
    """Note that an arm only continues the past, and how its recurring revenue moves by itself."""
    return (
        f"{arm} only continues the past: it is the control. Its recurring revenue moves from {money(start)} to "
        f"{money(end)} in {small(years)} year{'' if years == 1 else 's'} by itself; read the others against it."
    )
