"""What the language model is given for a Think, and the judge of what it answers.

The constant text comes first and what changes last, so that the model's memory of it can be used again: system,
picture, what was seen in it, then question and answer in turn. What was read in a picture stays between the marks of
[prompts], whatever it says.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from chestnut.core.effects import Think
from chestnut.core.ports import Prompt
from chestnut.core.scene import Frame, Page, Scene
from chestnut.core.session import LANGUAGES
from chestnut.core.thought import Task
from chestnut.engine.truth import Truth, Words
from chestnut.locale import Phrases
from chestnut.locale.truth import tables
from chestnut.skills.sentence import long_answer

SEEN_WORDS, READ_WORDS, QUESTION_WORDS = 60, 40, 60
READ_CHARACTERS, QUESTION_CHARACTERS = 280, 400
MAX_TOKENS = {
    Task.DESCRIBE: 160,
    Task.MORE: 160,
    Task.QUESTION: 100,
    Task.TRANSLATE: 480,
    Task.REWORD: 60,
}
# "<start_of_turn>", "<|turn>", "<turn|>", "<__media__>", "[INST]": marks by which a model tells who speaks.
MARK = re.compile(r"<[|/]?[\w ]{1,24}[|]?>|\[/?[A-Z]{3,8}\]", re.UNICODE)
FENCE = re.compile(r"[<>|`]")


def systems() -> tuple[str, ...]:
    """The constant prompt of each language, for warming. Makes the judge's tables ready, too, so that the first
    thought does not wait for them."""
    _words()
    return tuple(_table(language)["system"] for language in LANGUAGES)


def prompt(asked: Think, language: str, picture: Frame | None) -> Prompt:
    """picture: the frame of asked.scene, None when there is none or it is no longer kept."""
    table = _table(language)
    system, max_tokens = table["system"], MAX_TOKENS[asked.task]
    if asked.task in (Task.TRANSLATE, Task.REWORD):
        return Prompt(system, (_request(asked.task, asked.text, language),), None, max_tokens)
    turns = [
        turn
        for exchange in asked.earlier
        for turn in (_request(exchange.task, exchange.text, language), plain(exchange.answer))
    ]
    turns.append(_request(asked.task, asked.text, language))
    facts = _facts(asked.scene, asked.page, language)
    if facts:
        turns[0] = f"{table['facts'].format(facts=facts)}\n{turns[0]}"
    return Prompt(system, tuple(turns), picture, max_tokens)


def truth(asked: Think, language: str, given: Prompt) -> Truth:
    """The judge of the answer to `given`, which prompt() made of the same Think."""
    source = _question(asked.text, language) if asked.task is Task.QUESTION else asked.text
    return Truth(_words(), language, asked.task, asked.scene, asked.page, source, given)


def plain(text: str) -> str:
    """Text of a picture or of a person without the marks that could end its fence or begin another's turn: one
    line, no control characters."""
    text = unicodedata.normalize("NFC", text)
    previous = ""
    while text != previous:
        previous, text = text, MARK.sub(" ", text)
    text = FENCE.sub(" ", text)
    return " ".join("".join(" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in text).split())


def _request(task: Task, text: str, language: str) -> str:
    if task is Task.QUESTION:
        text = bounded(plain(_question(text, language)), QUESTION_WORDS, QUESTION_CHARACTERS)
    return str(_table(language)[task]).format(text=plain(text))


def _question(text: str, language: str) -> str:
    """A ready question is asked by its name."""
    questions: dict[str, str] = Phrases.of(language).tables["questions"]
    return questions.get(text, text)


def _facts(scene: Scene | None, page: Page | None, language: str) -> str:
    table, phrases = _table(language), Phrases.of(language)
    lines = []
    if scene is not None:
        said = " ".join(phrases.render(say.key, say.args) for say in long_answer(scene))
        lines.append(bounded(said, SEEN_WORDS))
    if page is not None:
        read = bounded(plain(" / ".join(page.lines)), READ_WORDS, READ_CHARACTERS)
        lines.append(table["text_read"].format(text=read) if read else table["text_none"])
    return "\n".join(lines)


def bounded(text: str, words: int, characters: int = 1000) -> str:
    """The first words, so many at most and whole; of a single word that is longer, its beginning."""
    kept = text.split()[:words]
    while len(kept) > 1 and len(" ".join(kept)) > characters:
        kept.pop()
    return " ".join(kept)[:characters]


def _table(language: str) -> dict[str, str]:
    table: dict[str, str] = Phrases.of(language).tables["prompts"]
    return table


@cache
def _words() -> Words:
    return Words(tables())
