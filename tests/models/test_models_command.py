"""chestnut models: what there is, and how a language model is fetched only after its user agreed."""

from __future__ import annotations

import io
import json
import os
import select
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from chestnut.cli.main import main
from chestnut_models import download
from chestnut_models.cache import SPARE_BYTES
from chestnut_tests.tiny_models import write_gemma3n

from .conftest import Server
from .languages import Tiny, tiny_languages

SIGHT = "/someone/tiny/resolve/1/sight.gguf"


@pytest.fixture(autouse=True)
def tiny(cache: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    monkeypatch.setattr(download, "PAUSE_S", 0.0)
    return tiny_languages(cache, server, tmp_path, monkeypatch)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def answers(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))


def facts(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["models", *arguments, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def states(answer: dict[str, Any]) -> dict[str, str]:
    return {state["entry"]["name"]: state["state"] for state in answer["facts"]["language_models"]}


def test_alone_it_lists_and_fetches_nothing(capsys: pytest.CaptureFixture[str], tiny: Tiny) -> None:
    assert main(["models"]) == 0
    shown = capsys.readouterr().out
    assert "net.bin" in shown.split("Language models")[0]
    assert "the default" in shown and "recommended for pictures" in shown
    assert "fits: takes up to" in shown
    assert tiny.server.asked == []


def test_fetching_the_devices_files_leaves_language_models_alone(
    capsys: pytest.CaptureFixture[str], tiny: Tiny
) -> None:
    assert facts(capsys, "fetch")["facts"]["fetched"] == ["net.bin"]
    assert set(states(facts(capsys))) == {"words", "sight", "other"}
    assert set(states(facts(capsys)).values()) == {"missing"}
    assert [path for path, _ in tiny.server.asked] == ["/someone/tiny/resolve/1/net.bin"]


@pytest.mark.parametrize("name", ["words", "words.gguf"])
def test_a_language_model_is_not_fetched_without_the_question(
    capsys: pytest.CaptureFixture[str], tiny: Tiny, name: str
) -> None:
    assert main(["models", "fetch", name]) == 2
    assert "fetch it with chestnut models gemma words" in capsys.readouterr().err
    assert tiny.server.asked == []


def test_the_question_tells_all_that_matters(
    capsys: pytest.CaptureFixture[str], tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "n\n")
    assert main(["models", "gemma", "sight"]) == 0
    captured = capsys.readouterr()
    for part in (
        "Tiny sight",
        "sight.gguf, 1 MB, missing",
        "eye.gguf, 0 MB, missing",
        "/someone/tiny",
        "made here",
        "Terms of sight.gguf: http://terms.invalid/sight",
        "Keep to it.",
        "fits: takes up to",
        "estimated: quick",
        "1 MB to fetch",
        str(tiny.folder),
        "Fetch it, and keep to its licence? [y/N]",
    ):
        assert part in captured.err, part
    assert "nothing was fetched" in captured.out
    assert tiny.server.asked == []


@pytest.mark.parametrize("said", ["", "\n", "no\n", "of course not\n"])
def test_anything_but_yes_is_no(
    capsys: pytest.CaptureFixture[str], tiny: Tiny, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    answers(monkeypatch, said)
    assert facts(capsys, "gemma")["refused"] == "declined"
    assert tiny.server.asked == []


@pytest.mark.parametrize("said", ["y\n", "Yes\n", "да\n"])
def test_yes_fetches_the_default_one(
    capsys: pytest.CaptureFixture[str], tiny: Tiny, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    answers(monkeypatch, said)
    assert facts(capsys, "gemma")["facts"]["fetched"] == ["words.gguf"]
    assert (tiny.folder / "words.gguf").read_bytes() == tiny.data["words.gguf"]


def on_a_terminal(typed: str, *arguments: str) -> list[str]:
    """A real one under all three streams: the lines it shows, of a command that ends with status 0."""
    ours, theirs = os.openpty()
    os.write(ours, typed.encode())
    with (
        pytest.MonkeyPatch.context() as patch,
        open(theirs, encoding="utf-8", closefd=False) as stdin,
        open(theirs, "w", encoding="utf-8", closefd=False) as stdout,
    ):
        for name, stream in (("stdin", stdin), ("stdout", stdout), ("stderr", stdout)):
            patch.setattr(sys, name, stream)
        assert main(list(arguments)) == 0
    shown = b""
    while select.select([ours], [], [], 0)[0]:
        shown += os.read(ours, 65536)
    os.close(ours)
    os.close(theirs)
    return shown.decode().splitlines()


def test_on_a_terminal_no_is_no_and_yes_fetches_it(tiny: Tiny) -> None:
    lines = on_a_terminal("n\n", "models", "gemma", "sight")
    assert lines[-1].endswith("Fetch it, and keep to its licence? [y/N] nothing was fetched"), (
        "who types ends the line"
    )
    assert tiny.server.asked == []
    lines = on_a_terminal("y\n", "models", "gemma", "sight")
    fetched = [line for line in lines if "fetched in" in line]
    assert [line.split(":")[0].strip() for line in fetched] == ["sight.gguf", "eye.gguf"]
    assert "used from the next start on" in lines[-2] and "describe IMAGE --deep" in lines[-1]
    assert (tiny.folder / "eye.gguf").read_bytes() == tiny.data["eye.gguf"]


def test_one_that_sees_nothing_names_the_one_that_does(
    capsys: pytest.CaptureFixture[str], tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    hint = "this one sees none; Tiny sight does: make gemma MODEL=sight"
    for name, told in (("words", True), ("sight", False)):
        answers(monkeypatch, "n\n")
        assert main(["models", "gemma", name]) == 0
        assert (hint in capsys.readouterr().err) is told


def test_without_a_terminal_nobody_is_asked_and_nothing_fetched(
    capsys: pytest.CaptureFixture[str], tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert main(["models", "gemma"]) == 2
    assert "make gemma YES=1" in capsys.readouterr().err
    assert tiny.server.asked == []


def test_agreed_beforehand_it_fetches_the_model_and_its_projector_and_says_how_to_use_it(
    capsys: pytest.CaptureFixture[str], tiny: Tiny
) -> None:
    assert main(["models", "gemma", "sight", "--yes"]) == 0
    captured = capsys.readouterr()
    assert (tiny.folder / "eye.gguf").read_bytes() == tiny.data["eye.gguf"]
    assert "Terms of sight.gguf" in captured.err
    assert "engine.model" in captured.out and "describe IMAGE --deep" in captured.out
    assert states(facts(capsys, "verify"))["sight"] == "present"


def test_what_is_there_is_not_fetched_again(capsys: pytest.CaptureFixture[str], tiny: Tiny) -> None:
    tiny.put("words.gguf")
    assert main(["models", "gemma"]) == 0
    assert "Tiny words is there, every byte checked" in capsys.readouterr().out
    assert tiny.server.asked == []


def test_a_fetch_that_broke_off_is_shown_and_goes_on(capsys: pytest.CaptureFixture[str], tiny: Tiny) -> None:
    tiny.server.cut = [200_000] + [0] * download.ATTEMPTS
    assert main(["models", "gemma", "sight", "--yes"]) == 2
    assert "run make gemma MODEL=sight again" in capsys.readouterr().err
    assert states(facts(capsys))["sight"] == "begun"
    assert main(["models"]) == 0
    assert "begun, 0 MB are there" in capsys.readouterr().out
    tiny.server.asked.clear()
    assert states(facts(capsys, "gemma", "sight", "--yes"))["sight"] == "present"
    assert tiny.server.asked[0] == (SIGHT, "bytes=200000-")


def test_a_model_without_its_projector_is_told_and_completed(
    capsys: pytest.CaptureFixture[str], tiny: Tiny
) -> None:
    tiny.put("sight.gguf")
    assert main(["models", "list", "sight"]) == 0
    assert "present, but its projector is missing" in capsys.readouterr().out
    assert facts(capsys, "gemma", "sight", "--yes")["facts"]["fetched"] == ["eye.gguf"]


def test_one_put_there_by_hand_is_verified(capsys: pytest.CaptureFixture[str], tiny: Tiny) -> None:
    tiny.put("words.gguf")
    assert states(facts(capsys, "verify"))["words"] == "present"
    (tiny.folder / "words.gguf").write_bytes(bytes(len(tiny.data["words.gguf"])))
    assert states(facts(capsys))["words"] == "present"
    verified = facts(capsys, "verify")
    assert states(verified)["words"] == "damaged"
    assert verified["refused"] == "model_missing"


def test_a_full_disk_is_told_before_the_question(
    capsys: pytest.CaptureFixture[str], tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=SPARE_BYTES))
    assert main(["models", "gemma"]) == 2
    said = capsys.readouterr().err
    assert "free some space" in said and "make gemma" in said
    assert "licence" not in said
    assert tiny.server.asked == []


def test_a_gated_model_names_where_to_put_it(capsys: pytest.CaptureFixture[str], tiny: Tiny) -> None:
    tiny.server.refused[SIGHT] = 401
    assert main(["models", "gemma", "sight", "--yes"]) == 2
    assert f"put it at {tiny.folder}/sight.gguf and run chestnut models verify" in capsys.readouterr().err


def test_an_unknown_name_is_told_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "gemma", "llama"]) == 2
    assert "only words, sight, other" in capsys.readouterr().err
    assert main(["models", "gemma", "words", "sight"]) == 2
    assert main(["models", "list", "llama"]) == 2
    assert main(["models", "fetch", "llama"]) == 2
    assert capsys.readouterr().err.count("chestnut: ") == 3


def test_other_files_are_shown_for_what_they_are(
    capsys: pytest.CaptureFixture[str], tiny: Tiny, tmp_path: Path
) -> None:
    tiny.folder.mkdir()
    write_gemma3n(tiny.folder / "own.gguf")
    (tiny.folder / "broken.gguf").write_bytes(b"GGUF")
    assert main(["models"]) == 0
    shown = capsys.readouterr().out
    assert "own.gguf\n" in shown
    assert "gemma3n, 'tiny-random-gemma3n', 4 MB, 2048 tokens of context" in shown
    assert "has a chat template" in shown
    assert "broken.gguf is no GGUF file that can be used (it is cut off)" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_file_can_be_shown_by_its_path(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    eye = tmp_path / "eye.gguf"
    other = facts(capsys, "list", str(eye))["facts"]["other_models"]
    assert [(state["path"], state["is_projector"], state["fit"]) for state in other] == [
        (str(eye), True, None)
    ]
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"no model")
    answer = facts(capsys, "list", str(photo))
    assert answer["refused"] == "model_missing"
    assert "is no GGUF file" in answer["facts"]["other_models"][0]["fault"]
