"""What published studies say, measured on runs: the calibration targets K1 to K7.

Every function reads the tidy tables of outcomes (`monthly`, `journeys`, `leads`, `deals`) and nothing else. These are
calibration, not validation: the defaults were chosen so that they come out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from marketsim.analysis.paired import CONFIDENCE, estimate

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 30.4375
MONTHS_PER_YEAR = 12
HOURS_PER_DAY = 24.0

FloatArray = npt.NDArray[np.float64]

NO_INQUIRIES = ("hand_raise", "referral", "nurture", "second_contact", "outbound")
"""No inquiries in the sense of the rule of 45.

Demo requests, referrals, answers to our own mails and calls, and colleagues who follow another inquiry.
"""

SOURCE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "referral": ("referral",),
    "web": ("organic", "hand_raise"),
    "ads": ("search", "ads_low_intent"),
    "events": ("webinar", "webinar_low_intent"),
}
"""Sources in the order of lead-to-win that Implisit (2014) publishes; social is left out."""


@dataclass(frozen=True)
class Target:
    """A published figure, its source, and the band in which the model must come out, part by part."""

    name: str
    source: str
    published: tuple[float, ...]
    bands: tuple[tuple[float, float], ...]


TARGETS: Mapping[str, Target] = {
    "K1": Target("entries a year, active at a time", "Dawes 2021", (0.20, 0.05), ((0.18, 0.22), (0.04, 0.06))),
    "K2": Target(
        "fall of wins in year 1, 2, 3 without advertising",
        "Hartnett et al. 2021",
        (0.16, 0.25, 0.36),
        ((0.10, 0.16), (0.19, 0.26), (0.30, 0.38)),
    ),
    "K3": Target("fall of share in year 1, 2", "Phua et al. 2023", (0.10, 0.20), ((0.05, 0.15), (0.15, 0.25))),
    "K4": Target(
        "reached within the first hour, against the second hour and a day or more",
        "Oldroyd et al. 2011",
        (7.0, 60.0),
        ((7.0 * 0.65, 7.0 * 1.35), (60.0 * 0.65, 60.0 * 1.35)),
    ),
    "K5": Target(
        "inquirers who have bought from anybody after 3, 6, 12 months",
        "rule of 45",
        (0.125, 0.26, 0.45),
        ((0.06, 0.19), (0.22, 0.30), (0.41, 0.49)),
    ),
    "K7": Target("deals that end in no decision", "JOLT; CSO Insights", (0.5,), ((0.30, 0.70),)),
}


@dataclass(frozen=True)
class Measure:
    """A figure with its interval over replications (Student, on the values or by the jackknife of a ratio)."""

    mean: float
    low: float
    high: float
    replications: int


def mean_measure(values: npt.ArrayLike, confidence: float = CONFIDENCE) -> Measure:
    """Return mean and interval of one value per replication."""
    found = estimate(values, confidence)
    return Measure(found.mean, found.low, found.high, found.replications)


def jackknifed(counts: npt.ArrayLike, figure: Callable[[FloatArray], float], confidence: float = CONFIDENCE) -> Measure:
    """Return a figure of sums over replications, with its jackknife interval (Quenouille; Law 2015, section 9.5.3).

    Parameters
    ----------
    counts
        One row per replication.
    figure
        Makes the figure from the sum of the rows, such as a ratio.

    """
    rows = np.asarray(counts, dtype=np.float64)
    n, total = len(rows), rows.sum(axis=0)
    whole = figure(total)
    if n < 2:
        return Measure(whole, np.nan, np.nan, n)
    pseudo = [n * whole - (n - 1) * figure(total - row) for row in rows]
    found = estimate(pseudo, confidence)
    half = (found.high - found.low) / 2.0
    return Measure(whole, whole - half, whole + half, n)


# ---- K1: the market's own pulse ----


def market_pulse(monthly: pd.DataFrame, accounts: int) -> tuple[float, float]:
    """Return the share of accounts that enter the market in a year, and the mean share that is active (K1)."""
    after = monthly[monthly["month"] >= 0]
    years = len(after) / MONTHS_PER_YEAR
    return float(after["market_entries"].sum()) / accounts / years, float(after["active_accounts"].mean()) / accounts


# ---- K2 and K3: going dark ----


def list_cohort(journeys: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the journeys whose day-one list was formed in the given year after day 0 (1 is the first)."""
    formed = journeys["active_day"]
    return journeys[(formed >= (year - 1) * DAYS_PER_YEAR) & (formed < year * DAYS_PER_YEAR)]


def cohort_counts(journeys: pd.DataFrame, year: int) -> tuple[int, int]:
    """Return our wins among the journeys of a list cohort, and all purchases among them."""
    outcome = list_cohort(journeys, year)["outcome"]
    wins = int((outcome == "ours").sum())
    return wins, wins + int((outcome == "rival").sum())


@dataclass(frozen=True)
class GoneDark:
    """Fall of wins (K2) and of the share of purchases (K3) of each year's list cohort against no change."""

    wins: tuple[Measure, ...]
    share: tuple[Measure, ...]


def gone_dark(
    usual: Sequence[pd.DataFrame], dark: Sequence[pd.DataFrame], years: Sequence[int] = (1, 2, 3)
) -> GoneDark:
    """Compare `journeys` tables of paired replications, advertising going on and stopped on day 0.

    Parameters
    ----------
    usual, dark
        One `journeys` table per replication, in the same order.
    years
        Cohorts, by the year in which the account formed its day-one list; all their journeys should have ended.

    """
    wins, share = [], []
    for year in years:
        counts = [
            (*cohort_counts(one, year), *cohort_counts(other, year)) for one, other in zip(usual, dark, strict=True)
        ]
        wins.append(jackknifed(counts, _fall_of_wins))
        share.append(jackknifed(counts, _fall_of_share))
    return GoneDark(tuple(wins), tuple(share))


def _fall_of_wins(counts: FloatArray) -> float:
    usual_wins, _, dark_wins, _ = counts
    return float(1.0 - dark_wins / usual_wins)


def _fall_of_share(counts: FloatArray) -> float:
    usual_wins, usual_purchases, dark_wins, dark_purchases = counts
    return float(1.0 - (dark_wins / dark_purchases) / (usual_wins / usual_purchases))


# ---- K4: speed of response ----


def replayed_reach(reachable_days: npt.ArrayLike, delays_hours: npt.ArrayLike) -> float:
    """Return the share of calls that reach somebody, if every lead is called after every delay (hours)."""
    leads = np.sort(np.asarray(reachable_days, dtype=np.float64)) * HOURS_PER_DAY
    delays = np.asarray(delays_hours, dtype=np.float64)
    # reached if the call starts before the lead goes cold
    return float(1.0 - np.searchsorted(leads, delays, side="right").mean() / len(leads))


def response_ratios(reachable_days: npt.ArrayLike, steps: int = 60) -> tuple[float, float]:
    """Return how much more often a call within the first hour reaches than one in the second, and after 24 to 48 (K4).

    Delays are spread evenly over each window, `steps` per hour.
    """
    hour = (np.arange(steps) + 0.5) / steps
    late = 24.0 + 24.0 * hour
    first = replayed_reach(reachable_days, hour)
    return first / replayed_reach(reachable_days, 1.0 + hour), first / replayed_reach(reachable_days, late)


# ---- K5: the rule of 45 ----


def first_inquiries(leads: pd.DataFrame) -> pd.DataFrame:
    """Return the first inquiry of every journey among those that are neither demo requests nor referrals.

    What nurture and calls find is no inquiry either: we asked, not the account. An inquiry belongs to a journey if its
    account was researching or buying when it came.
    """
    on_journey = leads["true_quality"].isin(["active_fit", "active_unfit", "research"]) & leads["account"].notna()
    inquiries = leads[on_journey & ~leads["source"].isin(NO_INQUIRIES)]
    return inquiries.drop_duplicates(["account", "need"], keep="first")


def bought_after(
    leads: pd.DataFrame,
    journeys: pd.DataFrame,
    start_day: float,
    end_day: float,
    months: Sequence[int] = (3, 6, 12),
) -> FloatArray:
    """Return the share of first inquiries whose account has bought from anybody within so many months (K5).

    Inquiries from `start_day` to a year before `end_day` (the last day of the run) are followed.
    """
    first = first_inquiries(leads)
    days = first["arrived_day"]
    first = first[(days >= start_day) & (days <= end_day - max(months) * DAYS_PER_MONTH)]
    bought = journeys[journeys["outcome"].isin(["ours", "rival"])][["account", "decided_day"]]
    pairs = first[["lead", "account", "arrived_day"]].astype({"account": np.int64}).merge(bought, on="account")
    waited = pairs["decided_day"] - pairs["arrived_day"]
    soonest = waited[waited >= 0.0].groupby(pairs["lead"]).min().reindex(first["lead"])
    return np.array([float((soonest <= month * DAYS_PER_MONTH).mean()) for month in months])


# ---- K6: sources ----


def lead_to_win(leads: pd.DataFrame, deals: pd.DataFrame, start_day: float, end_day: float) -> dict[str, float]:
    """Return wins per lead of each group of sources, the win credited to the lead that converted (K6).

    Counts leads that arrived from `start_day` to `end_day`, and what became of them at any time.
    """
    won = set(deals.loc[deals["state"] == "won", "lead"])
    own = leads[(leads["arrived_day"] >= start_day) & (leads["arrived_day"] < end_day)]
    is_won = own["lead"].isin(won)
    found = {}
    for group, sources in SOURCE_GROUPS.items():
        members = own["source"].isin(sources)
        found[group] = float(is_won[members].mean()) if members.any() else np.nan
    return found


# ---- K7: no decision ----


def no_decision_share(monthly: pd.DataFrame) -> float:
    """Return the share of our deals decided after day 0 that ended in no decision (K7)."""
    after = monthly[monthly["month"] >= 0]
    none = float(after["deals_no_decision"].sum())
    return none / (none + float(after["deals_won"].sum() + after["deals_lost"].sum()))
