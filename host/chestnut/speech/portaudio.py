"""PortAudio, shared by the loudspeaker and the microphone of this process.

PortAudio reads the list of devices only when it is initialised, and whoever initialises it anew ends every stream of
the process. So all calls go through one lock, and who holds a stream is asked to let go of it first.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from chestnut.speech import pulse

SYSTEMS_OWN = ("auto", "default")
SERVERS = ("pulse", "pipewire", "default")  # PortAudio's devices that lead to a sound server
_NODES = {"output": "sinks", "input": "sources"}
_CARDS = Path("/proc/asound/cards")

# USB sound cards rarely take 16 or 22.05 kHz: ALSA converts, if PortAudio opens them as plughw.
os.environ.setdefault("PA_ALSA_PLUGHW", "1")


class SoundError(RuntimeError):
    """No library, or no such device; the message is the cause in one line."""


@dataclass(frozen=True, slots=True)
class Device:
    """wanted: the words of the settings it was found by. name: its own, for the owner. index: PortAudio's, None for
    the system's default. node: of the sound server, "" for none."""

    wanted: str
    name: str
    index: int | None
    node: str = ""


class Holder(Protocol):
    """Who may hold a stream."""

    def let_go(self) -> bool:
        """Close it, within milliseconds; it may be opened again later. False: not now. Called under the lock."""


class PortAudio:
    """One for the process: `portaudio`. Every method is safe from any thread."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._holders: list[Holder] = []
        self._seen = ""

    @contextmanager
    def renewed(self, holder: Holder) -> Iterator[Any]:
        """The library, under the lock, with a list of devices that is as new as it can be; `holder` has no stream.

        Raises SoundError without a library, and what PortAudio raises.
        """
        with self.lock:
            try:
                import sounddevice
            except OSError as error:
                raise SoundError("no libportaudio2") from error
            cards = _cards()
            others = [other for other in self._holders if other is not holder]
            if not others or (cards != self._seen and all(other.let_go() for other in others)):
                self._holders = [other for other in self._holders if other is holder]
                while sounddevice._initialized:  # not after a failure to initialise it anew
                    sounddevice._terminate()
                sounddevice._initialize()
                self._seen = cards
            yield sounddevice

    def first(self, wanted: Sequence[str], kind: str) -> Device | None:
        """The best device there is, by the list that was read last; None without one or without a library."""
        with self.lock:
            try:
                import sounddevice
            except OSError:
                return None
            try:
                return next(find(sounddevice, wanted, kind), None)
            except sounddevice.PortAudioError:
                return None

    def hold(self, holder: Holder) -> None:
        """A stream of its is open from now on. Under the lock."""
        if holder not in self._holders:
            self._holders.append(holder)

    def release(self, holder: Holder) -> None:
        """It has none any more. Under the lock."""
        if holder in self._holders:
            self._holders.remove(holder)


portaudio = PortAudio()


def find(sounddevice: Any, wanted: Sequence[str], kind: str) -> Iterator[Device]:
    """The devices that bear a part of a wanted name, in the order of `wanted`; "auto" and "default" are the system's
    own choice. kind: "output" or "input"."""
    listed = [
        (index, str(device["name"]))
        for index, device in enumerate(sounddevice.query_devices())
        if device[f"max_{kind}_channels"] > 0
    ]
    named = any(word not in SYSTEMS_OWN for word in wanted)
    nodes = pulse.nodes(_NODES[kind]) if named else ()
    way = next((index for server in SERVERS for index, name in listed if name == server), None)
    for word in wanted:
        if word in SYSTEMS_OWN:
            if listed:
                yield Device(word, "the system's default", None)
            continue
        if way is not None:
            for node in nodes:
                if matches(word, node.description) or matches(word, node.name):
                    yield Device(word, node.description, way, node.name)
        for index, name in listed:
            if matches(word, name):
                yield Device(word, name, index)


def gone(device: Device, kind: str) -> bool:
    """Its node of the sound server is not there any more. Of others nobody knows before the list is read anew."""
    nodes = pulse.nodes(_NODES[kind]) if device.node else ()
    return bool(device.node) and device.node not in {node.name for node in nodes}


def matches(word: str, name: str) -> bool:
    return word.casefold() in name.casefold()


@contextmanager
def routed(node: str) -> Iterator[None]:
    """While a stream is opened: the sound server, PulseAudio's or PipeWire's own, leads it to this node. Under the
    lock."""
    names = ("PULSE_SINK", "PULSE_SOURCE", "PIPEWIRE_NODE") if node else ()
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, node))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def signature(wanted: Sequence[str], kind: str) -> str:
    """Changes when a device comes or goes; costs about as much as its sound server is asked."""
    named = any(word not in SYSTEMS_OWN for word in wanted)
    nodes = pulse.nodes(_NODES[kind]) if named else ()
    return _cards() + "".join(f"\n{node.name}" for node in nodes)


def _cards() -> str:
    try:
        return _CARDS.read_text(encoding="utf-8", errors="replace")
    except OSError:  # no sound card was ever there
        return ""
