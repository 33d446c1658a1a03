"""Writes into the guide's pages what can be made from the steps: parts, quantities, pictures' numbers, links.

A page is written by hand but for blocks between two comments:

    <!-- made: step chest-3 -->   parts of the step and what the picture's numbers mean
    <!-- made: parts -->          every part of the page, added up
    <!-- made: numbers pod-exploded -->   what that picture's numbers mean
    <!-- made: keys -->           the five keys and their shapes, from shared/pins.toml
    <!-- made: holes -->         the switches' holes in the perforated board, from hardware/params.toml
    <!-- made: pages -->          the list of pages
    <!-- /made -->
"""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path

from hardware.guide import steps
from hardware.guide.steps import Step
from hardware.params import load

FOLDER = Path(__file__).parent
LEGEND = FOLDER / "img/legend.json"
PINS = FOLDER.parents[1] / "shared/pins.toml"
BLOCK = re.compile(r"(<!-- made: ([a-z0-9 -]+) -->\n).*?(<!-- /made -->)", re.DOTALL)
PAGES = (
    "before-you-start",
    "print",
    "inserts",
    "flash",
    "chest",
    "pod",
    "harness",
    "first-touch",
    "wearing",
    "care",
    "troubleshooting",
    "acceptance",
    "disposal",
)
WORDS = {
    "en": {"parts": "Parts", "none": "No new parts.", "numbers": "In the picture", "printed": "printed"},
    "ru": {
        "parts": "Детали",
        "none": "Новых деталей нет.",
        "numbers": "На картинке",
        "printed": "напечатано",
    },
}
HEADS = {"en": "| part | how many |\n| --- | --- |", "ru": "| деталь | сколько |\n| --- | --- |"}
KEYS = {"en": "| key | its cap |\n| --- | --- |", "ru": "| кнопка | колпачок |\n| --- | --- |"}
HOLES = {
    "en": "| key | columns, from the left | rows, from below |\n| --- | --- | --- |",
    "ru": "| кнопка | столбцы, слева | ряды, снизу |\n| --- | --- | --- |",
}
KEY_NAMES = {
    "describe": {"en": "Describe", "ru": "Описать"},
    "read": {"en": "Read", "ru": "Прочитать"},
    "ask": {"en": "Ask", "ru": "Спросить"},
    "find": {"en": "Find", "ru": "Найти"},
    "stop": {"en": "Stop", "ru": "Стоп"},
}


class BadPage(ValueError):
    """A block of a page that cannot be made, and why."""


def name(key: str, language: str) -> str:
    """What a part or a printed piece is called. Raises BadPage with the nearest."""
    known = steps.names()
    if key not in known:
        raise BadPage(
            f"nothing is called {key!r}{steps.nearest(key, known)}: give it a name in guide/names.toml"
        )
    return known[key][language]


@cache
def legend() -> dict[str, list[tuple[int, str, int]]]:
    """What the numbers of each picture mean: number, key, how many. Written when the pictures are drawn."""
    return json.loads(LEGEND.read_text(encoding="utf-8")) if LEGEND.exists() else {}


def step_block(step: Step, language: str) -> str:
    """Parts of a step as a list, then the numbers of its picture."""
    words = WORDS[language]
    lines = [f"**{words['parts']}:**", ""] if step.parts else []
    lines += [f"- {count} × {name(part, language)}" for part, count in step.parts.items()] or [words["none"]]
    if legend().get(step.id):
        lines += ["", numbers_line(step.id, language)]
    return "\n".join(lines) + "\n"


def numbers_line(picture: str, language: str) -> str:
    """What a picture's numbers mean, in one sentence."""
    entries = []
    for number, key, count in legend().get(picture, []):
        times = f"{count} × " if count > 1 else ""
        short = name(key, language).split(", ")[0].split(" (")[0]
        entries.append(f"**{number}** {times}{short}")
    return f"{WORDS[language]['numbers']}: {'; '.join(entries)}."


def parts_block(page: str, language: str) -> str:
    """All parts of a page's steps, added up, as a table."""
    counts: dict[str, int] = {}
    for step in steps.load():
        if step.page == page:
            for part, count in step.parts.items():
                counts[part] = counts.get(part, 0) + count
    rows = [f"| {name(part, language)} | {count} |" for part, count in counts.items()]
    return "\n".join([HEADS[language], *rows]) + "\n"


def keys_block(language: str) -> str:
    """The keys and the shapes of their caps."""
    buttons = tomllib.loads(PINS.read_text(encoding="utf-8"))["button"]
    shape = "shape_ru" if language == "ru" else "shape"
    rows = [f"| {KEY_NAMES[button['name']][language]} | {button[shape]} |" for button in buttons]
    return "\n".join([KEYS[language], *rows]) + "\n"


def holes_block(language: str) -> str:
    """Into which holes of the perforated board the legs of each switch go, counted from the lower left corner from 1.

    Its legs stand 12.5 by 5 mm apart: five holes and two.
    """
    rows = []
    for key, column, row in load().caps.keys:
        columns = " / ".join(f"{column + way + 1:.0f}" for way in (-2.5, 2.5))
        lines = " / ".join(f"{row + way + 1:.0f}" for way in (-1, 1))
        rows.append(f"| {KEY_NAMES[key][language]} | {columns} | {lines} |")
    return "\n".join([HOLES[language], *rows]) + "\n"


def title(page: str, language: str) -> str:
    """The first heading of a page."""
    text = (FOLDER / language / f"{page}.md").read_text(encoding="utf-8")
    return text.split("\n", 1)[0].removeprefix("# ").strip()


def pages_block(language: str) -> str:
    """The pages in their order, as links."""
    return "\n".join(f"{i}. [{title(page, language)}]({page}.md)" for i, page in enumerate(PAGES, 1)) + "\n"


def filled(text: str, page: str, language: str) -> str:
    """The page with its blocks made anew. Raises BadPage for a block that is not known."""

    def made(match: re.Match[str]) -> str:
        kind, _, what = match[2].partition(" ")
        if kind == "step":
            found = [step for step in steps.load() if step.id == what]
            if not found:
                known = [step.id for step in steps.load()]
                raise BadPage(f"{language}/{page}.md: no step {what!r}{steps.nearest(what, known)}")
            block = step_block(found[0], language)
        elif kind == "parts":
            block = parts_block(what or page, language)
        elif kind == "numbers":
            block = numbers_line(what, language) + "\n"
        elif kind == "keys":
            block = keys_block(language)
        elif kind == "holes":
            block = holes_block(language)
        elif kind == "pages":
            block = pages_block(language)
        else:
            raise BadPage(f"{language}/{page}.md: no block {match[2]!r}")
        return f"{match[1]}{block}{match[3]}"

    return BLOCK.sub(made, text)


def files() -> list[tuple[Path, str, str]]:
    """Every page: its file, its name, its language."""
    return [
        (FOLDER / language / f"{page}.md", page, language)
        for language in steps.LANGUAGES
        for page in ("README", *PAGES)
    ]
