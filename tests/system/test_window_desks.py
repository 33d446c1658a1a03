"""Reminders and the carers' view on the page: by the device's own reminding, and with its log and its wearer."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from chestnut.core.carers import Deed, Sight
from chestnut.core.events import CarersActed
from chestnut.core.reminders import Kind
from chestnut.window.secret import Door
from chestnut_tests.reminded_page import ReminderDevice
from chestnut_tests.reminder_desk import PILLS
from playwright.sync_api import Browser, Page, expect, sync_playwright

LIMIT_S = 60
CHROMIUM = "/usr/bin/chromium"
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[ReminderDevice]:
    with ReminderDevice(tmp_path) as device:
        yield device


@pytest.fixture
def page(browser: Browser, device: ReminderDevice) -> Iterator[Page]:
    """By the carers' door, through which all of this goes."""
    with contextlib.closing(browser.new_context(locale="en-GB")) as context:
        page = context.new_page()
        page.goto(device.page.address(Door.CARE))
        page.wait_for_selector("body[data-ready]")
        yield page


def set_reminder(page: Page, words: str, time: str, repeat: str = "") -> None:
    page.get_by_label("What is said, word for word").fill(words)
    page.get_by_label("Time", exact=True).fill(time)
    page.get_by_label("How often").fill(repeat)
    page.get_by_role("button", name="Set", exact=True).click()


def test_a_reminder_set_on_the_page_is_said_by_the_device(device: ReminderDevice, page: Page) -> None:
    expect(page.locator("#no-reminders")).to_be_visible()
    set_reminder(page, "Take the heart pills", "08:05", "daily")
    expect(page.locator("#remind-done")).to_have_text("Set.")
    expect(page.locator("#reminder-list li")).to_contain_text("Take the heart pills. (repeats)")
    assert device.store.reminders.all()[0].kind is Kind.MEDICINE
    assert device.turn(60.0) == []
    assert "Take the heart pills." in " ".join(device.turn(240.0))


def test_what_is_wrong_with_one_is_told_and_it_can_be_removed(device: ReminderDevice, page: Page) -> None:
    set_reminder(page, "…", "08:05")
    expect(page.locator("#remind-error")).to_contain_text(
        "The reminder has no words. Write what is to be said."
    )
    set_reminder(page, "Call mum", "09:00", "now and then")
    expect(page.locator("#remind-error")).to_contain_text("How often was not understood.")
    set_reminder(page, "Call mum", "09:00")
    expect(page.locator("#remind-error")).to_be_empty()
    page.get_by_role("button", name=re.compile("Remove reminder .*: Call mum")).click()
    expect(page.locator("#remind-done")).to_have_text("Removed.")
    assert device.store.reminders.all() == ()


def test_a_carer_is_shown_nothing_before_the_wearer_said_yes(device: ReminderDevice, page: Page) -> None:
    """Refused, and the wearer is asked; allowed, and shown what the log already holds; the wearer hears of both."""
    device.store.reminders.add(PILLS).result(LIMIT_S)
    page.get_by_label("Your name").fill("Olga")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#looked")).to_have_text(re.compile("That is not allowed"))
    assert [act.deed for act in device.store.carers.log()] == [Deed.ASKED]
    device.store.carers.allow("Olga", Sight.REMINDERS, by_key=True).result(LIMIT_S)
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#looked")).to_contain_text("Heart pills")
    assert [act.deed for act in device.store.carers.log()] == [Deed.LOOKED, Deed.ASKED]
    parts = device.device.parts
    assert parts is not None and parts.attending is not None
    parts.attending.look()
    device.until(lambda: any(isinstance(event, CarersActed) for event in device.events))
    page.get_by_label("Your name").fill("?")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("#look-error")).to_contain_text("That is no name.")


def test_what_became_of_reminders_is_not_in_their_list(device: ReminderDevice, page: Page) -> None:
    device.store.reminders.add(PILLS).result(LIMIT_S)
    device.turn(3600.0)
    page.reload()
    expect(page.locator("#reminder-list li")).to_contain_text("Heart pills")
    assert "answer" not in page.locator("#reminders").inner_text().lower()
    status, _, text = device.asked("GET", "/reminders?lang=en", {"Cookie": device.cookie(Door.CARE)})
    assert status == 200 and "missed" not in text and "waits" not in text
