"""What a composed configuration consists of: sections, the settings in them, and the keys at its root."""

import typing
from typing import Any

from marketsim.scenario.build import lever_names, settings_of
from marketsim.scenario.company import History, Initial, Policy, Schedule, Strategy, Structure
from marketsim.scenario.experiment import EngineSettings, LedgerSettings, RunSettings, TruthSettings
from marketsim.scenario.scenario import World

WORLD: dict[str, Any] = typing.get_type_hints(World)
"""The sections a world is made of, by name."""

SECTIONS: dict[str, Any] = {
    "strategy": Strategy,
    "policy": Policy,
    "structure": Structure,
    "schedule": Schedule,
    "history": History,
    "initial": Initial,
    "run": RunSettings,
    "engine": EngineSettings,
    "ledger": LedgerSettings,
    "truth": TruthSettings,
}
"""The other sections, by name."""

PLAN_SECTIONS = ("strategy", "policy", "structure", "schedule")
"""The sections that belong to a plan alone: in an arm they hold from day 0 on."""

ROOT_KEYS = ("strategies", "arms", "arms.*", "claims", "claims.*", "question", "other_pasts", "output_dir")
"""Keys of conf/config.yaml that stand in no section."""

SETTINGS: tuple[str, ...] = (
    *settings_of(World),
    *(name for section, kind in SECTIONS.items() for name in settings_of(kind, section)),
)
"""The dotted name of every setting; `*` stands for a name of the person's own."""

LEVERS: frozenset[str] = frozenset(
    (
        *(name for section in PLAN_SECTIONS for name in settings_of(SECTIONS[section], section)),
        *lever_names(WORLD["sales"], "sales"),
        *lever_names(WORLD["money"], "money"),
    )
)
"""The dotted names of what a strategy may set; everything else belongs to the world."""
