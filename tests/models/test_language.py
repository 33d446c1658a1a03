"""Which language model is loaded, and what is said where none can be."""

from __future__ import annotations

from pathlib import Path

import pytest
from chestnut_models import LanguageModel, ModelDamaged, ModelMissing, WrongModel, language_model
from chestnut_models.fit import Memory
from chestnut_tests.tiny_models import write_gemma3n, write_gemma3nv

from .conftest import Server
from .languages import LITERT, LITTLE, PLENTY, Tiny, tiny_languages


@pytest.fixture
def tiny(cache: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    return tiny_languages(cache, server, tmp_path, monkeypatch)


def chosen(*arguments: str, memory: Memory = PLENTY) -> LanguageModel:
    return language_model(*arguments, memory=memory)


def test_with_nothing_there_the_remedy_is_named(tiny: Tiny) -> None:
    with pytest.raises(ModelMissing, match="no language model is installed: run make gemma"):
        chosen()
    with pytest.raises(ModelMissing, match="no language model for litert"):
        chosen("auto", "auto", "litert")
    assert tiny.server.asked == []


def test_auto_takes_the_one_for_pictures_then_the_default_then_any(tiny: Tiny) -> None:
    names = []
    for file in ("other.litertlm", "words.gguf", "sight.gguf"):
        tiny.put(file)
        names.append(chosen().name)
    assert names == ["other", "words", "sight"]


def test_auto_keeps_to_the_engine(tiny: Tiny) -> None:
    tiny.put("words.gguf", "sight.gguf", "other.litertlm")
    assert chosen("auto", "auto", "litert").name == "other"
    assert chosen("auto", "auto", "llama").name == "sight"


def test_auto_avoids_what_is_too_big_while_there_is_a_choice(tiny: Tiny) -> None:
    tiny.put("sight.gguf")
    alone = chosen(memory=LITTLE)
    assert (alone.name, alone.fit.verdict) == ("sight", "too big")
    tiny.put("words.gguf")
    assert chosen(memory=LITTLE).name == "words"
    assert chosen(memory=PLENTY).name == "sight"


def test_a_model_sees_with_its_projector_only(tiny: Tiny) -> None:
    tiny.put("sight.gguf")
    blind = chosen("sight")
    assert (blind.projector, blind.sees, blind.engine) == (None, False, "llama")
    tiny.put("eye.gguf")
    seeing = chosen("sight")
    assert (seeing.projector, seeing.sees) == (tiny.folder / "eye.gguf", True)
    assert seeing.path == tiny.folder / "sight.gguf"
    assert not chosen("sight", "none").sees


def test_a_model_is_known_by_its_file_too(tiny: Tiny) -> None:
    tiny.put("sight.gguf", "eye.gguf")
    by_name = chosen("sight")
    assert chosen("sight.gguf") == by_name
    assert chosen(str(tiny.folder / "sight.gguf")) == by_name


def test_the_second_engines_model_sees_by_itself(tiny: Tiny) -> None:
    tiny.put("other.litertlm")
    model = chosen("other")
    assert (model.engine, model.sees, model.projector) == ("litert", True, None)


def test_what_is_missing_or_damaged_names_the_command(tiny: Tiny) -> None:
    with pytest.raises(ModelMissing, match=r"words\.gguf is missing: run make gemma$"):
        chosen("words")
    with pytest.raises(ModelMissing, match=r"sight\.gguf is missing: run make gemma MODEL=sight$"):
        chosen("sight")
    tiny.folder.mkdir()
    (tiny.folder / "words.gguf").write_bytes(b"half")
    for wanted in ("words", "auto"):
        with pytest.raises(ModelDamaged, match=r"words\.gguf is damaged: run make gemma"):
            chosen(wanted)
    tiny.put("sight.gguf")
    assert chosen().name == "sight"


def test_any_gguf_can_be_named(tiny: Tiny, tmp_path: Path) -> None:
    own = write_gemma3n(tmp_path / "own.gguf")
    model = chosen(str(own))
    assert (model.name, model.path, model.engine, model.sees) == ("own.gguf", own, "llama", False)
    assert model.needs_mb > 0


def test_a_file_in_the_folder_of_models_needs_no_path(tiny: Tiny) -> None:
    tiny.folder.mkdir()
    write_gemma3n(tiny.folder / "own.gguf")
    eye = write_gemma3nv(tiny.folder / "own-eye.gguf")
    model = chosen("own.gguf", "own-eye.gguf")
    assert (model.projector, model.sees) == (eye, True)


def test_an_own_projector_for_a_model_of_the_catalogue(tiny: Tiny, tmp_path: Path) -> None:
    """As for Gemma 3n, whose projector nobody publishes."""
    tiny.put("words.gguf")
    eye = write_gemma3nv(tmp_path / "converted.gguf")
    model = chosen("words", str(eye))
    assert (model.name, model.projector, model.sees) == ("words", eye, True)
    assert model.fit.private_mb > eye.stat().st_size / 1e6


def test_a_projector_for_another_width_is_refused(tiny: Tiny, tmp_path: Path) -> None:
    tiny.put("words.gguf")
    eye = write_gemma3nv(tmp_path / "wide.gguf", text_width=128)
    with pytest.raises(WrongModel, match=r"wide\.gguf is made for a model of width 128, words\.gguf has 64"):
        chosen("words", str(eye))


def test_parts_that_are_mixed_up_are_told_apart(tiny: Tiny, tmp_path: Path) -> None:
    tiny.put("words.gguf", "eye.gguf", "other.litertlm")
    with pytest.raises(WrongModel, match=r"eye\.gguf is a projector"):
        chosen("eye.gguf")
    with pytest.raises(WrongModel, match=r"words\.gguf is no projector"):
        chosen("words", "words.gguf")
    with pytest.raises(WrongModel, match="holds its own projector"):
        chosen("other", "eye.gguf")
    with pytest.raises(WrongModel, match=r"is for the engine llama, not litert: set engine\.kind to auto"):
        chosen("words", "auto", "litert")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8 no model")
    with pytest.raises(WrongModel, match=r"photo\.jpg is neither a GGUF nor a LiteRT-LM file"):
        chosen(str(photo))


def test_a_litert_file_of_ones_own(tiny: Tiny, tmp_path: Path) -> None:
    own = tmp_path / "own.bin"
    own.write_bytes(LITERT)
    assert chosen(str(own)).engine == "litert"
    with pytest.raises(WrongModel, match="is for the engine litert, not llama"):
        chosen(str(own), "auto", "llama")


def test_a_file_that_is_not_there_or_broken_is_said(tiny: Tiny, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"there is no language model 'none\.gguf'"):
        chosen("none.gguf")
    tiny.put("words.gguf")
    with pytest.raises(ModelMissing, match="there is no projector"):
        chosen("words", "none.gguf")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(tiny.data["words.gguf"][:3000])
    with pytest.raises(ModelDamaged, match="it is cut off"):
        chosen(str(broken))
