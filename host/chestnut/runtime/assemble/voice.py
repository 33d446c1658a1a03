"""What speaks."""

from __future__ import annotations

from pathlib import Path

from chestnut.core.ports import Post
from chestnut.speech.espeak import EspeakError
from chestnut.speech.sinks import Sink, SinkError
from chestnut.speech.sinks.null import NullSink
from chestnut.speech.sinks.portaudio import PortAudioSink
from chestnut.speech.sinks.wav import WavSink
from chestnut.speech.voice import SpokenVoice


class VoiceMissing(RuntimeError):
    """The device cannot speak; the message names the remedy."""


def open_voice(post: Post, speaker: str = "auto", wav: Path | None = None) -> SpokenVoice:
    """speaker: "auto", "none" or a part of a device's name. wav: write there instead. VoiceMissing names the
    remedy; a missing loudspeaker is no error, it is posted as PartLost and sought again."""
    sink: Sink
    try:
        if wav is not None:
            sink = WavSink(wav)
        elif speaker == "none":
            sink = NullSink()
        else:
            sink = PortAudioSink(None if speaker == "auto" else speaker)
        return SpokenVoice(post=post, sink=sink)
    except (EspeakError, SinkError) as error:
        raise VoiceMissing(str(error)) from error


def has_loudspeaker() -> bool:
    """PortAudio knows a device to play on."""
    return bool(loudspeakers())


def loudspeakers() -> tuple[str, ...]:
    """The names of what PortAudio can play on, its default first."""
    try:
        import sounddevice
    except (ImportError, OSError):
        return ()
    try:
        devices = [device for device in sounddevice.query_devices() if device["max_output_channels"] > 0]
        default = sounddevice.default.device[1]
    except sounddevice.PortAudioError:
        return ()
    devices.sort(key=lambda device: device["index"] != default)
    return tuple(str(device["name"]) for device in devices)
