"""What makes arms unlike for other reasons than their plans, and what is said of it."""

import numpy as np
import pandas as pd

from marketsim.analysis.likeness import (
    Insolvency,
    alike,
    insolvencies,
    same_budget,
    say_alike,
    say_insolvencies,
    say_money,
)

ARMS = ("lead_factory", "harvest_mix", "balanced")
MONTHS = np.arange(-2, 24)


def played() -> pd.DataFrame:
    """Return two replications of three equal arms with 100 k a month for marketing."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "arm": arm,
                    "replication": replication,
                    "month": MONTHS,
                    "cash": 5e6,
                    "marketing_spend": 9e4,
                    "budget_not_spent": 1e4,
                    "response_hours": np.nan,
                }
            )
            for arm in ARMS
            for replication in range(2)
        ],
        ignore_index=True,
    )


def test_an_insolvent_arm_is_told_with_its_first_month() -> None:
    monthly = played()
    assert insolvencies(monthly, ARMS) == []
    monthly.loc[(monthly["arm"] == "lead_factory") & (monthly["month"] >= 12 + monthly["replication"]), "cash"] = -1.0
    monthly.loc[(monthly["arm"] == "balanced") & (monthly["month"] < 0), "cash"] = -1.0  # before day 0 none is stopped
    found = insolvencies(monthly, ARMS)
    assert found == [Insolvency("lead_factory", 2, 2, 13)]
    assert say_insolvencies([(found[0], "")]) == (
        "lead_factory is insolvent in 2 of 2 replications, first in month 13; its later months are zero."
    )
    two = [(found[0], " on the past start_up"), (Insolvency("balanced", 1, 2, 20), " on the past start_up")]
    assert say_insolvencies(two).endswith("balanced on the past start_up is insolvent in 1 of 2 replications, "
                                          "first in month 20; their later months are zero.")  # fmt: skip


def test_money_for_marketing_is_the_same_within_one_percent() -> None:
    monthly = played()
    assert same_budget(monthly, ARMS)
    assert say_money(monthly, ARMS[0], ARMS[1:]) is None
    balanced = monthly["arm"] == "balanced"
    left_over = monthly.copy()
    left_over.loc[balanced, "marketing_spend"], left_over.loc[balanced, "budget_not_spent"] = 7e4, 3e4
    assert same_budget(left_over, ARMS)
    monthly.loc[balanced, "marketing_spend"] = 9.05e4
    assert same_budget(monthly, ARMS)
    monthly.loc[balanced & (monthly["month"] >= 12), "marketing_spend"] = 14e4
    assert not same_budget(monthly, ARMS)
    assert same_budget(monthly, ARMS[:2])
    said = say_money(monthly, ARMS[0], ARMS[1:])
    assert said == "Marketing money differs: lead_factory 2.4 M, balanced 3.0 M over the horizon."


def test_arms_equal_in_every_month_are_named_together() -> None:
    monthly = played()
    assert alike(monthly, ARMS) == [list(ARMS)]
    monthly.loc[(monthly["arm"] == "balanced") & (monthly["month"] == 23), "cash"] += 1.0
    assert alike(monthly, ARMS) == [["lead_factory", "harvest_mix"]]
    assert say_alike(["lead_factory", "harvest_mix"]).startswith("lead_factory and harvest_mix are equal in every ")
    monthly.loc[(monthly["arm"] == "harvest_mix") & (monthly["month"] == 0), "marketing_spend"] = 1.0
    assert alike(monthly, ARMS) == []
