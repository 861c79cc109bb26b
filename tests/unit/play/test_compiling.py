"""What has to be compiled first is said, counted, and compiled once."""

import sys
from collections.abc import Callable

import pytest

from marketsim.experiments import play
from marketsim.experiments.compiling import announcement, compile_first
from marketsim.scenario.experiment import Experiment

FAKE = "fake_engines"


def test_one_line_where_nobody_watches_and_nothing_afterwards(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAKE_PARTS", "floor market money")
    compile_first("compiled", FAKE)
    said = capsys.readouterr().err
    assert said == announcement("compiled", 3) + "\n"
    assert "3 parts, about" in said
    compile_first("compiled", FAKE)
    assert capsys.readouterr().err == ""


def test_parts_are_counted_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FAKE_PARTS", "floor market money")
    monkeypatch.setenv("TQDM_MININTERVAL", "0")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    compile_first("compiled", FAKE)
    assert "compiling the engine's parts: 2 of 3 (market)" in capsys.readouterr().err


def test_only_what_is_going_to_be_played_is_compiled(
    experiment: Callable[..., Experiment], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    play(experiment(engine="compiled"), engines=FAKE)
    monkeypatch.setenv("FAKE_PARTS", "floor")
    play(experiment(engine="compiled"), engines=FAKE)
    assert "Compiling" not in capsys.readouterr().err
    play(experiment(engine="compiled", replications=4), engines=FAKE)
    assert "Compiling" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("engine", "parts", "time"),
    [
        ("compiled", 2, "10 seconds"),
        ("compiled", 12, "30 seconds"),
        ("compiled", 42, "2 minutes"),
        ("simpy", 1, "a minute"),
    ],
)
def test_about_how_long(engine: str, parts: int, time: str) -> None:
    assert f"about {time} (once" in announcement(engine, parts)
