"""The self-test says what it found, and fails when anything does."""

import pytest

from marketsim.cli import main
from marketsim.experiments import check
from marketsim.experiments.check import CheckReport, Line


@pytest.mark.parametrize("one", ["_auction", "_little", "_same_luck"])
def test_exact_checks_hold(one: str) -> None:
    lines = getattr(check, one)()
    assert all(line.ok for line in lines), lines


def fine() -> list[Line]:
    return [Line("two and two", "4.0 (3.9 to 4.1)", "4.0", True)]


def wrong() -> list[Line]:
    return [Line("two and three", "6.0 (5.9 to 6.1)", "5.0", False)]


def test_a_report_reads_line_by_line() -> None:
    report = CheckReport((*fine(), *wrong()))
    assert not report.passed
    text = str(report).splitlines()
    assert text[1].split() == ["two", "and", "two", "4.0", "(3.9", "to", "4.1)", "4.0", "ok"]
    assert text[2].endswith("FAILED")
    assert text[-1].startswith("1 of 2 checks FAILED")
    assert str(CheckReport(tuple(fine()))).endswith("the model gives it.")


@pytest.mark.parametrize(("checks", "code"), [((fine,), 0), ((fine, wrong), 1)])
def test_the_exit_code_is_the_verdict(
    checks: tuple[object, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "_CHECKS", tuple((f"check {k}", one) for k, one in enumerate(checks)))
    assert main(["check"]) == code
    assert "two and two" in capsys.readouterr().out


def test_about_eight_things_are_checked() -> None:
    assert len(check._CHECKS) == 8
