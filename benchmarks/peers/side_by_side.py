"""Play the same funnel on every contender: check that they agree, then time them in turns.

Every contender has a process of its own, imported, compiled and warm before anything is timed. The check plays
replications of a month; the timed runs are as long as each needs for the wanted processor time. Rounds are interleaved
and start with another contender each time; ratios are taken within a round, because machines are shared and noisy.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from peers.agreement import Compared, Disagreement, compare, insist
from peers.contenders import BASELINE, CONTENDERS, YARDSTICK, Contender
from peers.funnel import Played
from peers.processes import Missing, Player
from peers.publish import publish
from peers.table import Row, agreement_table, missing_lines, ratio_lines, speed_table

_YARDSTICK_REPLICATIONS = 400
_LEAST_REPLICATIONS, _MOST_REPLICATIONS = 5, 60
_FIRST_SEED, _MOST_MONTHS = 1000, 1200  # a hundred years is marketsim's longest horizon
_NEAR_ENOUGH = 0.8  # of the wanted processor time


def check(players: Sequence[Player], seconds: float) -> tuple[list[Compared], dict[str, float]]:
    """Play replications of a month on every contender; return the comparison and leads per processor second."""
    replications: dict[str, list[Played]] = {}
    rates = {}
    for player in players:
        name = player.contender.name
        most = _YARDSTICK_REPLICATIONS if name == YARDSTICK else _MOST_REPLICATIONS
        runs: list[Played] = []
        spent, leads = 0.0, 0.0
        while len(runs) < _LEAST_REPLICATIONS or (len(runs) < most and spent < seconds):
            used, played = player.play(1, _FIRST_SEED + len(runs))
            runs.append(played)
            spent, leads = spent + used, leads + played.leads
        replications[name] = runs
        rates[name] = leads / spent
        _say(f"  {name}: {len(runs)} months played")
    return compare(replications, YARDSTICK), rates


def _length(player: Player, rate: float, seconds: float) -> int:
    """Return how many months take the wanted processor time; what a run costs before its first month counts once."""
    months = 1
    used, played = player.play(months, 1)
    wanted = seconds * rate / played.leads
    while True:
        longer = min(_MOST_MONTHS, max(1, round(wanted)))
        if longer <= months or used >= _NEAR_ENOUGH * seconds:
            return months
        months = longer
        player.play(months, 1)  # reads settings of this length, where there are any
        used, _ = player.play(months, 1)
        wanted = months * seconds / used


def race(players: Sequence[Player], rates: dict[str, float], rounds: int, seconds: float) -> list[Row]:
    """Time every contender once per round, in turns."""
    months = {player.contender.name: _length(player, rates[player.contender.name], seconds) for player in players}
    found: dict[str, list[tuple[float, float]]] = {p.contender.name: [] for p in players}
    for turn in range(rounds):
        for k in range(len(players)):
            player = players[(k + turn) % len(players)]
            name = player.contender.name
            used, played = player.play(months[name], turn + 2)
            events = played.timed_events(months[name])
            found[name].append((played.leads / used, 1e9 * used / events))
        _say(f"  round {turn + 1} of {rounds}")
    baseline = [rate for rate, _ in found[BASELINE]]
    return [
        Row(
            contender=player.contender,
            version=player.version,
            ready_seconds=player.ready_seconds,
            months=months[player.contender.name],
            leads_per_second=tuple(rate for rate, _ in found[player.contender.name]),
            ns_per_event=tuple(ns for _, ns in found[player.contender.name]),
            ratios=tuple(rate / base for (rate, _), base in zip(found[player.contender.name], baseline, strict=True)),
        )
        for player in players
    ]


def gather(stack: ExitStack, chosen: Sequence[Contender]) -> tuple[list[Player], dict[Contender, str]]:
    """Start every contender, one after the other; return those that are ready, and why others are missing."""
    players, missing = [], {}
    for contender in chosen:
        try:
            players.append(stack.enter_context(Player(contender)))
            _say(f"  {contender.name}: ready after {players[-1].ready_seconds:.1f} s")
        except Missing as reason:
            if not contender.may_be_missing:
                raise
            missing[contender] = str(reason)
            _say(f"  {contender.name}: missing: {reason}")
    return players, missing


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    names = [c.name for c in CONTENDERS]
    parser = argparse.ArgumentParser(prog="python benchmarks/peers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=names, help=f"of {', '.join(names)}")
    parser.add_argument("--rounds", type=int, help="timed rounds (default 9)")
    parser.add_argument("--seconds", type=float, help="processor seconds of a timed run (default 1.5)")
    parser.add_argument("--quick", action="store_true", help="three short rounds")
    parser.add_argument("--publish", action="store_true", help="write docs/figures/peers.csv and peers.png")
    return parser.parse_args()


def main() -> int:
    """Measure and print; return 1 if contenders disagree."""
    chosen = _arguments()
    rounds = chosen.rounds or (3 if chosen.quick else 9)
    seconds = chosen.seconds or (0.3 if chosen.quick else 1.5)
    wanted = {*chosen.only, BASELINE, YARDSTICK} if chosen.only else {c.name for c in CONTENDERS}
    started = time.perf_counter()
    with ExitStack() as stack:
        _say("getting ready: import, compile, play one month")
        players, missing = gather(stack, [c for c in CONTENDERS if c.name in wanted])
        _say("do they play the same model?")
        compared, rates = check(players, 4.0 if chosen.quick else 10.0)
        print(agreement_table(compared, YARDSTICK))
        try:
            insist(compared)
        except Disagreement as error:
            print(f"peers: {error}", file=sys.stderr)
            return 1
        _say("timing")
        rows = race(players, rates, rounds, seconds)
    print()
    print(speed_table(rows, BASELINE))
    for line in (*ratio_lines(rows), *missing_lines(missing)):
        print(line)
    if chosen.publish:
        for path in publish(rows, missing):
            print(f"written: {path.name}")
    _say(f"{time.perf_counter() - started:.0f} s in all")
    return 0
