"""Every default says what it is worth, and strategies set levers only."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from marketsim.scenario.build import matches
from marketsim.scenario.catalogue import GRADES, Note, description, lines_of, notes, settings_in
from marketsim.scenario.company import STAGES, Policy
from marketsim.scenario.folders import available, conf_folder, file_of, files_of, groups
from marketsim.scenario.schema import LEVERS, SECTIONS, SETTINGS, WORLD

REPOSITORY = Path(__file__).parents[2]
COMMENT_COLUMN = 39
WITHOUT_DEFAULTS = ("experiment",)
FILES = [path for group in groups() if group not in WITHOUT_DEFAULTS for path in files_of(group)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_default_has_unit_range_source_and_grade(path: Path) -> None:
    lines = lines_of(path)
    assert lines
    assert [line.name for line in lines] == settings_in(path)
    for line in lines:
        assert line.note is not None, f"{line.name}: {line.comment}"
        assert line.note.grade in GRADES
        assert line.note.unit
        assert line.note.plausible
        assert line.note.source


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_default_lies_in_its_own_plausible_range(path: Path) -> None:
    for line in lines_of(path):
        try:
            value = float(line.value)
        except ValueError:
            continue
        assert line.note is not None
        assert not line.note.outside(value), f"{line.name} = {value} outside {line.note.plausible}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_comments_stand_in_one_column(path: Path) -> None:
    for text in path.read_text(encoding="utf-8").splitlines():
        if ": " in text and "#" in text and not text.startswith("#"):
            before = text.partition("#")[0]
            assert len(before) == COMMENT_COLUMN or before.endswith("  "), text


def test_every_file_begins_with_a_line_that_says_what_it_is() -> None:
    for group in groups():
        for path in files_of(group):
            assert description(path), path


def test_strategy_files_set_levers_only() -> None:
    for path in files_of("strategy"):
        for name in settings_in(path):
            assert any(matches(name, lever) for lever in LEVERS), f"{path.name} sets {name}"


def test_no_strategy_file_touches_another_folder() -> None:
    for path in files_of("strategy"):
        text = path.read_text(encoding="utf-8")
        assert "@package" not in text
        starts_from = yaml.safe_load(text).get("defaults", ["_levers"])
        assert len(starts_from) == 1
        assert starts_from[0] in ("_levers", *available("strategy"))


def test_no_policy_names_a_programme_a_stage_or_a_strategy() -> None:
    names = {*available("programme"), *STAGES, *available("strategy")}
    for path in files_of("policy"):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert set(data) == {field.name for field in fields(Policy)}, path.name
        assert not names & {str(value) for value in data.values()}, path.name
        assert not names & set(re.findall(r"\w+", path.read_text(encoding="utf-8"))), path.name


def test_strategies_name_policies_structures_and_schedules_that_exist() -> None:
    for path in files_of("strategy"):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in ("policy", "structure", "schedule"):
            assert data.get(group) in (None, *available(group)), path.name


def test_the_core_programmes_stay_as_they_were() -> None:
    for name in STAGES[:5]:
        settings = {line.name: line.value for line in lines_of(file_of("programme", name) or Path())}
        carry_over = "0.5" if name in ("brand", "content") else "0.0"
        assert list(settings.values()) == [name, "1.0", carry_over, "0", "0.0"]


def test_every_setting_has_a_default_and_every_folder_a_dataclass() -> None:
    assert set(groups()) == {*WORLD, *SECTIONS, "experiment"}
    for group in (*WORLD, *SECTIONS):
        known = notes(group)
        wanted = [name for name in SETTINGS if name.startswith(f"{group}.") and "*" not in name]
        assert set(wanted) <= set(known), group


def test_hidden_files_are_not_offered() -> None:
    assert "_levers" not in available("strategy")
    assert "_levers.yaml" in {path.name for path in files_of("strategy")}


def test_a_value_outside_its_range_is_noticed() -> None:
    note = Note("accounts", "2000 to 1.0e7", "somewhere", "J")
    assert note.outside(500)
    assert not note.outside(2000)
    assert not Note("switch", "-", "somewhere", "J").outside(True)


def test_every_package_and_the_settings_are_installed() -> None:
    setup = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    source = REPOSITORY / "src"
    found = {".".join(path.parent.relative_to(source).parts) for path in source.glob("marketsim/**/__init__.py")}
    assert set(setup["packages"]) == found | {"marketsim.conf"}
    assert conf_folder().samefile(REPOSITORY / "conf")


def test_the_page_of_settings_is_up_to_date() -> None:
    scope: dict[str, object] = {"__file__": str(REPOSITORY / "docs" / "build.py"), "__name__": "build"}
    exec((REPOSITORY / "docs" / "build.py").read_text(encoding="utf-8"), scope)
    page = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page == scope["settings_page"](), "docs/settings.md is old: make docs"  # type: ignore[operator]


def test_constraints_name_no_host() -> None:
    text = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--" not in text
    assert all("==" in line for line in text.splitlines() if line)
