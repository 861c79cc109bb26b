"""Random numbers are uniform, unrelated between streams and ids, and drawn with the ids their table names."""

import ast
import math
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import marketsim
from marketsim.rules import draws
from marketsim.scenario.load import load_scenario
from marketsim.state import streams
from marketsim.state.parameters import pack
from marketsim.state.streams import STREAMS

NUMBERS = 4000
CHANCE_OF_A_FALSE_ALARM = 0.001
SOURCE = Path(marketsim.__file__).parent
UNIFORM = (None, draws.uniform1, draws.uniform2, draws.uniform3, draws.uniform4)


def sample(key: np.ndarray, ids: int, varied: int) -> np.ndarray:
    """Return uniforms of one stream in which one id runs and the others stand still."""
    draw = UNIFORM[ids]
    return np.array([draw(key, *(k if place == varied else 3 for place in range(ids))) for k in range(NUMBERS)])


@pytest.fixture(scope="module")
def uniforms() -> dict[str, np.ndarray]:
    """One row per stream and running id, for one replication, plus neighbouring seeds and replications."""
    scenario = load_scenario()
    keys = pack(scenario, 1, 0)["key"][0]
    rows = {}
    for stream, key in zip(STREAMS, keys, strict=True):
        for varied, name in enumerate(stream.key):
            rows[f"{stream.name} by {name}"] = sample(key, len(stream.key), varied)
    for seed, replication in product((0, 1, 2), (0, 1)):
        if (seed, replication) != (1, 0):
            key = pack(scenario, seed, replication)["key"][0][streams.SEGMENT]
            rows[f"seed {seed}, replication {replication}"] = sample(key, 1, 0)
    return rows


def test_every_stream_is_uniform_over_each_of_its_ids(uniforms: dict[str, np.ndarray]) -> None:
    p = {name: stats.kstest(row, "uniform").pvalue for name, row in uniforms.items()}
    worst = min(p, key=p.__getitem__)
    assert p[worst] > CHANCE_OF_A_FALSE_ALARM / len(p), f"{worst}: {p[worst]}"


def test_streams_ids_seeds_and_replications_are_uncorrelated(uniforms: dict[str, np.ndarray]) -> None:
    names = list(uniforms)
    correlation = np.corrcoef(np.array(list(uniforms.values())))
    pairs = np.triu_indices(len(names), 1)
    limit = stats.norm.ppf(1 - CHANCE_OF_A_FALSE_ALARM / len(pairs[0]) / 2) / math.sqrt(NUMBERS)
    worst = int(np.argmax(np.abs(correlation[pairs])))
    a, b = names[pairs[0][worst]], names[pairs[1][worst]]
    assert abs(correlation[pairs][worst]) < limit, f"{a} and {b}"


@pytest.mark.parametrize("lag", [1, 2, 7])
def test_neighbouring_ids_are_uncorrelated(uniforms: dict[str, np.ndarray], lag: int) -> None:
    limit = stats.norm.ppf(1 - CHANCE_OF_A_FALSE_ALARM / len(uniforms) / 2) / math.sqrt(NUMBERS - lag)
    for name, row in uniforms.items():
        assert abs(np.corrcoef(row[:-lag], row[lag:])[0, 1]) < limit, name


def test_negative_ids_differ_from_all_others() -> None:
    # an inquiry from outside has account -1
    key = pack(load_scenario(), 1, 0)["key"][0][streams.LEAD_WORK]
    seen = {float(draws.uniform4(key, i, n, 8, k)) for i in range(-1, 12) for n in range(12) for k in range(12)}
    assert len(seen) == 13 * 12 * 12


# What may stand for an id in the code: the table says "account", the code says i, friend, lead.account, ...
_STANDS_FOR = {
    "account": r"i|account|(lead|d|contract)\.account",
    "which": r"_[A-Z_]+|CONTRACT_AGE",
    "need": r"need|(a|d|contract|accounts\[i\])\.need|accounts\[i\]\.candidate|candidate|key_need|lead\.key_need|0",
    "need bought": r"need|(a|accounts\[i\])\.need_bought",
    "vendor": r"vendor|nearest_vendor",
    "occasion": r"occasion",
    "try": r"a\.hand_raises|attempt",
    "search": r"k|accounts\[i\]\.searches",
    "source": r"source|lead\.source|FROM_SECOND_CONTACT",
    "call": r"call|k",
    "k": r"k|lead\.k|accounts\[i\]\.referrals_made",
    "cycle": r"cycle|accounts\[i\]\.cycle\[which\]",
    "year": r"a\.years_bought",
    "seat": r"seat",
    "tenure": r"tenure",
    "inquiry": r"k",
}
_KEY_OF_STREAM = re.compile(
    r"""^(?:key|p\[0\]\.key|(?:stage\.)?p\["key"\]\[0\]|p\['key'\]\[0\]|p\[0\]\['key'\])\[([A-Z_]+)\]$"""
)


def draws_in_the_code() -> list[tuple[str, str, list[str]]]:
    """Return (place, constant, ids) of every keyed draw outside rules/."""
    found = []
    for path in sorted(SOURCE.glob("*/*.py")):
        if path.parent.name == "rules":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            name = re.fullmatch(r"uniform([1-4])", node.func.id)
            if name is None:
                continue
            place = f"{path.parent.name}/{path.name}:{node.lineno}"
            key = ast.unparse(node.args[0]).replace("stage.", "")
            constant = _KEY_OF_STREAM.fullmatch(key)
            assert constant, f"{place}: a draw whose stream cannot be read: {key}"
            ids = [ast.unparse(argument) for argument in node.args[1:]]
            assert len(ids) == int(name.group(1)), place
            found.append((place, constant.group(1), ids))
    return found


def test_every_draw_uses_the_ids_of_its_row() -> None:
    rows = {stream.name: stream.key for stream in STREAMS}
    for place, constant, ids in draws_in_the_code():
        key = rows[constant.lower()]
        assert len(ids) == len(key), f"{place}: {constant} is keyed by {key}, not by {ids}"
        for name, expression in zip(key, ids, strict=True):
            assert re.fullmatch(_STANDS_FOR[name], expression), f"{place}: {constant} takes {expression} for {name}"


def test_every_stream_is_drawn_from() -> None:
    used = {constant.lower() for _, constant, _ in draws_in_the_code()}
    assert used == {stream.name for stream in STREAMS}


def test_every_constant_is_its_row_in_the_table() -> None:
    names = [stream.name for stream in STREAMS]
    assert len(set(names)) == len(names)
    for row, name in enumerate(names):
        assert getattr(streams, name.upper()) == row


def test_random_numbers_come_from_keyed_draws_only() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.parent.name in {"scenario", "rules", "state", "world", "compiled", "engines", "outcomes"}:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"np\.random|import random|default_rng|secrets", text), path
