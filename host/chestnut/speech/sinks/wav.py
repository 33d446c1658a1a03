"""Writes what would be heard into a WAV file, as fast as the synthesis goes."""

from __future__ import annotations

import contextlib
import logging
import threading
import wave
from pathlib import Path
from typing import IO

from chestnut.core.events import Part, PartLost
from chestnut.core.ports import Post
from chestnut.speech.mixer import Mixer
from chestnut.speech.sinks import BLOCK_S, Now, SinkError

log = logging.getLogger(__name__)


class WavSink:
    """int16 mono at the mixer's rate. The file is complete after close(). A disk that fills up meanwhile is
    PartLost(SPEAKER) and the rest of the speech is dropped, so that every job still ends.

    SinkError: the file cannot be written.
    """

    latency_s = 0.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread: threading.Thread | None = None
        try:
            self._file: IO[bytes] = path.open("wb")
        except OSError as error:
            raise SinkError(f"cannot write {path}: {error.strerror}; choose another file") from error

    def open(self, mixer: Mixer, post: Post, now: Now) -> None:
        self._thread = threading.Thread(
            target=self._write, args=(mixer, post, now), name="wav sink", daemon=True
        )
        self._thread.start()

    def _write(self, mixer: Mixer, post: Post, now: Now) -> None:
        frames = round(BLOCK_S * mixer.rate_hz)
        try:
            with self._file, wave.open(self._file, "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(mixer.rate_hz)
                while mixer.wait_busy():
                    mixer.wait_ready(frames)
                    out.writeframesraw(mixer.fill(frames).astype("<i2", copy=False).tobytes())
        except OSError as error:
            log.warning("cannot write %s: %s", self._path, error.strerror)
            post(PartLost(at=now(), part=Part.SPEAKER, reason="speaker_lost"))
            while mixer.wait_busy():
                mixer.wait_ready(frames)
                mixer.fill(frames)

    def close(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        with contextlib.suppress(OSError):  # the thread has told of it already
            self._file.close()
