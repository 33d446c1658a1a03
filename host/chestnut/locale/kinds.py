"""What a reminder is about, by its words: "heart pills", "Выключи газ"."""

from __future__ import annotations

import re

from chestnut.locale.times import meanings, plain

OTHER = "other"


def kind_of(words: str) -> str:
    """ "medicine", "gas", "door" or "other"; medicine before all, for it is said most carefully."""
    found = {meant for word in re.findall(r"\w+", plain(words)) if (meant := _meant(word))}
    return next((kind for kind in ("medicine", "gas", "door") if kind in found), OTHER)


def _meant(word: str) -> str:
    for known, kind in meanings("kinds").items():
        if word == known or (known.endswith("-") and word.startswith(known[:-1])):
            return kind
    return ""
