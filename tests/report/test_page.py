"""The page: whole in itself, readable by everybody, and its numbers are those of console and tables."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from report.playing import Stored

from marketsim.analysis import words
from marketsim.analysis.paired import paired_difference
from marketsim.experiments.comparison import NPV
from marketsim.experiments.console import report, sentences
from marketsim.experiments.director_table import block_of
from marketsim.report.html import html
from marketsim.report.page import page_of

SECTIONS = ["decision", "reasons", "crm", "limits", "assumptions", "methods"]
ENOUGH_CONTRAST = 4.5  # WCAG 2, level AA, text of usual size


class Read(HTMLParser):
    """What a page consists of: tags with their attributes, and its text without pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag in ("svg", "style"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\N{NO-BREAK SPACE}", " ").split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def cells(page: str, table: str) -> list[list[str]]:
    """Return the rows of a table of the page as text."""
    part = page[page.index(f'<table id="{table}-table"') :]
    rows = re.findall(r'<tr role="row">(.*?)</tr>', part[: part.index("</table>")], re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    plain = [[re.sub(r"<[^>]+>", "", cell).replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in found]
    return [[cell.replace("&lt;", "<").replace("&gt;", ">") for cell in row] for row in plain]


def test_the_page_needs_nothing_but_itself(run: Stored) -> None:
    page = Read(run.html)
    assert len(page.all("h1")) == 1
    assert not page.all("script") + page.all("link") + page.all("iframe") + page.all("img")
    assert not re.search(r"https?:|@import|url\((?!#)", run.html)
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', run.html))
    assert used <= set(ids)


def test_every_picture_has_a_name_and_a_description_with_numbers(run: Stored) -> None:
    pictures = re.findall(r'<svg class="chart"[^>]*role="img" aria-labelledby="(\S+) (\S+)">', run.html)
    assert len(pictures) == run.html.count("<svg")
    for title, description in pictures:
        said = re.search(rf'<desc id="{description}">(.*?)</desc>', run.html)
        assert f'<title id="{title}">' in run.html
        assert said
        assert len(said[1]) > 20
        assert re.search(r"\d|never|exactly", said[1]), said[1]


def test_sections_stand_in_their_order_and_methods_last(run: Stored) -> None:
    assert [section["id"] for section in Read(run.html).all("section")] == SECTIONS


def test_the_same_run_gives_the_same_bytes_and_no_place_or_time(run: Stored) -> None:
    assert html(page_of(run.played)) == run.html
    assert str(run.folder) not in run.html
    assert str(run.folder.parent) not in run.html


def test_nobody_has_to_know_what_a_replication_is_before_methods(run: Stored) -> None:
    text = Read(run.html[: run.html.index('<section id="methods">')]).text
    assert "replication" not in text.lower()


def test_the_decision_is_the_table_of_the_console_to_the_digit(usual: Stored) -> None:
    head, *rows = cells(usual.html, "decision")
    block = block_of(usual.played, NPV)
    letter = block.title.rpartition(", ")[2]
    console = report(usual.played, width=120)
    for place, (arm, row) in enumerate(zip(usual.played.arms, rows, strict=True)):
        shown = dict(zip(head, row, strict=True))
        assert row[0].startswith(arm.replace("_", " "))
        assert shown["Worth most"] not in ("100 %", "0 %")
        for year, written in block.rows.items():
            cell, text = written[place], shown[f"Year {year}"]
            assert text.startswith(f"{cell.difference if place else cell.value} {letter}")
            assert not place or text.endswith(f"{words.PLUS_MINUS} {cell.half_width}")
            assert ("~" in text) == (cell.mark == "~")
            assert cell.value in console
            assert cell.difference in console


def test_sentences_of_the_page_carry_the_numbers_of_the_console(usual: Stored) -> None:
    text = Read(usual.html).text
    for sentence in sentences(usual.played):
        for amount in re.findall(r"\d[\d.,]* [Mk] \[[^\]]*\]", sentence):
            if "spreading" in sentence.lower() or "on the past" in sentence.lower():
                assert amount in text


def test_the_headline_is_the_interval_of_the_tables(usual: Stored) -> None:
    table = pd.read_csv(usual.folder / "differences.csv").set_index(["past", "arm", "metric", "year"])
    last = table.loc[("balanced", "balanced", NPV, usual.played.years)]
    text = Read(usual.html).text
    low, high = sorted((last["low"], last["high"]), key=abs) if last["low"] * last["high"] > 0 else (
        last["low"], last["high"])  # fmt: skip
    decided = last["low"] * last["high"] > 0
    said = words.between(abs(last["mean"]), abs(low), abs(high)) if decided else words.between(last["mean"], low, high)
    assert said in text[: text.index("The decision in money")]


def test_lowest_cash_and_the_crm_figures_are_those_of_the_summary(usual: Stored) -> None:
    table = pd.read_csv(usual.folder / "summary.csv").query("past == 'balanced'").set_index(["arm", "metric", "year"])
    years = usual.played.years
    for arm, row in zip(usual.played.arms, cells(usual.html, "decision")[1:], strict=True):
        cash = words.money(float(table.loc[(arm, "cash_low_point", years), "mean"]))
        assert any(cell.startswith(cash) for cell in row)
    rows = {row[0]: row for row in cells(usual.html, "crm")}
    leads = rows["Leads counted"]
    assert leads[1] == words.number(float(table.loc[("lead_factory", "leads", 1), "mean"]))
    assert leads[2] == words.number(float(table.loc[("balanced", "leads", 1), "mean"]))
    cost = rows["Cost per good lead true"]
    assert cost[4] == words.money(float(table.loc[("lead_factory", "cost_per_good_lead", years), "mean"]))


def test_other_pasts_are_told_with_their_interval(usual: Stored) -> None:
    runs = usual.played.pasts["start_up"]
    values = runs.values(NPV, runs.years)
    gap = paired_difference(values["balanced"], values["lead_factory"])
    assert words.money_interval(gap.mean, gap.low, gap.high, signed=True) in Read(usual.html).text


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_what_the_formula_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_all_text_can_be_read_on_its_ground(run: Stored) -> None:
    variables = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", run.html))
    style = run.html[run.html.index("<style>") : run.html.index("</style>")]
    named = set(re.findall(r"[{;] ?color: var\(--(\w+)\)", style))
    assert named <= {"ink", "grey"}
    for name in named:
        assert contrast(variables[name], variables["paper"]) >= ENOUGH_CONTRAST
    fills = set(re.findall(r"<text [^>]*fill: (#[0-9a-f]{6})", run.html))
    assert fills
    for colour in fills:
        assert contrast(colour, variables["paper"]) >= ENOUGH_CONTRAST, colour


def test_every_figure_of_the_folder_has_its_table(usual: Stored) -> None:
    folder = usual.folder / "figures"
    names = {path.stem for path in folder.glob("*.svg")}
    assert {"chain", "risk", "cumulative_profit"} <= names
    assert {path.stem for path in folder.glob("*.csv")} == names
    assert {path.stem for path in folder.glob("*.png")} == names
