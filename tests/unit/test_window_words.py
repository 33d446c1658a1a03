"""The page's words in both languages, and the pages made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.session import LANGUAGES, MODES
from chestnut.locale import moment, repetition
from chestnut.locale.repetition import rule_of
from chestnut.locale.window import words
from chestnut.runtime import carer_desk, recurrence, reminder_desk
from chestnut.runtime.pins import load_pins
from chestnut.window import app, pages, shown
from chestnut.window.pages import STATIC, VIEWS, page, static

WRITTEN = [path for path in sorted(STATIC.parent.rglob("*.*")) if path.suffix in (".py", ".js", ".html")]
# Whose mistakes the page tells in its words.
MISTAKEN = [
    Path(str(module.__file__)) for module in (moment, repetition, recurrence, reminder_desk, carer_desk)
]
SOURCES, TELLING = (
    "\n".join(path.read_text(encoding="utf-8") for path in each) for each in (WRITTEN, MISTAKEN)
)


def leaves(table: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", value


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_have_the_same_words_with_the_same_fields() -> None:
    english, russian = (dict(leaves(words(language))) for language in ("en", "ru"))
    assert english.keys() == russian.keys()
    for key, text in english.items():
        assert fields(text) == fields(russian[key]), key
        assert bool(text) == bool(russian[key]), key


def test_no_word_stands_unused() -> None:
    for key, _ in leaves(words("en")):
        table, _, name = key.rpartition(".")
        if table in ("script.who", "script.state", "script.doing", "script.bench.fault"):
            continue
        wanted = {
            "script": f"words.{name}",
            "script.bench": f"words.bench.{name}",
            "refused": f'"{name}"',
        }.get(table, f"{{{{{key}}}}}")
        assert wanted in SOURCES or (table == "refused" and wanted in TELLING), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_made_in_every_language(language: str) -> None:
    for path in VIEWS:
        text = page(path, language)
        assert f'<html lang="{language}">' in text and "{{" not in text and "<!-- " not in text
        assert "style=" not in text and "onclick" not in text  # nor would the policy let it


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_scripts_name_has_words(language: str) -> None:
    given = pages._for_scripts(language)
    for name in set(re.findall(r"\bwords\.(?!js\b)(\w+)", SOURCES)):
        assert name in given, name
    assert given["who"].keys() == {"device", "read", "model", "signed", "typed", "aloud"}
    assert given["state"].keys() == {"waits", "speaks", "said", "cut", "unsaid", "shown"}
    assert (
        set(shown.ABOUT.values()) | {"remind", "greet", "news"}
        <= given["doing"].keys() | given["skills"].keys()
    )
    assert set(MODES) <= given["mode"].keys() and set(load_pins().names) <= given["keys"].keys()
    assert set(app.SKILLS) <= given["skills"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_often_is_offered_in_words_the_device_understands(language: str) -> None:
    offered = words(language)["reminders"]
    for name in ("daily", "weekdays", "weekly", "monthly", "days", "hours"):
        assert rule_of(offered[name], datetime(2026, 11, 23, 8)).startswith("FREQ=")
    assert rule_of(offered["repeat_note"].partition(":")[2].strip(" ."), datetime(2026, 11, 23, 8))


def test_only_what_is_meant_to_be_served_is() -> None:
    assert static("page.css") is not None and static("page.js") is not None
    for name in ("frame.html", "nothing.js", "../app.py", "..", "", "page.css/"):
        assert static(name) is None
