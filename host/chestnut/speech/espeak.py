"""eSpeak NG, the system's library, through ctypes: text becomes samples a few milliseconds at a time.

The C interface is that of espeak-ng's speak_lib.h. The library keeps its voice, rate and buffers in global
variables, so a process initialises it once and lends it to one owner at a time.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chestnut.core.ports import Segment

RATE_WPM_MIN, RATE_WPM_MAX = 120, 450
VOICES = {"en": "en", "ru": "ru"}
REMEDY = "install the speech system: sudo apt install espeak-ng, or run make setup"

Samples = NDArray[np.int16]
Deliver = Callable[[Samples], bool]

_AUDIO_OUTPUT_SYNCHRONOUS = 2  # espeak_Synth returns when all is done and samples go to the callback
_CHUNK_MS = 20
_TEXT_IS_UTF8, _POSITION_IN_CHARACTERS, _PARAMETER_RATE = 1, 1, 1
# Control characters carry espeak's embedded commands (U+0001 and more), and U+0000 would end the text.
_NO_CONTROLS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakError(RuntimeError):
    """The speech system cannot be used; the message names the remedy."""


class _Library:
    """The one initialised library of this process and the lock that tells whether somebody owns it."""

    loaded: Any = None
    rate_hz = 0
    owned = threading.Lock()

    @classmethod
    def load(cls) -> None:
        if cls.loaded is not None:
            return
        try:
            library = ctypes.CDLL("libespeak-ng.so.1")
        except OSError as error:
            raise EspeakError(f"no libespeak-ng.so.1: {REMEDY}") from error
        library.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]
        library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        rate_hz = library.espeak_Initialize(
            _AUDIO_OUTPUT_SYNCHRONOUS, _CHUNK_MS, None, 1 << 15
        )  # never exit()
        if rate_hz <= 0:
            raise EspeakError(f"espeak-ng has no voice data: {REMEDY}")
        cls.loaded, cls.rate_hz = library, rate_hz


class Espeak:
    """The owner of the library until close(). A second one meanwhile is an EspeakError.

    rate_hz: samples a second, 22050 for eSpeak NG's own voices. Not thread-safe: one thread synthesises.
    """

    def __init__(self) -> None:
        if not _Library.owned.acquire(blocking=False):
            raise EspeakError(
                "the speech system is already in use in this process: close the other voice first"
            )
        try:
            _Library.load()
        except EspeakError:
            _Library.owned.release()
            raise
        self._library = _Library.loaded
        self.rate_hz: int = _Library.rate_hz
        self._closed = False
        self._language = ""
        self._deliver: Deliver = lambda samples: False
        self._failure: BaseException | None = None
        self._aborted = False
        self._callback = _Callback(self._receive)  # must live as long as the library may call it
        self._library.espeak_SetSynthCallback(self._callback)

    def synthesise(self, segment: Segment, rate_wpm: int, deliver: Deliver) -> bool:
        """Speak the segment into `deliver`, which gets int16 mono chunks of about 20 ms (its own to keep), may block
        to hold the synthesis back, and returns False to abort it. True if everything was delivered.

        ValueError: a rate outside 120 to 450 or a language without a voice. EspeakError: the voice data are broken.
        An exception of `deliver` ends the synthesis and is raised here.
        """
        check(segment, rate_wpm)
        self._choose(segment.language)
        self._library.espeak_SetParameter(_PARAMETER_RATE, rate_wpm, 0)
        self._deliver, self._failure, self._aborted = deliver, None, False
        text = plain(segment.text).encode() + b"\0"
        status = self._library.espeak_Synth(
            text, len(text), 0, _POSITION_IN_CHARACTERS, 0, _TEXT_IS_UTF8, None, None
        )
        if self._failure is not None:
            raise self._failure
        if status != 0:
            raise EspeakError(f"espeak-ng gave up with status {status}: {REMEDY}")
        return not self._aborted

    def _choose(self, language: str) -> None:
        if language == self._language:
            return
        if self._library.espeak_SetVoiceByName(VOICES[language].encode()) != 0:
            raise EspeakError(f"espeak-ng has no voice for {language!r}: {REMEDY}")
        self._language = language

    def _receive(self, samples: Any, count: int, _events: Any) -> int:
        if self._aborted:
            return 1
        try:
            if samples and count > 0:
                self._aborted = not self._deliver(np.ctypeslib.as_array(samples, (count,)).copy())
        except BaseException as error:  # noqa: BLE001 - must not cross the C frame; raised again in synthesise()
            self._failure, self._aborted = error, True
        return int(self._aborted)

    def close(self) -> None:
        """Give the library back. It stays initialised: terminating it and starting anew is not needed."""
        if not self._closed:
            self._closed = True
            self._library.espeak_SetSynthCallback(None)
            _Library.owned.release()


def check(segment: Segment, rate_wpm: int) -> None:
    """ValueError when the segment cannot be spoken at this rate."""
    if segment.language not in VOICES:
        raise ValueError(f"no voice for language {segment.language!r}, only for {', '.join(VOICES)}")
    if not RATE_WPM_MIN <= rate_wpm <= RATE_WPM_MAX:
        raise ValueError(
            f"speech rate of {rate_wpm} words a minute is outside {RATE_WPM_MIN} to {RATE_WPM_MAX}"
        )


def plain(text: str) -> str:
    """The text without control characters and lone surrogates, which would be commands or an early end."""
    return text.translate(_NO_CONTROLS).encode(errors="replace").decode()
