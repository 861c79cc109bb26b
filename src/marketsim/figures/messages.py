"""The sentence over each picture, computed from the numbers under it: no claim is written down beforehand."""

from __future__ import annotations

import numpy as np

from marketsim.analysis.crossing import Course, Crossing, crossing
from marketsim.analysis.paired import Estimate, estimate, paired_difference
from marketsim.analysis.words import money, money_interval, more_replications, small
from marketsim.figures.data import (
    MONTHS_PER_YEAR,
    Compared,
    Wide,
    column,
    cumulative,
    horizon_years,
    less_baseline,
    others,
)
from marketsim.figures.style import label

# How people call the known strategies in a sentence; any other arm goes by its name.
SPOKEN = {
    "lead_factory": "the lead factory",
    "harvest_mix": "the harvest mix",
    "balanced": "the balanced strategy",
    "brand_only": "the brand-only strategy",
}
MINUTES, HOURS = 60, 24
NARROW = 0.01  # a change of a share whose interval is within this of its mean, and holds zero, is no change
DAYS_FROM = 3  # waits longer than this many days are told in days


def spoken(arm: str) -> str:
    """Return how an arm is called within a sentence."""
    return SPOKEN.get(arm, label(arm))


def capital(sentence: str) -> str:
    """Return the sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


def years_text(years: float) -> str:
    """Return a number of years in words: one year, ten years, 2.5 years."""
    whole = years == int(years)
    return f"{small(int(years)) if whole else f'{years:.1f}'} year{'' if years == 1 else 's'}"


def wait(hours: float) -> str:
    """Return a waiting time in the unit people would use: 18 min, 4.5 h, 60 h, 5.2 days."""
    if not np.isfinite(hours):
        return "never"
    if hours < 1:
        return f"{hours * MINUTES:.0f} min"
    if hours >= DAYS_FROM * HOURS:
        return f"{hours / HOURS:.1f} days"
    return f"{hours:.1f} h" if hours < 9.95 else f"{hours:.0f} h"


def share(value: float) -> str:
    """Return a share as a percentage."""
    return f"{100 * value:.0f} %"


def sign(value: Estimate) -> int:
    """Return 1 or -1 if the interval lies on one side of zero, else 0: undecided."""
    return int(value.low > 0) - int(value.high < 0)


def size(value: Estimate) -> str:
    """Return the size of a difference of money with its interval, all without sign: 14.9 M [13.0, 16.8]."""
    low, high = (value.low, value.high) if value.mean >= 0 else (-value.high, -value.low)
    return money_interval(abs(value.mean), low, high)


def at_end(comparison: Compared, wide: Wide, arm: str, months: int = 1) -> Estimate:
    """Return the mean of an arm over the last `months` months, with its interval over replications."""
    return estimate(wide(comparison, arm).iloc[:, -months:].mean(axis=1).to_numpy())


def leader(comparison: Compared) -> str:
    """Return the arm the titles speak of: of the others than the baseline, the one with the largest profit."""
    profit = {arm: at_end(comparison, cumulative("profit"), arm).mean for arm in others(comparison)}
    return max(profit, key=lambda arm: profit[arm])


def crossing_of(comparison: Compared, arm: str) -> Crossing:
    """Return when an arm's cumulative profit overtakes the baseline's for good, with its bootstrap interval."""
    profit = column("profit")
    ours, theirs = profit(comparison, arm), profit(comparison, comparison.baseline)
    months = ours.columns.intersection(theirs.columns)
    months = months[months.to_numpy(dtype=int) >= 0]
    replications = ours.index.intersection(theirs.index)
    return crossing(ours.loc[replications, months].to_numpy(), theirs.loc[replications, months].to_numpy())


def month_text(found: Crossing) -> str:
    """Return the crossing as people count months, the first being month 1: month 15 [12, 20]."""
    if not np.isfinite([found.low, found.high]).all():
        return f"month {found.month}"
    return f"month {found.month} [{found.low:.0f}, {found.high:.0f}]"


def profit_sentence(comparison: Compared) -> str:
    """Say who ends ahead in cumulative profit, by how much, and when the lines crossed; or that it is undecided."""
    arm, base = leader(comparison), spoken(comparison.baseline)
    end = at_end(comparison, less_baseline(cumulative("profit")), arm)
    after = years_text(horizon_years(comparison))
    found = crossing_of(comparison, arm)
    if found.course is Course.EQUAL:
        return capital(f"{spoken(arm)} earns exactly what {base} earns")
    if found.replications < 2:
        way = "ahead of" if end.mean > 0 else "behind"
        return capital(f"{spoken(arm)} ends {money(abs(end.mean))} {way} {base}; one replication decides nothing")
    if sign(end) == 0:
        low, high = money(end.low, signed=True), money(end.high, signed=True)
        return capital(f"undecided after {after}: {spoken(arm)} has earned between {low} and {high} against {base}")
    if sign(end) > 0 and found.course is Course.ALWAYS_AHEAD:
        since = "the start" if found.month == 1 else f"month {found.month} on"
        return capital(f"{spoken(arm)} is ahead of {base} from {since}, and by {size(end)} after {after}")
    if sign(end) > 0:
        return capital(f"{spoken(arm)} overtakes {base} in {month_text(found)} and is {size(end)} ahead after {after}")
    name = f"{spoken(arm)}, the best of the others," if len(others(comparison)) > 1 else spoken(arm)
    if found.course is Course.FALLS_BACK:
        text = f"{name} is ahead of {base} until month {found.last_month_ahead}, and {size(end)} behind after {after}"
        return capital(text)
    return capital(f"{name} never overtakes {base} and is {size(end)} behind after {after}")


def undecided_note(comparison: Compared) -> str | None:
    """Say how many replications would settle the leading arm's cumulative profit; None if that cannot be asked."""
    if comparison.replications < 2:
        return None
    wide, arm = cumulative("profit"), leader(comparison)
    ours, theirs = (wide(comparison, name).iloc[:, -1] for name in (arm, comparison.baseline))
    both = ours.index.intersection(theirs.index)
    found = paired_difference(ours.loc[both].to_numpy(), theirs.loc[both].to_numpy())
    return (
        f"{spoken(arm)} against {spoken(comparison.baseline)}: {more_replications(found)}" if found.undecided else None
    )


def leads_sentence(comparison: Compared) -> str:
    """Say how many leads the baseline and the leading arm get in the last year, and how many of them could buy now."""
    parts = []
    for arm, verb in zip(_pair(comparison), (" are good-fit accounts that buy now", ""), strict=False):
        every = at_end(comparison, column("leads"), arm, MONTHS_PER_YEAR).mean
        good = at_end(comparison, column("leads_active_fit"), arm, MONTHS_PER_YEAR).mean
        some = share(good / every) if every > 0 else "none"
        parts.append(f"{some} of {every:,.0f} {'leads a month ' if verb else ''}under {spoken(arm)}{verb}")
    return f"In the last year {', and '.join(parts)}"


def cost_sentence(comparison: Compared, wide: Wide) -> str:
    """Say what a good lead costs in the last year, and whether the difference is decided."""
    arms = _pair(comparison)
    last = int(comparison.monthly["month"].max())
    without = [arm for arm in arms if last not in wide(comparison, arm).columns]  # an insolvent arm has none
    if without:
        none = f"there is no good lead under {' and '.join(spoken(arm) for arm in without)}"
        rest = [arm for arm in arms if arm not in without]
        cost = [f"; one costs {money(at_end(comparison, wide, arm).mean)} under {spoken(arm)}" for arm in rest]
        return f"In the last year {none}{''.join(cost)}"
    costs = [money(at_end(comparison, wide, arm).mean) for arm in arms]
    told = " and ".join(f"{cost} under {spoken(arm)}" for cost, arm in zip(costs, arms, strict=True))
    if len(arms) < 2:
        return f"In the last year a good lead costs {told}"
    side = sign(at_end(comparison, less_baseline(wide), arms[1]))
    if side == 0:
        return f"In the last year a good lead costs {told}: the difference is undecided"
    way = "dearer" if side > 0 else "cheaper"
    ours, theirs = spoken(arms[1]), spoken(arms[0])
    return f"In the last year good leads are {way} under {ours} than under {theirs}: {costs[1]} against {costs[0]}"


def memory_sentence(comparison: Compared) -> str:
    """Say how brand memory falls, rises or holds from day 0 to the end, under the baseline and the leading arm.

    The value on day 0 is said once if the arms share it, else of each.
    """
    told: list[tuple[str, str, str]] = []  # value on day 0, what becomes of it, under whom
    for arm in _pair(comparison):
        wide = column("memory_reported")(comparison, arm)
        first = -1 if -1 in wide.columns else wide.columns[0]
        moved = estimate((wide.iloc[:, -1] - wide[first]).to_numpy())
        end = share(float(wide.iloc[:, -1].mean()))
        change = {1: f"rises to {end}", -1: f"falls to {end}"}.get(sign(moved))
        if change is None and (moved.high - moved.low) / 2 < NARROW:
            change = f"stays near {end}"
        told.append((share(float(wide[first].mean())), change or f"ends at {end} (change undecided)", spoken(arm)))
    if len({start for start, _, _ in told}) > 1:
        parts = [f"{change} from {start} under {name}" for start, change, name in told]
        return f"Brand memory {' and '.join(parts)}"
    parts = []
    for place, (_, change, name) in enumerate(told):
        verb = change.partition(" ")[0]
        again = place and told[place - 1][1].partition(" ")[0] == verb and verb != "ends"
        parts.append(f"{change.removeprefix(verb + ' ') if again else change} under {name}")
    return f"Brand memory, {told[0][0]} of accounts on day 0, {' and '.join(parts)}"


def response_sentence(comparison: Compared) -> str:
    """Say how fast sales answers in the last year, and how far it trusts what marketing hands over."""
    arms = _pair(comparison)
    hours = [at_end(comparison, column("response_hours"), arm, MONTHS_PER_YEAR).mean for arm in arms]
    trust = [share(at_end(comparison, column("trust"), arm).mean) for arm in arms]
    told = ", ".join(f"{answers(value)} under {spoken(arm)}" for value, arm in zip(hours, arms, strict=True))
    return f"In the last year sales answers a lead {told}; its trust in leads ends at {' and '.join(trust)}"


def answers(hours: float) -> str:
    """Return when a lead is answered: within a minute, after 4.5 h, never."""
    if not np.isfinite(hours):
        return "never"
    return "within a minute" if hours <= 1 / MINUTES else f"after {wait(hours)}"


def recurring_sentence(comparison: Compared) -> str:
    """Say where recurring revenue ends and whether the difference from the baseline is decided."""
    wide = column("recurring_revenue")
    arm, base = _pair(comparison)[-1], spoken(comparison.baseline)
    ours = money(at_end(comparison, wide, arm).mean)
    text = f"{spoken(arm)} has {ours} of recurring revenue after {years_text(horizon_years(comparison))}"
    if arm == comparison.baseline:
        return capital(text)
    gap = at_end(comparison, less_baseline(wide), arm)
    if sign(gap) == 0:
        return capital(f"{text}; whether that is more than under {base} is undecided")
    return capital(f"{text}, {size(gap)} {'more' if sign(gap) > 0 else 'less'} than {base}")


def _pair(comparison: Compared) -> list[str]:
    """Return the baseline and the arm the titles speak of, or the baseline alone."""
    return [comparison.baseline, leader(comparison)] if others(comparison) else [comparison.baseline]
