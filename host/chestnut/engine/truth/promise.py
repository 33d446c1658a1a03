"""No promise that may hurt who believes it: that a way is free, that something is safe, may be eaten or taken."""

from __future__ import annotations

from chestnut.engine.truth.spelling import CLAUSE, disguises, line, spelled, tokens
from chestnut.engine.truth.words import LanguageWords, Words

BEFORE = 8  # words of the sentence before, in which a promise may have begun


def promises(text: str, words: Words, before: str = "") -> bool:
    """In any language the tables know, whatever its letters and digits look like. before: the sentence before it."""
    for known in words.languages.values():
        views = _views(text, known)
        earlier = _views(before, known)[0] if before else []
        for found in views:
            start = [*earlier[-BEFORE:], CLAUSE] if earlier else []
            if known.promise.match(line(start + found), beyond=len(line(start))) or _in_pieces(found, known):
                return True
    return False


def _views(text: str, known: LanguageWords) -> list[list[str]]:
    """The words as this language's reader may see them."""
    latin, cyrillic = disguises(text)
    if known.script == "CYRILLIC":
        return [tokens(cyrillic)]
    plain = tokens(spelled(text))
    hidden = tokens(latin)
    return [plain] if hidden == plain else [hidden, plain]


def _in_pieces(found: list[str], known: LanguageWords) -> bool:
    """ "sa fe", "безо пасно"."""
    pieces = [word for word in found if word != CLAUSE]
    for at in range(len(pieces) - 1):
        for joined in ("".join(pieces[at : at + 2]), "".join(pieces[at : at + 3])):
            if any(joined.startswith(root) and len(pieces[at]) < len(root) for root in known.roots):
                return True
    return False
