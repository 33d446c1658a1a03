"""A recording as a microphone: it is heard from its beginning at each start, and silence after its end."""

from __future__ import annotations

import threading
import time
import wave
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chestnut.core.events import Part, PartFound, PartLost
from chestnut.core.ports import HEARD_HZ, Post, SoundBlock
from chestnut.speech.heard import BLOCK_FRAMES, Heard
from chestnut.speech.portaudio import SoundError


class WavMicrophone:
    """core.ports.Microphone, in real time. SoundError: the file is none of 16 kHz, one channel, 16 bits."""

    def __init__(self, path: Path, post: Post) -> None:
        self._samples = _read(path)
        self._post = post
        self._heard = Heard()
        self._plugged = True
        self._changed = threading.Condition()
        self._turn = 0  # one more with each start
        self._closed = False
        self._thread = threading.Thread(target=self._play, name="wav microphone", daemon=True)
        self._thread.start()

    def start(self) -> None:
        with self._changed:
            self._turn += 1
            self._heard.begin()
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._heard.end()
            self._changed.notify_all()

    def next(self, timeout_s: float) -> SoundBlock | None:
        return self._heard.next(timeout_s)

    def unplug(self) -> None:
        """Its cable is pulled."""
        with self._changed:
            self._plugged = False
            self._changed.notify_all()
        self._post(PartLost(at=time.monotonic(), part=Part.MICROPHONE, reason="microphone_lost"))

    def plug(self) -> None:
        with self._changed:
            self._plugged = True
            self._changed.notify_all()
        self._post(PartFound(at=time.monotonic(), part=Part.MICROPHONE))

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._heard.end()
            self._changed.notify_all()
        self._thread.join()

    def _play(self) -> None:
        turn, at, due_s = 0, 0, 0.0
        with self._changed:
            while not self._closed:
                if not (self._heard.listening and self._plugged):
                    self._changed.wait()
                    due_s = time.monotonic()
                    continue
                if turn != self._turn:
                    turn, at, due_s = self._turn, 0, time.monotonic()
                due_s += BLOCK_FRAMES / HEARD_HZ
                if self._changed.wait_for(partial(self._is_over, turn), max(0.0, due_s - time.monotonic())):
                    continue
                block = np.zeros(BLOCK_FRAMES, np.int16)
                part = self._samples[at : at + BLOCK_FRAMES]
                block[: len(part)] = part
                at += BLOCK_FRAMES
                self._heard.add(block, time.monotonic())

    def _is_over(self, turn: int) -> bool:
        """Under the lock: what was being played at that turn is not to go on."""
        return self._closed or not self._heard.listening or not self._plugged or self._turn != turn


def _read(path: Path) -> NDArray[np.int16]:
    try:
        with wave.open(str(path), "rb") as file:
            kind = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            samples = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SoundError(f"{path} is no WAV file that can be read: {error}; record it again") from error
    if kind != (1, 2, HEARD_HZ):
        raise SoundError(
            f"{path} must have one channel, 16 bits and {HEARD_HZ} Hz; convert it: sox IN -r 16k -c 1 -b 16 OUT"
        )
    return np.frombuffer(samples[: len(samples) // 2 * 2], "<i2").astype(np.int16)
