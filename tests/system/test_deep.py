"""The deep lane on the command line and in the simulated device: real processes, the real llama.cpp and LiteRT-LM,
tiny models with random weights. A grammar makes certain what they say."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from chestnut.core.effects import Order, Recite, Say, Start
from chestnut.core.events import Event, ThoughtEnded
from chestnut.locale import Phrases
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.eyes import EYES
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import EngineSettings, Settings, VoiceSettings
from chestnut.sim.pictures import NOTICES, notice
from chestnut_models.library import path as model_path
from chestnut_tests.tiny_models import gemma4, write_gemma3n, write_gemma3nv, write_gemma4, write_gemma4v
from chestnut_tests.tiny_models.litert import write_litert
from PIL import Image

CHESTNUT = Path(sys.executable).parent / "chestnut"
PATIENCE_S = 60.0
TRUE = "Behind it stands a lamp."
PROMISE = "It is safe to cross the street."


@pytest.fixture(scope="module", autouse=True)
def nothing_installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache that has the detectors' files and no language model."""
    folder = tmp_path_factory.mktemp("cache")
    for name in EYES.values():
        (folder / name).symlink_to(model_path(name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHESTNUT_CACHE", str(folder))
        yield


def chestnut(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CHESTNUT, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = chestnut(*arguments, "--json")
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    (line,) = result.stdout.splitlines()
    data: dict[str, Any] = json.loads(line)
    assert list(data) == ["said", "lang", "refused", "facts", "timings_ms"]
    return data


def refusal(*arguments: str | Path) -> str:
    """The one line on stderr of wrong use or bad input."""
    result = chestnut(*arguments)
    assert result.returncode == 2, result.stdout + result.stderr
    (line,) = result.stderr.splitlines()
    assert line.startswith("chestnut: ")
    return line


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny models, with what is no model beside them."""
    folder = tmp_path_factory.mktemp("models")
    write_gemma3n(folder / "gemma3n.gguf")
    write_gemma3nv(folder / "gemma3nv.gguf")
    write_gemma4(folder / "gemma4.gguf")
    write_gemma4v(folder / "gemma4v.gguf")
    write_litert(folder / "tiny.litertlm", context=4096)
    with pytest.MonkeyPatch.context() as patch:  # an assertion of llama.cpp ends the process that loads it
        own = gemma4.LAYERS - gemma4.SHARED_KV
        patch.setattr(gemma4, "SLIDING", [layer < own for layer in range(gemma4.LAYERS)])
        write_gemma4(folder / "crash.gguf")
    whole = (folder / "gemma4.gguf").read_bytes()
    (folder / "cut.gguf").write_bytes(whole[: len(whole) // 2])
    (folder / "unknown.gguf").write_bytes(whole.replace(b"gemma4", b"gemmaX"))
    (folder / "random.gguf").write_bytes(bytes(at * at * 7 % 251 for at in range(100_000)))
    (folder / "header.gguf").write_bytes(whole[:64] + (folder / "random.gguf").read_bytes())
    (folder / "text.gguf").write_text("no model")
    (folder / "empty.gguf").write_bytes(b"")
    (folder / "folder.gguf").mkdir()
    return folder


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import skimage.data

    folder = tmp_path_factory.mktemp("pictures")
    Image.fromarray(skimage.data.coffee()).save(folder / "coffee.png")
    Image.fromarray(skimage.data.coffee() // 24).save(folder / "dark.png")
    for language, lines in NOTICES.items():
        notice(lines).save(folder / f"notice_{language}.png")
    return folder


@pytest.fixture
def grammar(tmp_path: Path) -> Callable[..., Path]:
    """A file that makes the model say these sentences."""

    def write(*sentences: str) -> Path:
        path = tmp_path / "answer.gbnf"
        path.write_text(f"root ::= {json.dumps(' '.join(sentences), ensure_ascii=False)}\n", encoding="utf-8")
        return path

    return write


def seeing(models: Path, kind: str = "gemma4") -> tuple[str | Path, ...]:
    return "--model", models / f"{kind}.gguf", "--projector", models / f"{kind}v.gguf"


# --- answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["gemma3n", "gemma4"])
def test_describe_deep_says_the_fast_lane_first_and_then_the_model(
    models: Path, pictures: Path, grammar: Callable[..., Path], kind: str
) -> None:
    options = (*seeing(models, kind), "--grammar", grammar(TRUE))
    data = answer("describe", pictures / "coffee.png", "--deep", *options)
    assert data["said"][0] == "A cup ahead, near."
    assert data["said"][-2:] == ["The model adds, and may be wrong:", TRUE]
    assert data["refused"] is None
    facts, times = data["facts"], data["timings_ms"]
    assert [thing["label"] for thing in facts["objects"]] == ["cup"]
    assert facts["words"] == [] and facts["withheld"] == 0
    assert facts["model"]["name"] == f"{kind}.gguf" and facts["model"]["sees"]
    assert facts["effort"]["pictures_encoded"] == 1
    assert facts["effort"]["prompt_tokens"] > facts["effort"]["reused_tokens"] > 0
    assert facts["effort"]["written_tokens"] > 0
    assert {"load", "open", "see", "read", "model_ready", "first_sentence", "think"} <= times.keys()


def test_in_russian(models: Path, pictures: Path, grammar: Callable[..., Path]) -> None:
    options = (*seeing(models), "--grammar", grammar("За ней стоит лампа."), "--lang", "ru")
    data = answer("describe", pictures / "coffee.png", "--deep", *options)
    assert data["lang"] == "ru"
    assert data["said"][-1].endswith("За ней стоит лампа.")


def test_what_the_truth_filter_withholds_is_counted_and_not_said(
    models: Path, pictures: Path, grammar: Callable[..., Path]
) -> None:
    options = (*seeing(models), "--grammar", grammar(TRUE, PROMISE))
    data = answer("describe", pictures / "coffee.png", "--deep", *options)
    assert data["said"][-1] == TRUE
    assert data["facts"]["withheld"] == 1
    assert not any("safe" in sentence for sentence in data["said"])


def test_a_follow_up_encodes_no_picture_again(
    models: Path, pictures: Path, grammar: Callable[..., Path]
) -> None:
    questions = ("What colour is the cup?", "And what is behind it?")
    options = ("--image", pictures / "coffee.png", *seeing(models), "--grammar", grammar(TRUE))
    data = answer("ask", *questions, *options)
    first, second = data["facts"]["answers"]
    assert data["said"][0] == "A cup ahead, near."
    assert second["said"] == [f"Probably: {TRUE}"]
    assert (first["effort"]["pictures_encoded"], second["effort"]["pictures_encoded"]) == (1, 0)
    assert second["effort"]["reused_tokens"] >= first["effort"]["prompt_tokens"]


def test_what_detectors_count_is_answered_without_the_model(pictures: Path) -> None:
    data = answer("ask", "How many cups are there?", "--image", pictures / "coffee.png")
    assert data["said"] == ["I count: a cup."]
    assert data["refused"] is None


def test_a_question_without_a_picture(models: Path, grammar: Callable[..., Path]) -> None:
    data = answer(
        "ask", "Why?", "--model", models / "gemma4.gguf", "--grammar", grammar("A lamp stands behind you.")
    )
    assert data["said"] in (["Probably: A lamp stands behind you."], ["I am not sure."])


def test_translate_says_that_it_is_the_models(
    models: Path, pictures: Path, grammar: Callable[..., Path]
) -> None:
    image = pictures / "notice_ru.png"
    data = answer("translate", image, "--model", models / "gemma4.gguf", "--grammar", grammar("Closed."))
    assert data["said"][0] == Phrases.of("en").render("translation")
    assert data["facts"]["words"] and data["facts"]["effort"]["pictures_encoded"] == 0


def test_signs_are_reworded(models: Path, grammar: Callable[..., Path]) -> None:
    data = answer(
        "reword", "I", "HOME", "GO", "--model", models / "gemma4.gguf", "--grammar", grammar("I go home.")
    )
    assert len(data["said"]) == 1
    assert "home" in data["said"][0].lower()


def test_the_second_engine(models: Path, pictures: Path) -> None:
    options = ("--model", models / "tiny.litertlm", "--engine", "litert")
    data = answer("describe", pictures / "coffee.png", "--deep", *options)
    assert data["said"][0] == "A cup ahead, near."
    assert data["facts"]["model"]["engine"] == "litert"
    assert data["facts"]["effort"]["pictures_encoded"] == 1


def test_sentences_are_printed_as_they_come(
    models: Path, pictures: Path, grammar: Callable[..., Path]
) -> None:
    image = pictures / "coffee.png"
    result = chestnut("describe", image, "--deep", *seeing(models), "--grammar", grammar(TRUE))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0] == "A cup ahead, near."
    assert result.stdout.splitlines()[-2:] == ["The model adds, and may be wrong:", TRUE]


# --- refusals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [("describe", "IMAGE", "--deep"), ("ask", "Is this a kitchen?", "--image", "IMAGE")],
    ids=["describe", "ask"],
)
def test_without_a_model_the_fast_lane_answers_and_the_remedy_is_named(
    pictures: Path, arguments: tuple[str, ...]
) -> None:
    image = str(pictures / "coffee.png")
    data = answer(*(image if part == "IMAGE" else part for part in arguments))
    assert data["said"][0] == "A cup ahead, near."
    assert "make gemma" in data["said"][-1]
    assert data["refused"] == "model_missing"
    assert data["facts"]["remedy"] == "make gemma"
    assert data["facts"]["model"] is None


def test_signs_without_a_model_are_said_as_they_are() -> None:
    data = answer("reword", "I", "HOME")
    assert data["said"][0] == "I HOME"
    assert data["refused"] == "model_missing"


def test_a_model_that_is_switched_off(pictures: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[engine]\nkind = 'none'\n")
    data = answer("describe", pictures / "coffee.png", "--deep", "--config", settings)
    assert data["refused"] == "engine_off"
    assert "auto" in data["facts"]["remedy"]


def test_a_dark_picture_is_refused_before_anybody_thinks(models: Path, pictures: Path) -> None:
    data = answer("describe", pictures / "dark.png", "--deep", *seeing(models))
    assert data["refused"] == "too_dark"
    assert len(data["said"]) == 1


def test_a_model_that_cannot_see_says_so(models: Path, pictures: Path) -> None:
    data = answer("describe", pictures / "coffee.png", "--deep", "--model", models / "gemma4.gguf")
    assert data["refused"] == "model_blind"
    assert "--projector" in data["facts"]["remedy"]


# --- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("nowhere.gguf", "there is no language model"),
        ("folder.gguf", "there is no language model"),
        ("empty.gguf", "neither a GGUF nor a LiteRT-LM file"),
        ("text.gguf", "neither a GGUF nor a LiteRT-LM file"),
        ("random.gguf", "neither a GGUF nor a LiteRT-LM file"),
        ("header.gguf", "no GGUF file that can be used"),
        ("cut.gguf", "cut off"),
        ("unknown.gguf", "cannot be loaded"),
        ("crash.gguf", "cannot be loaded"),
        ("gemma4v.gguf", "is a projector"),
    ],
)
def test_a_file_that_is_no_model_is_one_line(models: Path, file: str, hint: str) -> None:
    line = refusal("reword", "I", "HOME", "--model", models / file)
    assert hint in line and file in line


def test_a_bad_model_in_json_is_one_object_too(models: Path) -> None:
    result = chestnut("reword", "I", "--model", models / "unknown.gguf", "--json")
    assert result.returncode == 2
    (line,) = result.stdout.splitlines()
    assert json.loads(line)["refused"] == "bad_input"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (
            ("reword", "I", "--model", "MODELS/gemma4.gguf", "--projector", "MODELS/nowhere.gguf"),
            "no projector",
        ),
        (
            ("reword", "I", "--model", "MODELS/gemma4.gguf", "--projector", "MODELS/gemma4.gguf"),
            "no projector for pictures",
        ),
        (("reword", "I", "--model", "MODELS/gemma4.gguf", "--engine", "litert"), "engine"),
        (("reword", "I", "--model", ""), "engine.model cannot be ''"),
        (("reword", "I", "--engine", "gpt"), "invalid choice"),
        (("reword", "I", "--grammar", "MODELS/nowhere.gbnf"), "cannot read the grammar"),
        (("reword", "I", "--grammar", "MODELS/folder.gguf"), "cannot read the grammar"),
        (("reword", "I", "--grammar", "MODELS/empty.gguf"), "is empty"),
        (("reword", "I", "--grammar", "MODELS/random.gguf"), "cannot read the grammar"),
        (
            ("reword", "I", "--model", "MODELS/gemma4.gguf", "--grammar", "MODELS/text.gguf"),
            "no GBNF grammar",
        ),
        (("reword", " "), "the sign is empty"),
        (("reword", *["I"] * 41), "41 signs are too many"),
        (("ask", ""), "the question is empty"),
        (("ask", "\x1b\x07 ?!"), "the question is empty"),
        (("ask", "why? " * 2000), "9999 characters; shorten it to 400"),
        (("ask", "a " * 80), "80 words; shorten it to 60"),
        (("ask", "\udcff"), "not UTF-8"),
        (("ask",), "required"),
        (("ask", "why?", "--image", "MODELS/nowhere.png"), "no such file"),
        (("describe", "MODELS/nowhere.png", "--model", "MODELS/gemma4.gguf"), "with --deep only"),
    ],
)
def test_bad_input_is_one_line_with_its_remedy(models: Path, arguments: tuple[str, ...], hint: str) -> None:
    assert hint in refusal(*(part.replace("MODELS", str(models)) for part in arguments))


# --- ends -------------------------------------------------------------------------------------------------


@pytest.fixture
def thinking(
    models: Path, pictures: Path, grammar: Callable[..., Path]
) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """A command in the midst of many thoughts, and its engine's process."""
    questions = [f"And what about number {number}?" for number in range(40)]
    options = ("--image", pictures / "coffee.png", *seeing(models), "--grammar", grammar(TRUE))
    command = subprocess.Popen(
        [CHESTNUT, "ask", *questions, *map(str, options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=0,
        start_new_session=True,
    )
    try:
        assert command.stdout is not None
        assert any(TRUE in line for line in iter(command.stdout.readline, "")), "it ended before"
        (engine,) = psutil.Process(command.pid).children(recursive=True)
        yield command, engine
    finally:
        command.kill()
        command.communicate()


def test_ctrl_c_ends_at_once_and_leaves_no_process(
    thinking: tuple[subprocess.Popen[str], psutil.Process],
) -> None:
    command, engine = thinking
    os.killpg(command.pid, signal.SIGINT)  # as a terminal does it: the engine's process gets it too
    shown, complaint = command.communicate(timeout=PATIENCE_S)
    assert (command.returncode, complaint) == (130, "")
    assert len(shown.splitlines()) < 39
    assert not engine.is_running()


def test_an_engine_that_is_killed_is_told_of_and_ends_the_command(
    thinking: tuple[subprocess.Popen[str], psutil.Process],
) -> None:
    """Between two thoughts nobody waits for it and it is only started again, so it is killed again."""
    command, _ = thinking
    shown, complaint = "", ""
    for _ in range(int(PATIENCE_S / 0.2)):
        with contextlib.suppress(psutil.NoSuchProcess):
            for engine in psutil.Process(command.pid).children():
                engine.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            shown, complaint = command.communicate(timeout=0.2)
            break
    assert (command.returncode, complaint) == (1, "")
    assert shown.splitlines()[-1].startswith("The language model has failed.")


# --- the device -------------------------------------------------------------------------------------------


def test_the_simulated_device_thinks_with_the_model_that_is_set(models: Path) -> None:
    """What random weights say is anybody's guess; that they are asked, told of and gone in the end is not."""
    engine = EngineSettings(model=str(models / "gemma4.gguf"), projector=str(models / "gemma4v.gguf"))
    settings = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"), engine=engine)
    simulation = Simulation(settings)
    said: list[str] = []
    events: list[Event] = []

    async def run() -> None:
        changed = asyncio.Event()

        def tap(event: Event, orders: tuple[Order, ...]) -> None:
            events.append(event)
            for order in orders:
                if isinstance(order, Start) and isinstance(order.effect, (Say, Recite)):
                    said.append(order.effect.key if isinstance(order.effect, Say) else "recite")
            changed.set()

        async def until(holds: Callable[[], object]) -> None:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    changed.clear()
                    await changed.wait()

        device = Runtime(simulation.assemble, keymap(load_pins(), {}), first_session(settings), (tap,))
        async with device:
            await until(lambda: "ready" in said and not device.conductor.busy)
            simulation.show("coffee")
            simulation.press("describe", 0.9)
            await until(lambda: any(isinstance(event, ThoughtEnded) for event in events))
            await until(lambda: not device.conductor.busy)

    before = psutil.Process().children(recursive=True)
    asyncio.run(run())
    assert said.index("scene") > said.index("ready")
    assert said[-1] in ("model", "model_doubtful", "model_unsure")
    (ended,) = (event for event in events if isinstance(event, ThoughtEnded))
    assert ended.effort.pictures_encoded == 1
    assert not [child for child in psutil.Process().children(recursive=True) if child not in before]


def test_the_self_test_tells_of_the_language_model(models: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    lines = ("[engine]", f"model = '{models / 'gemma4.gguf'}'", f"projector = '{models / 'gemma4v.gguf'}'")
    settings.write_text("\n".join(lines))
    parts = json.loads(chestnut("check", "--config", settings, "--json").stdout)["facts"]["parts"]
    (model,) = (part for part in parts if part["part"] == "language model")
    assert model["state"] == "ok"
    assert "sees pictures" in model["found"] and "llama_cpp" in model["found"]
