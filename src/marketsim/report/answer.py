"""The first screen: the headline, what stands under it, the picture that carries it, and three numbers."""

from __future__ import annotations

from marketsim.analysis import headline
from marketsim.analysis.crossing import FEWEST, Course
from marketsim.analysis.paired import Estimate, PairedDifference, estimate
from marketsim.analysis.words import between, joined, money_spelled, small
from marketsim.experiments.comparison import NPV, Comparison
from marketsim.experiments.console import insolvent
from marketsim.figures import cumulative_profit, recurring_revenue
from marketsim.figures.data import horizon_years, narrowed
from marketsim.figures.messages import capital, profit_sentence, recurring_sentence, spoken, years_text
from marketsim.figures.style import label
from marketsim.report.blocks import Number, Picture
from marketsim.report.naming import npv_difference, plain, profit_difference, told_arm, year_months

FIRST_YEARS = (1, 3)
FEW_NAMES = 3
"""More names than this are only counted under the headline."""
LETTER_INCHES = 0.075
LABEL_ROOM = (1.1, 2.4)
"""Inches at the right of the picture for the names of the arms: at least, at most."""


def answer(comparison: Comparison) -> str:
    """Return the headline: who is worth more, by how much, and how sure that is."""
    arm = told_arm(comparison)
    base = spoken(comparison.baseline)
    years = comparison.years
    if arm is None:
        return _alone(comparison)
    if not years:
        return f"{profit_sentence(narrowed(comparison, [comparison.baseline, arm]))}."
    after, ours = years_text(years), spoken(arm)
    worth = npv_difference(comparison, arm, years)
    if worth.pairs == 0:
        return f"{capital(ours)} and {base} cannot be compared: no play has a value for both."
    if _equal(worth):
        return f"After {after} {ours} and {base} are worth exactly the same."
    if worth.undecided:
        gap = between(worth.mean, worth.low, worth.high) or "unknown with a single play"
        return (
            f"After {after} it is undecided whether {ours} or {base} is worth more: in today's money {ours} stands "
            f"{gap} against {base}."
        )
    earned = profit_difference(comparison, arm, year_months(years))
    side = "more" if worth.mean > 0 else "less"
    interval = between(*_turned(worth))
    today = money_spelled(*_turned(worth))
    if _sure(earned) and (earned.mean > 0) == (worth.mean > 0):
        return (
            f"After {after} {ours} has earned {money_spelled(*_turned(earned))} {side} than {base}, in today's money "
            f"{today} ({interval})."
        )
    return f"After {after} {ours} is worth {today} {side} than {base} in today's money ({interval})."


def _alone(comparison: Comparison) -> str:
    arm, years = comparison.baseline, comparison.years
    name = capital(spoken(arm))
    if not years:
        return f"{recurring_sentence(comparison)}. Nothing else was played, so nothing is compared."
    found = estimate(comparison.values(NPV, years)[arm])
    worth = money_spelled(found.mean, found.low, found.high)
    interval = between(found.mean, found.low, found.high)
    told = f" ({interval})" if interval else ""
    return f"{name} is worth {worth} after {years_text(years)} in today's money{told}. Nothing else was compared."


def _equal(found: PairedDifference) -> bool:
    return found.pairs > 0 and found.mean == 0.0 and not found.standard_deviation > 0.0


def _sure(found: Estimate) -> bool:
    return found.low > 0 or found.high < 0


def _turned(found: PairedDifference | Estimate) -> tuple[float, float, float]:
    """Return mean and interval without their sign."""
    if found.mean < 0:
        return -found.mean, -found.high, -found.low
    return found.mean, found.low, found.high


def lead(comparison: Comparison) -> tuple[str, ...]:
    """Return the sentences under the headline: when it turns, who is ahead early, and what was played."""
    told = [played(comparison)]
    arm = told_arm(comparison)
    if arm is not None and comparison.years:
        told.insert(0, " ".join(part for part in (crossing(comparison, arm), early(comparison, arm)) if part))
    stopped = [spoken(one.arm) for one in insolvent(comparison)]
    if stopped:
        become = "becomes" if len(stopped) == 1 else "become"
        many = f"{small(len(stopped))} of the {small(len(comparison.arms))} strategies"
        names = joined(stopped) if len(stopped) <= FEW_NAMES else many
        told.append(capital(f"{names} {become} insolvent in some plays; what follows is zero in them."))
    return tuple(told)


def played(comparison: Comparison) -> str:
    """Say what was played, in words everybody knows."""
    years = years_text(horizon_years(comparison))
    times = comparison.replications
    count = "once" if times == 1 else "twice" if times == 2 else f"{small(times)} times"
    luck = ", each time with other luck" if times > 1 else ""
    span = "year was" if years == "one year" else "years were" if horizon_years(comparison) > 1 else "of a year was"
    number = years.rsplit(" ", 1)[0]
    same = " Both" if len(comparison.arms) == 2 else " All strategies" if len(comparison.arms) > 2 else ""
    pairs = f"{same} met the same market, the same past and the same luck." if same and not comparison.own_pasts else ""
    return f"The {number} {span} played {count}{luck}.{pairs}"


def crossing(comparison: Comparison, arm: str) -> str:
    """Say when an arm has earned more than the baseline for good, with the interval in words."""
    found, base, ours = comparison.crossings[arm], spoken(comparison.baseline), capital(spoken(arm))
    undecided = npv_difference(comparison, arm, comparison.years).undecided
    simple = found.course in (Course.CROSSES, Course.ALWAYS_AHEAD) and found.replications >= FEWEST
    if undecided or not simple or found.high == float("inf"):
        return plain(comparison, headline.say_crossing(arm, comparison.baseline, found, undecided=undecided))
    if found.course is Course.ALWAYS_AHEAD:
        start = "the start" if found.month == 1 else f"month {found.month}"
        return f"{ours} is ahead of {base} from {start} on."
    return f"{ours} overtakes {base} in month {found.month} (between month {found.low:.0f} and month {found.high:.0f})."


def early(comparison: Comparison, arm: str) -> str:
    """Say who is ahead after the first year, when patience is shortest."""
    if comparison.years < 2:
        return ""
    first = npv_difference(comparison, arm, 1)
    if _equal(first):
        return "After one year they are equal."
    if first.pairs < 2:
        return ""
    gap = between(first.mean, first.low, first.high)
    if first.undecided:
        base = spoken(comparison.baseline)
        return f"After one year it is undecided who is ahead: {spoken(arm)} stands {gap} against {base}."
    ahead = spoken(arm if first.mean > 0 else comparison.baseline)
    return f"After one year {ahead} is ahead by {money_spelled(*_turned(first))} ({between(*_turned(first))})."


def numbers(comparison: Comparison) -> tuple[Number, ...]:
    """Return the numbers beside the picture: years 1, 3 and the last, on the line the picture draws."""
    arm, last = told_arm(comparison), comparison.years
    if not last:
        return ()
    found = []
    for year in sorted({year for year in FIRST_YEARS if year < last} | {last}):
        if arm is None:
            worth = estimate(comparison.values(NPV, year)[comparison.baseline])
            span = worth.mean, worth.low, worth.high
            found.append(Number(f"Year {year}", money_spelled(*span), between(*span), "net present value"))
            continue
        earned = profit_difference(comparison, arm, year_months(year))
        worth_gap = npv_difference(comparison, arm, year)
        span = earned.mean, earned.low, earned.high
        undecided = "" if _sure(earned) else "undecided: "
        today = money_spelled(worth_gap.mean, worth_gap.low, worth_gap.high, signed=True, beside=max(map(abs, span)))
        found.append(
            Number(
                f"Year {year}",
                money_spelled(*span, signed=True),
                f"{undecided}{between(*span)}" if between(*span) else "",
                f"{today} in today's money",
            )
        )
    return tuple(found)


def picture(comparison: Comparison) -> Picture:
    """Return the picture that carries the answer."""
    longest = max(len(label(arm)) for arm in comparison.arms)
    right = min(max(LABEL_ROOM[0], 0.3 + LETTER_INCHES * longest), LABEL_ROOM[1])
    margins = (0.72, right, 0.15, 0.5)
    arm = told_arm(comparison)
    if arm is None:
        return Picture(
            "recurring_revenue", "Recurring revenue, money a year", f"{recurring_sentence(comparison)}.",
            lambda ax: recurring_revenue(comparison, ax), margins, (8.2, 4.4), (4.3, 3.6),
        )  # fmt: skip
    message = f"{profit_sentence(narrowed(comparison, [comparison.baseline, arm]))}."
    heading = f"Profit since day 0, more (+) or less (\N{MINUS SIGN}) than under {spoken(comparison.baseline)}"
    return Picture(
        "cumulative_profit", heading, message, lambda ax: cumulative_profit(comparison, ax), margins, (8.2, 4.6),
        (4.3, 3.9),
    )  # fmt: skip
