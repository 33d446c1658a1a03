"""The microphone, through PortAudio: one stream, opened once, that runs only while somebody listens."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from chestnut.core.events import Part, PartFound, PartLost
from chestnut.core.ports import HEARD_HZ, Post, SoundBlock
from chestnut.speech.heard import BLOCK_FRAMES, Heard
from chestnut.speech.portaudio import Device, PortAudio, SoundError, find, gone, portaudio, routed, signature

RETRY_S = 2.0  # doubled after each failure
RETRY_MAX_S = 16.0
WATCH_S = 1.0
LOOK_S = 3.0  # how often it is asked whether a device came or went
LASTING_S = 1.0  # a stream that ends sooner was none
GRACE_S = 1.0  # a system that loses a device is busy with it: so long nothing is told
AGAIN_S = 0.1
SILENT_S = 3.0  # a stream that gives nothing for so long is lost
REMEDY = "plug in a microphone, name it in the settings, or run: sudo apt install libportaudio2"

log = logging.getLogger(__name__)


class PortAudioMicrophone:
    """core.ports.Microphone. wanted: parts of the names of sound devices, the best first; "default" is the system's
    own choice.

    A microphone that was never there is told of when somebody wants to listen, not before: the device works without.
    problem: the cause in one line with its remedy, None while all is well. device: what listens when it is started,
    None for nothing.
    """

    def __init__(
        self,
        wanted: Sequence[str],
        post: Post,
        *,
        now: Any = time.monotonic,
        retry_s: float = RETRY_S,
        look_s: float = LOOK_S,
        library: PortAudio = portaudio,
    ) -> None:
        self.problem: str | None = None
        self.device: Device | None = None
        self.ready = threading.Event()  # set while a stream is open
        self._wanted = tuple(wanted)
        self._post = post
        self._now = now
        self._retry_s = retry_s
        self._look_s = look_s
        self._library = library
        self._heard = Heard()
        self._seen = ""
        self._stream: Any = None
        self._wake = threading.Event()  # something is to be done: listen, stop, close, or the stream ended
        self._closing = threading.Event()
        self._told = False  # that it is lost
        self._thread = threading.Thread(target=self._keep_open, name="microphone", daemon=True)
        self._thread.start()

    def start(self) -> None:
        self._heard.begin()
        self._wake.set()

    def stop(self) -> None:
        self._heard.end()
        self._wake.set()

    def next(self, timeout_s: float) -> SoundBlock | None:
        return self._heard.next(timeout_s)

    def close(self) -> None:
        self._heard.end()
        self._closing.set()
        self._wake.set()
        self._thread.join()

    def let_go(self) -> bool:
        """portaudio.Holder."""
        if self._heard.listening:
            return False
        self._discard()
        return True

    # --- the microphone's own thread -------------------------------------------------------------------

    def _keep_open(self) -> None:
        retry_s, had, lived_until = self._retry_s, False, float("-inf")
        while not self._closing.is_set():
            self._wake.clear()
            if self._open():
                retry_s, had = self._retry_s, True
                if self._told:
                    self._told = False
                    self._post(PartFound(at=self._now(), part=Part.MICROPHONE))
                begun = time.monotonic()
                if self._tend() or time.monotonic() - begun >= LASTING_S:
                    lived_until = time.monotonic()
                    continue
                self.problem = f"the microphone went away: {REMEDY}"
            if time.monotonic() - lived_until < GRACE_S:
                self._closing.wait(AGAIN_S)
                continue
            if had or self._heard.listening:
                self._tell()
            self._wait(retry_s)
            retry_s = min(2 * retry_s, RETRY_MAX_S)

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            log.warning("%s", self.problem)
            self._post(PartLost(at=self._now(), part=Part.MICROPHONE, reason="microphone_lost"))

    def _wait(self, retry_s: float) -> None:
        """So long, or until somebody wants to listen, or a device comes or goes."""
        until = time.monotonic() + retry_s
        was_listening = self._heard.listening
        while (left_s := until - time.monotonic()) > 0 and not self._closing.is_set():
            if self._wake.wait(min(left_s, self._look_s)):
                self._wake.clear()
                if self._heard.listening and not was_listening:
                    return
                was_listening = self._heard.listening
            elif signature(self._wanted, "input") != self._seen:
                return

    def _open(self) -> bool:
        """A stream is there, at rest; else `problem` is why not."""
        try:
            with self._library.renewed(self) as sounddevice:
                self._seen = signature(self._wanted, "input")
                problem = f"no microphone: {REMEDY}"
                for device in find(sounddevice, self._wanted, "input"):
                    try:
                        with routed(device.node):
                            self._stream = sounddevice.RawInputStream(
                                samplerate=HEARD_HZ,
                                blocksize=BLOCK_FRAMES,
                                device=device.index,
                                channels=1,
                                dtype="int16",
                                latency="low",
                                callback=self._hear,
                                finished_callback=self._wake.set,
                            )
                    except (sounddevice.PortAudioError, ValueError) as error:
                        problem = f"{_one_line(error)}: {REMEDY}"
                        continue
                    self._library.hold(self)
                    self.device, self.problem = device, None
                    self.ready.set()
                    return True
        except SoundError as error:
            problem = f"{error}: {REMEDY}"
        except Exception as error:  # the thread must outlive whatever a driver raises
            log.log(logging.DEBUG if self.problem else logging.ERROR, "the microphone failed", exc_info=True)
            problem = f"{_one_line(error)}: {REMEDY}"
        self.problem = problem
        return False

    def _hear(self, samples: Any, frames: int, _time: Any, _status: Any) -> None:
        if self._heard.listening:
            self._heard.add(np.frombuffer(samples, np.int16).copy(), self._now())

    def _tend(self) -> bool:
        """Let the stream run while somebody listens. False: it was lost; True: it is to be opened anew, or not at all
        any more."""
        import sounddevice

        runs, since, look_at = False, 0.0, time.monotonic() + self._look_s
        try:
            while not self._closing.is_set():
                with self._library.lock:
                    if self._stream is None:  # somebody had PortAudio begin anew
                        return True
                    if self._heard.listening and not runs:
                        self._stream.start()
                        runs, since = True, time.monotonic()
                    elif runs and not self._heard.listening:
                        self._stream.abort()
                        runs = False
                    elif runs and not self._stream.active:
                        return False
                self._wake.wait(min(WATCH_S, self._look_s))
                self._wake.clear()
                if runs and time.monotonic() - max(since, self._heard.newest_s) > SILENT_S:
                    return False
                if time.monotonic() >= look_at:
                    look_at = time.monotonic() + self._look_s
                    if signature(self._wanted, "input") != self._seen and (not runs or self._is_gone()):
                        return True
            return True
        except sounddevice.PortAudioError as error:
            log.info("the microphone failed: %s", _one_line(error))
            return False
        finally:
            self.ready.clear()
            self.device = None
            with self._library.lock:
                self._discard()

    def _is_gone(self) -> bool:
        """A sound server lets the stream go on from another source then, which is not what was wanted."""
        return self.device is not None and gone(self.device, "input")

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
