"""Numbers as a director reads them: M and k, real minus signs, intervals, and what 'undecided' means."""

import math
import re

from marketsim.analysis.paired import MOST_REPLICATIONS, PairedDifference

MILLION = 1e6
THOUSAND = 1e3
MINUS = "\N{MINUS SIGN}"
MISSING = "\N{EN DASH}"
PLUS_MINUS = "\N{PLUS-MINUS SIGN}"
FEW_PAIRS = 5
FINE = 0.15
"""Half-widths below this need two decimals to say anything."""
MOST_TIMES = 1000.0
_NUMBERED = re.compile(r"(\D+)(\d+)(\D*)")
SURE = 0.995
"""A simulated share at or above this is written '>99 %': no number of replications makes a thing certain."""
NEARLY_SURE, HARDLY = ">99 %", "<1 %"


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """Format with thousands separators and a real minus sign; an en dash where undefined, no sign on zero."""
    if math.isnan(value):
        return MISSING
    if math.isinf(value):
        return ("" if value > 0 else MINUS) + "\N{INFINITY}"
    text = f"{abs(value):,.{decimals}f}"
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+" if signed else "") + text


def scale_of(largest: float) -> tuple[float, str]:
    """Choose the unit (divisor, letter) in which amounts up to `largest` read well."""
    if largest >= MILLION:
        return MILLION, "M"
    if largest >= 10 * THOUSAND:
        return THOUSAND, "k"
    return 1.0, ""


def decimals_of(largest: float, finest: float = math.inf) -> int:
    """Return the decimals for scaled amounts up to `largest`, given the largest half-width among them."""
    decimals = 1 if largest < 100 else 0
    if finest < FINE and largest < 100:
        decimals = 2
    return decimals


def money(value: float, *, signed: bool = False) -> str:
    """Format an amount of money with its unit, for a sentence: 14.9 M, 820 k, 950."""
    if not math.isfinite(value):
        return number(value)
    scale, letter = scale_of(abs(value))
    scaled = abs(value) / scale
    decimals = 0 if not letter else (2 if scaled < 1 else 1) if letter == "M" else 0
    return number(value / scale, decimals, signed=signed) + (f" {letter}" if letter else "")


def money_interval(mean: float, low: float, high: float, *, signed: bool = False) -> str:
    """Format mean and interval in one unit: 14.9 M [13.0, 16.8]."""
    scale, letter, decimals = _one_unit(mean, low, high)
    first = number(mean / scale, decimals, signed=signed) + (f" {letter}" if letter else "")
    if not (math.isfinite(low) and math.isfinite(high)):
        return first
    return f"{first} [{number(low / scale, decimals)}, {number(high / scale, decimals)}]"


SPELLED = {"M": "million", "k": "thousand", "": ""}


def money_spelled(mean: float, low: float, high: float, *, signed: bool = False, beside: float = 0.0) -> str:
    """Write the mean of `money_interval`, to the same digit, with its unit spelled: 14.9 million.

    Where it stands `beside` a larger amount, it is written in that one's unit.
    """
    scale, letter, decimals = _one_unit(mean, low, high, beside)
    return f"{number(mean / scale, decimals, signed=signed)} {SPELLED[letter]}".rstrip()


def between(mean: float, low: float, high: float, *, signed: bool = False) -> str:
    """Write the interval of `money_interval`, to the same digits, in words: between 13.0 and 16.8 million.

    Empty where there is no interval; both ends carry a sign where they have not the same, or `signed`.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    scale, letter, decimals = _one_unit(mean, low, high)
    signs = signed or low < 0.0 < high
    ends = [number(end / scale, decimals, signed=signs) for end in (low, high)]
    return f"between {ends[0]} and {ends[1]} {SPELLED[letter]}".rstrip()


def _one_unit(mean: float, low: float, high: float, beside: float = 0.0) -> tuple[float, str, int]:
    """Choose divisor, letter and decimals in which a mean and its interval are written."""
    largest = max((abs(end) for end in (mean, low, high, beside) if math.isfinite(end)), default=0.0)
    scale, letter = scale_of(largest)
    return scale, letter, 0 if letter != "M" else 2 if largest / scale < 2 else 1


def more_replications(difference: PairedDifference) -> str:
    """Say how many replications would settle an undecided difference."""
    needed = difference.replications_to_settle
    if difference.pairs < 2:
        return "an interval needs at least two replications"
    if needed is None:
        if difference.mean == 0.0:
            return "no difference at all was seen"
        return f"more than {MOST_REPLICATIONS:,} replications would be needed"
    rough = "very roughly " if difference.pairs < FEW_PAIRS else "about "
    return f"{rough}{rounded_up(needed):,} replications would settle it"


def rounded_up(count: int) -> int:
    """Round a number of replications up to two figures: it is an estimate."""
    if count < 100:
        return count
    step = int(10 ** (len(str(count)) - 2))
    return -(-count // step) * step


def times(value: float) -> str:
    """Format a ratio of variances."""
    if value > MOST_TIMES:
        return f"more than {MOST_TIMES:,.0f}"
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def chance(share: float) -> str:
    """Format a share of draws or resamples as a chance: 73 %, >99 %, <1 %; an en dash where undefined."""
    if math.isnan(share):
        return MISSING
    if share >= SURE:
        return NEARLY_SURE
    return HARDLY if share <= 1 - SURE else f"{share * 100:.0f} %"


def joined(words: list[str], last: str = "and") -> str:
    """Join words with commas and a final 'and'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def as_people_count(name: str) -> tuple[str, int, str]:
    """Return what numbered names are sorted by: A1, A2a, A2b, …, A10, B1."""
    found = _NUMBERED.fullmatch(name)
    return (found[1], int(found[2]), found[3]) if found else (name, 0, "")


SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def years(value: float) -> str:
    """Write a number of years: one year, 2.5 years, 12 years."""
    return "one year" if value == 1 else f"{value:g} years"


def small(count: int) -> str:
    """Write small numbers as words."""
    return SMALL_NUMBERS[count] if 0 <= count < len(SMALL_NUMBERS) else f"{count:,}"


def percent(share: float, decimals: int = 0) -> str:
    """Write a share: 35 %; an en dash where undefined."""
    text = number(100.0 * share, decimals)
    return text if text == MISSING else f"{text} %"


def percent_interval(mean: float, low: float, high: float) -> str:
    """Write a share with its interval: 35 % [31, 39]."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return percent(mean)
    return f"{percent(mean)} [{number(100.0 * low)}, {number(100.0 * high)}]"


def rate_interval(mean: float, low: float, high: float) -> str:
    """Write a return per unit of money with its interval: 2.2 [1.1, 3.3]; two decimals where it is narrow."""
    if not math.isfinite(mean):
        return MISSING
    decimals = 2 if math.isfinite(high - low) and (high - low) / 2.0 < FINE else 1
    if not (math.isfinite(low) and math.isfinite(high)):
        return number(mean, decimals)
    return f"{number(mean, decimals)} [{number(low, decimals)}, {number(high, decimals)}]"
