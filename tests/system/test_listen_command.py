"""chestnut listen: a recording, its words, and the command they mean; human voices too, where they are here."""

from __future__ import annotations

import csv
import wave
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.ports import HEARD_HZ
from chestnut_tests.commands import answer, chestnut, error
from chestnut_tests.said import said
from rapidfuzz.distance import Levenshtein

pytestmark = pytest.mark.slow

MOST_WRONG = 0.15  # letters of a human voice


def recording(path: Path, samples: np.ndarray, rate_hz: int = HEARD_HZ) -> str:
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, rate_hz, 0, "NONE", ""))
        out.writeframes(samples.astype("<i2").tobytes())
    return str(path)


def test_the_words_and_the_command_they_mean(tmp_path: Path) -> None:
    told = answer("listen", recording(tmp_path / "said.wav", said("Where are my keys?")), "--lang", "en")
    assert "keys" in told["said"][0]
    assert told["facts"]["command"]["kind"] == "where"
    assert told["refused"] is None and 0 < told["facts"]["sure"] <= 1


def test_a_reader_sees_both(tmp_path: Path) -> None:
    file = recording(tmp_path / "said.wav", said("What time is it?"))
    status, out, _ = chestnut("listen", file, "--lang", "en")
    assert status == 0
    assert out.splitlines()[1:] == ["command: time"]


def test_silence_is_told_honestly(tmp_path: Path) -> None:
    silence = recording(tmp_path / "said.wav", np.zeros(2 * HEARD_HZ))
    told = answer("listen", silence, "--lang", "ru")
    assert told["refused"] == "silence" and "никого" in told["said"][0]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all" * 100])
def test_what_is_no_sound_names_the_remedy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "said.wav").write_bytes(content)
    assert "no sound that can be read" in error("listen", str(tmp_path / "said.wav"))


def test_what_is_too_long_or_not_there_names_the_remedy(tmp_path: Path) -> None:
    assert "cut it to 28 s" in error("listen", recording(tmp_path / "long.wav", np.zeros(30 * HEARD_HZ)))
    assert "give a sound file" in error("listen", str(tmp_path / "none.wav"))
    assert "give a sound file" in error("listen", "https://example.org/said.wav")


def test_without_its_weights_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said_file = recording(tmp_path / "said.wav", said("Stop."))
    monkeypatch.setenv("CHESTNUT_CACHE", str(tmp_path / "cache"))
    status, out, _ = chestnut("listen", said_file, "--lang", "en")
    assert status == 2 and "run make models" in out


def test_what_is_asked_in_writing_is_understood_as_when_it_is_said(tmp_path: Path) -> None:
    db = ("--db", tmp_path / "memory.db")
    answer("remember", "my keys", "kitchen table", *db, "--lang", "en")
    told = answer("ask", "Where are my keys?", *db, "--lang", "en")
    assert "kitchen table" in told["said"][0] and told["facts"]["command"]["kind"] == "where"
    assert answer("ask", "Который час?", "--lang", "ru")["facts"]["command"] == {"kind": "time"}
    assert answer("ask", "Louder!", "--lang", "en")["refused"] == "device"


@pytest.mark.data
def test_human_voices_are_understood(data_dir: Path) -> None:
    """Six speakers who never met this device; the letters of their transcripts."""
    rows = list(csv.DictReader((data_dir / "audio" / "INDEX.csv").open(encoding="utf-8")))
    assert len(rows) >= 6
    for row in rows:
        told = answer("listen", str(data_dir / "audio" / row["file"]), "--lang", row["language"])
        heard, wanted = plain(told["said"][0]), plain(row["transcript"])
        wrong = Levenshtein.normalized_distance(heard, wanted)
        assert wrong <= MOST_WRONG, (row["file"], heard, wanted)


def plain(text: str) -> str:
    letters = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    return " ".join(letters.replace("10", "ten").split())
