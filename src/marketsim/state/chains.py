"""Memory, awareness and known contacts of single accounts: looked up when it matters, exactly, and never ticked."""

import math

from marketsim.rules.arithmetic import exp, exp_near_0
from marketsim.rules.compiling import compiled
from marketsim.rules.draws import uniform2, uniform3
from marketsim.rules.memory import clock_after, level_after, probability_in_state
from marketsim.state.layout import Record, Rows
from marketsim.state.streams import AWARENESS, MEMORY


@compiled
def class_of(account: Record) -> int:
    """Return the index of the account's class (segment x fit)."""
    return 2 * account.segment + account.fit


@compiled
def memory_now(p: Rows, w: Rows, c: int, now: float) -> tuple[float, float]:
    """Return level M and clock G of brand memory in class `c`."""
    days = now - w[0].week_start
    learning = w[0].memory_learning[c]
    forgetting = p[0].memory_forgetting
    level = level_after(w[0].memory_level[c], learning, forgetting, days)
    return level, clock_after(w[0].memory_clock[c], learning, forgetting, days)


@compiled
def awareness_now(p: Rows, w: Rows, c: int, now: float) -> tuple[float, float]:
    """Return level and clock of problem awareness in class `c`."""
    days = now - w[0].week_start
    learning = w[0].aware_learning[c]
    forgetting = p[0].aware_forgetting
    level = level_after(w[0].aware_level[c], learning, forgetting, days)
    return level, clock_after(w[0].aware_clock[c], learning, forgetting, days)


@compiled
def _set_memory(w: Rows, accounts: Rows, i: int, bit: float, chance: float, level: float, clock: float) -> None:
    """Write an account's memory bit; the class keeps the sum of all excesses, for what is reported."""
    c = class_of(accounts[i])
    since = w[0].memory_excess_clock[c] - clock
    w[0].memory_excess[c] = w[0].memory_excess[c] * exp_near_0(since) + (bit - chance)
    w[0].memory_excess_clock[c] = clock
    accounts[i].memory_excess = bit - level
    accounts[i].memory_clock = clock


@compiled
def look_up_memory(p: Rows, w: Rows, accounts: Rows, i: int, occasion: int, now: float) -> int:
    """Draw on an occasion of its need whether the account remembers us now (1 or 0), and keep the answer."""
    if p[0].memory_enabled == 0:
        return 0
    return look_up_memory_by(p, w, accounts, i, uniform3(p[0].key[MEMORY], i, accounts[i].need, occasion), now)


@compiled
def memory_chance(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> float:
    """Return the chance that the account remembers us now, without looking."""
    if p[0].memory_enabled == 0:
        return 0.0
    level, clock = memory_now(p, w, class_of(accounts[i]), now)
    return probability_in_state(level, accounts[i].memory_excess, clock - accounts[i].memory_clock)


@compiled
def look_up_memory_by(p: Rows, w: Rows, accounts: Rows, i: int, u: float, now: float) -> int:
    """Draw by a uniform number whether the account remembers us now (1 or 0), and keep the answer."""
    if p[0].memory_enabled == 0:
        return 0
    level, clock = memory_now(p, w, class_of(accounts[i]), now)
    chance = probability_in_state(level, accounts[i].memory_excess, clock - accounts[i].memory_clock)
    bit = 1 if u < chance else 0
    _set_memory(w, accounts, i, float(bit), chance, level, clock)
    return bit


@compiled
def leave_memory(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> None:
    """Make the account remember us from now on, until it forgets."""
    if p[0].memory_enabled == 1:
        level, clock = memory_now(p, w, class_of(accounts[i]), now)
        chance = probability_in_state(level, accounts[i].memory_excess, clock - accounts[i].memory_clock)
        _set_memory(w, accounts, i, 1.0, chance, level, clock)


@compiled
def _set_awareness(w: Rows, accounts: Rows, i: int, bit: float, chance: float, level: float, clock: float) -> None:
    c = class_of(accounts[i])
    since = w[0].aware_excess_clock[c] - clock
    w[0].aware_excess[c] = w[0].aware_excess[c] * exp_near_0(since) + (bit - chance)
    w[0].aware_excess_clock[c] = clock
    accounts[i].aware_excess = bit - level
    accounts[i].aware_clock = clock


@compiled
def look_up_awareness(p: Rows, w: Rows, accounts: Rows, i: int, candidate: int, now: float) -> int:
    """Draw whether the account knows the problem now (1 or 0), and keep the answer; 1 if the mechanism is off."""
    if p[0].aware_enabled == 0:
        return 1
    level, clock = awareness_now(p, w, class_of(accounts[i]), now)
    chance = probability_in_state(level, accounts[i].aware_excess, clock - accounts[i].aware_clock)
    bit = 1 if uniform2(p[0].key[AWARENESS], i, candidate) < chance else 0
    _set_awareness(w, accounts, i, float(bit), chance, level, clock)
    return bit


@compiled
def make_aware(p: Rows, w: Rows, accounts: Rows, i: int, now: float) -> None:
    """Teach the account the problem, until it forgets."""
    if p[0].aware_enabled == 1:
        level, clock = awareness_now(p, w, class_of(accounts[i]), now)
        chance = probability_in_state(level, accounts[i].aware_excess, clock - accounts[i].aware_clock)
        _set_awareness(w, accounts, i, 1.0, chance, level, clock)


@compiled
def known_contacts(p: Rows, w: Rows, now: float) -> float:
    """Return the expected number of accounts whose contact is still known."""
    return w[0].known * exp_near_0(-p[0].known_forgetting * (now - w[0].known_at))


@compiled
def _chance_known(p: Rows, accounts: Rows, i: int, now: float) -> float:
    return accounts[i].known_excess * exp(-p[0].known_forgetting * (now - accounts[i].known_at))


@compiled
def set_known(p: Rows, w: Rows, accounts: Rows, i: int, bit: float, now: float) -> None:
    """Write whether the account's contact is known: a memory that is only forgotten."""
    _set_known(p, w, accounts, i, bit, _chance_known(p, accounts, i, now), now)


@compiled
def _set_known(p: Rows, w: Rows, accounts: Rows, i: int, bit: float, chance: float, now: float) -> None:
    w[0].known = known_contacts(p, w, now) + (bit - chance)
    w[0].known_at = now
    accounts[i].known_excess = bit
    accounts[i].known_at = now


@compiled
def look_up_known(p: Rows, w: Rows, accounts: Rows, i: int, u: float, now: float) -> int:
    """Draw whether the account's contact is still known (1 or 0), and keep the answer."""
    chance = _chance_known(p, accounts, i, now)
    if chance <= 0.0:
        return 0
    bit = 1 if u < chance else 0
    _set_known(p, w, accounts, i, float(bit), chance, now)
    return bit


@compiled
def reported_memory(p: Rows, w: Rows, now: float) -> tuple[float, float, float]:
    """Return as shares of all accounts: mean-field memory M, memory with the accounts' excess, and awareness."""
    accounts = 0
    mean_field = 0.0
    excess = 0.0
    aware = 0.0
    for c in range(len(w[0].class_accounts)):
        size = w[0].class_accounts[c]
        accounts += size
        level, clock = memory_now(p, w, c, now)
        mean_field += level * size
        excess += w[0].memory_excess[c] * exp_near_0(w[0].memory_excess_clock[c] - clock)
        aware_level, aware_clock = awareness_now(p, w, c, now)
        aware += aware_level * size + w[0].aware_excess[c] * exp_near_0(w[0].aware_excess_clock[c] - aware_clock)
    if p[0].memory_enabled == 0:
        mean_field = 0.0
        excess = 0.0
    return mean_field / accounts, (mean_field + excess) / accounts, aware / accounts


@compiled
def reported_memory_of(p: Rows, w: Rows, segment: int, now: float) -> float:
    """Return the share of a segment's accounts that remember us, with the accounts' excess; NaN without accounts."""
    if p[0].memory_enabled == 0:
        return 0.0
    total = 0.0
    for fit in range(2):
        c = 2 * segment + fit
        level, clock = memory_now(p, w, c, now)
        total += level * w[0].class_accounts[c] + w[0].memory_excess[c] * exp_near_0(
            w[0].memory_excess_clock[c] - clock
        )
    return total / w[0].segment_accounts[segment] if w[0].segment_accounts[segment] > 0 else math.nan
