"""Randomness is keyed and stateless: same command, same bytes; other arms, the same accounts with the same luck."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from property.scenarios import changed, small

from marketsim.engines import Session, begin, simulate
from marketsim.experiments import compare
from marketsim.outcomes import Outcome
from marketsim.rules.draws import stream_id, stream_key
from marketsim.scenario.errors import BadInput
from marketsim.scenario.load import load_scenario
from marketsim.scenario.scenario import DAYS_PER_WEEK, Scenario
from marketsim.state import parameters
from marketsim.state.streams import STREAM_INDEX, STREAMS, Stream

SEED = 11
ACCOUNTS = 600
STRATEGIES = ("lead_factory", "harvest_mix", "balanced", "brand_only")
LENGTHS = ["research", "active"]
TABLES = ("accounts", "company", "leads", "deals", "contracts", "journeys", "months", "touches", "people", "reviews")
MECHANISMS = ("referral", "organic", "harvest", "middle", "nurture", "memory", "people")


@cache
def _split(strategy: str) -> dict[str, float]:
    return load_scenario([f"strategy={strategy}"]).plan.budget_split


def _arm(strategy: str, **settings: Any) -> Scenario:
    """Give a small market with a year of balanced past, and one strategy for two years."""
    scenario = small(ACCOUNTS, history_years=1.0, horizon_years=2.0, world__referral__per_year=3.0, **settings)
    return replace(scenario, plan=replace(scenario.plan, name=strategy, budget_split=dict(_split(strategy))))


@cache
def _played(strategy: str, replication: int = 0, seed: int = SEED, engine: str = "compiled") -> Outcome:
    return simulate(_arm(strategy), seed, replication, engine, record=True)


def _bytes(outcome: Outcome) -> dict[str, bytes]:
    return {name: getattr(outcome.tables, name).tobytes() for name in TABLES}


def _needs(outcome: Outcome) -> pd.DataFrame:
    """Give the table (account, need, time): needs are numbered in the order in which they come to an account."""
    events = outcome.events
    assert events is not None
    needs = events.loc[events["event"] == "need", ["entity", "day"]].sort_values(["entity", "day"], kind="stable")
    needs["need"] = needs.groupby("entity").cumcount()
    return needs.reset_index(drop=True)


def test_the_same_command_twice_gives_the_same_bytes(engine: str) -> None:
    again = simulate(_arm("balanced"), SEED, 0, engine, record=True)
    first = _played("balanced", engine=engine)
    assert again.log == first.log
    assert _bytes(again) == _bytes(first)
    for name in ("monthly", "leads", "deals", "customers", "journeys", "summary"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(first, name), check_exact=True)


def test_recording_events_changes_nothing(engine: str) -> None:
    assert _bytes(simulate(_arm("balanced"), SEED, 0, engine)) == _bytes(_played("balanced", engine=engine))


def test_strategies_meet_the_same_accounts_at_the_same_times() -> None:
    tables = [_needs(_played(strategy)) for strategy in STRATEGIES]
    assert len(tables[0]) > ACCOUNTS / 2
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0], check_exact=True)
    traits = ["segment", "fit", "group", "value_per_year"]
    for one, other in combinations(STRATEGIES, 2):
        left, right = _played(one).tables.accounts, _played(other).tables.accounts
        for trait in traits:
            np.testing.assert_array_equal(left[trait], right[trait])


def _journey_lengths(outcome: Outcome) -> pd.DataFrame:
    journeys = outcome.journeys
    table = journeys.assign(
        research=journeys["active_day"] - journeys["research_day"],
        active=journeys["decided_day"] - journeys["active_day"],
    )
    return table.set_index(["account", "need"])[["research_day", "research", "active"]]


def _lead_luck(outcome: Outcome) -> pd.DataFrame:
    """Give the luck of every lead, without what its truth adds to its score."""
    leads = outcome.tables.leads
    truth = outcome.tables.p["truth_score"][0][leads["truth"]] * outcome.tables.p["score_accuracy"][0]
    frame = pd.DataFrame({name: leads[name].astype(np.int64) for name in ("account", "key_need", "source", "k")})
    frame["luck"] = leads["score"] - truth
    frame["reachable_days"] = leads["reachable_days"]
    return frame.set_index(["account", "key_need", "source", "k"])


def _same_where_both_have_it(one: pd.DataFrame, other: pd.DataFrame, at_least: int) -> None:
    assert one.index.is_unique
    assert other.index.is_unique
    shared = one.index.intersection(other.index)
    assert len(shared) >= at_least
    left, right = one.loc[shared], other.loc[shared]
    for name in one.columns:
        known = (left[name].notna() & right[name].notna()).to_numpy()  # not over yet in one of them
        np.testing.assert_allclose(left[name][known], right[name][known], rtol=0.0, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_switching_a_mechanism_off_leaves_all_other_draws_alone(mechanism: str) -> None:
    usual = _played("balanced")
    without = simulate(_arm("balanced", **{f"world__{mechanism}__enabled": False}), SEED, 0, record=True)
    assert _bytes(without) != _bytes(usual)
    pd.testing.assert_frame_equal(_needs(without), _needs(usual), check_exact=True)
    _same_where_both_have_it(_journey_lengths(usual), _journey_lengths(without), at_least=30)
    _same_where_both_have_it(_lead_luck(usual), _lead_luck(without), at_least=30)


def test_arms_share_the_luck_of_what_they_share() -> None:
    for one, other in combinations(STRATEGIES, 2):
        _same_where_both_have_it(_journey_lengths(_played(one)), _journey_lengths(_played(other)), at_least=100)
        _same_where_both_have_it(_lead_luck(_played(one)), _lead_luck(_played(other)), at_least=30)


def test_without_awareness_the_same_calendar_of_needs_runs_at_the_mean_rate() -> None:
    usual = _played("balanced")
    without = simulate(_arm("balanced", world__awareness__enabled=False), SEED, 0, record=True)
    awareness = usual.scenario.world.awareness
    slower = awareness.base + (1.0 - awareness.base) * awareness.hazard_ratio_unaware
    both = _needs(usual).merge(_needs(without), on=["entity", "need"], suffixes=("_usual", "_without"))
    start = -usual.scenario.past_weeks * DAYS_PER_WEEK
    assert len(both) > ACCOUNTS / 2
    np.testing.assert_allclose((both["day_usual"] - start) / (both["day_without"] - start), slower, rtol=1e-9)
    _same_where_both_have_it(_journey_lengths(usual)[LENGTHS], _journey_lengths(without)[LENGTHS], at_least=30)


@pytest.mark.parametrize("place", [0, 7, len(STREAMS)])
def test_a_new_stream_changes_the_keys_of_no_other(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = parameters.stream_keys(SEED, 3)
    more = (*STREAMS[:place], Stream("a_stream_of_tomorrow", ("account",)), *STREAMS[place:])
    monkeypatch.setattr(parameters, "STREAMS", more)
    after = dict(zip((stream.name for stream in more), parameters.stream_keys(SEED, 3), strict=True))
    assert len(set(after.values())) == len(STREAMS) + 1
    for name, index in STREAM_INDEX.items():
        assert after[name] == before[index]
        assert after[name] == stream_key(np.uint64(SEED), np.uint64(3), np.uint64(stream_id(name)))


def test_seeds_and_replications_differ() -> None:
    runs = [_played("balanced"), _played("balanced", 1), _played("balanced", 0, SEED + 1)]
    for one, other in combinations(runs, 2):
        assert not _needs(one).equals(_needs(other))
        assert not np.array_equal(one.tables.accounts["value_per_year"], other.tables.accounts["value_per_year"])
        assert not one.monthly.equals(other.monthly)


def test_a_shared_past_gives_the_bytes_of_a_replay(engine: str) -> None:
    session = begin(_arm("balanced"), SEED, 0, engine)
    session.play_past()
    assert _bytes(session.play_on(_arm("lead_factory"))) == _bytes(_played("lead_factory"))
    with pytest.raises(ValueError, match="played to its end"):
        session.play_on(_arm("balanced"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process")
def test_a_forked_process_gives_the_bytes_of_a_replay(engine: str) -> None:
    session = begin(_arm("balanced"), SEED, 0, engine)
    session.play_past()
    for strategy in STRATEGIES:
        assert _in_a_child(session, lambda s, name=strategy: _bytes(s.play_on(_arm(name)))) == _digest(
            _bytes(_played(strategy))
        )


def _digest(tables: dict[str, bytes]) -> bytes:
    return hashlib.blake2b(b"".join(tables[name] for name in TABLES)).digest()


def _in_a_child(session: Session, work: Callable[[Session], dict[str, bytes]]) -> bytes:
    """Do work in a copy of this process; return the digest of what it made."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, _digest(work(session)))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        found = pipe.read()
    os.waitpid(child, 0)
    return found


def test_a_long_run_begins_like_a_short_one() -> None:
    long = replace(_arm("balanced"), horizon_years=10.0)
    outcome = simulate(long, SEED, 0, record=True)
    short = _played("balanced")
    months = outcome.monthly[outcome.monthly["month"] < short.scenario.horizon_months].reset_index(drop=True)
    pd.testing.assert_frame_equal(months, short.monthly, check_exact=True)
    assert outcome.log is not None
    assert short.log is not None
    # the last month of the short run is closed at its horizon, after its last event
    assert outcome.log[: len(short.log) - 1] == short.log[:-1]
    assert (outcome.tables.leads["arrived"][: len(short.leads)] == short.tables.leads["arrived"]).all()


def test_horizon_and_levers_do_not_reach_into_the_past() -> None:
    moved = changed(_arm("balanced"), plan__development_reps=5, plan__queue="newest_first", horizon_years=3.0)
    past = [
        outcome.monthly[outcome.monthly["month"] < 0] for outcome in (_played("balanced"), simulate(moved, SEED, 0))
    ]
    pd.testing.assert_frame_equal(past[0], past[1], check_exact=True)


def test_a_replication_does_not_depend_on_how_many_are_played_nor_by_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arms = {strategy: _arm(strategy) for strategy in ("lead_factory", "balanced")}
    months = []
    for replications, workers in ((2, 1), (3, 2)):
        place = tmp_path / str(replications)
        place.mkdir()
        monkeypatch.chdir(place)  # nothing stored by the other one is found here
        monthly = compare(arms, replications=replications, workers=workers, seed=SEED, progress=False).monthly
        months.append(monthly[monthly["replication"] < 2].sort_values(["arm", "replication", "month"], kind="stable"))
    pd.testing.assert_frame_equal(*(table.reset_index(drop=True) for table in months), check_exact=True)
    alone = months[0].query("arm == 'balanced' and replication == 0")[list(_played("balanced").monthly.columns)]
    pd.testing.assert_frame_equal(
        alone.reset_index(drop=True), _played("balanced").monthly, check_exact=True, check_dtype=False
    )


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "1", None, True])
def test_a_seed_that_would_alias_another_is_refused(seed: object) -> None:
    with pytest.raises(BadInput, match="seed must be a whole number"):
        simulate(load_scenario(["market.accounts=10", "history.years=0"]), seed, 0)  # type: ignore[arg-type]


def test_a_seed_may_come_from_an_array() -> None:
    scenario = load_scenario(["market.accounts=20", "history.years=0", "run.horizon_years=0.5"])
    plain, counted = simulate(scenario, 3, 1), simulate(scenario, np.int64(3), np.uint8(1))  # type: ignore[arg-type]
    assert plain.tables.accounts.tobytes() == counted.tables.accounts.tobytes()
