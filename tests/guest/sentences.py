"""Which of some sentences was heard? Each is rendered by eSpeak NG's own command and sought in the recording: spectra
on a scale of loudness as the ear has it, matched with a warp of time, for an emulated loudspeaker stutters.

Standard input: {"recording", "rate_hz", "phrases": {key: text}, "sentences": [[key, begin, end, rate_wpm], ...]},
places in bytes of 16-bit samples. Prints a list: key, the nearest phrase, how near its own is and the nearest other,
0 is the same. Method: subsequence dynamic time warping, Müller, Information Retrieval for Music and Motion, section
4.4.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np

FRAME_S, HOP_S = 0.032, 0.016
BANDS = 32
LOWEST_HZ, HIGHEST_HZ = 120.0, 7000.0
QUIET = 0.03  # of the loudest frame: below it is a pause


def rendered(text: str, rate_wpm: int, rate_hz: int) -> np.ndarray:
    command = ["espeak-ng", "-v", "en", "-s", str(rate_wpm), "--stdout", text]
    done = subprocess.run(command, capture_output=True, check=True)
    with wave.open(io.BytesIO(done.stdout)) as sound:
        assert sound.getframerate() == rate_hz
        return np.frombuffer(sound.readframes(1 << 30), np.int16).astype(float)


def features(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """One row a frame that is no pause: the loudness of each band beside the frame's mean, of length 1."""
    size, hop = round(FRAME_S * rate_hz), round(HOP_S * rate_hz)
    if len(samples) < size:
        return np.zeros((0, BANDS))
    starts = np.arange(0, len(samples) - size + 1, hop)
    power = np.abs(np.fft.rfft(samples[starts[:, None] + np.arange(size)] * np.hanning(size))) ** 2
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) * size / rate_hz
    bins = np.maximum(np.round(edges).astype(int), np.arange(BANDS + 1) + 1)
    bands = np.add.reduceat(power[:, : bins[-1]], bins[:-1], axis=1)
    loudness = np.sqrt(bands.sum(axis=1))
    rows = np.log(bands[loudness > QUIET * loudness.max(initial=1.0)] + 1e3)
    rows -= rows.mean(axis=1, keepdims=True)
    lengths: np.ndarray = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, 1e-9)


def distance(wanted: np.ndarray, heard: np.ndarray) -> float:
    """Mean of 1 - cosine along the best path of all of `wanted` through a part of `heard`; 1 where there is none."""
    if not len(wanted) or not len(heard):
        return 1.0
    costs = 1.0 - wanted @ heard.T
    before, row = np.full(len(heard), np.inf), costs[0]
    for index in range(1, len(costs)):
        cost = costs[index]
        # One frame of each; two of the recording, which lags; or two of the sentence, of which a bit was lost.
        steps = (_later(row, 1), _later(row, 2), _later(before, 1) + costs[index - 1])
        before, row = row, cost + np.minimum.reduce(steps)
    return float(row.min() / len(wanted))


def _later(row: np.ndarray, frames: int) -> np.ndarray:
    return np.concatenate((np.full(frames, np.inf), row[:-frames]))[: len(row)]


def main(asked: dict[str, Any]) -> list[dict[str, Any]]:
    data = Path(asked["recording"]).read_bytes()
    rate_hz = asked["rate_hz"]
    models: dict[tuple[str, int], np.ndarray] = {}
    verdicts = []
    for key, begin, end, rate in asked["sentences"]:
        heard = features(np.frombuffer(data[begin:end], np.int16).astype(float), rate_hz)
        found = {}
        for other, text in asked["phrases"].items():
            if (other, int(rate)) not in models:
                models[other, int(rate)] = features(rendered(text, int(rate), rate_hz), rate_hz)
            found[other] = distance(models[other, int(rate)], heard)
        best = min(found, key=lambda name: found[name])
        other = min(value for name, value in found.items() if name != key)
        verdicts.append({"key": key, "best": best, "own": found[key], "other": other})
    return verdicts


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
