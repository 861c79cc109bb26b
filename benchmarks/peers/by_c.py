"""The funnel by hand in C, with every pending event in a heap, or lean (funnel.c)."""

import ctypes

from peers.c_code import library
from peers.funnel import FUNNEL, HOURS_PER_MONTH, Funnel, Play, Played


class _Settings(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_double) for name in ("end", "gap", "batch_every", "first_share", "patience", "log_work")),
        *((name, ctypes.c_double) for name in ("chance", "log_deal", "sigma")),
        *((name, ctypes.c_int64) for name in ("batch_size", "reps", "executives")),
    ]


def _settings(months: int, funnel: Funnel) -> _Settings:
    return _Settings(
        end=months * HOURS_PER_MONTH,
        gap=1.0 / funnel.leads_per_hour,
        batch_every=funnel.batch_every_hours,
        first_share=funnel.first_share,
        patience=funnel.cold_after_hours,
        log_work=funnel.log_work,
        chance=funnel.opportunity_chance,
        log_deal=funnel.log_deal,
        sigma=funnel.work_sigma,
        batch_size=funnel.batch_size,
        reps=funnel.reps,
        executives=funnel.executives,
    )


def ready(name: str) -> Play:
    """Compile and return the contender of that name."""
    code = library("funnel")
    loop = {"c_heap": code.play_heap, "c_lean": code.play_lean}[name]
    loop.restype = None

    def play(months: int, seed: int) -> Played:
        found = (ctypes.c_double * 7)()
        loop(ctypes.byref(_settings(months, FUNNEL)), ctypes.c_uint64(seed), found)
        return Played(*found)

    return play
