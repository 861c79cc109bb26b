"""A hand-written event loop for this funnel alone, compiled with numba: about the least one can do in Python.

The next lead and the next batch are two numbers. The heap holds busy hands only. Waiting leads stand in two ring
buffers, with the time at which they go cold; a cold one is found when it is its turn. Nothing is kept of a lead.
"""

import math

import numba
import numpy as np

from peers.funnel import FUNNEL, HOURS_PER_MONTH, Funnel, Play, Played

_RING = 1 << 14  # leads that wait at most; twenty come at once, and few are patient
_REP, _EXECUTIVE = 0, 1


@numba.njit(inline="always")
def _push(times, kinds, size, time, kind):  # type: ignore[no-untyped-def]
    """Put an event into a binary heap of `size` events."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if times[parent] <= time:
            break
        times[place], kinds[place] = times[parent], kinds[parent]
        place = parent
    times[place], kinds[place] = time, kind


@numba.njit(inline="always")
def _drop_first(times, kinds, size):  # type: ignore[no-untyped-def]
    """Take the earliest event (already read) from a binary heap of `size` events."""
    last = size - 1
    time, kind = times[last], kinds[last]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and times[child + 1] < times[child]:
            child += 1
        if time <= times[child]:
            break
        times[place], kinds[place] = times[child], kinds[child]
        place = child
    times[place], kinds[place] = time, kind


@numba.njit
def _loop(  # type: ignore[no-untyped-def]
    end, seed, gap, batch_size, batch_every, first_share, patience, reps, log_work, chance, executives, log_deal, sigma
):
    np.random.seed(seed)  # noqa: NPY002 (the generator that numba compiles)
    times, kinds = np.empty(reps + executives + 1), np.empty(reps + executives + 1, np.int8)
    arrived, cold_at = np.empty((2, _RING)), np.empty((2, _RING))
    head, tail = np.zeros(2, np.int64), np.zeros(2, np.int64)
    size = deals_waiting = 0
    free_reps, free_executives = reps, executives
    leads = cold = worked = worked_first = wins = 0
    wait_hours = wait_hours_first = 0.0
    next_lead, next_batch = np.random.exponential(gap), batch_every  # noqa: NPY002
    while True:
        now = min(next_lead, next_batch)
        if size > 0 and times[0] < now:
            now = times[0]
            if now >= end:
                break
            kind = kinds[0]
            _drop_first(times, kinds, size)
            size -= 1
            if kind == _EXECUTIVE:
                wins += 1
                if deals_waiting > 0:
                    deals_waiting -= 1
                    _push(times, kinds, size, now + np.random.lognormal(log_deal, sigma), _EXECUTIVE)  # noqa: NPY002
                    size += 1
                else:
                    free_executives += 1
                continue
            free_reps += 1
            for queue in range(2):
                while head[queue] < tail[queue] and free_reps > 0:
                    place = head[queue] & (_RING - 1)
                    head[queue] += 1
                    if cold_at[queue, place] <= now:
                        cold += 1
                        continue
                    free_reps -= 1
                    wait = now - arrived[queue, place]
                    worked += 1
                    wait_hours += wait
                    if queue == 0:
                        worked_first += 1
                        wait_hours_first += wait
                    _push(times, kinds, size, now + np.random.lognormal(log_work, sigma), _REP)  # noqa: NPY002
                    size += 1
            if np.random.random() < chance:  # noqa: NPY002
                if free_executives > 0:
                    free_executives -= 1
                    _push(times, kinds, size, now + np.random.lognormal(log_deal, sigma), _EXECUTIVE)  # noqa: NPY002
                    size += 1
                else:
                    deals_waiting += 1
            continue
        if now >= end:
            break
        count = 1
        if next_batch <= next_lead:
            count = batch_size
            next_batch += batch_every
        else:
            next_lead += np.random.exponential(gap)  # noqa: NPY002
        for _ in range(count):
            leads += 1
            queue = 0 if np.random.random() < first_share else 1  # noqa: NPY002
            if free_reps > 0:
                free_reps -= 1
                worked += 1
                worked_first += 1 - queue
                _push(times, kinds, size, now + np.random.lognormal(log_work, sigma), _REP)  # noqa: NPY002
                size += 1
                continue
            if tail[queue] - head[queue] >= _RING:
                raise ValueError("more leads wait than the ring buffer holds")
            place = tail[queue] & (_RING - 1)
            tail[queue] += 1
            arrived[queue, place] = now
            cold_at[queue, place] = now + np.random.exponential(patience)  # noqa: NPY002
    return leads, cold, worked, wait_hours, worked_first, wait_hours_first, wins


def play(months: int, seed: int, funnel: Funnel = FUNNEL) -> Played:
    """Play one run."""
    gap = 1.0 / funnel.leads_per_hour if funnel.leads_per_hour > 0.0 else math.inf
    found = _loop(
        months * HOURS_PER_MONTH, seed, gap, funnel.batch_size, funnel.batch_every_hours, funnel.first_share,
        funnel.cold_after_hours, funnel.reps, funnel.log_work, funnel.opportunity_chance, funnel.executives,
        funnel.log_deal, funnel.work_sigma,
    )  # fmt: skip
    return Played(*found)


def ready(_name: str) -> Play:
    """Return the contender; its first run compiles it."""
    return play
