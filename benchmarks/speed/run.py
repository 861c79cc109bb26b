"""Measure how fast the engines are, how much memory they need, and how soon they begin.

Run with `make bench` or `python benchmarks/speed`. What is compared is measured in turns: trust the ratios and the
medians, not the single figures.
"""

import argparse
import sys
import time

from marketsim.engines import compile_parts
from speed.figures import Figure, publish, rebuild_page
from speed.jobs import do
from speed.parts import ASKED_FOR, PARTS, How

_REPEATS, _QUICK_REPEATS = 5, 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python benchmarks/speed", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", metavar="PART", choices=PARTS, help=f"of {', '.join(PARTS)}")
    parser.add_argument("--repeats", type=int, help=f"turns (default {_REPEATS})")
    parser.add_argument("--quick", action="store_true", help="two turns, and smaller markets")
    parser.add_argument("--largest", action="store_true", help="markets of up to ten million accounts (minutes, 4 GB)")
    parser.add_argument("--cold", action="store_true", help="compile into an empty cache too (minutes)")
    parser.add_argument("--edit", action="store_true", help="compile what an edit of one file leaves to compile too")
    parser.add_argument("--publish", action="store_true", help="write docs/figures/speed.csv, and the table in docs/")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Measure and print."""
    chosen = _arguments()
    if chosen.job:
        do(chosen.job)
        return 0
    wanted = chosen.only or [name for name in PARTS if name not in ASKED_FOR]
    wanted += [name for name in ASKED_FOR if getattr(chosen, name) and name not in wanted]
    repeats = chosen.repeats or (_QUICK_REPEATS if chosen.quick else _REPEATS)
    how = How(repeats, chosen.largest, chosen.quick)
    begun = time.perf_counter()
    compile_parts(lambda name, number, of: print(f"compiling {number} of {of}: {name}", file=sys.stderr, flush=True))
    found: list[Figure] = []
    for name in wanted:
        figures = PARTS[name](how)
        found += figures
        for figure in figures:
            print(figure.line(), flush=True)
        print(flush=True)
    if chosen.publish:
        publish(found, tuple(PARTS))
        rebuild_page()
    print(f"{time.perf_counter() - begun:.0f} s in all", file=sys.stderr)
    return 0
