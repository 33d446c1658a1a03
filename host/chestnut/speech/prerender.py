"""Phrases rendered ahead and phonemes, by py-espeak-ng, which runs the espeak-ng command.

Measured on a 2-core x86 machine: the command needs 8 ms for one word (22 at worst), the library that speech/espeak.py
holds open 0.3 ms, 0.06 ms to its first samples. So nothing is kept here to be spoken faster: a cache would save
nothing. What this is for: writing phrases to files on the maker's desk, phonemes that a maker can read, and a second
opinion on the voice for `chestnut check`.

Faults of py-espeak-ng 0.1.8 and what is done about them: its default voice does not exist in eSpeak NG (always named
here); text that begins with "-" is taken for an option and lost (a space goes before it); errors are never raised,
and g2p returns their message as if it were phonemes (looked for); g2p glues clauses together (asked clause by
clause); another package, `espeakng`, overwrites it under the same name (told apart).
"""

from __future__ import annotations

import io
import re
import wave
from typing import Any

import numpy as np

from chestnut.core.ports import Segment
from chestnut.speech import espeak
from chestnut.speech.espeak import EspeakError

_CLAUSE = re.compile(r"(?<=[.,:;!?\u2026])\s+|\n+")
_IPA = 1  # phonemes with "_" between them, words with a space: the only form of g2p without joiners inside
_COMPLAINT = re.compile(r"^(Error:|espeak-ng:|Failed|Usage)", re.MULTILINE)


def render(segment: Segment, rate_wpm: int) -> tuple[espeak.Samples, int]:
    """All samples of the segment, int16 mono, and their rate in Hz. ValueError as in Espeak.synthesise;
    EspeakError with the remedy when the package or the command is missing or gives nothing."""
    espeak.check(segment, rate_wpm)
    written = _ask(segment.language, rate_wpm).synth_wav(_safe(segment.text))
    if not written.startswith(b"RIFF"):
        raise EspeakError(f"espeak-ng wrote no sound for {segment.language!r}: {espeak.REMEDY}")
    with wave.open(io.BytesIO(written)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.int16)
        return samples, sound.getframerate()


def phonemes(segment: Segment) -> str:
    """The segment in the International Phonetic Alphabet, words separated by one space: "həlˈəʊ wˈɜːld"."""
    espeak.check(segment, espeak.RATE_WPM_MIN)
    speaker = _ask(segment.language, espeak.RATE_WPM_MIN)
    heard: list[str] = []
    for clause in _CLAUSE.split(segment.text):
        if clause.strip():
            answer = speaker.g2p(_safe(clause), ipa=_IPA)
            if _COMPLAINT.search(answer):
                raise EspeakError(f"{answer}: {espeak.REMEDY}")
            heard += answer.replace("_", "").split()
    return " ".join(heard)


def _ask(language: str, rate_wpm: int) -> Any:
    try:
        from espeakng import ESpeakNG
    except ImportError as error:
        raise EspeakError(
            "py-espeak-ng is missing or overwritten by the package espeakng: "
            "pip uninstall espeakng; pip install --force-reinstall py-espeak-ng"
        ) from error
    return _Raising(ESpeakNG(voice=espeak.VOICES[language], speed=rate_wpm))


class _Raising:
    """The package's speaker, with a missing command told as our error."""

    def __init__(self, speaker: Any) -> None:
        self._speaker = speaker

    def synth_wav(self, text: str) -> bytes:
        try:
            return bytes(self._speaker.synth_wav(text))
        except FileNotFoundError as error:
            raise EspeakError(f"no command espeak-ng: {espeak.REMEDY}") from error

    def g2p(self, text: str, ipa: int) -> str:
        try:
            return str(self._speaker.g2p(text, ipa=ipa))
        except FileNotFoundError as error:
            raise EspeakError(f"no command espeak-ng: {espeak.REMEDY}") from error


def _safe(text: str) -> str:
    """A command's argument cannot hold U+0000, must not look like an option, and carries no embedded commands."""
    return " " + espeak.plain(text)
