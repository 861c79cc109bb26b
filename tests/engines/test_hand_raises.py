"""Raised hands: one that was dropped cold is raised again, and one from outside does not move trust."""

from marketsim.engines import simulate
from marketsim.scenario.load import load_scenario

SLOW_FLOOR = [
    "market.accounts=800", "history.years=0", "run.horizon_years=3", "sales.development_reps=1",
    "sales.cold_leads=dropped", "sales.queue=first_in_first_out", "sales.work_hours=20",
    "decay.floor_hand_raiser=0", "decay.scale_hours=1", "sales.calendar=always_open",
]  # fmt: skip
OUTSIDE = [
    "market.accounts=10", "history.years=0", "run.horizon_years=0.5", "inquiries.per_day=5", "inquiries.active_share=0",
]  # fmt: skip


def test_a_raised_hand_that_was_dropped_cold_is_raised_again() -> None:
    leads = simulate(load_scenario(SLOW_FLOOR), 1, 0).leads
    raised = leads[leads["source"] == "hand_raise"]
    dropped = raised[(raised["state"] == "went_cold") & raised["work_started_day"].isna()]
    assert len(dropped) > 0
    later = dropped.merge(raised, on=["account", "need"], suffixes=("", "_later"))
    assert (later["arrived_day_later"] > later["ended_day"]).any()


def test_only_outside_inquiries_that_raise_no_hand_move_trust() -> None:
    quiet = ["harvest.enabled=false", "organic.enabled=false", "middle.enabled=false", "nurture.enabled=false"]
    quiet += ["buying.hand_raise_enabled=false", "referral.enabled=false", "leads.scoring_enabled=false"]
    scenarios = [load_scenario([*OUTSIDE, *quiet, f"inquiries.hand_raiser_share={share}"]) for share in (0, 1)]
    trust = [simulate(scenario, 1, 0).monthly["trust"].iloc[-1] for scenario in scenarios]
    assert trust[1] == load_scenario(OUTSIDE).initial.trust
    assert trust[0] < trust[1]
