"""What is to be found, in the wearer's words: "my mug", «кружку», "the remote". No language model."""

from __future__ import annotations

from chestnut.core.kinds import PERSON, to_find
from chestnut.locale.lexicon import lexicon
from chestnut.locale.noun_phrases import split
from chestnut.locale.terms import of_phrase


def sought(text: str) -> tuple[str, ...]:
    """The kinds of core.kinds.FINDABLE that would do: a glass may be a cup or a wine glass. () when the words name
    nothing that the eyes know. Both languages are understood, whichever is set."""
    known = lexicon()
    said = split(text, known)
    for phrase in said.phrases:
        term = of_phrase(phrase, (), known)
        if term is not None and term.known:
            return to_find(term.heads)
    return (PERSON,) if said.people else ()
