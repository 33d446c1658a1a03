"""The chestnut command as people and scripts run it: in a process of its own, on real parts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from chestnut.sim.pictures import NOTICES, notice
from PIL import Image

CHESTNUT = Path(sys.executable).parent / "chestnut"


def chestnut(*arguments: str | Path, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CHESTNUT, *map(str, arguments)], capture_output=True, text=True, timeout=timeout_s, check=False
    )


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = chestnut(*arguments, "--json")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert len(lines) == 1, "exactly one JSON object"
    data: dict[str, Any] = json.loads(lines[0])
    assert list(data) == ["said", "lang", "refused", "facts", "timings_ms"]
    return data


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import skimage.data

    folder = tmp_path_factory.mktemp("pictures")
    Image.fromarray(skimage.data.astronaut()).save(folder / "astronaut.png")
    Image.fromarray(skimage.data.coffee() // 24).save(folder / "dark.png")
    Image.fromarray(skimage.data.chelsea()).save(folder / "cat.png")
    for language, lines in NOTICES.items():
        notice(lines).save(folder / f"notice_{language}.png")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "words.jpg").write_text("not a picture")
    Image.new("RGB", (1, 1)).save(folder / "dot.png")
    Image.fromarray(skimage.data.chelsea()).save(folder / "whole.jpg")
    (folder / "cut.jpg").write_bytes((folder / "whole.jpg").read_bytes()[:4000])
    Image.new("L", (12_000, 12_000), 128).save(folder / "huge.png")
    return folder


def test_describe_says_one_true_sentence(pictures: Path) -> None:
    data = answer("describe", pictures / "astronaut.png")
    assert data["said"] == ["One person ahead, near."]
    assert data["refused"] is None
    assert len(data["facts"]["people"]) == 1
    assert all(0 <= side <= 1 for side in data["facts"]["people"][0]["box"])
    assert data["timings_ms"]["see"] > 0


def test_describe_in_russian(pictures: Path) -> None:
    data = answer("describe", pictures / "astronaut.png", "--lang", "ru")
    assert data["said"] == ["Впереди, близко, один человек."]
    assert data["lang"] == "ru"


def test_a_dark_picture_is_refused_and_that_is_an_answer(pictures: Path) -> None:
    data = answer("describe", pictures / "dark.png")
    assert data["refused"] == "too_dark"
    assert "dark" in data["said"][0]


@pytest.mark.parametrize("language", NOTICES)
def test_read_is_word_for_word(pictures: Path, language: str) -> None:
    data = answer("read", pictures / f"notice_{language}.png", "--lang", language)
    assert " ".join(data["said"]).split() == " ".join(NOTICES[language]).split()
    assert data["facts"]["words"][0]["score"] > 0.5


def test_a_picture_without_text_is_refused(pictures: Path) -> None:
    data = answer("read", pictures / "cat.png", "--lang", "ru")
    assert data["refused"] in ("no_text", "unsure")
    assert not data["facts"]["words"]


def test_a_huge_picture_is_scaled_down_and_judged(pictures: Path) -> None:
    assert answer("describe", pictures / "huge.png")["refused"] is not None


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("describe", "nowhere.jpg"), "no such file"),
        (("describe", "PICTURES"), "is a folder"),
        (("describe", "PICTURES/empty.jpg"), "is empty"),
        (("describe", "PICTURES/words.jpg"), "is not a picture"),
        (("describe", "PICTURES/dot.png"), "1 x 1 pixels"),
        (("describe", "PICTURES/cut.jpg"), "damaged or cut short"),
        (("read", "PICTURES/cut.jpg"), "damaged or cut short"),
        (("describe", "PICTURES/cat.png", "--lang", "de"), "invalid choice: 'de'"),
        (("describe",), "required"),
        ((), "required"),
        (("descrbe", "x"), "invalid choice"),
        (("say", ""), "nothing to say"),
        (("say", "hello", "--rate", "9000"), "out of bounds"),
        (("say", "hello", "--wav", "/nowhere/at/all.wav"), "no folder"),
        (("replay", "nowhere.jsonl"), "no such file"),
        (("replay", "PICTURES/cat.png"), "not a recording"),
        (("tour", "--config", "nowhere.toml"), "cannot read settings"),
        (("run", "--sim", "--camera", "PICTURES/nothing"), "no such"),
        (("run", "--sim", "--camera", "video:PICTURES/nothing.mp4"), "no such video"),
        (("tour", "--record", "/dev/full"), "cannot record"),
        (("models", "fetch", "nothing.onnx"), "nothing.onnx"),
        (("models", "verify", "nothing.onnx"), "no model file of that name"),
        (("models", "list", "--config", "x"), "unrecognized arguments"),
        (("--lang", "ru", "describe", "PICTURES/cat.png"), "stands before the command"),
        (("describe", "PICTURES/nothing.png", "--deep"), "no such file"),
        (("describe", "PICTURES/no\nthing.png"), "no\\nthing.png"),
        (("describe", "PICTURES/\udcff.png"), "\\udcff.png"),
        (("say", "\udcff"), "not UTF-8"),
        (("say", "hello", "--rate", "0"), "out of bounds"),
        (("say", "hello", "--wav", "/dev/full"), "could not be written"),
    ],
)
def test_bad_input_is_one_line_with_its_remedy(pictures: Path, arguments: tuple[str, ...], hint: str) -> None:
    result = chestnut(*(part.replace("PICTURES", str(pictures)) for part in arguments))
    assert result.returncode == 2, result.stdout + result.stderr
    ours = [line for line in result.stderr.splitlines() if not line.startswith("WARNING")]
    assert len(ours) == 1, result.stderr
    assert hint in result.stderr
    assert result.stdout == "" or arguments[0] == "tour", "the tour has begun when its recording is opened"


def test_a_long_argument_is_not_repeated_whole() -> None:
    result = chestnut("remind", "x", "--at", "9" * 50_000)
    assert result.returncode == 2 and len(result.stderr) < 5000
    assert 'write it as "8:00"' in result.stderr


def test_bad_input_in_json_is_one_object_too(pictures: Path) -> None:
    result = chestnut("describe", pictures / "empty.jpg", "--json")
    assert result.returncode == 2
    assert json.loads(result.stdout)["refused"] == "bad_input"


def test_an_unknown_setting_names_the_nearest(tmp_path: Path, pictures: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[voice]\nlangage = 'ru'\n")
    result = chestnut("describe", pictures / "cat.png", "--config", settings)
    assert result.returncode == 2
    assert "did you mean 'language'" in result.stderr


def test_say_writes_a_file_that_sounds(tmp_path: Path) -> None:
    import wave

    import numpy as np

    file = tmp_path / "said.wav"
    data = answer("say", "Два плюс two", "--wav", file, "--lang", "ru")
    assert data["facts"]["segments"]
    with wave.open(str(file)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
        assert 0.5 < sound.getnframes() / sound.getframerate() < 5
    assert np.abs(samples).max() > 1000


def test_models_are_there_and_right() -> None:
    data = answer("models", "verify")
    assert {model["state"] for model in data["facts"]["models"]} == {"present"}


def test_check_tells_every_part() -> None:
    result = chestnut("check", "--json")
    data = json.loads(result.stdout)
    states = {part["part"]: part["state"] for part in data["facts"]["parts"]}
    assert {"models", "eyes", "reader", "voice", "simulated pod"} <= {
        part for part in states if states[part] == "ok"
    }
    assert all(part["remedy"] for part in data["facts"]["parts"] if part["state"] != "ok")


def test_a_missing_model_is_refused_with_the_remedy(tmp_path: Path, pictures: Path) -> None:
    result = subprocess.run(
        [CHESTNUT, "describe", str(pictures / "cat.png"), "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "CHESTNUT_CACHE": str(tmp_path)},
        check=False,
    )
    assert result.returncode == 0
    data = json.loads(result.stdout)
    assert data["refused"] == "model_missing"
    assert "make models" in data["said"][0]


@pytest.mark.parametrize(
    "command",
    ["describe", "read", "ask", "translate", "reword", "say", "check", "models", "replay", "run", "tour"],
)
def test_every_command_explains_itself(command: str) -> None:
    result = chestnut(command, "--help")
    assert result.returncode == 0
    assert "--json" in result.stdout


def test_who_hears_only_the_beginning_gets_no_complaint(pictures: Path) -> None:
    command = subprocess.Popen(
        [CHESTNUT, "describe", str(pictures / "cat.png")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert command.stdout is not None
    command.stdout.close()
    _, complaint = command.communicate(timeout=60)
    assert (command.returncode, complaint) == (0, b"")


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_full_disk_under_the_answer_is_told(pictures: Path, form: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [CHESTNUT, "describe", str(pictures / "cat.png"), *form],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert result.returncode == 2
    assert result.stderr.startswith("chestnut: cannot write the answer: ")


def test_russian_goes_out_whole_whatever_the_locale(pictures: Path) -> None:
    result = subprocess.run(
        [CHESTNUT, "describe", str(pictures / "astronaut.png"), "--lang", "ru"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert result.stdout.decode() == "Впереди, близко, один человек.\n"


def test_dots_and_a_missing_loudspeaker_are_not_told_as_sound(tmp_path: Path) -> None:
    data = answer("say", "...", "--wav", tmp_path / "dots.wav")
    assert data["facts"]["sounded"] is False
    assert "first_sound" not in data["timings_ms"]


def test_what_nobody_hears_is_no_success(tmp_path: Path) -> None:
    """A loudspeaker of that name is nowhere."""
    (tmp_path / "settings.toml").write_text('[voice]\nspeaker = "no such loudspeaker"\n')
    result = chestnut("say", "Hello", "--config", tmp_path / "settings.toml", "--json")
    data = json.loads(result.stdout)
    assert (result.returncode, data["refused"], data["said"]) == (2, "speaker_lost", ["Hello"])
    assert data["facts"]["sounded"] is False and "plug in a loudspeaker" in result.stderr
    (tmp_path / "settings.toml").write_text('[voice]\nspeaker = "none"\n')
    wished = answer("say", "Hello", "--config", tmp_path / "settings.toml")
    assert wished["refused"] is None and wished["facts"]["sounded"] is False


def test_a_tour_that_is_interrupted_answers_with_what_it_has_so_far(tmp_path: Path) -> None:
    record = tmp_path / "life.jsonl"
    os.mkfifo(record)
    command = subprocess.Popen(
        [CHESTNUT, "tour", "--lang", "en", "--json", "--record", record],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with record.open() as life:
        assert any('"is":"SpeechEnded"' in line for line in life), "it ended before"
        command.send_signal(signal.SIGTERM)
        for _ in life:  # so that it is not held up
            pass
    shown, complaint = command.communicate(timeout=60)
    assert (command.returncode, complaint) == (130, "")
    (line,) = shown.splitlines()
    data = json.loads(line)
    assert data["refused"] == "interrupted" and data["said"] == data["facts"]["steps"][0]["said"] != []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_tour_ends_in_order_when_it_is_told_to(number: signal.Signals, tmp_path: Path) -> None:
    command = subprocess.Popen(
        [CHESTNUT, "tour"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert command.stdout is not None
    assert any("ready" in line for line in command.stdout), "it ended before"
    command.send_signal(number)
    _, complaint = command.communicate(timeout=60)
    assert (command.returncode, complaint) == (130, "")
    assert not list(tmp_path.glob("chestnut-*")), "the pod's folder is gone"


def test_what_was_chosen_by_key_stands_in_the_recording(tmp_path: Path, pictures: Path) -> None:
    """A replay begins with the session that was kept over the restart."""
    kept = tmp_path / "chestnut" / "session.json"
    kept.parent.mkdir()
    kept.write_text('{"language": "ru", "volume": 0.3}')
    settings, record = tmp_path / "settings.toml", tmp_path / "life.jsonl"
    settings.write_text(
        f"[voice]\nspeaker = 'none'\n[camera]\nsource = '{pictures}'\n[pod]\nport = '/dev/nothing'\n"
    )
    command = subprocess.Popen(
        [CHESTNUT, "run", "--config", str(settings), "--record", str(record)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
    )
    for _ in range(600):
        if command.poll() is not None or (record.exists() and "SpeechEnded" in record.read_text()):
            break
        time.sleep(0.1)
    command.send_signal(signal.SIGTERM)
    shown, complaint = command.communicate(timeout=60)
    assert command.returncode == 0, complaint
    assert shown == "", "what is said to the wearer does not stand in a log"
    begun = json.loads(record.read_text().splitlines()[0])["session"]
    assert (begun["language"], begun["volume"]) == ("ru", 0.3)
    assert answer("replay", record)["facts"]["differences"] == []
