"""Scenarios and experiments from conf/, a person's own folder and overrides."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from marketsim.scenario.build import build, leaves, no_such, settings_of, shown, unknown_setting
from marketsim.scenario.catalogue import groups_chosen_in, package_of, settings_in
from marketsim.scenario.checks import check_company, check_economy, check_market, check_plan, checked_strategy
from marketsim.scenario.claims import claims_of
from marketsim.scenario.company import History, Initial, Policy, Schedule, Strategy, Structure
from marketsim.scenario.compose import Composer, composing
from marketsim.scenario.errors import BadInput
from marketsim.scenario.experiment import EngineSettings, Experiment, RunSettings, TruthSettings
from marketsim.scenario.folders import PathLike, available, conf_folder, file_of, files_of, own_folders
from marketsim.scenario.overrides import choice_of, key_of, overrides_of_arm, read_overrides
from marketsim.scenario.scenario import Later, Plan, Scenario, World
from marketsim.scenario.schema import LEVERS, PLAN_SECTIONS, ROOT_KEYS, SECTIONS, SETTINGS, WORLD
from marketsim.scenario.swapping import Plain

DEFAULT_STRATEGIES = ("lead_factory", "harvest_mix", "balanced", "brand_only")
DEFAULT_NAME = "compare"
_REFERENCE_STRATEGY = "balanced"
_ABSENT = object()
_ITS_OWN = (
    "name", "policy", "structure", "schedule", "credit", "ratchet", "rescale", "switch_to", "switch_month",
    "budget_split", "floors", "open_programmes",
)  # fmt: skip
"""Settings of a strategy that go with it when another one takes over."""

ConfigDir = PathLike | Sequence[PathLike] | None


def load_scenario(
    overrides: Sequence[str] = (), *, arm: Sequence[str] = (), name: str | None = None, config_dir: ConfigDir = None
) -> Scenario:
    """Load one scenario.

    Parameters
    ----------
    overrides : sequence of str
        Hydra overrides that hold in the past and afterwards (`market.accounts=5000`); the strategy among them is
        played from day 0, the past follows `history`.
    arm : sequence of str
        Further overrides: levers among them hold from day 0 only, everything else describes another world and
        therefore holds in the past too.
    name : str, optional
        Name of the scenario; the strategy's name by default.
    config_dir : path or sequence of paths, optional
        Folders of the person's own settings.

    Raises
    ------
    BadInput
        In one line, for everything that cannot be played.
    """
    dirs = own_folders(config_dir)
    common = read_overrides(_listed(overrides, "overrides"), dirs)
    for line in common:
        if key_of(line).split(".")[0] in ("strategies", "arms"):
            raise BadInput(f"{line} names what is compared; one scenario is one plan, such as strategy=lead_factory")
    own = overrides_of_arm(name or "arm", list(_listed(arm, "arm")), dirs)
    with composing(dirs) as compose:
        return _Loader(compose, dirs, common).arm(own, name)


def load_experiment(overrides: Sequence[str] = (), *, config_dir: ConfigDir = None) -> Experiment:
    """Load an experiment: every arm on the common past and on the further pasts it names.

    Parameters
    ----------
    overrides : sequence of str
        Hydra overrides; they apply to every arm. `strategies=[a,b]` and `arms.NAME=[...]` name the arms.
    config_dir : path or sequence of paths, optional
        Folders of the person's own settings.

    Raises
    ------
    BadInput
        In one line, for everything that cannot be played.
    """
    return load_experiments([overrides], config_dir=config_dir)[0]


def load_experiments(each: Iterable[Sequence[str]], *, config_dir: ConfigDir = None) -> list[Experiment]:
    """Load several experiments, each from overrides of its own; what they have in common is composed once.

    Raises
    ------
    BadInput
        In one line, for everything that cannot be played.
    """
    dirs = own_folders(config_dir)
    with composing(dirs) as compose:
        return [_experiment(compose, dirs, overrides) for overrides in each]


def _experiment(compose: Composer, dirs: Sequence[Path], overrides: Sequence[str]) -> Experiment:
    common = read_overrides(_listed(overrides, "overrides"), dirs)
    loader = _Loader(compose, dirs, common)
    root = compose(loader.common)
    _check_root(root)
    run = build(RunSettings, root["run"], "run")
    engine = build(EngineSettings, root["engine"], "engine")
    own = _arms(root, dirs)
    if not own:
        loader.scenario([])  # what was typed is about the default strategy: a mistake is reported for that one
        own = {strategy: [f"strategy={strategy}"] for strategy in DEFAULT_STRATEGIES}
    arms = {name: loader.arm(lines, name) for name, lines in own.items()}
    others = {
        regime: {name: loader.scenario(own[name], name, regime) for name in own}
        for regime in _other_pasts(root, next(iter(arms.values())).history, dirs)
    }
    settings = {**root, "strategies": None, "arms": own}
    return Experiment(
        name=choice_of(common, "experiment") or DEFAULT_NAME,
        question=_text(root, "question"),
        arms=arms,
        other_pasts=others,
        run=run,
        engine=engine.name,
        output_dir=_text(root, "output_dir"),
        config_yaml=yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, width=120),
        claims=claims_of(root.get("claims"), arms, SETTINGS),
        truth=build(TruthSettings, root["truth"], "truth"),
    )


def compose_plain(
    overrides: Sequence[str] = (), *, config_dir: ConfigDir = None
) -> tuple[Plain, dict[str, str | list[str] | None]]:
    """Return the composed configuration as plain dictionaries, and the file chosen for each group.

    All programmes there are stand in it, and the policy, structure and schedule that the strategy names.
    Names are checked, values are not.

    Raises
    ------
    BadInput
        In one line, for what cannot be composed.
    """
    dirs = own_folders(config_dir)
    with composing(dirs) as compose:
        loader = _Loader(compose, dirs, read_overrides(_listed(overrides, "overrides"), dirs))
        composed = loader.with_named_files(loader.common)
        return compose(composed), compose.choices(composed)


class _Loader:
    """Builds scenarios from one set of common overrides."""

    def __init__(self, compose: Composer, config_dirs: Sequence[Path], common: list[str]) -> None:
        self.compose = compose
        self.dirs = config_dirs
        self.common = common
        self._worlds: dict[tuple[tuple[str, int], ...], World] = {}
        _check_programme_files(config_dirs)
        if choice_of(common, "programme") is None:  # the registry is whatever files there are
            self.common = [f"programme=[{','.join(available('programme', config_dirs))}]", *common]
        self.before = [line for line in self.common if key_of(line).split(".")[0] not in PLAN_SECTIONS]
        self._check_experiment_file(choice_of(common, "experiment"))

    def scenario(self, arm: Sequence[str], name: str | None = None, regime: str | None = None) -> Scenario:
        """Build the scenario of an arm, on the past of `regime` if one is given."""
        overrides = [*self.common, *arm]
        data = self.compose(overrides)
        self._check_strategy_file(self.compose.choices(overrides).get("strategy"))
        _check_root(data)
        world = self._world(data)
        plan, strategy = self._plan(overrides, world)
        later: tuple[Later, ...] = ()
        if strategy.switch_to is not None:
            typed = [line for line in overrides if _outlasts_a_switch(key_of(line))]
            later = (Later(strategy.switch_month, self._switched(typed, strategy, world)),)
        history = self._history(data, regime if choice_of(arm, "history") is None else None)
        return Scenario(
            name=name or strategy.name,
            world=world,
            plan=plan,
            past=self._past(history, world),
            history=history,
            initial=build(Initial, data["initial"], "initial"),
            horizon_years=build(RunSettings, data["run"], "run").horizon_years,
            later=later,
        )

    def _world(self, data: Plain) -> World:
        """Build the world of a composed configuration, once for all arms that have the same."""
        own = {key: value for key, value in data.items() if key in WORLD}
        known = tuple((key, id(value)) for key, value in own.items())  # the composer keeps what it has composed
        if known not in self._worlds:
            world = build(World, own)
            check_market(world.market)
            check_economy(world)
            check_company(world)
            self._worlds[known] = world
        return self._worlds[known]

    def _plan(self, overrides: Sequence[str], world: World, *, present: bool = True) -> tuple[Plan, Strategy]:
        """Build the plan that overrides describe; policy, structure and schedule are the strategy's unless chosen."""
        data = self.compose(self.with_named_files(overrides))
        named = build(Strategy, data["strategy"], "strategy")
        strategy = checked_strategy(named, world.programme)
        sections = self._world(data)
        plan = Plan.of(
            strategy,
            build(Policy, data["policy"], "policy"),
            build(Structure, data["structure"], "structure"),
            build(Schedule, data["schedule"], "schedule"),
            sections.sales,
            sections.money,
            present=present,
        )
        check_plan(plan, world)
        return plan, strategy

    def with_named_files(self, overrides: Sequence[str]) -> list[str]:
        """Return the overrides with the files of policy, structure and schedule that their strategy names."""
        named = self.compose(overrides)["strategy"]
        for lever in (name.split(".")[0] for name in settings_of(Strategy)):
            if lever not in named:
                raise BadInput(
                    f"strategy.{lever} has no value (conf/strategy). A strategy file begins with defaults: [_levers], "
                    "which gives every lever its usual value"
                )
        chosen, own = self.compose.choices(overrides), []
        for group in ("policy", "structure", "schedule"):
            name, there_are = named[group], available(group, self.dirs)
            if not isinstance(name, str):
                raise BadInput(f"strategy.{group} must be a word, got {shown(name)} (conf/strategy)")
            if name not in there_are:
                raise no_such(group, name, there_are, f"strategy.{group}")
            if choice_of(overrides, group) is None and chosen[group] != name:
                own.append(f"{group}={name}")
        return [*own, *overrides]

    def _switched(self, overrides: Sequence[str], strategy: Strategy, world: World) -> Plan:
        """Build the plan of the strategy that takes over."""
        there_are = available("strategy", self.dirs)
        if strategy.switch_to not in there_are:
            raise no_such("strategy", strategy.switch_to, there_are, "strategy.switch_to")
        self._check_strategy_file(strategy.switch_to)
        plan, following = self._plan([*overrides, f"strategy={strategy.switch_to}"], world)
        if following.switch_to is not None:
            raise BadInput(
                f"strategy {strategy.name!r} switches to {strategy.switch_to!r}, which switches itself "
                "(strategy.switch_to). Switch to one that stays"
            )
        return plan

    def arm(self, lines: Sequence[str], name: str | None) -> Scenario:
        """Build the scenario of an arm; a mistake that is not in what all arms share is said with the arm's name."""
        try:
            return self.scenario(lines, name)
        except BadInput as error:
            if name is None or not lines or repr(name) in str(error):
                raise
            self.scenario([])
            raise BadInput(f"arm {name!r}: {error}") from None

    def _history(self, data: Plain, regime: str | None) -> History:
        if regime is not None:
            data = self.compose([*self.common, f"history={regime}"])
        history = build(History, data["history"], "history")
        strategies = available("strategy", self.dirs)
        if history.strategy not in strategies:
            raise no_such("strategy", history.strategy, strategies, "history.strategy")
        return history

    def _past(self, history: History, world: World) -> Plan:
        """Return the plan before day 0: what all arms share, under the strategy of the past."""
        overrides = [*self.before, f"strategy={history.strategy}"]
        self._check_strategy_file(history.strategy)
        try:
            plan, strategy = self._plan(overrides, world, present=history.present)
        except BadInput as error:
            raise BadInput(f"history {history.regime!r}: {error}") from None
        if strategy.switch_to is not None:
            raise BadInput(
                f"history {history.regime!r}: strategy {strategy.name!r} switches after day 0, which the past never "
                "reaches (history.strategy). Name one that stays"
            )
        return plan

    def _check_experiment_file(self, name: str | None) -> None:
        """Refuse an experiment file that changes a strategy: it would change the strategy of the past too."""
        path = file_of("experiment", name, self.dirs) if name else None
        for setting in (*settings_in(path), *groups_chosen_in(path)) if path else ():
            if setting.split(".")[0] in PLAN_SECTIONS:
                raise BadInput(
                    f"experiment {name!r} sets {setting}, which would hold in the past too. Put it into an arm"
                )

    def _check_strategy_file(self, name: str | None) -> None:
        """Refuse a strategy file of the person's own that sets anything but levers."""
        path = file_of("strategy", name, self.dirs) if name else None
        if name is None or path is None or path.parent.parent == conf_folder():
            return
        reference = dict(leaves(self.compose([f"strategy={_REFERENCE_STRATEGY}"])))
        composed = leaves(self.compose([f"strategy={name}"]))
        changed = [setting for setting, value in composed if reference.get(setting, _ABSENT) != value]
        for setting in (*settings_in(path), *changed):
            if setting not in LEVERS and setting.split(".")[0] not in PLAN_SECTIONS:
                raise BadInput(
                    f"strategy {name!r} sets {setting}, which is not a lever (strategy/{path.name}). "
                    "Put it into an arm or a file of its own group"
                )


def _outlasts_a_switch(key: str) -> bool:
    """Tell whether a typed setting holds for the strategy that takes over too: all but what makes a strategy one."""
    return key != "strategy" and key.split(".")[:2] not in [["strategy", name] for name in _ITS_OWN]


def _check_programme_files(dirs: Sequence[Path]) -> None:
    """Refuse a programme file whose settings would not land under its own name."""
    for path in files_of("programme", dirs):
        if package_of(path) != f"programme.{path.stem}":
            raise BadInput(f"programme/{path.name} must begin with the line: # @package programme.{path.stem}")


def _check_root(data: Plain) -> None:
    """Refuse keys at the root that belong to nothing."""
    for key in data:
        if key not in WORLD and key not in SECTIONS and key not in ROOT_KEYS:
            raise unknown_setting(key, (*SETTINGS, *ROOT_KEYS, *WORLD, *SECTIONS))


def _arms(root: Plain, dirs: Sequence[Path]) -> dict[str, list[str]]:
    """Return the overrides of every arm: strategies first, then arms."""
    strategies = _given(root, "strategies", [])
    if not isinstance(strategies, list):
        raise BadInput(f"strategies must be a list such as [lead_factory,balanced], got {strategies!r}")
    if root.get("strategies") == [] and not root.get("arms"):
        raise BadInput("strategies=[] leaves nothing to play. Name some, such as strategies=[lead_factory,balanced]")
    own: dict[str, list[str]] = {}
    there_are = available("strategy", dirs)
    for name in strategies:
        if name not in there_are:
            raise no_such("strategy", name, there_are)
        if name in own:
            raise BadInput(f"strategies names {name!r} twice")
        own[name] = [f"strategy={name}"]
    arms = _given(root, "arms", {})
    if not isinstance(arms, Mapping):
        raise BadInput(f"arms must be named lists, such as arms.more_hands=[sales.development_reps=7], got {arms!r}")
    for name, entries in arms.items():
        if name in own:
            raise BadInput(f"{name!r} is both a strategy in strategies and an arm; give the arm another name")
        own[str(name)] = overrides_of_arm(str(name), entries, dirs)
    return own


def _other_pasts(root: Plain, history: History, dirs: Sequence[Path]) -> list[str]:
    """Return the further pasts to try, without the one already played; none where no past is played."""
    pasts = _given(root, "other_pasts", [])
    if not isinstance(pasts, list):
        raise BadInput(f"other_pasts must be a list such as [lead_factory,start_up], got {pasts!r}")
    there_are = available("history", dirs)
    for name in pasts:
        if name not in there_are:
            raise no_such("history", name, there_are, "other_pasts")
    if history.years == 0.0:
        return []
    return list(dict.fromkeys(name for name in pasts if name != history.regime))


def _text(root: Plain, key: str) -> str | None:
    value = root.get(key)
    if value is not None and not isinstance(value, str):
        raise BadInput(f"{key} must be a text, got {value!r} (conf/config.yaml)")
    return value


def _given(root: Plain, key: str, default: object) -> Any:
    """Return a value at the root, or the default where it is null or deleted."""
    value = root.get(key)
    return default if value is None else value


def _listed(overrides: object, what: str) -> list[str]:
    if isinstance(overrides, str) or not isinstance(overrides, Sequence):
        raise BadInput(f"{what} must be a list of texts such as ['market.accounts=5000'], got {overrides!r}")
    return list(overrides)
