"""How a run opens: every account gets its traits, and a phase of the stationary market."""

import math

from marketsim.rules.compiling import compiled
from marketsim.rules.draws import lognormal, lognormal_in_progress, uniform1, uniform2
from marketsim.rules.market import group_size
from marketsim.state.chains import set_known
from marketsim.state.journeys import next_candidate
from marketsim.state.layout import ACTIVE, DORMANT, NOTHING, RESEARCH, Rows
from marketsim.state.rivals import open_rivals
from marketsim.state.streams import ACTIVE_LENGTH, FIT, GROUP, OPENING, RESEARCH_LENGTH, SEGMENT, VALUE

# which draw of the stream `opening`
_PHASE, _RESIDUAL, _IS_CUSTOMER, _IS_KNOWN, CONTRACT_AGE = range(5)


@compiled
def open_accounts(p: Rows, w: Rows, accounts: Rows, begin: int, first: Rows, now: float) -> None:
    """Give the accounts from `begin` on, as many as `first` has rows, traits and a phase of the stationary market.

    `first` (two columns) receives the time of the first candidate need, and the end of the opening research phase
    (infinite if the account opens in another phase). An account that opens active has `decides_at` set.
    """
    key = p[0].key
    for row in range(len(first)):
        i = begin + row
        a = accounts[i]
        u = uniform1(key[SEGMENT], i)
        a.segment = 0 if u < p[0].segment_cutoff[0] else (1 if u < p[0].segment_cutoff[1] else 2)
        a.fit = 1 if uniform1(key[FIT], i) < p[0].good_fit_share else 0
        a.group = group_size(p[0].group_mean[a.segment], p[0].group_sigma, uniform1(key[GROUP], i))
        a.value_per_year = lognormal(p[0].value_mean[a.segment], p[0].value_sigma, uniform1(key[VALUE], i))
        a.lock_until = now
        a.known_at = now
        a.good_lead_need = -1
        a.need = 0
        a.candidate = 0
        a.journey = NOTHING
        a.deal = NOTHING
        a.contract = NOTHING
        w[0].class_accounts[2 * a.segment + a.fit] += 1
        w[0].segment_accounts[a.segment] += 1
        first[row, 0] = next_candidate(p, accounts, i, now)
        first[row, 1] = math.inf
        research = p[0].research_days[a.segment]
        active = p[0].active_days[a.segment]
        locked = p[0].purchase_probability[a.segment] * p[0].lock_days
        where = uniform2(key[OPENING], i, _PHASE) * p[0].entry_days
        left = 1.0 - uniform2(key[OPENING], i, _RESIDUAL)
        if where < research:
            a.phase = RESEARCH
            w[0].research += 1
            length = lognormal_in_progress(research, p[0].research_sigma, uniform2(key[RESEARCH_LENGTH], i, 0))
            first[row, 1] = now + length * left
        elif where < research + active:
            a.phase = ACTIVE
            w[0].active += 1
            length = lognormal_in_progress(active, p[0].active_sigma, uniform2(key[ACTIVE_LENGTH], i, 0))
            a.decides_at = now + length * left
            a.active_at = a.decides_at - length
        elif where < research + active + locked:
            a.lock_until = now + p[0].lock_days * left
        if uniform2(key[OPENING], i, _IS_KNOWN) < p[0].initial_known_share:
            set_known(p, w, accounts, i, 1.0, now)


@compiled
def open_minds(p: Rows, w: Rows) -> None:
    """Let memory and awareness of all accounts, and the rivals, open where the settings put them."""
    open_rivals(p, w)
    for c in range(len(w[0].memory_level)):
        w[0].memory_level[c] = p[0].initial_memory
        w[0].aware_level[c] = p[0].aware_base


@compiled
def opens_as_customer(p: Rows, accounts: Rows, i: int) -> bool:
    """Tell whether a dormant account opens under contract with us, such that all together make the wanted share."""
    if accounts[i].phase != DORMANT:
        return False
    dormant_share = (
        1.0 - (p[0].research_days[accounts[i].segment] + p[0].active_days[accounts[i].segment]) / p[0].entry_days
    )
    return uniform2(p[0].key[OPENING], i, _IS_CUSTOMER) * dormant_share < p[0].initial_customer_share
