"""The command: quick help, lists, the composed scenario, and Hydra's own abilities."""

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import marketsim.experiments
from marketsim.cli import main
from marketsim.cli.verbs import in_minutes

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "conf")
HEAVY = ("numpy", "pandas", "numba", "matplotlib", "scipy", "hydra", "simpy")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "words", [["--help"], [], ["--version"], ["cmpare"]], ids=["help", "nothing", "version", "typo"]
)
def test_help_needs_no_heavy_imports(words: list[str]) -> None:
    code = f"import sys; from marketsim.cli import main; main({words!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(done.stdout.splitlines()[-1].split())


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "usage: marketsim VERB" in capsys.readouterr().out
    assert main(["--version"]) == main(["compare", "--version"]) == 0
    assert capsys.readouterr().out.startswith("marketsim ")


def test_list_names_every_choice_with_a_description(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--config-dir", EXAMPLE]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name in ("lead_factory", "b2b_software", "my_company", "oldroyd2011", "start_up", "long_run", "smoke"):
        assert any(line.split()[:1] == [name] and len(line.split()) > 3 for line in lines), name
    assert not any("_levers" in line for line in lines)
    ids = [
        line.split()[0] for line in lines[lines.index("claims (marketsim claims ID)") + 1 :] if line.startswith("  ")
    ]
    assert ids[:4] == ["A1", "A2a", "A2b", "A3a"]
    assert ids.index("A9") + 1 == ids.index("A10")


def test_show_marks_what_differs_and_what_is_implausible(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marketsim.experiments, "estimate_minutes", lambda experiment: 3.2)
    assert main(["show", "market.accounts=500", "decay=weibull"]) == 0
    out = capsys.readouterr().out
    assert "market.accounts = 500 (shipped 20,000; OUTSIDE the plausible range 2000 to 10000000)" in out
    assert "decay.kind = weibull (shipped hyperbolic)" in out
    assert "Estimated run time: 3 minutes." in out
    assert "Dawes 2021" in out
    assert max(map(len, out.splitlines())) <= 120


def test_show_says_which_money_has_no_effect(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marketsim.experiments, "estimate_minutes", lambda experiment: 3.2)
    words = ["strategy.budget_split.television=.05", "strategy.rescale=true"]
    assert main(["show", *words, "strategies=[balanced]", "++arms.x=[strategy=balanced]"]) == 0
    assert "television gets 114 k a year, below its least spend of 300 k: no effect" in capsys.readouterr().out
    assert main(["show", *words, "money.marketing_budget_per_year=8e6"]) == 0
    assert "no effect" not in capsys.readouterr().out.partition("Grades of evidence")[2]


def test_durations_are_said_as_people_say_them() -> None:
    assert in_minutes(0.2) == "less than a minute"
    assert in_minutes(1.2) == "about a minute"
    assert in_minutes(7.6) == "8 minutes"


def played(monkeypatch: pytest.MonkeyPatch) -> list[SimpleNamespace]:
    """Replace the playing, and what is done with its results, by a list of what would be played."""
    asked: list[SimpleNamespace] = []
    monkeypatch.setattr(marketsim.experiments, "play", asked.append)
    monkeypatch.setattr(marketsim.experiments, "estimate_minutes", lambda experiment: 3.2)
    monkeypatch.setattr(marketsim.experiments, "publish", lambda comparison, extras, command_line: Path("results"))
    monkeypatch.setattr("marketsim.experiments.console.report", lambda comparison, folder: "a table")
    return asked


def test_compare_plays_what_was_typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = played(monkeypatch)
    words = ["arms.more_hands=[strategy=balanced,sales.development_reps=7]", "strategies=[balanced]", "run=smoke"]
    assert main(["compare", *words]) == 0
    assert capsys.readouterr().out == "a table\n"
    assert list(asked[0].arms) == ["balanced", "more_hands"]
    assert asked[0].run.replications == 2
    assert list(Path.cwd().iterdir()) == []


def test_flags_may_stand_between_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = played(monkeypatch)
    words = ["strategies=[balanced]", "--config-dir", EXAMPLE, "market=my_company"]
    assert main(["compare", *words]) == 0
    assert asked[0].arms["balanced"].world.market.accounts == 8000


def test_a_multirun_plays_every_value_and_goes_on_after_a_mistake(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = played(monkeypatch)
    assert main(["compare", "-m", "strategies=[balanced]", "market.accounts=3000,abc,4000"]) == 2
    assert [experiment.arms["balanced"].world.market.accounts for experiment in asked] == [3000, 4000]
    assert [line for line in capsys.readouterr().err.splitlines() if "abc" in line] != []


def test_the_composed_settings_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "market.accounts=5000", "--cfg", "job"]) == 0
    assert "accounts: 5000" in capsys.readouterr().out


def test_hydras_help_speaks_of_marketsim(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--help"]) == 0
    assert capsys.readouterr().out.startswith("marketsim:")


@pytest.mark.parametrize(
    ("typed", "offered"), [("marketsim co", "compare"), ("marketsim compare decay=w", "decay=weibull")]
)
def test_the_shell_completes_verbs_and_settings(
    typed: str, offered: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMP_LINE", typed)
    assert main(["-sc", "query=bash"]) == 0
    assert offered in capsys.readouterr().out.split()


def test_ctrl_c_says_one_line_and_exits_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def play(experiment: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(marketsim.experiments, "play", play)
    assert main(["compare"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "marketsim: stopped"


def test_a_run_that_broke_says_one_line_and_exits_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def play(experiment: object) -> None:
        raise marketsim.experiments.RunFailed("replication 3 broke")

    monkeypatch.setattr(marketsim.experiments, "play", play)
    assert main(["compare"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "marketsim: replication 3 broke"


def test_a_full_or_forbidden_disk_during_a_run_is_bad_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def play(experiment: object) -> None:
        raise PermissionError(13, "Permission denied", "results/x")

    monkeypatch.setattr(marketsim.experiments, "play", play)
    assert main(["compare"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("marketsim: cannot write to results/x: permission denied.")


def test_a_closed_pipe_is_quiet() -> None:
    command = f"{sys.executable} -m marketsim list | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


def test_a_reader_that_has_seen_enough_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(read)
    with io.TextIOWrapper(os.fdopen(write, "wb")) as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        assert main(["--help"]) == 0
