"""Getting to know a person: asked first, then looked at five times, then named. Nothing is kept before the yes,
nothing of a no, and nothing when it is broken off.

The wearer asks and the person answers; the dome is the yes, pressed by either. The words that were asked are kept
with the face as the consent. The name is one the settings hold ready, chosen by key; or a number, to be renamed
later.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from chestnut.core.effects import Buzz, Chime, Effect, Enrol, Haptic, ListPeople, Recognise, Say, Sound
from chestnut.core.events import PeopleListed, PeopleRecognised, PersonEnrolled
from chestnut.core.people import LEAST_TAKES, Known, Recognised, Unfit
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.describe import refuse
from chestnut.skills.lesson import failed
from chestnut.skills.pick import agreed, pick

CONSENT = "meet_consent"
CONSENT_S = 60.0  # a person has questions
TRIES = 3  # looks for one of the pictures
CUES = ("meet_straight", "meet_left", "meet_right", "meet_chin", "meet_again")
SPARE = 2  # more pictures when one of them could not be had
BESIDE = 0.4  # of two faces of which the smaller has this share of the larger one's area, either may be meant

HINTS = {
    Unfit.SMALL: Say("face_small"),
    Unfit.CUT: Say("face_cut"),
    Unfit.TURNED: Say("face_turned"),
    Unfit.DARK: Say("face_dark"),
    Unfit.BRIGHT: Say("face_bright"),
    Unfit.BLURRED: Say("face_blurred"),
    Unfit.HIDDEN: Say("face_hidden"),
}

Looked = Generator[Effect, Any, Recognised | None]


def meet(session: Session) -> Steps:
    face = yield from _face()
    if face is None:
        yield from failed("meet_nobody")
        return
    if face.known is Known.SURE:
        yield Say("meet_known", {"name": face.name})
        return
    if not (yield from agreed(Say(CONSENT), CONSENT_S)):
        yield Say("meet_no")
        return
    takes = yield from _takes()
    if len(takes) < LEAST_TAKES:
        yield from failed("meet_failed")
        return
    name = yield from _name()
    enrolled: PersonEnrolled = yield Enrol(CONSENT, tuple(takes), name)
    yield Buzz(Haptic.DONE)
    yield Say("meet_done", {"name": enrolled.name})


def _takes() -> Generator[Effect, Any, list[int]]:
    """The numbers of the good pictures, one a cue."""
    takes: list[int] = []
    for cue in (*CUES, *["meet_again"] * SPARE):
        yield Say(cue)
        face = yield from _face()
        if face is not None and face.known is not Known.SURE:
            takes.append(face.take)
            yield Chime(Sound.DONE)
        if len(takes) >= LEAST_TAKES:
            break
    return takes


def _face() -> Looked:
    """The one face before the wearer, seen well enough to be kept; told what to change, else None."""
    for left in range(TRIES, 0, -1):
        seen: PeopleRecognised = yield Recognise(keep=True)
        if seen.scene.judged.refusal:
            yield from refuse(seen.scene.judged.refusal)
            continue
        face, hint = _meant(seen.faces)
        if hint is None:
            return face
        if left > 1:
            yield hint
    return None


def _meant(faces: Sequence[Recognised]) -> tuple[Recognised | None, Say | None]:
    """The face that is meant, or what is to be changed."""
    if not faces:
        return None, Say("meet_nobody")
    nearest = max(faces, key=lambda face: face.box.area)
    if any(face is not nearest and face.box.area > BESIDE * nearest.box.area for face in faces):
        return None, Say("meet_several")
    if nearest.unfit is not None:
        return None, HINTS[nearest.unfit]
    return (nearest, None) if nearest.good else (None, Say("meet_closer"))


def _name() -> Generator[Effect, Any, str]:
    """One of those that wait in the settings; "" for a number, also where nothing is chosen."""
    listed: PeopleListed = yield ListPeople()
    if not listed.waiting:
        return ""
    choices = [*(Say("meet_name", {"name": name}) for name in listed.waiting), Say("meet_number")]
    chosen = yield from pick(choices, Say("meet_name_help"))
    return "" if chosen is None or chosen == len(listed.waiting) else listed.waiting[chosen]
