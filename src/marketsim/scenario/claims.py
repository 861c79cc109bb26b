"""Claims as an experiment's file states them: what is measured, the smallest effect that matters, and the rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketsim.scenario import fields
from marketsim.scenario.build import build, no_such, shown
from marketsim.scenario.errors import BadInput

KINDS = ("emergent", "policy", "input", "emergent_in_part")
"""How a claim can be judged; an input is assumed, never supported."""
NEEDS = ("all", "any")
EFFECTS = {
    "level": ("of",),
    "difference": ("of", "against"),
    "relative": ("of", "against"),
    "interaction": ("of", "against", "other_of", "other_against"),
    "relative_interaction": ("of", "against", "other_of", "other_against"),
    "share": ("of", "against", "other_of", "other_against"),
    "rank_correlation": (),
}
"""Arms that each kind of effect needs."""
Plain = dict[str, object]

ROLES = ("of", "against", "other_of", "other_against")
FIRST_MONTH, LAST_MONTH = -12, 120
FEWEST_RANKED = 4

_PART: Plain = {
    "against": None, "other_of": None, "other_against": None, "of": None, "arms": [], "against_months": None,
    "against_measure": None, "than": 0.0,
}  # fmt: skip
_CLAIM: Plain = {"needs": "all", "built_in": None, "grade": None, "sweep": None}


@dataclass(frozen=True)
class Part:
    """One figure a claim hangs on.

    `months` is the window of `of` and `other_of`, `against_months` that of `against` and `other_against`; both are
    half-open, in months after day 0. The effect that is judged is the effect less `than`.
    """

    says: str = fields.setting()
    effect: str = fields.setting(choices=tuple(EFFECTS))
    measure: str = fields.setting()
    months: tuple[float, ...] = fields.setting()
    of: str | None = fields.setting()
    against: str | None = fields.setting()
    other_of: str | None = fields.setting()
    other_against: str | None = fields.setting()
    arms: tuple[str, ...] = fields.setting()
    against_months: tuple[float, ...] | None = fields.setting()
    against_measure: str | None = fields.setting()
    than: float = fields.setting()
    expected: str = fields.setting(choices=("more", "less"))
    smallest: float = fields.amount()

    @property
    def sign(self) -> float:
        """1 where more is expected, -1 where less is."""
        return 1.0 if self.expected == "more" else -1.0

    @property
    def named(self) -> tuple[str, ...]:
        """Arms that the part looks at, each once."""
        roles = (getattr(self, role) for role in ROLES)
        return tuple(dict.fromkeys((*(arm for arm in roles if arm is not None), *self.arms)))

    @property
    def last_month(self) -> float:
        """The month up to which its arms have to be played."""
        return max(self.months[1], (self.against_months or self.months)[1])


@dataclass(frozen=True)
class Sweep:
    """Values of one setting at which a part is judged, to find where it flips."""

    setting: str = fields.setting()
    values: tuple[float, ...] = fields.setting()
    part: str = fields.setting()


@dataclass(frozen=True)
class Claim:
    """A claim under test, with the rule that was fixed before it was played."""

    claim: str = fields.setting()
    kind: str = fields.setting(choices=KINDS)
    needs: str = fields.setting(choices=NEEDS)
    why: str = fields.setting()
    built_in: str | None = fields.setting()
    grade: str | None = fields.setting(choices=("P", "S", "V", "J"))
    parts: dict[str, Part] = fields.setting()
    sweep: Sweep | None = fields.setting()

    @property
    def last_month(self) -> float:
        """The month up to which its arms have to be played."""
        return max(part.last_month for part in self.parts.values())

    @property
    def arms(self) -> tuple[str, ...]:
        """Arms that it looks at, each once."""
        return tuple(dict.fromkeys(arm for part in self.parts.values() for arm in part.named))


def claims_of(given: object, arms: Iterable[str], known_settings: Iterable[str]) -> dict[str, Claim]:
    """Build the claims of an experiment's file.

    Parameters
    ----------
    given
        The value of `claims` at the root of the configuration.
    arms
        Names of the experiment's arms.
    known_settings
        Dotted names of all settings, for sweeps.

    Raises
    ------
    BadInput
        In one line, for everything that cannot be judged.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise BadInput(f"claims must be a group of claims by their ids, got {shown(given)} (conf/experiment)")
    there_are = list(arms)
    found = {}
    for name, entry in given.items():
        where = f"claims.{name}"
        found[str(name)] = claim = build(Claim, _filled(entry), where)
        _check(where, claim, there_are, set(known_settings))
    return found


def _filled(entry: object) -> object:
    """Return a claim with what it leaves out."""
    if not isinstance(entry, Mapping):
        return entry
    parts = entry.get("parts")
    if isinstance(parts, Mapping):
        whole = {name: {**_PART, **part} if isinstance(part, Mapping) else part for name, part in parts.items()}
        return {**_CLAIM, **entry, "parts": whole}
    return {**_CLAIM, **entry}


def _check(where: str, claim: Claim, arms: list[str], known_settings: set[str]) -> None:
    if not claim.parts:
        raise BadInput(f"{where}.parts is empty: a claim needs something to measure (conf/experiment)")
    if claim.kind == "input" and (claim.grade is None or claim.built_in is None):
        raise BadInput(f"{where} is an input: it needs grade (P, S, V or J) and built_in (conf/experiment)")
    if claim.kind == "emergent_in_part" and claim.built_in is None:
        raise BadInput(f"{where}.built_in must say what part of the claim is built in (conf/experiment)")
    for name, part in claim.parts.items():
        _check_part(f"{where}.parts.{name}", part, arms)
    if claim.sweep is not None:
        if claim.sweep.part not in claim.parts:
            raise no_such("part", claim.sweep.part, claim.parts, f"{where}.sweep.part")
        if claim.sweep.setting not in known_settings:
            raise no_such("setting", claim.sweep.setting, known_settings, f"{where}.sweep.setting")
        if len(claim.sweep.values) < 2:
            raise BadInput(f"{where}.sweep.values must be two numbers or more (conf/experiment)")


def _check_part(where: str, part: Part, arms: list[str]) -> None:
    needed = EFFECTS[part.effect]
    for role in ROLES:
        arm = getattr(part, role)
        if role in needed and arm is None:
            raise BadInput(f"{where}: effect {part.effect!r} needs {role} (conf/experiment)")
        if role not in needed and arm is not None:
            raise BadInput(f"{where}: effect {part.effect!r} has no use for {role} (conf/experiment)")
    for arm in part.named:
        if arm not in arms:
            raise no_such("arm", arm, arms, where)
    ranked = part.effect == "rank_correlation"
    if ranked and (len(set(part.arms)) < FEWEST_RANKED or part.against_measure is None):
        raise BadInput(f"{where}: rank_correlation needs against_measure and at least {FEWEST_RANKED} arms")
    if not ranked and part.arms:
        raise BadInput(f"{where}: effect {part.effect!r} has no use for arms (conf/experiment)")
    for name, window in (("months", part.months), ("against_months", part.against_months or part.months)):
        whole = len(window) == 2 and all(month == int(month) for month in window)
        if not whole or not FIRST_MONTH <= window[0] < window[1] <= LAST_MONTH:
            raise BadInput(
                f"{where}.{name} must be [first, end] in whole months from {FIRST_MONTH} to {LAST_MONTH}, first before "
                f"end, got {list(window)} (conf/experiment)"
            )
