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
from chestnut.speech.sinks import BLOCK_S, Now, SinkError
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
    plays again after such a loss.
    problem: the cause in one line with its remedy, None while all is well. underruns: blocks that came too late.
    """

    def __init__(self, device: str | None = None, *, retry_s: float = RETRY_S) -> None:
        self.latency_s = 0.0
        self.problem: str | None = None
        self.playing = threading.Event()  # set while a real stream pulls
        self._device = device
        self._retry_s = retry_s
        self._closing = threading.Event()
        self._wake = threading.Event()  # the stream ended, or close() was called
        self.underruns = 0
        self._blocks = 0
        self._thread: threading.Thread | None = None

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
        while True:
            self._wake.clear()
            if (
                self._closing.is_set()
            ):  # after the clearing, or a close() between the two would never be noticed
                return
            try:
                stream = self._start(mixer)
            except SinkError as error:
                self.problem = str(error)
            except (
                Exception
            ) as error:  # the thread must outlive whatever a driver raises, or no job would end
                log.log(logging.DEBUG if lost else logging.ERROR, "the loudspeaker failed", exc_info=True)
                self.problem = f"{_one_line(error)}: {REMEDY}"
            else:
                self.problem = None
                self.playing.set()
                if lost:
                    post(PartFound(at=now(), part=Part.SPEAKER))
                lost, retry_s = False, self._retry_s
                self._watch(stream, mixer)
                self.playing.clear()
                _discard(stream)
            if self._closing.is_set():
                return
            if not lost:
                self.problem = self.problem or f"the loudspeaker went away: {REMEDY}"
                log.warning("%s", self.problem)
                post(PartLost(at=now(), part=Part.SPEAKER, reason="speaker_lost"))
                lost = True
            drain(mixer, self._closing, retry_s)
            retry_s = min(2 * retry_s, RETRY_MAX_S)

    def _start(self, mixer: Mixer) -> Any:
        """A playing stream. SinkError: no library, no device, or it refuses."""
        frames = round(BLOCK_S * mixer.rate_hz)
        zeros = bytes(2 * frames)

        def pull(out: Any, count: int, _time: Any, status: Any) -> None:
            self._blocks += 1
            if status.output_underflow:
                self.underruns += 1
            if mixer.idle and count == frames:
                out[:] = zeros
            else:
                np.frombuffer(out, np.int16)[:] = mixer.fill(count)

        try:
            import sounddevice  # initialises PortAudio, too
        except OSError as error:
            raise SinkError(f"no libportaudio2: {REMEDY}") from error
        try:
            # PortAudio reads the list of devices only when it is initialised, and others, such as mediapipe, may have
            # done that long ago. Other streams of this process end by it and must be opened again.
            while sounddevice._initialized:  # not after a failure to initialise it anew
                sounddevice._terminate()
            sounddevice._initialize()
            if not len(sounddevice.query_devices()):  # to open nothing would only fill the log
                raise SinkError(f"no sound device: {REMEDY}")
            stream = sounddevice.RawOutputStream(
                samplerate=mixer.rate_hz,
                blocksize=frames,
                device=self._device,
                channels=1,
                dtype="int16",
                latency="low",
                callback=pull,
                finished_callback=self._wake.set,
            )
            stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:  # ValueError: no device of that name
            raise SinkError(f"{_one_line(error)}: {REMEDY}") from error
        self.latency_s = float(stream.latency)
        return stream

    def _watch(self, stream: Any, mixer: Mixer) -> None:
        """Return when the stream has ended or pulls no more though there is something to play."""
        import sounddevice

        seen, quiet_s = -1, 0.0
        while not self._wake.wait(WATCH_S):
            try:
                if not stream.active:
                    return
            except sounddevice.PortAudioError:  # it is no stream any more
                return
            quiet_s = quiet_s + WATCH_S if self._blocks == seen and not mixer.idle else 0.0
            seen = self._blocks
            if quiet_s >= STALLED_S:
                return


def _discard(stream: Any) -> None:
    """Errors are of no use: the stream may be dead already, and its device gone."""
    stream.abort(ignore_errors=True)
    stream.close(ignore_errors=True)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
