"""What sets arms apart besides their plans, insolvency and money for marketing, and whether anything does at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from marketsim.analysis.words import joined, money
from marketsim.outcomes.metrics import first_month_below_zero
from marketsim.outcomes.panel import MONTHS_PER_YEAR

SAME_MONEY = 0.01
"""Sums of money whose difference is at most this share of the larger one count as the same."""


@dataclass(frozen=True)
class Insolvency:
    """In how many replications an arm became insolvent, and in which month (from 1) first."""

    arm: str
    count: int
    replications: int
    month: int


def insolvencies(monthly: pd.DataFrame, arms: Sequence[str]) -> list[Insolvency]:
    """Return which of the arms, all stopped by cash below zero, were stopped by it."""
    found = []
    for arm in arms:
        months = first_month_below_zero(monthly[monthly["arm"] == arm])
        stopped = months.dropna()
        if len(stopped):
            found.append(Insolvency(arm, len(stopped), len(months), int(stopped.min()) + 1))
    return found


def say_insolvencies(found: Sequence[tuple[Insolvency, str]]) -> str:
    """Say which arms became insolvent; each comes with the words on its past, empty where there is only one."""
    said = [
        f"{one.arm}{past} is insolvent in {one.count} of {one.replications} replications, first in month {one.month}"
        for one, past in found
    ]
    return f"{'; '.join(said)}; {'its' if len({one.arm for one, _ in found}) == 1 else 'their'} later months are zero."


def marketing_money(monthly: pd.DataFrame) -> pd.DataFrame:
    """Return the money given to marketing, spent or left over, by arm (rows) and year (columns): mean of replications.

    What is left over at the end of a month is spent later, so it belongs to the budget.
    """
    after = monthly[monthly["month"] >= 0]
    given = after["marketing_spend"]
    if "budget_not_spent" in after:
        given = given + after["budget_not_spent"]
    table = given.groupby([after["arm"], after["month"] // MONTHS_PER_YEAR]).sum().unstack("month")
    return table.div(after.groupby("arm")["replication"].nunique(), axis=0)


def same_money(one: float, other: float) -> bool:
    """Return whether two sums of money differ by so little that it explains nothing."""
    return abs(one - other) <= SAME_MONEY * max(abs(one), abs(other))


def same_budget(monthly: pd.DataFrame, arms: Sequence[str]) -> bool:
    """Return whether the arms have the same money for marketing in every year."""
    table = marketing_money(monthly).loc[list(arms)]
    return all(same_money(float(table[year].min()), float(table[year].max())) for year in table)


def say_money(monthly: pd.DataFrame, baseline: str, others: Sequence[str]) -> str | None:
    """Name the arms whose money for marketing over the horizon is not the baseline's; None if it is for all."""
    total = {str(arm): float(value) for arm, value in marketing_money(monthly).sum(axis=1).items()}
    unlike = [arm for arm in others if not same_money(total[arm], total[baseline])]
    if not unlike:
        return None
    told = ", ".join(f"{arm} {money(total[arm])}" for arm in (baseline, *unlike))
    return f"Marketing money differs: {told} over the horizon."


def alike(monthly: pd.DataFrame, arms: Sequence[str]) -> list[list[str]]:
    """Return the groups of arms that are equal in every column of every month after day 0."""
    after = monthly[monthly["month"] >= 0].sort_values(["replication", "month"], kind="stable")
    rows = {arm: after[after["arm"] == arm].drop(columns="arm").reset_index(drop=True) for arm in arms}
    groups: list[list[str]] = []
    for one, other in combinations(arms, 2):
        if rows[one].equals(rows[other]):
            home = next((group for group in groups if one in group), None)
            if home is None:
                groups.append([one, other])
            elif other not in home:
                home.append(other)
    return groups


def say_alike(group: Sequence[str]) -> str:
    """Say of equal arms that what should distinguish them did not act."""
    return (
        f"{joined(list(group))} are equal in every figure of every month: "
        "nothing that distinguishes them acted within the horizon."
    )
