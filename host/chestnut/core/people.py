"""Who somebody is: enrolled people, and whom a look recognised. Plain data, pure.

Nothing is known of a person but a name and numbers that tell one face from another. Of somebody who never agreed
to be remembered not even those are kept. Age, sex, origin and feelings are not known at all.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from chestnut.core.memory import Descriptor
from chestnut.core.scene import Box

LEAST_TAKES = 5  # of a face, each of another picture, before its owner can be recognised


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """A person who agreed to be remembered. consent: who agreed and in which words. consented: when, UTC seconds.
    takes: descriptors of the face."""

    name: str
    consent: str
    consented: float
    takes: tuple[Descriptor, ...] = ()


class Known(StrEnum):
    """What a look at a face came to.

    SURE: that is this person. UNSURE: perhaps somebody enrolled, so no name. STRANGER: nobody enrolled. UNSEEN: the
    face is not seen well enough to tell.
    """

    SURE = "sure"
    UNSURE = "unsure"
    STRANGER = "stranger"
    UNSEEN = "unseen"


class Unfit(StrEnum):
    """Why a face is not seen well enough."""

    SMALL = "small"
    CUT = "cut"
    TURNED = "turned"
    DARK = "dark"
    BRIGHT = "bright"
    BLURRED = "blurred"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Recognised:
    """One face of a look. name: "" unless SURE. score: likeness to the most similar enrolled person, 0 to 1; 0 with
    nobody enrolled. unfit: why it is UNSEEN. take: the number under which its descriptor can be enrolled for a short
    while, 0 for none. good: it is seen well enough to be enrolled."""

    box: Box
    known: Known
    name: str = ""
    score: float = 0.0
    unfit: Unfit | None = None
    take: int = 0
    good: bool = False


def clean_name(name: str) -> str:
    """A name as it is kept and spoken: the same whichever machine wrote it, without control characters and needless
    space, of 40 letters at most. ValueError when nothing of it can be spoken."""
    whole = unicodedata.normalize("NFC", name.removeprefix("\ufeff"))
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in whole).split())[:40].strip()
    if not any(sign.isalnum() for sign in words):
        raise ValueError("a name has a letter or a digit")
    return words
