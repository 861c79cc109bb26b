"""What a finished run is known by: a hash of everything its result depends on."""

import hashlib
import importlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import marketsim
from marketsim.scenario.scenario import Scenario

MODEL_PACKAGES = ("scenario", "rules", "state", "outcomes", "world", "compiled", "engines")
DIGEST_BYTES = 16
ENGINES = "marketsim.engines"
"""The module that plays; tests put a small one of their own in its place."""


def digest(data: bytes) -> str:
    """Return a hash of 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


def _canonical(data: Any) -> bytes:
    return json.dumps(data, separators=(",", ":"), allow_nan=True).encode()


def scenario_hash(scenario: Scenario) -> str:
    """Hash the content of a scenario; its name is only a label.

    The order of programmes counts, because sums of floats depend on it.
    """
    content = asdict(scenario)
    del content["name"]
    return digest(_canonical(content))


@cache
def model_hash(engines: str = ENGINES) -> str:
    """Hash the source files of the model, so that runs of an older model are not mistaken for today's."""
    root = Path(marketsim.__file__).parent
    files = sorted(path for package in MODEL_PACKAGES for path in (root / package).rglob("*.py"))
    parts = [(path.relative_to(root).as_posix(), digest(path.read_bytes())) for path in files]
    if engines != ENGINES:
        source = importlib.import_module(engines).__file__
        parts.append((engines, digest(Path(source).read_bytes()) if source else ""))
    return digest(_canonical(parts))


def run_key(scenario: Scenario, seed: int, replication: int, engine: str, model: str) -> str:
    """Return the key of one run in the store."""
    return key_of_hash(scenario_hash(scenario), seed, replication, engine, model)


def key_of_hash(scenario: str, seed: int, replication: int, engine: str, model: str) -> str:
    """Return the same from the hash of a scenario, which all its replications share."""
    return digest(_canonical([scenario, seed, replication, engine, model]))
