"""chestnut say: speaks a text, or writes it to a file."""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path
from typing import Any

from chestnut.cli.answer import WRONG_USE, Answer, WrongUse
from chestnut.cli.common import settings_of
from chestnut.core.events import EffectFailed, Event, PartLost, SpeechEnded, SpeechStarted
from chestnut.core.ports import Speech
from chestnut.core.session import RATES_WPM
from chestnut.runtime.assemble.voice import VoiceMissing, open_voice
from chestnut.speech.script import split

OTHER = "speaker_other"  # it is spoken, through another loudspeaker than the best


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser("say", parents=[spoken], help="speak a text, or write it to a WAV file")
    command.add_argument("text", metavar="TEXT")
    command.add_argument("--wav", metavar="F", help="write this file instead of speaking")
    command.add_argument(
        "--rate", type=int, metavar="WPM", help=f"{RATES_WPM[0]} to {RATES_WPM[-1]} words a minute"
    )
    command.set_defaults(run=say)


def say(options: argparse.Namespace) -> Answer:
    chosen = settings_of(options).voice
    answer = Answer(options.lang or chosen.language, said=[options.text])
    rate_wpm = chosen.rate_wpm if options.rate is None else options.rate
    if not RATES_WPM[0] <= rate_wpm <= RATES_WPM[-1]:
        raise WrongUse(f"--rate {rate_wpm} is out of bounds; give {RATES_WPM[0]} to {RATES_WPM[-1]}")
    if any("\ud800" <= sign <= "\udfff" for sign in options.text):
        raise WrongUse("the text is not UTF-8; convert it, or set the terminal to UTF-8")
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
        voice = open_voice(post, chosen.wanted, Path(options.wav) if options.wav else None, chosen.caps)
    except VoiceMissing as error:
        raise WrongUse(str(error)) from error
    try:
        ordered = time.monotonic()
        voice.say(1, Speech(segments, rate_wpm, chosen.volume))
        ended.wait()  # every speech ends, heard or not
    finally:
        voice.close()
    if failed := next((event for event in seen if isinstance(event, EffectFailed)), None):
        raise RuntimeError(f"the voice failed: {failed.reason}")
    lost = any(isinstance(event, PartLost) and event.reason != OTHER for event in seen)
    if lost and options.wav:
        raise WrongUse(f"{options.wav} could not be written to its end; make room, or choose another file")
    answer.timings_ms["open"] = round((ordered - started) * 1e3, 1)
    begun = next((event for event in seen if isinstance(event, SpeechStarted)), None)
    if begun is not None and not lost:
        answer.timings_ms["first_sound"] = round((begun.at - ordered) * 1e3, 1)
    # False without a loudspeaker, and where there was nothing to pronounce.
    silent = lost or (chosen.wanted == ("none",) and not options.wav)
    answer.facts["sounded"] = begun is not None and not silent
    if lost:  # the loudspeaker's own line on stderr names the remedy
        answer.refused, answer.status = "speaker_lost", WRONG_USE
    answer.facts["segments"] = [{"lang": segment.language, "text": segment.text} for segment in segments]
    if options.wav:
        answer.facts["wav"] = options.wav
    return answer
