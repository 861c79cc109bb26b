"""Outbound: reps without a lead call accounts of their own choice, as far as the budget pays for calls."""

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import uniform2, uniform3
from marketsim.state.chains import look_up_memory_by
from marketsim.state.hours import pass_busy_time, work_ends
from marketsim.state.layout import ACTIVE, DORMANT, NOBODY, NOTHING, OUTBOUND, RESEARCH, Rows
from marketsim.state.streams import (
    OUTBOUND_CONTACT,
    OUTBOUND_FIT,
    OUTBOUND_MEMORY,
    OUTBOUND_ON_JOURNEY,
    OUTBOUND_TARGET,
)

_WORKING_DAYS_RATIO = 7.0 / 5.0  # a week's calls are made on five days


@compiled
def fund_calls(p: Rows, w: Rows) -> None:
    """Grant the calls of the day that begins: what the budget pays for, and a day's calls left over from before."""
    per_day = w[0].stage_spend_per_day[OUTBOUND] / p[0].cost_per_call
    if p[0].business_hours == 1:
        per_day *= _WORKING_DAYS_RATIO
    if per_day <= 0.0:
        w[0].calls_left = 0.0
        return
    kept = min(w[0].calls_left, max(per_day, 1.0))
    w[0].calls_left = min(kept + per_day, p[0].calls_per_rep_day * w[0].reps)


@compiled
def start_call(p: Rows, w: Rows, now: float) -> float:
    """Let a rep without a lead call somebody; return when that is done."""
    w[0].calls_left -= 1.0
    w[0].month.spend_by_stage[OUTBOUND] += p[0].cost_per_call
    pass_busy_time(p, w, now)
    w[0].busy_reps += 1
    w[0].calling_reps += 1
    return work_ends(p, p[0].call_days, now)


@compiled
def _can_be_called(p: Rows, w: Rows, accounts: Rows, i: int, on_journey: bool, now: float) -> bool:
    """Tell whether an account is of the kind wanted, and neither a customer, nor in talks with us, nor closed to us."""
    a = accounts[i]
    if on_journey:
        if a.phase != RESEARCH and a.phase != ACTIVE:
            return False
    elif a.phase != DORMANT:
        return False
    return bool(a.open_leads == 0 and a.deal == NOTHING and a.closed_until <= now)


@compiled
def _whom_to_call(p: Rows, w: Rows, accounts: Rows, seat: int, call: int, now: float) -> int:
    """Return the account that the rep on a seat calls; NOBODY if there is none."""
    key = p[0].key
    share = p[0].journey_share_blind + (p[0].journey_share_insight - p[0].journey_share_blind) * w[0].insight
    on_journey = uniform2(key[OUTBOUND_ON_JOURNEY], seat, call) < share
    for attempt in range(p[0].outbound_tries):
        i = int(uniform3(key[OUTBOUND_TARGET], seat, call, attempt) * len(accounts))
        if not _can_be_called(p, w, accounts, i, on_journey, now):
            continue
        if accounts[i].fit == 1:
            return i
        if uniform3(key[OUTBOUND_FIT], seat, call, attempt) * w[0].reach_weight[1] <= w[0].reach_weight[0]:
            return i
    return NOBODY


@compiled
def finish_call(p: Rows, w: Rows, accounts: Rows, seat: int, call: int, now: float) -> tuple[int, int]:
    """End a call: return the account if it wants to talk (else NOBODY), and how often it was called before."""
    pass_busy_time(p, w, now)
    w[0].busy_reps -= 1
    w[0].calling_reps -= 1
    w[0].month.outbound_calls += 1.0
    i = _whom_to_call(p, w, accounts, seat, call, now)
    if i == NOBODY:
        return NOBODY, 0
    k = accounts[i].calls
    accounts[i].calls = k + 1
    chance = p[0].contact_probability
    if look_up_memory_by(p, w, accounts, i, uniform2(p[0].key[OUTBOUND_MEMORY], i, k), now) == 1:
        chance = min(1.0, chance * p[0].contact_remembered_ratio)
    if uniform2(p[0].key[OUTBOUND_CONTACT], i, k) >= chance:
        return NOBODY, k
    w[0].month.outbound_contacts += 1.0
    return i, k
