"""A file that is swapped in a composed configuration gives what Hydra composes, or is left to Hydra."""

from pathlib import Path
from typing import Any

import pytest

from marketsim.scenario.compose import Composer, composing
from marketsim.scenario.folders import available
from marketsim.scenario.swapping import SWAPPED, NotPlain, Swapper, apart

PROGRAMMES = f"programme=[{','.join(available('programme'))}]"


def both(overrides: list[str], dirs: tuple[Path, ...] = ()) -> tuple[Any, Any]:
    """Compose with and without swapping."""
    with composing(dirs) as compose:
        return compose(overrides), (compose.choices(overrides), compose._by_hydra(overrides))


def swaps(overrides: list[str], dirs: tuple[Path, ...] = ()) -> bool:
    with composing(dirs) as compose:
        rest, chosen = apart(overrides)
        try:
            Swapper(dirs).swap(*compose._by_hydra(rest), chosen)
        except NotPlain:
            return False
    return bool(chosen)


@pytest.fixture(scope="module")
def shipped() -> Any:
    with composing() as compose:
        yield compose


@pytest.mark.parametrize("group", SWAPPED)
def test_every_shipped_file_is_swapped_as_hydra_composes_it(shipped: Composer, group: str) -> None:
    for name in available(group):
        overrides = [PROGRAMMES, f"{group}={name}"]
        composed, choices = shipped._by_hydra(overrides)
        rest, chosen = apart(overrides)
        swapped = Swapper().swap(*shipped._by_hydra(rest), chosen)
        assert repr(swapped[0]) == repr(composed), name
        assert {key: value for key, value in choices.items() if not key.startswith("hydra")} == {
            key: value for key, value in swapped[1].items() if not key.startswith("hydra")
        }


@pytest.mark.parametrize(
    "overrides",
    [
        ["strategy=lead_factory", "strategy=harvest_mix", "market=smb_software", "sales.executives=7"],
        ["strategy=sales_led", "strategy.price_ratio=0.9", "history=start_up", "history.years=3", "policy=bookings"],
        ["experiment=core", "strategy=brand_only", "history=lead_factory", "++strategy.floors.brand=0.1"],
        ['strategy="lead_factory"', "strategy=harvest_mix", "structure=full", "schedule=go_dark"],
    ],
)
def test_together_with_other_settings(overrides: list[str]) -> None:
    composed, (choices, (expected, chosen)) = both(overrides)
    assert repr(composed) == repr(expected)
    assert {group: choices[group] for group in SWAPPED} == {group: chosen[group] for group in SWAPPED}


def test_most_comparisons_compose_once(shipped: Composer) -> None:
    before = len(shipped._hydras)
    for strategy in available("strategy"):
        shipped([PROGRAMMES, "market.accounts=700", f"strategy={strategy}"])
    assert len(shipped._hydras) <= before + 1


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("experiment", "# @package _global_\nhistory:\n  years: 12\n"),
        ("experiment", "# @package _global_\ndefaults:\n  - override /history: start_up\n"),
        ("economy", "# @package history\nyears: 12\n"),
        ("market", "# @package _global_\ndefaults:\n  - b2b_software@market\n  - below\n"),
    ],
)
def test_a_file_that_writes_into_a_section_that_could_be_swapped_is_left_to_hydra(
    tmp_path: Path, group: str, text: str
) -> None:
    tmp_path.joinpath(group).mkdir()
    tmp_path.joinpath(group, "mine.yaml").write_text(text)
    tmp_path.joinpath(group, "below.yaml").write_text("# @package _global_\nhistory:\n  years: 12\n")
    assert not swaps([f"{group}=mine", "history=lead_factory"], (tmp_path,))


def test_a_file_of_ones_own_is_swapped_if_it_keeps_to_its_section(tmp_path: Path) -> None:
    tmp_path.joinpath("strategy").mkdir()
    plain = "defaults:\n  - lead_factory\nname: mine\nfloors:\n  brand: 0.1\nbudget_split:\n  content: 1e-1\n"
    tmp_path.joinpath("strategy", "mine.yaml").write_text(plain)
    tmp_path.joinpath("strategy", "wide.yaml").write_text("# @package _global_\nstrategy:\n  name: wide\n")
    tmp_path.joinpath("strategy", "late.yaml").write_text("defaults:\n  - _self_\n  - lead_factory\nname: late\n")
    composed, (_, (expected, _)) = both(["strategy=mine"], (tmp_path,))
    assert repr(composed) == repr(expected)
    assert swaps(["strategy=mine"], (tmp_path,))
    assert not swaps(["strategy=wide"], (tmp_path,))
    assert not swaps(["strategy=late"], (tmp_path,))
