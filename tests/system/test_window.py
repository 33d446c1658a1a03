"""The maker's page in a real browser, beside the whole simulated device: seen, pressed, heard, signed to."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from chestnut.core.effects import Buzz, Haptic, Recite, Say
from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.session import LANGUAGES, SIGNS, VISION
from chestnut.locale import Phrases
from chestnut.locale.window import words
from chestnut.perception.watcher import NEW_S
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.loop import Runtime
from chestnut.runtime.settings import Settings, VoiceSettings
from chestnut.runtime.workbench import Workbench
from chestnut.window.secret import Door
from chestnut_tests.drive import default_keymap
from chestnut_tests.paged import Paged
from chestnut_tests.reminded_page import ReminderDevice
from chestnut_tests.signing_device import Signer
from chestnut_tests.signing_hands import spell
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUICK = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
PATIENCE_MS = 30_000
DOME = "Dome: short description"
DARK = {"too_dark", "covered", "lens_covered"}
OLD_MS = 2000 * NEW_S  # a picture from before is not taken for the world any more
SERIOUS = {"serious", "critical"}

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.fixture(scope="module")
def device(signer: Signer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paged]:
    simulation = Simulation(QUICK, open_reads=signer.open)

    @contextlib.asynccontextmanager
    async def begin() -> AsyncIterator[Runtime]:
        async with Runtime(simulation.assemble, default_keymap(), first_session(QUICK)) as runtime:
            yield runtime

    def workbench(runtime: Runtime) -> Workbench:
        assert runtime.parts is not None
        return simulation.workbench(runtime.parts)

    with Paged(begin, tmp_path_factory.mktemp("window") / "window.token", workbench) as paged:
        paged.until(lambda: paged.done and not paged.device.conductor.busy)
        yield paged


@pytest.fixture
def page(browser: Browser, device: Paged) -> Iterator[Page]:
    """Opened by its whole address. A page that logs an error has one."""
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    load(page, device.page.address())
    yield page
    context.close()
    assert not wrong


def load(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    if "/care" not in page.url:
        expect(page.locator("#link")).to_have_attribute("data-state", "on")
        expect(page.locator("#keys button, #signs-state:not(:empty)").first).to_be_attached()


def mode(device: Paged, wanted: str) -> None:
    """The device is in this mode, and silent."""
    while device.device.conductor.session.mode != wanted:
        before = device.device.conductor.session.mode
        device.posted("/press", {"key": "stop", "act": "double"})
        device.until(lambda before=before: device.device.conductor.session.mode != before)
    device.until(lambda: not device.device.conductor.busy)
    device.done.clear()


def test_a_press_of_describe_is_answered_on_the_page(device: Paged, page: Page) -> None:
    mode(device, VISION)
    said = page.locator("#said p").last
    page.get_by_role("button", name=DOME).click()
    expect(said.locator(".text")).to_have_text(re.compile("person"))
    expect(said.locator(".who")).to_have_text("Chestnut")
    expect(said).to_have_attribute("data-state", "said")
    line = page.locator("#lines li").last
    expect(line).to_contain_text("person")
    assert re.match(r"\d\d:\d\d:\d\d Chestnut", line.inner_text())
    edges = [event for event in device.events if isinstance(event, ButtonChanged)]
    assert [(event.edge, event.source) for event in edges[-2:]] == [(Edge.DOWN, "page"), (Edge.UP, "page")]


def test_with_the_keyboard_alone(device: Paged, page: Page) -> None:
    """From the beginning of the page to a key, which is pressed, held and pressed twice; then a line is typed."""
    mode(device, VISION)
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    dome = page.get_by_role("button", name=DOME)
    for _ in range(40):
        page.keyboard.press("Tab")
        if dome.evaluate("button => button === document.activeElement"):
            break
    expect(dome).to_be_focused()
    page.keyboard.press("Enter")
    device.until(lambda: any(isinstance(each, Say) and each.key == "scene" for each in device.done))
    device.quiet()
    page.keyboard.press("Tab")
    page.keyboard.down(" ")
    device.until(lambda: device.events[-1:] and _edges(device)[-1].edge is Edge.HELD)
    page.keyboard.up(" ")
    device.does(Say("absent_documents"))
    device.quiet()
    page.locator("#say-text").focus()
    page.keyboard.type("Good morning")
    page.keyboard.press("Enter")
    expect(page.locator("#said p[data-who=typed] .text").last).to_have_text("Good morning")
    expect(page.locator("#say-text")).to_be_focused()


def _edges(device: Paged) -> list[ButtonChanged]:
    return [event for event in device.events if isinstance(event, ButtonChanged)]


def test_a_screen_reader_has_names_for_all_and_its_click_is_a_press(device: Paged, page: Page) -> None:
    mode(device, VISION)
    for name in ("Dome", "Three bars", "Ring", "Triangle", "Cross"):
        expect(
            page.get_by_role("group", name="Keys of the pod").get_by_role("button", name=name)
        ).to_be_visible()
    page.locator("summary", has_text="Every key").click()
    double = page.get_by_role("button", name="Ring, double press: menu")
    expect(double).to_be_visible()
    double.evaluate("button => button.click()")
    device.until(
        lambda: any(isinstance(each, Say) and each.key.startswith("choose_") for each in device.done)
    )
    page.get_by_role("button", name="Cross: stop").evaluate("button => button.click()")
    device.does(Buzz(Haptic.STOPPED))
    for role in ("log", "main", "heading", "textbox", "checkbox"):
        assert page.get_by_role(role).count()  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_is_found_by_axe(device: Paged, page: Page, language: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    port = device.page.port
    for path in ("/", "/talk", "/care"):
        load(page, f"http://127.0.0.1:{port}{path}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        for summary in page.locator("summary").all():
            summary.click()
        found = Axe().run(page).response["violations"]
        assert not [each["id"] for each in found if each["impact"] in SERIOUS], path


def test_on_a_narrow_screen_nothing_is_cut_off(device: Paged, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for language in LANGUAGES:
        load(page, f"http://127.0.0.1:{device.page.port}/?lang={language}")
        page.locator("summary").click()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_two_tabs_show_the_same_and_a_fifth_is_told_why_not(device: Paged, page: Page) -> None:
    mode(device, VISION)
    pages = [page, *(page.context.new_page() for _ in range(4))]
    for other in pages[1:4]:
        load(other, f"http://127.0.0.1:{device.page.port}/")
    page.locator("#say-text").fill("Seen by both")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(pages[1].locator("#said .text").last).to_have_text("Seen by both")
    pages[1].get_by_role("button", name=DOME).click()
    for shown in pages[:2]:
        expect(shown.locator("#said .text").last).to_contain_text("person")
    pages[4].goto(f"http://127.0.0.1:{device.page.port}/")
    expect(pages[4].locator("#link")).to_contain_text("open four times already")
    for other in pages[1:]:
        other.close()


def test_what_is_typed_can_be_spoken_and_is_told_as_typed(device: Paged, page: Page) -> None:
    mode(device, VISION)
    page.locator("#say-text").fill("Чай?")
    page.get_by_role("checkbox", name="Speak it, too").check()
    page.get_by_role("button", name="Show", exact=True).click()
    device.does(Say("typed", {"text": "Чай?"}))
    expect(page.locator("#said .text", has_text="Чай?")).to_have_count(1)
    expect(page.locator("#lines li", has_text="Typed: Чай?")).to_be_visible()


def test_a_conversation_in_signs(device: Paged, signer: Signer, page: Page) -> None:
    """Letters as they are spelt, words, a guess as one; taken back; gone with the mode."""
    mode(device, VISION)
    page.get_by_role("button", name="Read signs").click()
    expect(page.locator("#signs-state")).to_have_text("Signs are being read.")
    device.does(Say("signs_on"))
    device.quiet()
    signer.sign(spell("HI"))
    expect(page.locator("#signed-letters .spelt")).to_have_text(re.compile("^H"))
    device.does(Recite("Hi."))
    expect(page.locator("#signed-words .word")).to_have_text("Hi")
    said = page.locator('#said p[data-who="signed"]').last
    expect(said).to_contain_text("Hi.")
    expect(said.locator(".who")).to_have_text("Signed")
    device.quiet()
    signer.sign(spell("NO", confidence=0.6))
    device.does(Say("signed_unsure", {"text": "No"}))
    expect(page.locator("#signed-words .word.unsure")).to_contain_text("perhaps")
    expect(page.locator('#said p[data-who="signed"].unsure .text').last).to_have_text("Perhaps: No.")
    device.quiet()
    page.get_by_role("button", name="Take back the word").click()
    expect(page.locator("#signed-words .word")).to_have_count(1)
    page.locator("#say-text").fill("Welcome")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#said .text", has_text="Welcome")).to_be_visible()
    device.quiet()
    mode(device, VISION)
    expect(page.locator("#signed-words")).to_have_text("Nothing has been signed yet.")
    for gone in ("Hi.", "Welcome", "Perhaps: No."):
        expect(page.locator("#said .text", has_text=gone)).to_have_count(0)
        expect(page.locator("#lines li", has_text=gone)).to_have_count(0)
    assert device.device.conductor.session.mode == VISION != SIGNS


def test_everything_can_be_cleared(device: Paged, page: Page) -> None:
    device.posted("/say", {"text": "Soon gone"})
    expect(page.locator("#said .text").last).to_have_text("Soon gone")
    page.get_by_role("button", name="Clear everything").click()
    expect(page.locator("#said p")).to_have_count(0)
    expect(page.locator("#lines li")).to_have_count(0)


def test_the_vocabulary_is_shown(page: Page) -> None:
    expect(page.locator("#letters")).to_have_text(re.compile("^A B C"))
    expect(page.locator("#drawn")).to_contain_text("J, Z")


def test_how_quick_it_is_stands_in_a_table_and_is_drawn(device: Paged, page: Page) -> None:
    mode(device, VISION)
    page.get_by_role("button", name=DOME).click()
    section = page.get_by_role("region", name="How quick it is").first
    row = section.get_by_role("row").filter(has=page.get_by_role("rowheader", name="short description"))
    expect(row.get_by_role("cell")).to_have_count(6)
    expect(row.get_by_role("cell").nth(4)).to_have_text(re.compile(r"^[\d.]+ / [\d.]+$"))
    expect(section.get_by_role("img", name="From the press to the first word")).to_be_visible()
    assert section.locator("circle").count() >= 1
    assert device.asked("GET", "/latency", {"Cookie": device.cookie(Door.CARE)})[0] == 403


def test_what_the_device_sees_is_drawn_and_told(device: Paged, page: Page) -> None:
    mode(device, VISION)
    page.get_by_role("button", name=DOME).click()
    expect(page.locator("#picture")).to_be_visible()
    assert page.locator("#picture").evaluate("picture => picture.naturalWidth") > 100
    expect(page.locator("#boxes rect.person").first).to_be_attached()
    expect(page.locator("#seen-words")).to_contain_text("person (")
    assert "person" in (page.locator("#picture").get_attribute("alt") or "")
    cookie = {"Cookie": device.cookie()}
    assert device.asked("GET", "/picture/999999", cookie)[0] == 404
    for path in ("/picture/1", "/bench", "/tape"):
        assert device.asked("GET", path, {"Cookie": device.cookie(Door.CARE)})[0] == 403
    device.quiet()


def test_parts_are_broken_and_mended(device: Paged, page: Page) -> None:
    mode(device, VISION)
    faults = page.get_by_role("group", name="Break something")
    pod = faults.get_by_role("button", name="Unplug the pod")
    expect(pod).to_have_attribute("aria-pressed", "false")
    pod.click()
    device.does(Say("pod_lost"))
    expect(pod).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#faults")).to_contain_text("pod")
    pod.click()
    device.does(Say("pod_back"))
    device.quiet()
    lens = faults.get_by_role("button", name="Cover the lens")
    lens.click()
    expect(lens).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(OLD_MS)
    page.get_by_role("button", name=DOME).click()
    device.until(lambda: any(isinstance(each, Say) and each.key in DARK for each in device.done))
    lens.click()
    expect(lens).to_have_attribute("aria-pressed", "false")
    page.wait_for_timeout(OLD_MS)
    device.quiet()
    assert device.posted("/bench", {"fault": "gravity", "broken": True})[0] == 400


def test_a_recording_is_made_and_replayed(device: Paged, page: Page) -> None:
    mode(device, VISION)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("#tape-words")).to_have_text("It is being recorded.")
    page.get_by_role("button", name=DOME).click()
    device.until(lambda: any(isinstance(each, Say) and each.key == "scene" for each in device.done))
    device.quiet()
    page.get_by_role("button", name="End the recording").click()
    expect(page.locator("#tape-words")).to_have_text(re.compile("Recorded, events: [1-9]"))
    page.get_by_role("button", name="Replay").click()
    expect(page.locator("#tape-words")).to_have_text(re.compile("Each is answered as it was then"))
    assert device.posted("/tape", {"act": "burn"})[0] == 400


def test_the_russian_page_is_russian(device: Paged, page: Page) -> None:
    mode(device, VISION)
    page.get_by_role("link", name="По-русски").click()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    meaning = Phrases.of("ru").tables["skills"]["describe"]
    expect(page.get_by_role("button", name=f"Купол: {meaning}")).to_be_visible()
    expect(page.locator("#mode")).to_have_text("Зрение")


def test_the_token_goes_out_of_the_address_into_a_cookie_no_script_reads(device: Paged, page: Page) -> None:
    assert "token" not in page.url
    (cookie,) = page.context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["domain"] == "127.0.0.1"
    assert page.evaluate("() => document.cookie") == ""
    assert page.evaluate("() => Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


@pytest.mark.parametrize(("token", "key"), [("", "no_token"), ("?token=0123", "wrong_token")])
def test_without_the_right_token_nothing_is_shown(
    browser: Browser, device: Paged, token: str, key: str
) -> None:
    with contextlib.closing(browser.new_context()) as context:
        shown = context.new_page()
        answer = shown.goto(f"http://127.0.0.1:{device.page.port}/{token}")
        assert answer is not None and answer.status in (401, 403)
        for language in LANGUAGES:
            expect(shown.locator(f"p[lang={language}]")).to_have_text(words(language)["refused"][key])


def test_hostile_hosts_and_origins_and_large_bodies_get_nowhere(device: Paged) -> None:
    """Through the whole server; the guard alone has more of them."""
    seen = len(device.events)
    press = {"key": "describe", "act": "press"}
    for headers, status in (
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Cookie": ""}, 401),
    ):
        refused, answer = device.posted("/press", press, headers)
        assert refused == status and answer["error"]
    assert device.posted("/press", {**press, "more": "x" * 10_000})[0] == 413
    for given in (
        [],
        {},
        "press",
        {"key": "no key", "act": "press"},
        {"key": ["describe"], "act": "press"},
        None,
    ):
        assert device.posted("/press", given)[0] == 400
    assert not [event for event in device.events[seen:] if isinstance(event, ButtonChanged)]
    status, headers, _ = device.asked("GET", "/", {"Cookie": device.cookie()})
    assert status == 200 and headers["cache-control"] == "no-store" and "server" not in headers


def test_the_carers_door_opens_no_more_than_it_says(browser: Browser, device: Paged) -> None:
    with contextlib.closing(browser.new_context()) as context:
        shown = context.new_page()
        load(shown, device.page.address(Door.CARE))
        expect(shown.get_by_role("heading", name="For carers")).to_be_visible()
        assert shown.locator("#talk, #pod, #transcript").count() == 0
        for path in ("/", "/talk", "/feed", "/vocabulary"):
            assert device.asked("GET", path, {"Cookie": device.cookie(Door.CARE)})[0] == 403
    for path in ("/press", "/ask", "/say", "/clear"):
        assert device.posted(path, {"key": "stop", "act": "press"}, door=Door.CARE)[0] == 403


def test_it_ends_with_the_device_and_leaves_no_thread(tmp_path: Path, browser: Browser) -> None:
    before = set(threading.enumerate())
    with ReminderDevice(tmp_path) as device, contextlib.closing(browser.new_context()) as context:
        shown = context.new_page()
        load(shown, device.page.address())
    assert not {thread.name for thread in set(threading.enumerate()) - before}
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", device.page.port))
