"""One picture and one page, as the fast lane sees them, and the judge of what a model says of them.

On the left a person and a bottle, in the middle a person and a table as wide as the picture, on the right a cup.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from chestnut.core.scene import Box, Hand, Judgement, Page, Person, Scene, Thing, Word
from chestnut.core.thought import Sentence, Task
from chestnut.engine.sentences import Sentences
from chestnut.engine.truth import Truth, Verdict, Words
from chestnut.locale.truth import tables

GOOD = Judgement(brightness=0.5, sharpness=1.0)
ANSWERS = Path(__file__).parent / "answers"
LANGUAGES = ("en", "ru")


def at(middle: float, width: float = 0.1) -> Box:
    return Box(middle - width / 2, 0.3, middle + width / 2, 0.7)


def scene(*people: float, judged: Judgement = GOOD, **things: float) -> Scene:
    """People and things by the middle of their boxes; "_" in a label stands for a space."""
    return Scene(
        1,
        judged,
        tuple(Person(0.9, at(middle)) for middle in people),
        tuple(Thing(label.replace("_", " "), 0.9, at(middle)) for label, middle in things.items()),
    )


def page(text: str) -> Page:
    return Page(1, GOOD, tuple(Word(word, 0.9, at(0.5), 1, 1) for word in text.split()))


SEEN = Scene(
    1,
    GOOD,
    (Person(0.9, at(0.2)), Person(0.9, at(0.5))),
    (Thing("cup", 0.9, at(0.8)), Thing("dining table", 0.9, at(0.5, 0.9)), Thing("bottle", 0.9, at(0.1))),
)
READ = page("EXIT Кафе «Ромашка» Milk 3,50 8 800 555-35-35")


@cache
def words() -> Words:
    return Words(tables())


def judge(
    text: str, language: str = "", task: Task = Task.DESCRIBE, seen: Scene | None = SEEN, **more: Any
) -> Verdict:
    """language: "" for that of the letters."""
    return judging(language or language_of(text), task, seen, **more).judge(text)


def judging(
    language: str,
    task: Task = Task.DESCRIBE,
    seen: Scene | None = SEEN,
    read: Page | None = READ,
    **more: Any,
) -> Truth:
    return Truth(words(), language, task, seen, read, **more)


def language_of(text: str) -> str:
    return "ru" if any("а" <= letter <= "я" for letter in text.lower()) else "en"


def seen_in(text: str) -> Scene:
    """ "cup@80 couch@30:50": the middle and the width of each box, in hundredths of the picture's width."""
    people, things, hands = [], [], []
    for each in text.split():
        label, _, place = each.partition("@")
        middle, _, width = place.partition(":")
        box = at(int(middle) / 100, int(width or 10) / 100)
        if label == "person":
            people.append(Person(0.9, box))
        elif label == "hand":
            hands.append(Hand(0.9, "right", box, ()))
        else:
            things.append(Thing(label.replace("_", " "), 0.9, box))
    return Scene(1, GOOD, tuple(people), tuple(things), tuple(hands))


def spoken(answer: str, truth: Truth) -> list[Sentence]:
    """What is left of a whole answer."""
    splitter = Sentences()
    sentences = splitter.feed(answer) + splitter.end()
    return [verdict.sentence for each in sentences if (verdict := truth.judge(each)).sentence is not None]


def answers(name: str) -> list[tuple[str, str]]:
    """(language, sentence) of a file of answers/, in both languages."""
    return [
        (language, line)
        for language in LANGUAGES
        for line in (ANSWERS / f"{name}_{language}.txt").read_text(encoding="utf-8").split("\n")
        if line and not line.startswith("#")
    ]
