"""chestnut find: where a thing is in one picture, no device. A taught thing is found as well as a kind the camera
knows."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.desk import Desk
from chestnut.cli.opened import add_db, answer_of, opened, told
from chestnut.cli.see import frame_of
from chestnut.core.kinds import FINDABLE
from chestnut.core.memory import LIKELY, Owned
from chestnut.core.scene import Refusal
from chestnut.locale import Phrases
from chestnut.locale.question import Question
from chestnut.locale.sought import sought
from chestnut.skills.find import locate


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser("find", parents=[spoken], help="where a thing is in a picture")
    command.add_argument(
        "thing", metavar="THING", help='in English or in Russian: "my mug", кружку, "my keys"'
    )
    command.add_argument("image", metavar="IMAGE")
    add_db(command)
    command.set_defaults(run=find)


@told
def find(options: argparse.Namespace) -> Answer:
    """facts: "sought" names the kinds that would do, "own" the taught things that are meant instead; "objects",
    "belongings", "people" and "hands" have their boxes, as of describe."""
    answer = answer_of(options)
    answer.live = not options.json
    with opened(options, answer) as store:
        taught, places = (store.things(), store.places()) if store else ((), ())
    labels = sought(options.thing)
    own = meant(options.thing, tuple(each.thing for each in taught), known=bool(labels))
    labels = () if own else labels
    if not own and not labels:
        raise WrongUse(_unknown(options.thing, answer.lang))
    answer.facts["sought"] = list(labels)
    answer.facts["own"] = [asdict(thing) for thing in own]
    frame = frame_of(options.image, answer)
    with Desk(answer, frame, taught=(taught, places) if own else ((), ())) as desk:
        for thing in own:
            desk.run(locate(own=thing))
        if labels:
            desk.run(locate(*labels))
    if len(own) > 1:
        answer.refused = _refused(answer, own)
    return answer


def _refused(answer: Answer, own: tuple[Owned, ...]) -> str | None:
    """Of several things any one will do."""
    scores = [
        found["score"]
        for found in answer.facts.get("belongings", ())
        if Owned(found["label"], found["owner"]) in own
    ]
    if not scores:
        return answer.refused
    return None if max(scores) >= LIKELY else Refusal.UNSURE


def meant(words: str, taught: tuple[Owned, ...], *, known: bool) -> tuple[Owned, ...]:
    """Which taught things are surely meant. known: the words name a kind the camera knows, so that a plain "cup" is
    any cup."""
    asked = [each for each in Question(words).meant(taught) if each.owner or not (each.label and known)]
    return tuple(dict.fromkeys(thing for each in asked for thing in each.exact))


def _unknown(words: str, language: str) -> str:
    phrases = Phrases.of(language)
    known = ", ".join(phrases.counted(1, label) for label in FINDABLE)
    return (
        f"the camera does not know {words!r}; teach it first: chestnut things teach {words!r} IMAGE IMAGE IMAGE; "
        f"untaught it can find: {known}"
    )
