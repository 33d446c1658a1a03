"""py-espeak-ng behind our guards, with the real command."""

import sys

import numpy as np
import pytest
from chestnut.core.ports import Segment
from chestnut.speech import prerender
from chestnut.speech.espeak import Espeak, EspeakError


@pytest.mark.parametrize(
    "segment", [Segment("Looking", "en"), Segment("Смотрю", "ru"), Segment("-5 degrees", "en")], ids=str
)
def test_a_rendered_phrase_is_what_the_library_says_and_a_pause(segment: Segment) -> None:
    rendered, rate_hz = prerender.render(segment, 200)
    chunks: list[np.ndarray] = []
    library = Espeak()
    library.synthesise(segment, 200, lambda samples: chunks.append(samples) is None)
    library.close()
    assert rate_hz == library.rate_hz
    assert 0 <= len(rendered) - len(np.concatenate(chunks)) < 0.4 * rate_hz
    assert np.sqrt(np.mean(rendered.astype(float) ** 2)) > 500


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (Segment("Hello world", "en"), "həlˈəʊ wˈɜːld"),
        (Segment("Two lines.\nAnd more; yes!", "en"), "tˈuː lˈaɪnz and mˈɔː jˈɛs"),
        (Segment("-5", "en"), "mˈaɪnəs fˈaɪv"),
        (Segment("", "en"), ""),
    ],
)
def test_phonemes(segment: Segment, expected: str) -> None:
    assert prerender.phonemes(segment) == expected


def test_russian_is_read_by_russian_rules() -> None:
    assert prerender.phonemes(Segment("молоко", "ru")) != prerender.phonemes(Segment("молоко", "en"))
    assert len(prerender.phonemes(Segment("две чашки слева", "ru")).split()) == 3


def test_a_voice_that_does_not_exist_is_an_error_not_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(prerender.espeak.VOICES, "en", "english-us")
    with pytest.raises(EspeakError, match="apt install espeak-ng"):
        prerender.render(Segment("Looking", "en"), 200)
    monkeypatch.setitem(prerender.espeak.VOICES, "en", "xx")
    with pytest.raises(EspeakError, match="does not exist"):
        prerender.phonemes(Segment("Looking", "en"))


@pytest.mark.parametrize("call", [lambda s: prerender.render(s, 200), prerender.phonemes], ids=["wav", "ipa"])
def test_without_the_command_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, call) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(EspeakError, match="apt install espeak-ng"):
        call(Segment("Looking", "en"))


def test_the_wrong_package_of_the_same_name_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        sys.modules, "espeakng", type(sys)("espeakng")
    )  # as PyPI's espeakng: no ESpeakNG in it
    with pytest.raises(EspeakError, match="py-espeak-ng"):
        prerender.phonemes(Segment("Looking", "en"))


@pytest.mark.parametrize(("segment", "rate"), [(Segment("a", "de"), 200), (Segment("a", "en"), 500)])
def test_what_cannot_be_spoken_is_refused(segment: Segment, rate: int) -> None:
    with pytest.raises(ValueError, match=r"no voice|outside"):
        prerender.render(segment, rate)
