"""The guide: both languages tell the same steps, every link leads somewhere, every picture is told in words."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from hardware import parts
from hardware.guide import gallery, pages, steps

ROOT = Path(__file__).parents[2]
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LATIN = re.compile("[a-z]", re.IGNORECASE)
COMMAND = re.compile(r"\bmake ([a-z0-9-]+)")
PROGRAM = re.compile(r"\bchestnut ([a-z]+)(?: (?:--part ([a-z]+)|([a-z]+)))?")
CODE = re.compile(r"```sh\n(.*?)```|`([^`\n]+)`", re.DOTALL)
FILES = pages.files()
NAMES = [f"{language}/{page}" for _, page, language in FILES]
every_page = pytest.mark.parametrize(("file", "page", "language"), FILES, ids=NAMES)


def tokens(file: Path) -> list:
    """All tokens of a page, inline ones too."""
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(file.read_text(encoding="utf-8")):
        found.append(token)
        found.extend(token.children or [])
    return found


def anchors(file: Path) -> set[str]:
    """The names under which a page's headings can be linked to, as GitHub makes them."""
    text = file.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def targets(file: Path) -> list[str]:
    """Where a page's links and pictures lead, but to the network."""
    found = [str(token.attrs.get("href") or token.attrs.get("src") or "") for token in tokens(file)]
    return [unquote(target) for target in found if target and not re.match("[a-z]+:", target)]


def pictures(file: Path) -> list[tuple[str, str]]:
    """Each picture's file and alternative text."""
    return [(str(token.attrs["src"]), token.content) for token in tokens(file) if token.type == "image"]


@every_page
def test_every_link_and_picture_leads_somewhere(file: Path, page: str, language: str) -> None:
    for target in targets(file):
        name, _, anchor = target.partition("#")
        there = (file.parent / name).resolve() if name else file
        assert there.exists(), f"{language}/{page}.md leads to {target}, which is not there"
        if anchor:
            assert anchor in anchors(there), f"{language}/{page}.md: {target} has no such heading"


@every_page
def test_links_keep_the_language(file: Path, page: str, language: str) -> None:
    other = "ru" if language == "en" else "en"
    for target in targets(file):
        if page != "README" and target.endswith(".md"):
            assert f"/{other}/" not in target, target


@every_page
def test_every_picture_is_told_in_the_pages_language(file: Path, page: str, language: str) -> None:
    for source, words in pictures(file):
        assert 40 <= len(words) <= 400, f"{source}: {len(words)} letters of words"
        if language == "ru":
            assert len(CYRILLIC.findall(words)) > len(LATIN.findall(words)), words
        else:
            assert not CYRILLIC.search(words), words


@pytest.mark.parametrize("language", steps.LANGUAGES)
def test_no_two_pictures_are_told_alike(language: str) -> None:
    told: dict[str, set[str]] = {}
    for file, _, of in FILES:
        if of == language:
            for source, words in pictures(file):
                told.setdefault(words, set()).add(Path(source).name)
    assert [words for words, sources in told.items() if len(sources) > 1] == []


@every_page
def test_made_blocks_are_as_they_would_be_made_now(file: Path, page: str, language: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text == pages.filled(text, page, language), f"{language}/{page}.md lags: run make hardware"


@pytest.mark.parametrize("language", steps.LANGUAGES)
def test_every_step_has_its_heading_parts_and_picture_in_order(language: str) -> None:
    for page in {step.page for step in steps.load()}:
        text = (pages.FOLDER / language / f"{page}.md").read_text(encoding="utf-8")
        wanted = [step for step in steps.load() if step.page == page]
        headings = re.findall(r"^## (\d+)\. (.+)$", text, re.MULTILINE)
        assert headings == [(str(number), step.title(language)) for number, step in enumerate(wanted, 1)]
        sections = re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]
        for step, section in zip(wanted, sections, strict=True):
            assert f"<!-- made: step {step.id} -->" in section
            if step.unit:
                assert f"(../img/{step.id}.png)" in section
            assert ("**Right when" if language == "en" else "**Верно, если") in section, (
                f"{language} {step.id}"
            )


def test_both_languages_have_the_same_pages_pictures_and_commands() -> None:
    def shape(language: str, page: str) -> tuple[list[str], list[str], int, int]:
        file = pages.FOLDER / language / f"{page}.md"
        text = file.read_text(encoding="utf-8")
        commands = [
            line.split("#")[0].strip()
            for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
            for line in block.splitlines()
        ]
        return (
            [Path(source).name.replace(".ru.", ".") for source, _ in pictures(file)],
            commands,
            len(re.findall(r"^## ", text, re.MULTILINE)),
            len(re.findall(r"^(?:\d+\.|- |\|)", text, re.MULTILINE)),
        )

    for page in ("README", *pages.PAGES):
        assert shape("en", page) == shape("ru", page), page
    for language in steps.LANGUAGES:
        there = {file.stem for file in (pages.FOLDER / language).glob("*.md")}
        assert there == {"README", *pages.PAGES}


@pytest.mark.parametrize("language", steps.LANGUAGES)
def test_the_pages_lead_from_one_to_the_next(language: str) -> None:
    for page, following in zip(pages.PAGES, [*pages.PAGES[1:], "README"], strict=True):
        last = targets(pages.FOLDER / language / f"{page}.md")[-1]
        assert last == f"{following}.md", f"{language}/{page}.md ends with {last}"


def test_every_part_is_used_as_often_as_it_is_bought() -> None:
    used: Counter[str] = Counter()
    for step in steps.load():
        used.update(step.parts)
    bought = {part.id: part.qty for part in parts.load().build()}
    assert dict(used) == bought


@every_page
def test_commands_are_there(file: Path, page: str, language: str) -> None:
    text = file.read_text(encoding="utf-8")
    code = "\n".join(block or inline for block, inline in CODE.findall(text))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in COMMAND.findall(code):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), f"make {target}"
    commands = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "host/chestnut/cli").rglob("*.py")
    )
    checks = (ROOT / "host/chestnut/runtime/assemble/checks/__init__.py").read_text(encoding="utf-8")
    for command, part, way in PROGRAM.findall(code):
        assert f'"{command}"' in commands, f"chestnut {command}"
        assert not part or f'"{part}"' in checks, f"chestnut check --part {part}"
        assert not way or f'"{way}"' in commands, f"chestnut {command} {way}"


@pytest.mark.parametrize("language", steps.LANGUAGES)
def test_what_the_device_is_said_to_say_it_says(language: str) -> None:
    locale = (ROOT / f"host/chestnut/locale/{language}.toml").read_text(encoding="utf-8")
    quoted = re.compile('“([^”]+)”|"([^"]+)"' if language == "en" else "«([^»]+)»")
    for page in ("acceptance", "troubleshooting", "flash"):
        text = (pages.FOLDER / language / f"{page}.md").read_text(encoding="utf-8")
        for groups in quoted.findall(re.sub(r"\[[^\]]*\]\([^)]*\)", "", text)):
            words = groups if isinstance(groups, str) else "".join(groups)
            if words in {"fine", "CAM/DISP 0"} or words.startswith(("too dark", "слишком темно")):
                continue
            assert words.rstrip(".").casefold() in locale.casefold(), f"{language}/{page}.md quotes {words!r}"


@pytest.mark.parametrize("language", steps.LANGUAGES)
def test_the_page_of_pictures_is_as_it_would_be_made_now(language: str) -> None:
    file = gallery.file(language)
    assert file.read_text(encoding="utf-8") == gallery.text(language), "run make hardware"
    for target in targets(file):
        assert (file.parent / target).exists(), target
    shown = {Path(source).name for source, _ in pictures(file)}
    assert {picture.name for picture in (pages.FOLDER / "img").glob("*.png")} <= shown
