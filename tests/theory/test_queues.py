"""The configured sales floor, reduced by settings alone, waits as queueing theory says.

Every interval is Student's 99.9 % over independent replications with fixed seeds, and must cover the formula; a second
assertion keeps it narrow enough to mean something.
"""

import math
from collections.abc import Sequence

import pytest

from marketsim.analysis import oracles
from marketsim.experiments.bench import (
    EXPONENTIAL_FLOOR,
    IMPATIENT,
    LEADS_PER_REP_AND_DAY,
    PLAIN_FLOOR,
    Measured,
    each,
    executive_line,
    floor_queue,
    horizon_for,
    measured,
    waits,
)

REPLICATIONS = 20


def must_cover(found: Measured, precision: float) -> None:
    """Assert that the interval covers the theory, and that it is narrow, as a share of it."""
    assert found.low <= found.theory <= found.high, found
    assert found.half_width <= precision * found.theory, found


def reps(number: int) -> tuple[str, ...]:
    return (f"sales.development_reps={number}",)


@pytest.mark.parametrize(("servers", "per_day"), [(1, 6.0), (3, 21.0)])
def test_leads_wait_for_reps_as_in_erlang_c(servers: int, per_day: float, engine: str) -> None:
    found = floor_queue(
        (*EXPONENTIAL_FLOOR, *reps(servers)), per_day, REPLICATIONS, skip=400, count=4000, seed=11, engine=engine
    )
    theory = oracles.erlang_c(per_day, LEADS_PER_REP_AND_DAY, servers)
    must_cover(measured("mean wait", found.mean_wait, theory.mean_wait), 0.2)
    must_cover(measured("chance to wait", found.share_waiting, theory.chance_to_wait), 0.05)


@pytest.mark.parametrize(("servers", "per_day", "patience_days"), [(2, 20.0, 0.2), (4, 50.0, 0.1)])
def test_leads_go_cold_as_in_erlang_a(servers: int, per_day: float, patience_days: float, engine: str) -> None:
    patience = f"decay.scale_hours={24 * patience_days!r}"
    settings = (*EXPONENTIAL_FLOOR, *IMPATIENT, patience, *reps(servers))
    found = floor_queue(settings, per_day, REPLICATIONS, skip=200, count=3000, seed=12, engine=engine)
    theory = oracles.erlang_a(per_day, LEADS_PER_REP_AND_DAY, 1 / patience_days, servers)
    must_cover(measured("share that goes cold", found.share_cold, theory.chance_to_abandon), 0.06)
    must_cover(measured("mean wait", found.mean_wait, theory.mean_wait), 0.06)
    must_cover(measured("chance to wait", found.share_waiting, theory.chance_to_wait), 0.03)


def test_deals_wait_for_executives_as_in_erlang_c(engine: str) -> None:
    # Reps pass on a Poisson stream (Burke 1956), thinned by chance; 2 executives with 2 slots each are 4 servers.
    settings = (
        *EXPONENTIAL_FLOOR,
        *reps(6),
        "inquiries.active_share=1",
        "sales.qualify_fit=0.8",
        "sales.deal_ends=own_length",
        "sales.deal_days=0.06",
        "sales.executives=2",
        "sales.deals_per_executive=2",
    )
    per_day = 45.0
    passed_on = per_day * 0.8
    found = executive_line(settings, per_day, passed_on, REPLICATIONS, skip=300, count=4000, seed=13, engine=engine)
    theory = oracles.erlang_c(passed_on, 1 / 0.06, 4)
    must_cover(measured("mean wait", found.mean_wait, theory.mean_wait), 0.2)
    must_cover(measured("chance to wait", found.share_waiting, theory.chance_to_wait), 0.1)


def lognormal_square(mean: float, sigma: float) -> float:
    return mean**2 * math.exp(sigma**2)


def test_one_rep_with_lognormal_work_waits_as_pollaczek_and_khinchine_say(engine: str) -> None:
    # the shipped work: lognormal, .9 hours, in 5.71 hours a day; nobody is active, so there is no conversation
    days = 0.9 / 5.71
    per_day = 0.6 / days
    found = floor_queue((*PLAIN_FLOOR, *reps(1)), per_day, REPLICATIONS, skip=400, count=4000, seed=14, engine=engine)
    theory = oracles.pollaczek_khinchine(per_day, days, lognormal_square(days, 0.6))
    must_cover(measured("mean wait", found.mean_wait, theory), 0.12)


def test_conversations_with_active_buyers_lengthen_the_work(engine: str) -> None:
    # half the leads are active: their work takes an hour more, so work is a mixture
    work, talk, share = 0.9 / 5.71, 1.0 / 5.71, 0.5
    mean = work + share * talk
    square = lognormal_square(work, 0.6) + share * (2 * work * talk + talk**2)
    per_day = 0.6 / mean
    settings = (*PLAIN_FLOOR, *reps(1), "inquiries.active_share=0.5", "sales.qualify_fit=0")
    found = floor_queue(settings, per_day, REPLICATIONS, skip=400, count=4000, seed=15, engine=engine)
    theory = oracles.pollaczek_khinchine(per_day, mean, square)
    must_cover(measured("mean wait", found.mean_wait, theory), 0.12)


def batch_waits(
    settings: Sequence[str], size: int, every: float, batches: int, seed: int, *, engine: str
) -> Sequence[float]:
    skip, count = 50 * size, batches * size
    days = (batches + 60) * every
    stream = (f"inquiries.batch_size={size}", f"inquiries.batch_every_days={every!r}", horizon_for(days))

    def mean_wait(outcome) -> float:  # type: ignore[no-untyped-def]
        leads = outcome.tables.leads
        return float(waits(leads["arrived"], leads["started"], skip, count).mean())

    return each((*settings, *stream), REPLICATIONS, seed, mean_wait, engine=engine)


@pytest.mark.parametrize(("size", "every", "servers"), [(6, 1.0, 1), (12, 0.6, 3)])
def test_batches_wait_for_those_before_them(size: int, every: float, servers: int, engine: str) -> None:
    found = batch_waits((*EXPONENTIAL_FLOOR, *reps(servers)), size, every, 2000 // size, seed=16, engine=engine)
    theory = oracles.periodic_batches_mean_wait(size, every, LEADS_PER_REP_AND_DAY, servers)
    must_cover(measured("mean wait", found, theory), 0.06)


def test_raised_hands_go_first_and_leave_the_mean_wait_alone(engine: str) -> None:
    # conservation law for exponential work: who goes first does not change the mean over all (Kleinrock 1965);
    # those who go first wait as under a priority without interruption, lambda E[S^2]/2 / (1 - rho_first) (Cobham 1954)
    per_day, share = 7.0, 0.4
    settings = (
        *EXPONENTIAL_FLOOR,
        *reps(1),
        "sales.queue=hand_raisers_first",
        f"inquiries.hand_raiser_share={share}",
        f"inquiries.per_day={per_day}",
        horizon_for(4400 / per_day * 1.15),
        "leads.trust_enabled=false",
        "leads.scoring_enabled=true",
        "leads.truth_active_fit=0",
        "strategy.qualification_threshold=-50",
        "decay=exponential",
        "decay.floor=0",
        "decay.floor_hand_raiser=1",
        "decay.scale_hours=1e-9",
    )

    def means(outcome) -> tuple[float, float]:  # type: ignore[no-untyped-def]
        leads = outcome.tables.leads
        wait = waits(leads["arrived"], leads["started"], 400, 4000)
        first = leads["reachable_days"][400:4400] > 1.0  # only raised hands can be reached for long here
        return float(wait.mean()), float(wait[first].mean())

    found = each(settings, REPLICATIONS, 17, means, engine=engine)
    theory = oracles.erlang_c(per_day, LEADS_PER_REP_AND_DAY, 1)
    must_cover(measured("mean wait of all", found[:, 0], theory.mean_wait), 0.25)
    residual = per_day * 2 / LEADS_PER_REP_AND_DAY**2 / 2
    must_cover(measured("mean wait of the first", found[:, 1], residual / (1 - share * 0.7)), 0.06)
