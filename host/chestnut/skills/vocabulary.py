"""Which taught signs and which letters the mode Signs reads."""

from __future__ import annotations

from typing import Any

from chestnut.core.effects import ListVocabulary
from chestnut.core.events import VocabularyListed
from chestnut.core.session import SIGNS, Session
from chestnut.core.skill import Steps
from chestnut.skills.recollect import said


def vocabulary(session: Session) -> Steps:
    """All of it is one sentence to "repeat"."""
    listed: VocabularyListed = yield ListVocabulary()
    told: list[tuple[str, dict[str, Any]]] = []
    if listed.signs:
        told.append(("vocabulary_signs", {"names": ", ".join(listed.signs)}))
    else:
        told.append(("sign_none", {}))
    if listed.unsure:
        told.append(("vocabulary_unsure", {"names": ", ".join(listed.unsure)}))
    if listed.letters:
        shown = "vocabulary_letters" if listed.alphabet == "asl" else "vocabulary_shown_letters"
        told.append((shown, {"letters": ", ".join(listed.letters)}))
    if listed.drawn:
        told.append(("vocabulary_drawn", {"letters": ", ".join(listed.drawn)}))
    if listed.lack:
        told.append((listed.lack, {}))
    if session.mode != SIGNS:
        told.append(("signs_off", {}))
    yield said(told)
