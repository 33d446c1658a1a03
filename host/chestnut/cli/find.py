"""chestnut find: where a thing is in one picture, no device."""

from __future__ import annotations

import argparse
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import language_of
from chestnut.cli.desk import Desk
from chestnut.cli.see import frame_of
from chestnut.core.kinds import FINDABLE
from chestnut.locale import Phrases
from chestnut.locale.sought import sought
from chestnut.skills.find import locate


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser("find", parents=[spoken], help="where a thing is in a picture")
    command.add_argument("thing", metavar="THING", help='in English or in Russian: "my mug", кружку')
    command.add_argument("image", metavar="IMAGE")
    command.set_defaults(run=find)


def find(options: argparse.Namespace) -> Answer:
    """facts: "sought" names the kinds that would do; "objects", "people" and "hands" have their boxes, as of
    describe."""
    answer = Answer(language_of(options), live=not options.json)
    labels = sought(options.thing)
    if not labels:
        phrases = Phrases.of(answer.lang)
        known = ", ".join(phrases.counted(1, label) for label in FINDABLE)
        raise WrongUse(f"the camera does not know {options.thing!r}; it can find: {known}")
    answer.facts["sought"] = list(labels)
    with Desk(answer, frame_of(options.image, answer)) as desk:
        desk.run(locate(*labels))
    return answer
