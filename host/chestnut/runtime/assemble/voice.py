"""What speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from chestnut.core.ports import Microphone, Post
from chestnut.speech.espeak import EspeakError
from chestnut.speech.microphone import PortAudioMicrophone
from chestnut.speech.portaudio import Device, portaudio
from chestnut.speech.sinks import Sink, SinkError
from chestnut.speech.sinks.null import NullSink
from chestnut.speech.sinks.portaudio import PortAudioSink
from chestnut.speech.sinks.wav import WavSink
from chestnut.speech.voice import SpokenVoice


class VoiceMissing(RuntimeError):
    """The device cannot speak; the message names the remedy."""


def open_voice(
    post: Post,
    speakers: Sequence[str] = ("auto",),
    wav: Path | None = None,
    caps: Mapping[str, float | None] | None = None,
) -> SpokenVoice:
    """speakers: parts of devices' names, the best first, "auto" or "none". wav: write there instead. caps: as in
    PortAudioSink. VoiceMissing names the remedy; a missing loudspeaker is no error, it is posted as PartLost and
    sought again."""
    sink: Sink
    try:
        if wav is not None:
            sink = WavSink(wav)
        elif "none" in speakers:
            sink = NullSink()
        else:
            sink = PortAudioSink(speakers, caps=caps)
        return SpokenVoice(post=post, sink=sink)
    except (EspeakError, SinkError) as error:
        raise VoiceMissing(str(error)) from error


def open_microphone(post: Post, wanted: Sequence[str]) -> Microphone | None:
    """wanted: parts of devices' names, the best first. None where it is switched off. One that is missing is no
    error, it is sought until it is there."""
    return None if "none" in wanted else PortAudioMicrophone(wanted, post)


def sound_device(wanted: Sequence[str], kind: str) -> Device | None:
    """The best of these that is there now. kind: "output" or "input"."""
    return portaudio.first(wanted, kind)


def has_loudspeaker() -> bool:
    """PortAudio knows a device to play on."""
    return sound_device(("auto",), "output") is not None
