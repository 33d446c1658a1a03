"""The page with the model, in a real browser, opened as a maker opens it: from the folder, without a server."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import trimesh
from build123d import Box
from playwright.sync_api import Page, sync_playwright

from hardware.pictures import surface
from hardware.viewer import gltf

FOLDER = Path(__file__).parents[2] / "hardware/viewer"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PATIENCE_MS = 120_000


@pytest.fixture(scope="module")
def models() -> dict:
    text = (FOLDER / "models.js").read_text(encoding="utf-8")
    return json.loads(text.split("=", 1)[1].strip().rstrip(";"))


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with sync_playwright() as playwright:
        path = CHROMIUM if Path(CHROMIUM).exists() else None
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """The page, loaded; afterwards it must have been silent and must have asked for nothing outside its folder."""
    page = browser.new_page(locale="en-US", viewport={"width": 640, "height": 480}, reduced_motion="reduce")
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((FOLDER / "index.html").as_uri())
    shows(page, "chest-closed")
    yield page
    page.close()
    own = FOLDER.as_uri()
    assert [url for url in asked if not url.startswith((own, "blob:", "data:"))] == []
    assert said == []


def shows(page: Page, what: str) -> None:
    page.wait_for_selector(f'model-viewer[data-shown="{what}"]', timeout=PATIENCE_MS)


def size_mm(page: Page) -> list[float]:
    """Across, forward, up: as the model has them."""
    size = page.evaluate(
        "(() => { const d = document.getElementById('model').getDimensions(); return [d.x, d.z, d.y]; })()"
    )
    return [1000 * length for length in size]


def test_each_model_loads_and_has_its_size(page: Page, models: dict) -> None:
    for unit, state in (("chest", "closed"), ("chest", "apart"), ("pod", "apart"), ("pod", "closed")):
        page.click(f"#{unit}")
        page.click(f"#{state}")
        shows(page, f"{unit}-{state}")
        assert np.allclose(size_mm(page), models[unit][state]["size_mm"], atol=0.05), f"{unit} {state}"
        assert page.get_attribute(f"#{unit}", "aria-pressed") == "true"
        assert len(page.query_selector_all("#parts li")) == len(models[unit]["parts"])


def test_it_speaks_both_languages_and_tells_what_is_shown(page: Page) -> None:
    english = page.eval_on_selector("#model", "model => model.alt")
    assert page.inner_text("#state") == english and "camera" in english
    page.click("#ru")
    russian = page.eval_on_selector("#model", "model => model.alt")
    assert re.search("[а-я]", russian) and page.inner_text("#state") == russian
    assert page.evaluate("document.documentElement.lang") == "ru"
    for place in page.query_selector_all("[data-word]"):
        assert re.search("[а-яё]", place.inner_text(), re.IGNORECASE), place.inner_text()


def own_buttons(page: Page, what: str) -> list[str]:
    """One property of each button of the page itself; the viewer has hidden ones inside."""
    return page.evaluate(f"[...document.querySelectorAll('button')].map(button => button.{what})")


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    page.focus("#en")
    reached = []
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
    for name in own_buttons(page, "id"):
        assert name == "en" or name in reached, f"the keyboard does not reach #{name}"
    before = page.evaluate("document.getElementById('model').getCameraOrbit().theta")
    page.focus("#left")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "was => Math.abs(document.getElementById('model').getCameraOrbit().theta - was) > 0.1", arg=before
    )
    page.focus("#apart")
    page.keyboard.press("Space")
    shows(page, "chest-apart")


def test_every_control_has_a_name(page: Page) -> None:
    assert all(text.strip() for text in own_buttons(page, "innerText"))
    for group in page.query_selector_all("[role=group], fieldset, section.stage"):
        assert group.get_attribute("aria-label") or group.query_selector("legend")


def test_words_are_the_same_in_both_languages() -> None:
    text = (FOLDER / "words.js").read_text(encoding="utf-8")
    english, russian = text.split("  ru: {")
    keys = [re.findall(r"^\s+(\w+):", part, re.MULTILINE) for part in (english.split("  en: {")[1], russian)]
    assert keys[0] == keys[1]


def test_what_is_not_ours_is_what_its_page_says() -> None:
    told = (FOLDER / "vendor/README.md").read_text(encoding="utf-8")
    script = (FOLDER / "vendor/model-viewer-umd.min.js").read_bytes()
    assert hashlib.sha256(script).hexdigest() in told
    assert "Apache License" in (FOLDER / "vendor/LICENSE-model-viewer").read_text(encoding="utf-8")


def test_a_written_model_is_read_by_another_reader() -> None:
    shown = surface.of(Box(10, 20, 30))
    body = gltf.Body("box", (0, 40, 0), shown.corners, shown.normals, (0.5, 0.2, 0.1))
    file = gltf.binary([body])
    assert file == gltf.binary([body])
    scene = trimesh.load(io.BytesIO(file), file_type="glb")
    assert np.allclose(scene.extents, [0.010, 0.030, 0.020])
    mesh = scene.to_mesh()
    assert mesh.volume == pytest.approx(0.010 * 0.020 * 0.030) and len(mesh.faces) == 12
