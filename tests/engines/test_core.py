"""The core is still in there: with everything switched off that came later, its records hash to what they did then."""

import pytest
from engines.core_records import core_hashes

from marketsim.engines import simulate
from marketsim.scenario.load import load_experiment, load_scenario

SEED = 7
SMALL = (
    "market.accounts=1500", "run.horizon_years=3", "history.years=2", "money.marketing_budget_per_year=2.4e5",
    "sales.development_reps=2", "sales.executives=2", "rivals.brand_spend_per_year=3.0e5",
    "rivals.content_spend_per_year=7.5e4", "rivals.usual_content_spend_per_year=7.5e4",
    "middle.half_saturation_per_year=4.0e4", "money.fixed_overhead_per_year=4.5e5",
)  # fmt: skip

# What the core recorded when it was finished. A change of these numbers needs a commit that says why.
RECORDED = {
    "balanced": ("495af19687815aebf398cc53181aa413", "c2b1e39e78e94b17f81a1af8f2fa5587"),
    "lead_factory": ("34798acfd6ac1e866ca9060acb2486a8", "6215d5090467c9c4ccbff38e356f71dd"),
    "harvest_mix": ("9cab0dcecfe98d752d52aec95dc73ea0", "dbfec4464ecf03177886ce75ce8cdb55"),
    "start_up": ("461160f7e69b8b5fab1b1a064046634a", "e023aefa48c7f9e4016f9fe31dd7db1d"),
    "opening": ("7e95a4db4853b2f9908b5cc6cec9d723", "b9dbe9fb39a6154447d8c39a4d9f5342"),
}
CASES: dict[str, tuple[str, ...]] = {
    "balanced": ("strategy=balanced",),
    "lead_factory": ("strategy=lead_factory", "history=lead_factory", "history.years=2"),
    "harvest_mix": (
        "strategy=harvest_mix", "sales.queue=best_score_first", "sales.cold_leads=dropped", "decay=exponential",
        "sales.work_hours=8",
    ),
    "start_up": (
        "strategy=brand_only", "history=start_up", "history.years=2", "sales.queue=newest_first",
        "inquiries.per_day=1.0", "inquiries.hand_raiser_share=0.5",
    ),
    "opening": ("strategy=balanced", "history.years=0", "people.attrition_per_year=4.0", "referral.per_year=3.0"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_with_everything_new_switched_off_the_core_plays_as_it_did(case: str, engine: str) -> None:
    strategy, *others = CASES[case]
    arms = load_experiment(
        ["experiment=core", *SMALL, *others, "other_pasts=[]", f"strategies=[{strategy.partition('=')[2]}]"]
    ).arms
    (scenario,) = arms.values()
    assert core_hashes(simulate(scenario, SEED, 0, engine, record=True)) == RECORDED[case]


def test_a_programme_that_is_not_there_is_one_without_money() -> None:
    registry = "programme=[brand,content,middle,capture,nurture]"
    few = load_experiment(["experiment=core", registry, *SMALL, "other_pasts=[]", "strategies=[balanced]"]).arms
    (scenario,) = few.values()
    assert len(scenario.world.programme) == 5
    assert core_hashes(simulate(scenario, SEED, 0, record=True)) == RECORDED["balanced"]


@pytest.mark.parametrize(
    ("switch", "removed"),
    [
        ("scorched.enabled=false", "scorched.probability_per_call=0"),
        ("contacts.second_contacts_enabled=false", "contacts.second_contact_probability=0"),
        ("contacts.coverage_enabled=false", "contacts.utility_coverage=0"),
        ("harvest.brand_terms_enabled=false", "harvest.brand_terms_share=0"),
        ("customers.loyalty_enabled=false", "customers.loyalty_effect=0"),
        ("outbound.enabled=false", "outbound.contact_probability=0"),
    ],
)
def test_switched_off_is_the_same_as_without_effect(switch: str, removed: str) -> None:
    whole = [
        *SMALL, "strategy=balanced", "strategy.rescale=true", "strategy.budget_split.listening=0.1",
        "strategy.budget_split.advocacy=0.1",
    ]  # fmt: skip
    runs = [simulate(load_scenario([*whole, change]), SEED, 0, record=True) for change in (switch, removed)]
    assert core_hashes(runs[0]) == core_hashes(runs[1])
