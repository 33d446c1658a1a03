"""The loudspeaker, through PortAudio: one stream, kept open, that pulls 10 ms at a time.

Several may be wanted, the first one most: when it goes, the next takes over where the speech stopped; when it is
back, it is returned to between two sentences. Without any, the speech drains in real time without sound, so that
every job ends and the device lives on; one is sought until it is there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chestnut.core.events import Part, PartFound, PartLost
from chestnut.core.ports import Post
from chestnut.speech.mixer import Mixer
from chestnut.speech.portaudio import Device, PortAudio, SoundError, find, portaudio, routed, signature
from chestnut.speech.sinks import BLOCK_S, Now
from chestnut.speech.sinks.null import drain

RETRY_S = 2.0  # doubled after each failure
RETRY_MAX_S = 16.0
STALLED_S = (
    4.0  # a stream that asks for nothing so long is lost (a PulseAudio null sink may take 2 s to begin)
)
WATCH_S = 1.0
LOOK_S = 3.0  # how often it is asked whether a device came or went
LASTING_S = 1.0  # a stream that ends sooner was none
GRACE_S = (
    1.0  # so long after one went the speech waits for the next: a system that loses a device is busy with it
)
AGAIN_S = 0.1
REMEDY = "plug in a loudspeaker, name it in the settings, or run: sudo apt install libportaudio2"

log = logging.getLogger(__name__)


class PortAudioSink:
    """wanted: parts of the names of sound devices, as PortAudio or the sound server list them, the best first; "auto"
    and "default" are the system's own choice. caps: the ceiling of Mixer.cap() by wanted name, and for "" that of any
    other; None caps nothing.

    Posts PartLost(SPEAKER, "speaker_lost") when no stream can be had, PartLost(SPEAKER, "speaker_other") when another
    loudspeaker took over from one that went, and PartFound(SPEAKER) when it plays as before such a loss.
    problem: the cause in one line with its remedy, None while all is well. device: what plays now, None for nothing.
    underruns: blocks that came too late.
    """

    def __init__(
        self,
        wanted: Sequence[str] = ("auto",),
        *,
        caps: Mapping[str, float | None] | None = None,
        retry_s: float = RETRY_S,
        look_s: float = LOOK_S,
        library: PortAudio = portaudio,
    ) -> None:
        self.latency_s = 0.0
        self.problem: str | None = None
        self.device: Device | None = None
        self.playing = threading.Event()  # set while a real stream pulls
        self._wanted = tuple(wanted)
        self._caps = dict(caps or {})
        self._retry_s = retry_s
        self._look_s = look_s
        self._library = library
        self._closing = threading.Event()
        self._leaving = threading.Event()  # another device is to be taken as soon as nothing sounds
        self._gave_way = False  # to somebody else of this process who has PortAudio begin anew
        self._wake = threading.Event()  # the stream ended, may be left, or close() was called
        self.underruns = 0
        self._blocks = 0
        self._seen = ""  # the devices there were
        self._mixer: Mixer | None = None
        self._stream: Any = None
        self._thread: threading.Thread | None = None

    def open(self, mixer: Mixer, post: Post, now: Now) -> None:
        self._mixer = mixer
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

    def let_go(self) -> bool:
        """portaudio.Holder."""
        if self._mixer is None or not self._mixer.between:
            return False
        self._gave_way = True
        self._discard()
        return True

    def _keep_open(self, mixer: Mixer, post: Post, now: Now) -> None:
        told, home = "", len(self._wanted)  # what stands lost, and what was played on before that
        retry_s, lived_until = self._retry_s, float("-inf")
        while True:
            self._wake.clear()
            if (
                self._closing.is_set()
            ):  # after the clearing, or a close() between the two would never be noticed
                return
            if self._start(mixer, quietly=bool(told)):
                assert self.device is not None
                rank = self._wanted.index(self.device.wanted)
                if rank > home and not told:
                    told = "speaker_other"
                    log.warning("the loudspeaker went away: %r took over", self.device.wanted)
                    post(PartLost(at=now(), part=Part.SPEAKER, reason=told))
                elif told == "speaker_lost" or (told and rank <= home):
                    told = ""
                    post(PartFound(at=now(), part=Part.SPEAKER))
                home = home if told else rank
                begun = time.monotonic()
                self._watch(mixer)
                self._end()
                if self._closing.is_set():
                    return
                if self._gave_way or self._leaving.is_set() or time.monotonic() - begun >= LASTING_S:
                    retry_s, lived_until = self._retry_s, time.monotonic()
                    continue
                self.problem = f"the loudspeaker went away: {REMEDY}"
            if time.monotonic() - lived_until < GRACE_S:
                self._closing.wait(AGAIN_S)
                continue
            if told != "speaker_lost":
                told = "speaker_lost"
                log.warning("%s", self.problem)
                post(PartLost(at=now(), part=Part.SPEAKER, reason=told))
            self._wait(mixer, retry_s)
            retry_s = min(2 * retry_s, RETRY_MAX_S)

    def _wait(self, mixer: Mixer, retry_s: float) -> None:
        """So long, or until a device comes or goes; what is said meanwhile ends in its own time."""
        until = time.monotonic() + retry_s
        while (left_s := until - time.monotonic()) > 0 and not self._closing.is_set():
            if mixer.closed:  # close() follows
                self._closing.wait(left_s)
                return
            drain(mixer, self._closing, min(left_s, self._look_s))
            if signature(self._wanted, "output") != self._seen:
                return

    def _start(self, mixer: Mixer, *, quietly: bool) -> bool:
        """A stream plays; else `problem` is why not."""
        try:
            with self._library.renewed(self) as sounddevice:
                self._seen = signature(self._wanted, "output")
                problem = f"no sound device: {REMEDY}"
                for device in find(sounddevice, self._wanted, "output"):
                    try:
                        self._stream = self._play(sounddevice, device, mixer)
                    except (sounddevice.PortAudioError, ValueError) as error:
                        problem = f"{_one_line(error)}: {REMEDY}"
                        continue
                    self._library.hold(self)
                    self.latency_s = float(self._stream.latency)
                    self.device, self.problem = device, None
                    self._gave_way = False
                    self._leaving.clear()
                    self.playing.set()
                    return True
        except SoundError as error:
            problem = f"{error}: {REMEDY}"
        except Exception as error:  # the thread must outlive whatever a driver raises, or no job would end
            log.log(logging.DEBUG if quietly else logging.ERROR, "the loudspeaker failed", exc_info=True)
            problem = f"{_one_line(error)}: {REMEDY}"
        self.problem = problem
        return False

    def _play(self, sounddevice: Any, device: Device, mixer: Mixer) -> Any:
        """A playing stream. PortAudioError: the device refuses."""
        frames = round(BLOCK_S * mixer.rate_hz)
        zeros = bytes(2 * frames)

        def pull(out: Any, count: int, _time: Any, status: Any) -> None:
            self._blocks += 1
            if status.output_underflow:
                self.underruns += 1
            if self._leaving.is_set() and mixer.between:
                self._wake.set()
                out[:] = bytes(2 * count)  # what comes now is for the device that is taken next
            elif mixer.idle and count == frames:
                out[:] = zeros
            else:
                np.frombuffer(out, np.int16)[:] = mixer.fill(count)

        mixer.cap(self._caps.get(device.wanted, self._caps.get("")))
        with routed(device.node):
            stream = sounddevice.RawOutputStream(
                samplerate=mixer.rate_hz,
                blocksize=frames,
                device=device.index,
                channels=1,
                dtype="int16",
                latency="low",
                callback=pull,
                finished_callback=self._wake.set,
            )
            try:
                stream.start()
            except sounddevice.PortAudioError:
                stream.close(ignore_errors=True)  # or it would keep the device from whoever is asked next
                raise
        return stream

    def _watch(self, mixer: Mixer) -> None:
        """Return when the stream has ended, pulls no more though there is something to play, or may be left for
        another device."""
        import sounddevice

        turn_s = min(WATCH_S, self._look_s)
        seen, quiet_s, look_at = -1, 0.0, time.monotonic() + self._look_s
        while not self._wake.wait(turn_s):
            stream = self._stream
            try:
                if stream is None or not stream.active:
                    return
            except sounddevice.PortAudioError:  # it is no stream any more
                return
            quiet_s = quiet_s + turn_s if self._blocks == seen and not mixer.idle else 0.0
            seen = self._blocks
            if quiet_s >= STALLED_S:
                return
            if time.monotonic() >= look_at and not self._leaving.is_set():
                look_at = time.monotonic() + self._look_s
                if signature(self._wanted, "output") != self._seen:
                    self._leaving.set()

    def _end(self) -> None:
        self.playing.clear()
        self.device = None
        with self._library.lock:
            self._discard()

    def _discard(self) -> None:
        """Under the lock. Errors are of no use: the stream may be dead already, and its device gone."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)
        self._library.release(self)
        self._wake.set()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
