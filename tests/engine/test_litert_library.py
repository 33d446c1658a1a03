"""Where the second engine meets LiteRT-LM: damaged files, a library that is not there, that fails, or has changed."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import litert_lm
import numpy as np
import pytest
from chestnut.core.thought import Stage
from chestnut.engine.backend import Refused, Stopped, Unloadable
from chestnut.engine.litert import LitertBackend
from chestnut.engine.litert_model import latest_error, library
from chestnut.engine.litert_picture import limit_picture, portable_pixmap
from chestnut.engine.messages import Load, Think
from chestnut_tests.tiny_models import litert as tiny

# In a process of its own: the library dies of some files. Every file, what was said of it, and what else was printed.
OPENS = """
import json, sys
from chestnut.engine.backend import Unloadable
from chestnut.engine.litert import LitertBackend
from chestnut.engine.messages import Load, Think
told = {}
for path in sys.argv[1:]:
    try:
        backend = LitertBackend(Load("litert", path))
        backend.warm()
        told[path] = ["good", ""]
    except Unloadable as error:
        told[path] = [error.reason, str(error)]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.write_litert(tmp_path_factory.mktemp("litert") / "tiny.litertlm")


@pytest.fixture
def backend(model: Path) -> Iterator[LitertBackend]:
    opened = LitertBackend(Load("litert", str(model)))
    yield opened
    opened.close()


def said(backend: LitertBackend, *turns: str, **other: Any) -> str:
    return "".join(backend.think(Think(1, "You see.", turns, **other), None, lambda stage: None))


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=300
    )


# --- files --------------------------------------------------------------------------------------------------


def bad_files(folder: Path, good: bytes) -> dict[Path, str]:
    """Each with the reason it is refused for."""
    contents = {
        "empty": b"",
        "short": b"LITER",
        "head_only": b"LITERTLM",
        "words": b"no model at all " * 1000,
        "gguf": b"GGUF" + bytes(1000),
        "other_version": b"LITERTLM" + (9).to_bytes(4, "little") + bytes(40000),
        "zeros": b"LITERTLM" + (1).to_bytes(4, "little") + bytes(40000),
        **{
            f"cut_{length}": good[:length]
            for length in (40, tiny.BLOCK, 20000, 40000, len(good) // 2, len(good) - 1)
        },
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder").mkdir()
    parts = [(tiny.SENTENCEPIECE, "", b"?"), (tiny.TFLITE, "tf_lite_prefill_decode", b"?")]
    tiny.write_container(folder / "without_metadata", parts)
    tiny.write_container(folder / "no_parts", [])
    reasons = {
        folder / name: "model_damaged" for name in (*contents, "folder", "without_metadata", "no_parts")
    }
    return {**reasons, folder / "missing": "gemma_missing"}


def test_every_bad_file_is_refused_with_a_reason_and_a_remedy(model: Path, tmp_path: Path) -> None:
    expected = bad_files(tmp_path, model.read_bytes())
    done = run(OPENS, *map(str, expected), str(model))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.pop(str(model)) == ["good", ""]
    assert {Path(path): reason for path, (reason, _) in told.items()} == expected
    remedies = {"gguf": "[engine] kind", "folder": "cannot be read"}
    for path, (_, detail) in told.items():
        remedy = remedies.get(Path(path).name, "run make gemma")
        assert path in detail and remedy in detail and "\n" not in detail


def test_it_prints_nothing_and_holds_no_socket(model: Path) -> None:
    script = """
import os, sys
import numpy as np
from chestnut.engine.litert import LitertBackend
from chestnut.engine.messages import Load, Think
def sockets():
    links = []
    for number in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink("/proc/self/fd/" + number))
        except OSError:
            pass
    return [link for link in links if link.startswith("socket:")]
backend = LitertBackend(Load("litert", sys.argv[1]))
order = Think(1, "You see.", ("What?",), (9, 9), "1")
text = "".join(backend.think(order, np.zeros((9, 9, 3), np.uint8), lambda stage: None))
found = sockets()
backend.close()
print(text, found + sockets())
"""
    done = run(script, str(model))
    assert (done.stdout, done.stderr) == ("The picture is nothing. []\n", "")


# --- the library --------------------------------------------------------------------------------------------


def test_without_the_library_make_engine_is_the_remedy(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "litert_lm", None)
    with pytest.raises(Unloadable) as error:
        LitertBackend(Load("litert", str(model)))
    assert error.value.reason == "engine_missing" and "make engine" in str(error.value)


def test_without_its_native_part_too(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(severity: Any) -> None:
        raise RuntimeError("Could not find liblitert-lm.so")

    monkeypatch.setattr(litert_lm, "set_min_log_severity", unable)
    with pytest.raises(Unloadable) as error:
        LitertBackend(Load("litert", str(model)))
    assert error.value.reason == "engine_missing" and "make engine" in str(error.value)


CONVERSATION, ENGINE = litert_lm.Conversation, litert_lm.Engine
CALLS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = {
    "Backend.CPU": (litert_lm.Backend.CPU, (), {"thread_count": 1}),
    "Content.ImageBytes": (litert_lm.Content.ImageBytes, (b"",), {}),
    "Contents.of": (litert_lm.Contents.of, ("", ""), {}),
    "Message.model": (litert_lm.Message.model, ("",), {}),
    "Message.system": (litert_lm.Message.system, ("",), {}),
    "Message.user": (litert_lm.Message.user, ("",), {}),
    "ModelInfo": (litert_lm.ModelInfo, ("",), {}),
    "SamplerConfig": (litert_lm.SamplerConfig, (), {"top_k": 1, "top_p": 1.0, "temperature": 1.0, "seed": 0}),
    "ThinkingConfig": (litert_lm.ThinkingConfig, (), {"enable_thinking": False}),
    "set_min_log_severity": (litert_lm.set_min_log_severity, (litert_lm.LogSeverity.SILENT,), {}),
    "Engine": (
        ENGINE,
        ("",),
        dict.fromkeys(("backend", "vision_backend", "max_num_tokens", "cache_dir", "enable_benchmark")),
    ),
    "Engine.close": (ENGINE.close, (None,), {}),
    "Engine.tokenize": (ENGINE.tokenize, (None, ""), {}),
    "Engine.create_conversation": (
        ENGINE.create_conversation,
        (None,),
        dict.fromkeys(("messages", "automatic_tool_calling", "thinking_config", "sampler_config")),
    ),
    "Conversation.cancel_process": (CONVERSATION.cancel_process, (None,), {}),
    "Conversation.close": (CONVERSATION.close, (None,), {}),
    "Conversation.get_benchmark_info": (CONVERSATION.get_benchmark_info, (None,), {}),
    "Conversation.send_message_async": (
        CONVERSATION.send_message_async,
        (None, ""),
        {"max_output_tokens": 1},
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_library_takes_what_it_is_given(name: str) -> None:
    function, arguments, named = CALLS[name]
    bound = inspect.signature(function).bind(*arguments, **named)
    kinds = {parameter.kind for parameter in bound.signature.parameters.values()}
    if inspect.Parameter.VAR_KEYWORD in kinds:  # it would swallow a name it does not know
        assert set(named) <= set(bound.signature.parameters)


def test_the_library_tells_what_is_asked_of_it() -> None:
    told = set(inspect.signature(litert_lm.BenchmarkInfo).parameters)
    wanted = {"last_prefill_token_count", "last_prefill_tokens_per_second"}
    assert wanted | {"last_decode_token_count", "last_decode_tokens_per_second"} <= told
    for kind, names in (
        (
            litert_lm.ModelInfo,
            ("is_llm_model", "input_modalities", "max_context_tokens", "max_vision_token_budget"),
        ),
        (litert_lm.Conversation, ("token_count",)),
    ):
        assert all(isinstance(inspect.getattr_static(kind, name), property) for name in names)


def test_a_picture_is_limited_in_a_way_this_library_has(backend: LitertBackend) -> None:
    conversation = litert_lm.Conversation(library()._ffi._get_lib(), None)
    assert limit_picture(conversation, 70)
    parameters = inspect.signature(CONVERSATION._create_optional_args).parameters
    assert conversation._create_optional_args(**dict.fromkeys(list(parameters)[1:])) is None
    assert not limit_picture(SimpleNamespace(), 70)


def test_a_plain_picture_is_one(tmp_path: Path) -> None:
    from PIL import Image

    rgb = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    (tmp_path / "picture.ppm").write_bytes(portable_pixmap(rgb))
    assert np.array_equal(np.asarray(Image.open(tmp_path / "picture.ppm")), rgb)


def test_the_librarys_own_words_are_heard(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        litert_lm.Engine(str(tmp_path / "nowhere.litertlm"))
    assert "NOT_FOUND" in latest_error(litert_lm)
    assert latest_error(SimpleNamespace(__file__=str(tmp_path / "other.py"))) == ""


# --- failures in the midst ----------------------------------------------------------------------------------


def failing(words: str, after: int) -> Callable[..., Iterator[Any]]:
    """As Conversation.send_message_async, but it fails after so many pieces."""
    real = CONVERSATION.send_message_async

    def send_message_async(
        self: Any,
        message: Any,
        *,
        repetition_penalty_config: Any = None,
        no_repeat_ngram_config: Any = None,
        suppress_tokens_config: Any = None,
        max_output_tokens: int | None = None,
        thinking_config: Any = None,
        response_format: Any = None,
    ) -> Iterator[Any]:
        for count, part in enumerate(real(self, message, max_output_tokens=max_output_tokens)):
            if count == after:
                raise RuntimeError(words)
            yield part

    assert list(inspect.signature(send_message_async).parameters) == list(inspect.signature(real).parameters)
    return send_message_async


@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("INTERNAL: the template made of «secret» is none\nold_string: secret", "fault"),
        ("RESOURCE_EXHAUSTED: tensors", "model_memory"),
        ("INVALID_ARGUMENT: Input token ids are too long.", "prompt_too_long"),
    ],
)
def test_a_failure_in_the_midst_is_told_without_quoting_and_the_next_prompt_may_be_thought(
    backend: LitertBackend, words: str, reason: str, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(CONVERSATION, "send_message_async", failing(words, after))
        with pytest.raises(Refused) as refusal:
            said(backend, "endlessly", max_tokens=100)
    assert refusal.value.reason == reason
    assert "secret" not in str(refusal.value) and words.partition(":")[0] in str(refusal.value)
    assert said(backend, "What?") == "The picture is nothing."


def test_a_conversation_that_cannot_be_begun_is_refused(
    backend: LitertBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_conversation(self: Any, **wishes: Any) -> Any:
        raise RuntimeError("Failed to create conversation")

    with monkeypatch.context() as patch:
        patch.setattr(ENGINE, "create_conversation", create_conversation)
        with pytest.raises(Refused) as refusal:
            said(backend, "What?")
        with pytest.raises(Unloadable) as error:
            backend.warm()
    assert refusal.value.reason == "fault" and error.value.reason == "model_damaged"
    assert said(backend, "What?") == "The picture is nothing."


def test_a_failure_after_stop_is_a_stop(backend: LitertBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CONVERSATION, "send_message_async", failing("INTERNAL: Task failed with state: 8", 1))
    thought = backend.think(Think(1, "", ("endlessly",), max_tokens=100), None, lambda stage: None)
    next(thought)
    backend.stop()
    with pytest.raises(Stopped):
        list(thought)


def test_what_was_reached_may_fail_by_itself(backend: LitertBackend) -> None:
    def reached(stage: Stage) -> None:
        raise ValueError(stage)

    with pytest.raises(ValueError):
        list(backend.think(Think(1, "", ("What?",)), None, reached))
    assert said(backend, "What?") == "The picture is nothing."
