"""An experiment: named arms, the pasts they are tried on, and how many times each is played."""

from dataclasses import dataclass, field

from marketsim.scenario.claims import Claim
from marketsim.scenario.fields import positive, setting
from marketsim.scenario.scenario import Scenario


@dataclass(frozen=True)
class RunSettings:
    """How much is played, and what is kept of it."""

    replications: int = setting(2, 1_000_000)
    replications_other_pasts: int = setting(0, 1_000_000)
    precision: float | None = positive(1.0)
    precision_money: float | None = positive()
    replications_at_most: int = setting(2, 1_000_000)
    horizon_years: float = positive(100.0)
    seed: int = setting(0, 2**63 - 1)
    workers: int | None = setting(1, 256)
    keep: str = setting(choices=("summary", "monthly", "tables"))

    @property
    def until_precise(self) -> bool:
        """Whether replications are played until a wanted precision; their number is then not known beforehand."""
        return self.precision is not None or self.precision_money is not None


@dataclass(frozen=True)
class EngineSettings:
    """Which engine plays the story."""

    name: str = setting(choices=("compiled", "simpy"))


@dataclass(frozen=True)
class LedgerSettings:
    """How often the claims are played, and where."""

    replications: int = setting(2, 10_000)
    replications_elsewhere: int = setting(2, 10_000)
    markets: tuple[str, ...] = setting()
    pasts: tuple[str, ...] = setting()
    worlds: int = setting(0, 10_000)
    replications_per_world: int = setting(2, 1000)
    miniature: float = setting(0.01, 1.0)
    replications_dark: int = setting(2, 1000)


@dataclass(frozen=True)
class TruthSettings:
    """How the spend of programmes is changed to find what their money brings; no programmes means all of the plan."""

    change: float = setting(None, 1.0, above=0.0)
    programmes: tuple[str, ...] = setting()
    permutation_pairs: int = setting(2, 1000)


@dataclass(frozen=True)
class Experiment:
    """A question, its arms, and how to run them.

    Attributes
    ----------
    name : str
        The chosen file of conf/experiment, or "compare".
    question : str or None
        What the experiment asks, as a sentence.
    arms : dict of str to Scenario
        In the order asked for; the first is the baseline.
    other_pasts : dict of str to dict of str to Scenario
        The same arms on each further past, by its regime.
    run : RunSettings
        Replications, horizon, seed, workers, what is kept.
    engine : str
        Name of the engine.
    output_dir : str or None
        Where results go; None lets the run folder be named by experiment and time.
    config_yaml : str
        The composed configuration with all arms, as YAML.
    claims : dict of str to Claim
        What the experiment puts to the test, by id.
    truth : TruthSettings or None
        How `marketsim truth` changes spend; None where nobody asked.
    """

    name: str
    question: str | None
    arms: dict[str, Scenario]
    other_pasts: dict[str, dict[str, Scenario]]
    run: RunSettings
    engine: str
    output_dir: str | None = None
    config_yaml: str = field(default="", repr=False)
    claims: dict[str, Claim] = field(default_factory=dict, repr=False)
    truth: TruthSettings | None = None

    @property
    def baseline(self) -> str:
        """Name of the arm the others are compared with."""
        return next(iter(self.arms))
