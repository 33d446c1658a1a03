"""A person is a person: without age, sex, origin, belief, feeling, looks or health."""

from __future__ import annotations

import re

from chestnut.engine.truth.spelling import spelled, words
from chestnut.engine.truth.words import LanguageWords

WORD = re.compile(r"([^\W\d_]+)(['’](?:s|ll|d|ve|re)\b)?")
VOWELS = "aeiou"
ENDS_CLAUSE = re.compile(r"[,;:.!?…()—–\"«»]")


def without_traits(text: str, known: LanguageWords, before: str = "") -> str | None:
    """The sentence with people named as people, or None where it cannot be said so. before: the sentence before it,
    which "she" may mean."""
    text = _cased(_as_person(known.left_out.sub(_left_out, text), known, before), text)
    if known.traits.found(text):
        return None
    found = list(WORD.finditer(text))
    said = [match[0] for match in found]
    norms = [spelled(match[1]) for match in found]
    for at, (match, norm) in enumerate(zip(found, norms, strict=True)):
        before, after = norms[at - 1] if at else "", norms[at + 1] if at + 1 < len(norms) else ""
        starts = at == 0 or ENDS_CLAUSE.search(text[found[at - 1].end() : match.start()]) is not None
        if norm in known.swap:
            if _cannot_be_swapped(norm, norms, at, starts, known):
                return None
            say = known.swap[norm]
            for turn in known.turns:
                if before in turn.after and norm in turn.forms:
                    say = turn.say
                    if turn.turned:
                        said[at - 1] = _cased(turn.turned, found[at - 1][1])
            if before == "an":
                said[at - 1] = said[at - 1][:-1]
        elif norm in known.pronouns:
            follows = after and not ENDS_CLAUSE.search(text[match.end() : found[at + 1].start()])
            with_noun, _, alone = known.pronouns[norm].partition("|")
            say = with_noun if not alone or (follows and after not in known.stop) else alone
        else:
            continue
        said[at] = _cased(say, match[1]) + (match[2] or "")
    return _merged(_joined(text, found, said), known)


def _left_out(found: re.Match[str]) -> str:
    """Without "young" and the like before a person; an article before it fits what follows."""
    follows = found.string[found.end()]
    if not found["article"]:
        return " " if found["comma"] else ""
    return f"{found['article'][0]}{'n' * (follows.lower() in VOWELS)} "


def _as_person(text: str, known: LanguageWords, before: str) -> str:
    """ "She" of the sentence before, where the language has no other way to say it."""
    found = WORD.match(text)
    say = known.of_before.get(spelled(found[0])) if found else None
    if found is None or say is None or not any(known.feminine.match(word) for word in words(before)):
        return text
    return _cased(say, found[0]) + text[found.end() :]


def _cannot_be_swapped(norm: str, norms: list[str], at: int, starts: bool, known: LanguageWords) -> bool:
    before, after = norms[at - 1] if at else "", norms[at + 1] if at + 1 < len(norms) else ""
    if known.feminine.match(norm) and any(known.agreement.match(word) for word in norms):
        return True
    if norm in known.agreeing and (known.neighbour.match(before) or known.neighbour.match(after)):
        return True
    turned = any(before in turn.after and norm in turn.forms for turn in known.turns)
    return norm in known.plural and not (turned or starts or known.plural_next.match(after))


def _joined(text: str, found: list[re.Match[str]], said: list[str]) -> str:
    parts, end = [], 0
    for match, word in zip(found, said, strict=True):
        parts += [text[end : match.start()], word]
        end = match.end()
    return "".join([*parts, text[end:]])


def _merged(text: str, known: LanguageWords) -> str:
    """ "a person and a person" are two people."""
    for phrase, say in known.merged.items():
        pattern = phrase.replace("е", "[её]")
        for found in reversed(list(re.finditer(rf"\b{pattern}\b", text, re.IGNORECASE))):
            text = text[: found.start()] + _cased(say, found[0]) + text[found.end() :]
    return text


def _cased(say: str, like: str) -> str:
    return say[:1].upper() + say[1:] if like[:1].isupper() else say
