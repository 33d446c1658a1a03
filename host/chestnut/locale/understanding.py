"""What somebody means who says this: a command, or a question. By grammar first, then by what it sounds like, for
speech recognition misses letters. No language model.

In turn: a phrase of commands/*.toml word for word, a beginning with a free rest, a phrase that sounds like it, a
beginning that sounds like it. What is left is a question, which somebody else answers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from rapidfuzz.distance import OSA

from chestnut.core.command import FIND, KEEP, QUESTION, REMIND, WHERE, Command
from chestnut.core.wordforms import spelled
from chestnut.locale.asked import asked
from chestnut.locale.commands import spelled_out, tables
from chestnut.locale.question import named
from chestnut.locale.reminding_words import reminder_said

WORD = re.compile(r"[^\W_]+(?:['’ʼ:.][^\W_]+)*")
SLOT = re.compile(r" ?\{(\w+)\}$")
READY = "ask_"  # of the skill of a ready question
# Of two phrases without their spaces, the share of letters that are right. Measured: of 2,673 sentences of other talk
# (tests/chestnut_tests/answers) three are taken for a command; at 0.75 nine more.
ALIKE = 0.77
SHORT = 3  # letters of what must be said as it is written
MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class _Beginning:
    words: tuple[str, ...]
    kind: str
    slot: str

    @property
    def joined(self) -> str:
        return "".join(self.words)


class Grammar:
    """Of one language."""

    def __init__(self, language: str) -> None:
        table = tables()[language]
        self.short: dict[str, str] = table["short"]
        self.before = _by_length(table["fillers"]["before"])
        self.after = _by_length(table["fillers"]["after"])
        self.phrases = {
            _plain(text, self.short): kind
            for kind, templates in table["phrases"].items()
            for template in templates
            for text in spelled_out(template)
        }
        self.joined = {"".join(words): kind for words, kind in self.phrases.items()}
        self.beginnings = sorted(
            (
                _Beginning(_plain(SLOT.sub("", text), self.short), kind, found[1])
                for kind, templates in table["slots"].items()
                for template in templates
                for text in spelled_out(template)
                if (found := SLOT.search(text))
            ),
            key=lambda beginning: -len(beginning.words),
        )
        self.verbs = frozenset(table["place"]["verbs"].split())
        self.begins = frozenset(table["place"]["begins"].split())
        self.articles = frozenset(table["place"]["articles"].split())


@cache
def grammar(language: str) -> Grammar:
    """Read once."""
    return Grammar(language)


def understood(text: str, language: str, now: datetime) -> Command:
    """now: local time without a zone, by which times are judged. kind "" for no words at all."""
    known = grammar(language)
    said = _plain(text, known.short)[:MOST_WORDS]
    if not said:
        return Command()
    bare = _bare(said, known)
    plain = " ".join(text.split())
    kind = known.phrases.get(said) or known.phrases.get(bare) or ""
    if kind:
        return _simple(kind, plain, language)
    for beginning in known.beginnings:
        words = bare[: len(beginning.words)]
        if words == beginning.words and len(bare) > len(words):
            return _with_rest(beginning, bare[len(words) :], plain, language, now)
    reminded = _reminder_later(bare, known, plain, language, now)
    if reminded is not None:
        return reminded
    kind = _sounds_like(said, known) or _sounds_like(bare, known)
    if kind:
        return _simple(kind, plain, language)
    if found := _begins_like(bare, known):
        beginning, rest = found
        return _with_rest(beginning, rest, plain, language, now)
    return _question(plain, language)


def _plain(text: str, short: dict[str, str]) -> tuple[str, ...]:
    found = [word.rstrip(".:") for word in WORD.findall(re.sub("[’ʼ]", "'", spelled(text)))]
    return tuple(" ".join(short.get(word, word) for word in found).split())


def _by_length(phrases: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(spelled(phrase).split()) for phrase in phrases), key=len, reverse=True))


def _bare(said: tuple[str, ...], known: Grammar) -> tuple[str, ...]:
    """Without what means nothing; all of it, where nothing else is said."""
    changed = True
    while changed:
        changed = False
        for filler in known.before:
            if len(said) > len(filler) and said[: len(filler)] == filler:
                said, changed = said[len(filler) :], True
        for filler in known.after:
            if len(said) > len(filler) and said[-len(filler) :] == filler:
                said, changed = said[: -len(filler)], True
    return said


def _simple(kind: str, text: str, language: str) -> Command:
    if kind.startswith(READY):
        return Command(QUESTION, text, ready=kind.removeprefix(READY))
    return _question(text, language) if kind == QUESTION else Command(kind)


def _question(text: str, language: str) -> Command:
    about = asked(text, language)
    return Command(QUESTION, text, ready=about.ready, labels=about.things, counts=about.counts)


# --- what is free ---------------------------------------------------------------------------------------


def _with_rest(
    beginning: _Beginning, rest: Sequence[str], text: str, language: str, now: datetime
) -> Command:
    match beginning.kind:
        case "find_thing":
            bare = rest[1:] if rest[0] in grammar(language).articles else rest
            thing = named(" ".join(bare)) if bare else None
            return Command("find") if thing is None else Command(FIND, thing=thing)
        case "where":
            return Command(WHERE, text)
        case "keep":
            return _kept(rest, grammar(language)) or Command("remember")
        case "remind_me":
            return _reminder(rest, text, language, now)
        case kind:
            return Command(kind)


def _kept(rest: Sequence[str], known: Grammar) -> Command | None:
    """ "my keys are on the table", "keys on the table", "на столе лежат ключи"; None without a thing or a place."""
    if not rest:
        return None
    if rest[0] in known.begins:
        at = next((at for at, word in enumerate(rest) if word in known.verbs), 0)
        place, thing = rest[:at], rest[at + 1 :]
    else:
        at = next((at for at, word in enumerate(rest) if word in known.begins), 0)
        thing, place = rest[:at], rest[at:]
        if thing and thing[-1] in known.verbs:
            thing = thing[:-1]
    owned = named(" ".join(thing)) if thing else None
    if owned is None or len(place) < 2:
        return None
    return Command(KEEP, thing=owned, place=" ".join(place))


def _reminder(rest: Sequence[str], text: str, language: str, now: datetime) -> Command:
    """The words as they were written, where they stand in one piece."""
    found = reminder_said(rest, tables()[language], now)
    words = _as_written(found.words, text)
    return Command(REMIND, words, at=found.at, repeat=found.repeat)


def _reminder_later(
    said: tuple[str, ...], known: Grammar, text: str, language: str, now: datetime
) -> Command | None:
    """ "at eight remind me to take my pills": the time came first."""
    for beginning in known.beginnings:
        if beginning.kind != "remind_me":
            continue
        length = len(beginning.words)
        for at in range(1, len(said) - length):
            if said[at : at + length] == beginning.words:
                command = _reminder((*said[at + length :], *said[:at]), text, language, now)
                return command if command.at or command.repeat else None
    return None


def _as_written(words: str, text: str) -> str:
    """With its capitals within, and a capital and a stop of its own."""
    pattern = r"[\W_]+".join(r"\w+" if word.isdigit() else re.escape(word) for word in words.split())
    found = re.search(pattern, text.replace("ё", "е").replace("Ё", "Е"), re.IGNORECASE) if words else None
    written = text[found.start() : found.end()] if found else words
    return f"{written[:1].upper()}{written[1:]}." if written else ""


# --- what sounds like it --------------------------------------------------------------------------------


def _sounds_like(said: Sequence[str], known: Grammar) -> str:
    """The kind of the nearest phrase; "" when none is near, or two that mean something else are alike near."""
    joined = "".join(said)
    near: dict[str, float] = {}
    for phrase, kind in known.joined.items():
        likeness = _likeness(joined, phrase)
        if likeness >= ALIKE:
            near[kind] = max(near.get(kind, 0.0), likeness)
    best = max(near.values(), default=0.0)
    kinds = [kind for kind, likeness in near.items() if likeness == best]
    return kinds[0] if len(kinds) == 1 else ""


def _begins_like(said: Sequence[str], known: Grammar) -> tuple[_Beginning, Sequence[str]] | None:
    best: tuple[float, _Beginning, Sequence[str]] | None = None
    for beginning in known.beginnings:
        for length in {len(beginning.words), len(beginning.words) + 1}:
            rest = said[length:]
            if not rest:
                continue
            likeness = _likeness("".join(said[:length]), beginning.joined)
            if likeness >= ALIKE and (best is None or likeness > best[0]):
                best = likeness, beginning, rest
    return None if best is None else best[1:]


def _likeness(one: str, other: str) -> float:
    """0 for what is too short to be misheard."""
    if min(len(one), len(other)) <= SHORT:
        return 1.0 if one == other else 0.0
    return float(OSA.normalized_similarity(one, other, score_cutoff=ALIKE))


def kinds(language: str) -> Collection[str]:
    """Every kind of command that can be said."""
    known = grammar(language)
    return {*known.phrases.values(), *(beginning.kind for beginning in known.beginnings)}
