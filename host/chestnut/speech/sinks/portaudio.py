"""The loudspeaker, through PortAudio: one stream, opened once and kept open, that pulls 10 ms at a time.

Without a device, or when it is pulled out, the speech drains in real time without sound, so that every job ends and
the device lives on; the stream is opened again as soon as a device is there.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np

from chestnut.core.events import Part, PartFound, PartLost
from chestnut.core.ports import Post
from chestnut.speech.mixer import Mixer
from chestnut.speech.sinks import BLOCK_S, Now
from chestnut.speech.sinks.null import drain

RETRY_S = 2.0  # doubled after each failure
RETRY_MAX_S = 16.0
STALLED_S = (
    4.0  # a stream that asks for nothing so long is lost (a PulseAudio null sink may take 2 s to begin)
)
WATCH_S = 1.0
REMEDY = "plug in a loudspeaker, name it in the settings, or run: sudo apt install libportaudio2"

log = logging.getLogger(__name__)


class PortAudioSink:
    """device: part of a name as `python -m sounddevice` lists it, or None for the system's default.

    Posts PartLost(SPEAKER, "speaker_lost") when no stream can be opened or it dies, PartFound(SPEAKER) when it
    plays again after such a loss. problem: the cause in one line with its remedy, None while all is well.
    """

    def __init__(self, device: str | None = None, *, retry_s: float = RETRY_S) -> None:
        self.latency_s = 0.0
        self.problem: str | None = None
        self.playing = threading.Event()  # set while a real stream pulls
        self._device = device
        self._retry_s = retry_s
        self._closing = threading.Event()
        self._wake = threading.Event()  # the stream ended, or close() was called
        self._blocks = 0
        self._thread: threading.Thread | None = None
        self._zeros = b""

    def open(self, mixer: Mixer, post: Post, now: Now) -> None:
        self._thread = threading.Thread(
            target=self._keep_open, args=(mixer, post, now), name="speaker", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _keep_open(self, mixer: Mixer, post: Post, now: Now) -> None:
        lost = False
        retry_s = self._retry_s
        library: Any = None
        while not self._closing.is_set():
            self._wake.clear()
            try:
                library = _library(library)
                stream = self._start(library, mixer)
            except (OSError, ValueError, RuntimeError) as error:  # PortAudioError is a RuntimeError
                self.problem = f"{_one_line(error)}: {REMEDY}"
            else:
                self.problem = None
                self.playing.set()
                if lost:
                    post(PartFound(at=now(), part=Part.SPEAKER))
                lost, retry_s = False, self._retry_s
                self._watch(stream, mixer)
                self.playing.clear()
                _discard(library, stream)
            if self._closing.is_set():
                return
            if not lost:
                self.problem = self.problem or f"the loudspeaker went away: {REMEDY}"
                log.warning("%s", self.problem)
                post(PartLost(at=now(), part=Part.SPEAKER, reason="speaker_lost"))
                lost = True
            drain(mixer, self._closing, retry_s)
            retry_s = min(2 * retry_s, RETRY_MAX_S)

    def _start(self, library: Any, mixer: Mixer) -> Any:
        if not len(library.query_devices()):  # asking PortAudio to open nothing would fill the log
            raise OSError("no sound device")
        frames = round(BLOCK_S * mixer.rate_hz)
        self._zeros = bytes(2 * frames)

        def pull(out: Any, count: int, _time: Any, _status: Any) -> None:
            self._blocks += 1
            if mixer.idle and count == frames:
                out[:] = self._zeros
            else:
                np.frombuffer(out, np.int16)[:] = mixer.fill(count)

        stream = library.RawOutputStream(
            samplerate=mixer.rate_hz,
            blocksize=frames,
            device=self._device,
            channels=1,
            dtype="int16",
            latency="low",
            callback=pull,
            finished_callback=self._wake.set,
        )
        try:
            stream.start()
        except library.PortAudioError:
            _discard(library, stream)
            raise
        self.latency_s = float(stream.latency)
        return stream

    def _watch(self, stream: Any, mixer: Mixer) -> None:
        """Return when the stream has ended or pulls no more though there is something to play."""
        seen, quiet_s = -1, 0.0
        while not self._wake.wait(WATCH_S):
            if not stream.active:
                return
            quiet_s = quiet_s + WATCH_S if self._blocks == seen and not mixer.idle else 0.0
            seen = self._blocks
            if quiet_s >= STALLED_S:
                return


def _library(loaded: Any) -> Any:
    """sounddevice with a fresh list of devices. PortAudio reads that list only when it is initialised, so it is
    initialised anew before each further try; other streams of this process must reopen then."""
    import sounddevice

    if loaded is not None:
        sounddevice._terminate()
        sounddevice._initialize()
    return sounddevice


def _discard(library: Any, stream: Any) -> None:
    try:
        stream.abort()
        stream.close()
    except library.PortAudioError as error:
        log.debug("the lost stream would not close: %s", error)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
