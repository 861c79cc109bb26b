"""The page as a person sees it, in the distribution's Chromium: nothing blank, nothing over the edge, whole pages."""

from __future__ import annotations

import io
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from report.playing import Stored

from marketsim.cli import main
from marketsim.report.browser import NAMES

WITHOUT = "MARKETSIM_NO_BROWSER"
WIDTHS = {"phone": 390, "laptop": 1280, "paper": 794}
OVER_THE_EDGE = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  for (const element of document.querySelectorAll('body *')) {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    if (box.right > wide + 1 || box.left < -1) found.push([element.tagName, element.id, box.left, box.right]);
    const hides = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline';
    if (!element.closest('svg') && hides) found.push([element.tagName, element.id, element.scrollWidth]);
  }
  return [document.documentElement.scrollWidth - wide, found];
}"""

pytestmark = pytest.mark.skipif(os.environ.get(WITHOUT) == "1", reason=f"{WITHOUT}=1")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail(f"no Chromium on the path ({', '.join(NAMES)}): install it, or set {WITHOUT}=1", pytrace=False)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        opened = driver.chromium.launch(executable_path=program, args=root)
        yield opened
        opened.close()


def shown(browser: Any, stored: Stored, width: int) -> Any:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((stored.folder / "report.html").resolve().as_uri())
    assert len(asked) == 1, f"the page asks for more than itself: {asked}"
    return page


def blank(picture: Image.Image) -> bool:
    return float(np.asarray(picture.convert("L"), dtype=np.float64).std()) < 1.0


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_nothing_lies_over_the_edge_and_nothing_is_blank(browser: Any, run: Stored, width: int) -> None:
    page = shown(browser, run, width)
    over, elements = page.evaluate(OVER_THE_EDGE)
    assert over <= 0
    assert elements == []
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    assert picture.width == width
    for top in range(0, picture.height - 900, 900):
        assert not blank(picture.crop((0, top, width, top + 900)))
    for chart in page.query_selector_all("svg.chart"):
        if chart.is_visible():
            assert not blank(Image.open(io.BytesIO(chart.screenshot())))
    page.close()


def test_the_first_screen_of_a_laptop_holds_the_answer_the_picture_and_the_numbers(browser: Any, usual: Stored) -> None:
    page = shown(browser, usual, WIDTHS["laptop"])
    title, picture, numbers = (page.locator(name).first.bounding_box() for name in ("h1", ".wide svg", ".numbers"))
    sizes = page.evaluate("""() => [...document.querySelectorAll('body *')].filter(e => !e.closest('svg'))
        .map(e => parseFloat(getComputedStyle(e).fontSize))""")
    assert max(sizes) == page.evaluate("() => parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
    assert title["y"] < picture["y"] < 900
    assert numbers["x"] >= picture["x"] + picture["width"]
    page.close()


def test_it_prints_on_whole_pages_of_a4(usual: Stored, tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    assert main(["report", str(usual.folder), "--format", "pdf", "--output", str(target)]) == 0
    data = target.read_bytes()
    assert data.startswith(b"%PDF")
    boxes = re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", data)
    assert len(boxes) > 1
    for width, height in boxes:
        assert (float(width), float(height)) == pytest.approx((595.0, 842.0), abs=1.5)
    drawn = re.findall(rb"/Contents (\d+) 0 R", data)
    assert len(drawn) == len(boxes)
    for number in drawn:
        found = re.search(rb"\n" + number + rb" 0 obj\s*<<.*?>>\s*stream\r?\n(.*?)endstream", data, re.DOTALL)
        assert found
        assert len(re.findall(rb"T[jJ]\b", zlib.decompress(found[1]))) > 5, "a page without words"


def test_no_printed_page_is_blank_and_no_picture_is_cut(browser: Any, usual: Stored) -> None:
    page = shown(browser, usual, WIDTHS["paper"])
    page.emulate_media(media="print")
    height = 297 - 16 - 18  # millimetres of paper between the margins
    for selector in (".picture", "tr"):
        tall = page.eval_on_selector_all(selector, "all => all.map(e => e.getBoundingClientRect().height)")
        assert max(tall) / 96 * 25.4 < height
    kept = page.evaluate(
        "() => [...document.querySelectorAll('.picture, tr')].map(e => getComputedStyle(e).breakInside)"
    )
    assert set(kept) == {"avoid"}
    page.close()


def test_png_md_and_slides(run_of: Callable[[str], Stored], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = run_of("one_arm").folder
    for form, name in (("png", "report.png"), ("md", "report.md"), ("slides", "slides")):
        assert main(["report", str(folder), "--format", form, "--output", str(tmp_path / name)]) == 0
        assert capsys.readouterr().out.strip() == str(tmp_path / name)
    picture = Image.open(io.BytesIO((tmp_path / "report.png").read_bytes()))
    assert picture.width == 1280
    assert picture.height > 2000
    assert not blank(picture)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert named
    assert all((tmp_path / name).is_file() for name in named)
    slides = tmp_path / "slides"
    names = {path.stem for path in slides.glob("*.svg")}
    assert names
    assert {path.stem for path in slides.glob("*.csv")} == names
    for name in names:
        with Image.open(slides / f"{name}.png") as slide:
            width, height = slide.size
        assert width / height == pytest.approx(16 / 9, rel=0.01)
    assert "<script" not in (slides / "slides.html").read_text(encoding="utf-8")
