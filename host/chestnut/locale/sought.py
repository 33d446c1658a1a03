"""What is to be found, in the wearer's words: "my mug", «кружку», "the remote". No language model."""

from __future__ import annotations

from chestnut.core.kinds import FINDABLE, PERSON, to_find
from chestnut.core.session import LANGUAGES
from chestnut.locale.asked import asked
from chestnut.locale.lexicon import lexicon, words
from chestnut.locale.noun_phrases import split
from chestnut.locale.terms import of_phrase


def sought(text: str) -> tuple[str, ...]:
    """The kinds of core.kinds.FINDABLE that would do: a glass may be a cup or a wine glass. () when the words name
    nothing that the eyes know. Both languages are understood, whichever is set."""
    known = lexicon()
    for phrase in split(text, known).phrases:
        term = of_phrase(phrase, FINDABLE, known)
        if term is not None and term.known:
            return to_find(term.heads)
    for language in LANGUAGES:  # by the words in which it is told of
        if told := to_find(asked(text, language).things[:1]):
            return told
    people = {known.stem(word) for word in known.people}
    return (PERSON,) if any(known.stem(word) in people for word in words(text)) else ()
