"""One account's life under two arms, side by side, told from the tables of the two runs."""

import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from marketsim.engines import simulate
from marketsim.outcomes import Outcome
from marketsim.scenario.experiment import Experiment
from marketsim.scenario.market import SEGMENT_NAMES
from marketsim.scenario.scenario import DAYS_PER_MONTH, DAYS_PER_YEAR
from marketsim.state.decision import best_rival, listed_rivals

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHEN_WIDTH = 13
_OWN_WIDTH = 27
_ARM_WIDTH = 39
_NOTHING = "–"
_SAME_DAY = 1e-9
_SOURCE_SAYS = {
    "hand_raise": "raises its hand",
    "search": "searches and clicks our ad",
    "ads_low_intent": "clicks an ad of ours, idly",
    "organic": "fills in a form of ours, idly",
    "webinar": "attends our webinar",
    "webinar_low_intent": "attends our webinar, idly",
    "nurture": "answers an email of ours",
    "referral": "a customer of ours recommends us",
}


@dataclass(frozen=True)
class _Happening:
    """Something in the account's life: `own` by its own clocks, `arm` what that means in this arm."""

    day: float
    own: str
    arm: str


def tell(experiment: Experiment, account: int, replication: int = 0) -> str:
    """Return the story of one account after day 0 under the first two arms of an experiment.

    Parameters
    ----------
    experiment
        Its first two arms are played, each for one replication.
    account
        Number of the account, from 0.
    replication
        Which replication to tell.
    """
    names = list(experiment.arms)[:2]
    outcomes = [simulate(experiment.arms[name], experiment.run.seed, replication, experiment.engine) for name in names]
    lives = [_life(outcome, account) for outcome in outcomes]
    lines = [_headline(outcomes[0], account, names)]
    for row in _side_by_side(lives):
        lines.extend(_wrapped(*row))
    if len(lines) == 1:
        lines.append("  (nothing happens to this account in the time that was played)")
    return "\n".join(lines)


def _headline(outcome: Outcome, account: int, names: list[str]) -> str:
    row = outcome.tables.accounts[account]
    segment = SEGMENT_NAMES[row["segment"]].replace("_", "-")
    fit = "good fit" if row["fit"] else "bad fit"
    title = f"Account {account} ({segment}, {fit}, group of {row['group']})"
    width = 2 + _WHEN_WIDTH + _OWN_WIDTH  # rows are indented by two
    if len(title) >= width:
        return f"{title}\n{'':<{width}}" + "".join(f"{name:<{_ARM_WIDTH}}" for name in names).rstrip()
    return f"{title:<{width}}" + "".join(f"{name:<{_ARM_WIDTH}}" for name in names).rstrip()


def _life(outcome: Outcome, account: int) -> list[_Happening]:
    """Collect what happens to the account after day 0, in the order of time."""
    life = _journeys(outcome, account) + _leads(outcome, account) + _deals(outcome, account)
    life += _contracts(outcome, account)
    return sorted((h for h in life if h.day >= 0.0), key=lambda h: h.day)


def _of(frame: pd.DataFrame, account: int) -> list[Any]:
    return list(frame[frame["account"] == account].itertuples())


def _journeys(outcome: Outcome, account: int) -> list[_Happening]:
    life = []
    for row in _of(outcome.journeys, account):
        life.append(_Happening(row.research_day, "meets the problem, starts research", ""))
        if np.isfinite(row.active_day):
            life.append(_Happening(row.active_day, "starts talking to vendors", _list_says(outcome, row)))
        if np.isfinite(row.decided_day):
            life.append(_Happening(row.decided_day, "decides", _decision_says(outcome, row)))
    return life


def _list_says(outcome: Outcome, row: Any) -> str:
    p = outcome.tables.p
    listed = np.zeros(int(p["rivals"][0]), dtype=np.bool_)
    listed_rivals(p, row.account, row.need, row.rival_list_probability, listed)
    names = (["us"] if row.listed else []) + [f"R{vendor + 1}" for vendor in np.flatnonzero(listed)]
    knows = "remembers us" if row.remembers_us else "does not remember us"
    return f"{knows}; list: {', '.join(names)}"


def _decision_says(outcome: Outcome, row: Any) -> str:
    if row.outcome == "no_decision":
        return "buys from nobody"
    if row.outcome == "ours":
        contracts = outcome.customers
        value = contracts.loc[
            (contracts["account"] == row.account) & (contracts["need"] == row.need), "first_value_per_year"
        ]
        return _buys_from_us(float(value.iloc[0]))
    return f"buys from R{best_rival(outcome.tables.p, row.account, row.need, row.rival_list_probability)[1] + 1}"


def _buys_from_us(value: float) -> str:
    return f"buys from us, {_thousands(value)} a year"


def _thousands(value: float) -> str:
    return f"{value / 1000.0:.0f} k"


def _leads(outcome: Outcome, account: int) -> list[_Happening]:
    life = []
    for row in _of(outcome.leads, account):
        says = _SOURCE_SAYS.get(row.source, row.source)
        life.append(_Happening(row.arrived_day, "", f"{says}: a lead (score {row.score:.1f}){_fate(row)}"))
    return life


def _fate(row: Any) -> str:
    if row.state == "unqualified":
        return ", not qualified"
    if row.state == "ignored":
        return ", ignored by sales"
    if row.state in ("waiting", "in_work"):
        return ""
    if np.isnan(row.response_hours):
        return ", gone cold before anybody called"
    called = f", called after {_duration(row.response_hours)}"
    if row.state == "went_cold":
        return f"{called}: gone cold"
    return f"{called}: {'an opportunity' if row.state == 'converted' else 'no opportunity'}"


def _duration(hours: float) -> str:
    if hours < 1.0:
        return "minutes"
    if hours < 48.0:
        return f"{hours:.0f} hours" if hours >= 1.5 else "an hour"
    return f"{hours / 24.0:.0f} days"


def _deals(outcome: Outcome, account: int) -> list[_Happening]:
    life = []
    for row in _of(outcome.deals, account):
        if np.isnan(row.started_day):
            life.append(_Happening(row.opened_day, "", "waits for an executive in vain"))
        elif row.started_day > row.opened_day + _SAME_DAY:
            life.append(_Happening(row.started_day, "", "deal open, after waiting for an executive"))
        else:
            life.append(_Happening(row.opened_day, "", "deal open"))
    return life


def _contracts(outcome: Outcome, account: int) -> list[_Happening]:
    life = []
    told = {row.need for row in _of(outcome.journeys, account)}
    for row in _of(outcome.customers, account):
        if row.need not in told:  # it was on its way when the market opened, which is no journey of the table
            life.append(_Happening(row.started_day, "decides", _buys_from_us(row.first_value_per_year)))
        if row.started_day < 0.0 and not row.ended_day < 0.0:
            since = _when(row.started_day)
            life.append(_Happening(0.0, "", f"our customer since {since}, {_thousands(row.value_per_year)} a year"))
        if np.isfinite(row.ended_day):
            years = row.renewals + 1
            life.append(_Happening(row.ended_day, "", f"leaves us after {years} year{'s' if years > 1 else ''}"))
    return life


def _when(day: float) -> str:
    year = int(np.floor(day / DAYS_PER_YEAR))
    month = _MONTHS[min(11, int((day - year * DAYS_PER_YEAR) / DAYS_PER_MONTH))]
    return f"year {year + 1} {month}" if year >= 0 else f"{-year} year{'s' if year < -1 else ''} before day 0"


def _side_by_side(lives: list[list[_Happening]]) -> list[tuple[str, str, list[str]]]:
    """Merge the lives: what the account does by its own clock at the same moment shares a row."""
    rows: list[tuple[float, str, list[str]]] = []
    for arm, life in enumerate(lives):
        for happening in life:
            same = next(
                (r for r in rows if abs(r[0] - happening.day) < _SAME_DAY and r[1] == happening.own and not r[2][arm]),
                None,
            )
            if same is None:
                same = (happening.day, happening.own, ["" for _ in lives])
                rows.append(same)
            same[2][arm] = happening.arm or "the same" if happening.own else happening.arm
    rows.sort(key=lambda row: row[0])
    return [(_when(day), own, _tidied(own, arms)) for day, own, arms in rows]


def _tidied(own: str, arms: list[str]) -> list[str]:
    """Leave cells empty where nothing is to be said, and mark an arm in which the account does not do this."""
    if not own:
        return arms
    said = [arm for arm in arms if arm and arm != "the same"]
    if not said and all(arms):
        return ["" for _ in arms]
    return ["" if arm == "the same" else arm or _NOTHING for arm in arms]


def _wrapped(when: str, own: str, arms: list[str]) -> list[str]:
    """Lay one row out in columns."""
    cells = [
        textwrap.wrap(text, width - 2) or [""]
        for text, width in zip([when, own, *arms], [_WHEN_WIDTH, _OWN_WIDTH, *[_ARM_WIDTH] * len(arms)], strict=True)
    ]
    widths = [_WHEN_WIDTH, _OWN_WIDTH, *[_ARM_WIDTH] * len(arms)]
    lines = []
    for k in range(max(len(cell) for cell in cells)):
        parts = [(cell[k] if k < len(cell) else "").ljust(width) for cell, width in zip(cells, widths, strict=True)]
        lines.append(("  " + "".join(parts)).rstrip())
    return lines
