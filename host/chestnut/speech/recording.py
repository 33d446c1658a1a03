"""A recording of a voice, of whichever format, as a microphone would have heard it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chestnut.core.ports import HEARD_HZ
from chestnut.speech.portaudio import SoundError

LONGEST_S = 28.0  # what speech recognition takes at once


def read(path: Path) -> NDArray[np.int16]:
    """One channel at HEARD_HZ. SoundError names the remedy."""
    from av.error import FFmpegError
    from faster_whisper.audio import decode_audio  # type: ignore[import-untyped]

    try:
        with path.open("rb") as file:  # a file, so that no name is taken for an address
            samples = decode_audio(file, sampling_rate=HEARD_HZ)
    except OSError as error:
        raise SoundError(f"{path} cannot be read ({error.strerror}); give a sound file") from error
    except (FFmpegError, ValueError, IndexError) as error:
        raise SoundError(
            f"{path} holds no sound that can be read; give a WAV, MP3, FLAC or OGG file"
        ) from error
    if len(samples) > LONGEST_S * HEARD_HZ:
        seconds = len(samples) / HEARD_HZ
        raise SoundError(f"{path} lasts {seconds:.0f} s; cut it to {LONGEST_S:.0f} s, one thing said")
    return np.asarray(np.clip(samples * 32768, -32768, 32767), np.int16)
