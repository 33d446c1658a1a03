"""chestnut say: speaks a text, or writes it to a file."""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import settings_of
from chestnut.core.events import EffectFailed, Event, SpeechEnded, SpeechStarted
from chestnut.core.ports import Speech
from chestnut.core.session import RATES_WPM
from chestnut.runtime.assemble import VoiceMissing, open_voice
from chestnut.speech.script import split

LONGEST_S = 600.0


def add_commands(commands: Any, common: argparse.ArgumentParser, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "say", parents=[common, spoken], help="speak a text, or write it to a WAV file"
    )
    command.add_argument("text", metavar="TEXT")
    command.add_argument("--wav", metavar="F", help="write this file instead of speaking")
    command.add_argument(
        "--rate", type=int, metavar="WPM", help=f"{RATES_WPM[0]} to {RATES_WPM[-1]} words a minute"
    )
    command.set_defaults(run=say)


def say(options: argparse.Namespace) -> Answer:
    chosen = settings_of(options).voice
    answer = Answer(options.lang or chosen.language, said=[options.text])
    rate_wpm = options.rate or chosen.rate_wpm
    if not RATES_WPM[0] <= rate_wpm <= RATES_WPM[-1]:
        raise WrongUse(f"--rate {rate_wpm} is out of bounds; give {RATES_WPM[0]} to {RATES_WPM[-1]}")
    segments = split(options.text, answer.lang)
    if not segments:
        raise WrongUse("there is nothing to say; give a text")
    if options.wav and not Path(options.wav).parent.is_dir():
        raise WrongUse(f"there is no folder {Path(options.wav).parent}; create it first")
    ended = threading.Event()
    seen: list[Event] = []

    def post(event: Event) -> None:
        seen.append(event)
        if isinstance(event, (SpeechEnded, EffectFailed)):
            ended.set()

    started = time.monotonic()
    try:
        voice = open_voice(post, chosen.speaker, Path(options.wav) if options.wav else None)
    except VoiceMissing as error:
        raise WrongUse(str(error)) from error
    try:
        ordered = time.monotonic()
        voice.say(1, Speech(segments, rate_wpm, chosen.volume))
        ended.wait(LONGEST_S)
    finally:
        voice.close()
    answer.timings_ms["open"] = round((ordered - started) * 1e3, 1)
    for event in seen:
        if isinstance(event, SpeechStarted):
            answer.timings_ms["first_sound"] = round((event.at - ordered) * 1e3, 1)
        elif isinstance(event, EffectFailed):
            raise RuntimeError(f"the voice failed: {event.reason}")
    answer.facts["segments"] = [{"lang": segment.language, "text": segment.text} for segment in segments]
    if options.wav:
        answer.facts["wav"] = options.wav
    return answer
