"""A synthetic voice as a microphone hears it, good enough for short English sentences; Russian needs a human one."""

from __future__ import annotations

import numpy as np
from chestnut.core.ports import HEARD_HZ, Segment
from chestnut.speech.prerender import render
from numpy.typing import NDArray


def said(text: str, language: str = "en", rate_wpm: int = 150) -> NDArray[np.int16]:
    """At HEARD_HZ, with half a second of silence before and after."""
    samples, rate_hz = render(Segment(text, language), rate_wpm)
    places = np.arange(round(len(samples) * HEARD_HZ / rate_hz)) * rate_hz / HEARD_HZ
    heard = np.interp(places, np.arange(len(samples)), samples).astype(np.int16)
    silence = np.zeros(HEARD_HZ // 2, np.int16)
    return np.concatenate((silence, heard, silence))
