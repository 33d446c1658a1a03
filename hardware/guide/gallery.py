"""All pictures of the guide on one page a language, hardware/pictures.md, each with its words of the guide."""

from __future__ import annotations

import re
from pathlib import Path

from hardware.guide import pages, steps

PICTURE = re.compile(r"^!\[([^\]]+)\]\(([^)]+)\)$", re.MULTILINE)
HEADS = {
    "en": """# Pictures

Every drawing of the [guide](guide/en/README.md), made from the same model as the printed parts. Grey is what was
there before.

[По-русски](pictures.ru.md)
""",
    "ru": """# Картинки

Все рисунки [руководства](guide/ru/README.md); они сделаны из той же модели, что и напечатанные детали. Серым показано
то, что уже стоит на месте.

[In English](pictures.md)
""",
}


def file(language: str) -> Path:
    """Where the page stands."""
    return pages.FOLDER.parent / ("pictures.md" if language == "en" else f"pictures.{language}.md")


def text(language: str) -> str:
    """The page, from the guide's pages in their order; no picture twice."""
    parts = [f"<!-- Made by `make hardware` from the guide's pages. Do not edit. -->\n\n{HEADS[language]}"]
    shown: set[str] = set()
    for page in ("README", *pages.PAGES):
        lines = []
        source = (pages.FOLDER / language / f"{page}.md").read_text(encoding="utf-8")
        for words, target in PICTURE.findall(source):
            if target not in shown:
                shown.add(target)
                inside = (
                    target.removeprefix("../../") if target.startswith("../../") else f"guide/{target[3:]}"
                )
                lines.append(f"![{words}]({inside})\n")
        if lines:
            heading = f"## [{pages.title(page, language)}](guide/{language}/{page}.md)\n"
            parts.append("\n".join([heading, *lines]))
    return "\n".join(parts)


def write() -> None:
    """Write both pages."""
    for language in steps.LANGUAGES:
        file(language).write_text(text(language), encoding="utf-8")
