"""chestnut listen: the words of a recording, and the command they mean."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chestnut.cli.answer import WRONG_USE, Answer, WrongUse
from chestnut.cli.common import language_of
from chestnut.core.command import Command
from chestnut.locale import Phrases
from chestnut.runtime.assemble.ear import meant
from chestnut.speech.ear import EarFault, EarProcess, measured
from chestnut.speech.portaudio import SoundError
from chestnut.speech.recording import read


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "listen", parents=[spoken], help="the words of a recording, and the command they mean"
    )
    command.add_argument("audio", metavar="AUDIO", help="one thing said, in the language of the answer")
    command.set_defaults(run=listen)


def listen(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options), live=not options.json)
    ear = EarProcess()
    try:
        if ear.lack:
            return _refused(answer, ear.lack)
        try:
            with answer.timed("read"):
                samples = read(Path(options.audio))
        except SoundError as error:
            raise WrongUse(str(error)) from error
        try:
            with answer.timed("hear"):
                spoken, took_s = measured(ear, answer.lang, samples)
        except EarFault as fault:
            return _refused(answer, fault.reason)
    finally:
        ear.close()
    answer.took("words", took_s)
    if not spoken.text:
        key = "talk_unclear" if spoken.voiced else "talk_silence"
        answer.say(Phrases.of(answer.lang).render(key, {}))
        answer.refused = "unclear" if spoken.voiced else "silence"
        return answer
    command = meant(spoken.text, answer.lang)
    answer.say(spoken.text)
    answer.shown.append(f"command: {written(command)}")
    answer.facts |= {"words": spoken.text, "sure": spoken.sure, "command": facts(command)}
    return answer


def facts(command: Command) -> dict[str, Any]:
    """What there is of it."""
    return {name: value for name, value in asdict(command).items() if value}


def written(command: Command) -> str:
    """In one line, for who reads."""
    parts = [command.kind]
    if command.thing is not None:
        parts.append(f"{command.thing.owner} {command.thing.label}".strip())
    for name in ("text", "ready", "place", "at", "repeat"):
        if value := getattr(command, name):
            parts.append(f"{name}: {value}")
    return ", ".join(parts)


def _refused(answer: Answer, reason: str) -> Answer:
    answer.say(Phrases.of(answer.lang).render(reason, {}))
    answer.refused, answer.status = reason, WRONG_USE
    return answer
