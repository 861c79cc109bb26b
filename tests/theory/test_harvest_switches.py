"""Two causes of a falling yield, each switched off: a pool that is used up, and a price that rises with the money."""

import numpy as np
import pytest

from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.scenario.load import load_scenario
from marketsim.state.audit import audit
from marketsim.state.layout import BRAND_TIER, CAPTURE, FROM_ADS_LOW_INTENT, FROM_SEARCH, HOT_TIER, LOW_TIER, NOTHING

MARKET = (
    "market.accounts=3000", "history.years=1", "run.horizon_years=2", "strategy=lead_factory",
    "market.entry_interval_months=30", "money.marketing_budget_per_year=1.2e6",
    "sales.development_reps=3", "sales.executives=4",
)  # fmt: skip


def played(engine: str, *settings: str) -> Outcome:
    outcome = simulate(load_scenario([*MARKET, *settings]), 21, 0, engine)
    audit(outcome.tables)
    return outcome


def searches(outcome: Outcome) -> np.ndarray:
    leads = outcome.tables.leads
    found: np.ndarray = leads[leads["source"] == FROM_SEARCH]
    return found


def test_a_pool_that_never_depletes_holds_all_who_are_active(engine: str) -> None:
    usual, never = played(engine), played(engine, "harvest.pool_depletes=false")
    months = usual.monthly
    assert (months["pool_accounts"] < months["active_accounts"]).all()
    assert (never.monthly["pool_accounts"] == never.monthly["active_accounts"]).all()
    assert len(searches(never)) > len(searches(usual))


def test_searches_of_accounts_in_talks_are_leads_that_win_no_second_deal(engine: str) -> None:
    never = played(engine, "harvest.pool_depletes=false")
    run = never.tables
    deals = run.deals[run.deals["account"] != NOTHING]
    pairs = deals["account"].astype(np.int64) << 32 | deals["need"]
    assert len(np.unique(pairs)) == len(pairs)
    opened = dict(zip(pairs.tolist(), deals["opened"].tolist(), strict=True))
    found = searches(never)
    keys = (found["account"].astype(np.int64) << 32 | found["need"]).tolist()
    late = np.array([opened.get(key, np.inf) < at for key, at in zip(keys, found["arrived"].tolist(), strict=True)])
    assert late.sum() > 10
    assert (found["deal"][late] == NOTHING).all()
    assert (found["good"][late] == 0).all()


def test_as_it_is_nobody_in_talks_is_harvested(engine: str) -> None:
    usual = played(engine)
    run = usual.tables
    opened = {(d["account"], d["need"]): d["opened"] for d in run.deals}
    found = searches(usual)
    assert not any(opened.get((lead["account"], lead["need"]), np.inf) < lead["arrived"] for lead in found)


def test_at_reserve_prices_an_inquiry_costs_what_it_costs(engine: str) -> None:
    outcome = played(engine, "harvest.diminishing_returns=false")
    run = outcome.tables
    reserve = run.p["reserve_price"][0]
    assert set(run.company["tier_price"][0]) <= {0.0, *reserve}
    assert run.company["tier_share"][0][BRAND_TIER] == 1.0  # the cheapest is bought first, and all of it
    spent = float(run.months["spend_by_stage"][:, CAPTURE].sum())
    hot = len(searches(outcome))
    low = float(run.months["leads_by_source"][:, FROM_ADS_LOW_INTENT].sum())
    assert low > 0
    assert hot * reserve[BRAND_TIER] < spent - low * reserve[LOW_TIER]
    # clicks of accounts that are buying are paid too, and are no leads
    assert spent < 1.2 * (hot * reserve[HOT_TIER] + low * reserve[LOW_TIER])


@pytest.mark.parametrize("switch", ["pool_depletes", "diminishing_returns"])
def test_without_harvest_neither_switch_does_anything(switch: str) -> None:
    settings = ("harvest.enabled=false", "history.years=0", "run.horizon_years=1")
    usual, other = (played("compiled", *settings, *more) for more in ((), (f"harvest.{switch}=false",)))
    columns = [name for name in usual.monthly if name not in ("pool_accounts", "pool_harvested_share")]
    assert usual.monthly[columns].equals(other.monthly[columns])
