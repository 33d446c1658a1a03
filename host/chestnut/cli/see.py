"""chestnut describe, read, translate: one picture, no device."""

from __future__ import annotations

import argparse
import time
from typing import Any

from chestnut.cli import engine
from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import language_of
from chestnut.cli.desk import Desk
from chestnut.core.scene import Frame
from chestnut.devices.pictures import BadPicture, load_picture
from chestnut.skills.describe import describe as describe_skill
from chestnut.skills.detail import describe_deep
from chestnut.skills.read import read as read_skill
from chestnut.skills.translate import translate as translate_skill


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser("describe", parents=[spoken], help="who and what is in a picture")
    command.add_argument("image", metavar="IMAGE")
    command.add_argument("--deep", action="store_true", help="in detail, with the language model")
    engine.add_options(command)
    command.set_defaults(run=describe)
    command = commands.add_parser("read", parents=[spoken], help="the text in a picture, word for word")
    command.add_argument("image", metavar="IMAGE")
    command.set_defaults(run=read)
    command = commands.add_parser(
        "translate", parents=[spoken], help="the text in a picture, in the language of the answer"
    )
    command.add_argument("image", metavar="IMAGE")
    engine.add_options(command)
    command.set_defaults(run=translate)


def describe(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options), live=not options.json)
    if options.deep:
        picture = frame_of(options.image, answer)
        with engine.Deep(options, answer, picture) as deep:
            deep.run(describe_deep)
        return answer
    if given := engine.given(options):
        raise WrongUse(f"{given} is of use with --deep only; add it")
    with Desk(answer, frame_of(options.image, answer)) as desk:
        desk.run(describe_skill)
    return answer


def read(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options), live=not options.json)
    with Desk(answer, frame_of(options.image, answer)) as desk:
        desk.run(read_skill)
    return answer


def translate(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options), live=not options.json)
    with engine.Deep(options, answer, frame_of(options.image, answer)) as deep:
        deep.run(translate_skill())
    return answer


def frame_of(path: str, answer: Answer) -> Frame:
    try:
        with answer.timed("load"):
            rgb = load_picture(path)
    except BadPicture as error:
        raise WrongUse(str(error)) from error
    return Frame(1, time.monotonic(), rgb)
