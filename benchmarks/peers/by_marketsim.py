"""Our own engines, reduced to the funnel by settings alone: the general model with everything else switched off."""

from typing import Any

from marketsim import load_scenario
from marketsim.engines import simulate
from marketsim.experiments.bench import SILENT_MARKET
from marketsim.outcomes import Outcome
from peers.funnel import FUNNEL, Funnel, Play, Played

PREFIX = "marketsim_"
_HOURS_PER_DAY = 24.0
_MONTHS_PER_YEAR = 12


def overrides(months: int, funnel: Funnel = FUNNEL) -> list[str]:
    """Return the settings that make the configured model this funnel."""
    return [
        *SILENT_MARKET,
        f"run.horizon_years={months / _MONTHS_PER_YEAR!r}",
        f"inquiries.per_day={_HOURS_PER_DAY * funnel.leads_per_hour!r}",
        f"inquiries.batch_size={funnel.batch_size}",
        f"inquiries.batch_every_days={funnel.batch_every_hours / _HOURS_PER_DAY!r}",
        f"inquiries.hand_raiser_share={funnel.first_share!r}",
        "inquiries.active_share=1",
        # every lead counts as qualified, is followed up and reaches the queue at once
        "leads.scoring_enabled=false",
        "leads.trust_enabled=false",
        # nobody leaves, learns, sleeps or promises an answer within hours
        "people.enabled=false",
        "sales.ramp_days=0",
        "sales.calendar=always_open",
        "sales.hours_per_day=24",
        "sales.response_target_enabled=false",
        "sales.queue=hand_raisers_first",
        f"sales.development_reps={funnel.reps}",
        "sales.work_distribution=lognormal",
        f"sales.work_hours={funnel.work_hours!r}",
        "sales.conversation_hours=0",
        f"sales.work_sigma={funnel.work_sigma!r}",
        f"sales.qualify_fit={funnel.opportunity_chance!r}",
        # a lead goes cold after an exponential time, and then is not worked any more
        "decay=exponential",
        "decay.floor=0",
        "decay.floor_hand_raiser=0",
        f"decay.scale_hours={funnel.cold_after_hours!r}",
        "sales.cold_leads=dropped",
        # one deal at a time, of a length of its own
        f"sales.executives={funnel.executives}",
        "sales.deals_per_executive=1",
        "sales.deal_ends=own_length",
        f"sales.deal_days={funnel.deal_hours / _HOURS_PER_DAY!r}",
    ]


def what_came(outcome: Outcome) -> Played:
    """Count a run by its monthly series, which are always there; those who go first by the table of leads, if kept."""
    months = outcome.tables.months
    leads = outcome.tables.leads
    worked_first = wait_first = float("nan")
    if len(leads) == int(months["leads_by_source"].sum()):
        first = leads[(leads["front"] == 1) & (leads["started"] == leads["started"])]
        worked_first = float(len(first))
        wait_first = float((first["started"] - first["arrived"]).sum()) * _HOURS_PER_DAY
    opened = float(months["deals_opened"].sum())
    return Played(
        leads=float(months["leads_by_source"].sum()),
        cold=float(months["cold_leads"].sum()),
        worked=float(months["work_started"].sum()),
        wait_hours=float(months["response_hours_sum"].sum()),
        worked_first=worked_first,
        wait_hours_first=wait_first,
        wins=opened - float(months["deals_waiting"][-1]) - float(months["open_deals"][-1]),
    )


def ready(name: str) -> Play:
    """Return the engine of that name; its first run loads or compiles the machine code.

    Settings are read once per length of a run. Without logs, where the engine can do without.
    """
    engine, _, with_logs = name.removeprefix(PREFIX).partition("_")
    how: dict[str, Any] = {} if engine == "simpy" or with_logs else {"logs": False}
    scenarios: dict[int, Any] = {}

    def play(months: int, seed: int) -> Played:
        if months not in scenarios:
            scenarios[months] = load_scenario(overrides(months))
        return what_came(simulate(scenarios[months], seed, 0, engine, **how))

    return play
