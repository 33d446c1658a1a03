"""Which sentence was heard in the guest: told apart through a loudspeaker that stutters, and silence is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from chestnut.locale import Phrases
from guest import sentences

RATE_HZ, RATE_WPM = 22050, 215
KEYS = ("camera_lost", "camera_back", "pod_lost", "pod_back", "speaker_lost", "speaker_back", "ready")


def heard(key: str) -> np.ndarray:
    """The sentence at half its loudness, in pieces with gaps of up to 70 ms, a third of a second of noise around."""
    chance = np.random.default_rng(7)
    whole = 0.5 * sentences.rendered(text(key), RATE_WPM, RATE_HZ)
    pieces: list[np.ndarray] = [np.zeros(7000)]
    while len(whole):
        size = int(chance.integers(1000, 8000))
        pieces += [whole[:size], np.zeros(int(chance.integers(0, 1500)))]
        whole = whole[size:]
    sound = np.concatenate([*pieces, np.zeros(7000)])
    return sound + chance.normal(0, 3, len(sound))


def text(key: str) -> str:
    return Phrases.of("en").render(key, {})


def asked(folder: Path, key: str, sound: np.ndarray) -> dict[str, object]:
    data = sound.astype("<i2").tobytes()
    (folder / "sound").write_bytes(data)
    return {
        "recording": str(folder / "sound"),
        "rate_hz": RATE_HZ,
        "phrases": {each: text(each) for each in KEYS},
        "sentences": [[key, 0, len(data), str(RATE_WPM)]],
    }


@pytest.mark.parametrize("key", ["camera_lost", "speaker_back"])
def test_the_sentence_that_was_said_is_the_nearest(tmp_path: Path, key: str) -> None:
    (verdict,) = sentences.main(asked(tmp_path, key, heard(key)))
    assert verdict["best"] == key
    assert verdict["own"] < 0.6 * verdict["other"]


def test_another_sentence_is_not_taken_for_it(tmp_path: Path) -> None:
    (verdict,) = sentences.main(asked(tmp_path, "camera_back", heard("camera_lost")))
    assert verdict["best"] == "camera_lost"


@pytest.mark.parametrize("samples", [0, 100, 22050])
def test_silence_is_no_sentence(tmp_path: Path, samples: int) -> None:
    (verdict,) = sentences.main(asked(tmp_path, "ready", np.zeros(samples)))
    assert verdict["own"] > 0.5
