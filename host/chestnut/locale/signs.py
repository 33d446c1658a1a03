"""Names for signs that may be taught: words two people at a table have use for."""

from __future__ import annotations

from collections.abc import Sequence

from chestnut.core.session import LANGUAGES
from chestnut.locale.phrases import Phrases


def signs_to_teach(language: str, ready: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Those that are ready first, then the common ones. What is known already is left out, by whichever language's
    word it was taught."""
    taken = {name.casefold() for name in known}
    common: list[str] = Phrases.of(language).tables["showing"]["signs"]
    meanings = zip(*(Phrases.of(each).tables["showing"]["signs"] for each in LANGUAGES), strict=True)
    free = [
        word
        for word, words in zip(common, meanings, strict=True)
        if not taken & {other.casefold() for other in words}
    ]
    names = {name.casefold(): name for name in (*free, *ready)}  # as the settings write it
    return tuple(
        names[name]
        for name in dict.fromkeys(each.casefold() for each in (*ready, *free))
        if name not in taken
    )
