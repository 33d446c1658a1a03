"""Manifests and versions: what a device unpacks, and what it never does."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.runtime import updated
from chestnut.update import refusal
from chestnut.update.manifest import File, Manifest, parse, rank
from chestnut.update.refusal import Refused
from hypothesis import given
from hypothesis import strategies as st

GOOD = Manifest("0.2.0", "0.1.0", "any", 3, (File("host/a.py", 3, "0" * 64), File("b", 0, "f" * 64, True)))

numbers = st.lists(st.integers(0, 999), min_size=2, max_size=4)


@given(numbers, numbers)
def test_versions_are_compared_by_their_numbers(one: list[int], other: list[int]) -> None:
    def padded(version: list[int]) -> list[int]:
        return version + [0] * (4 - len(version))

    ranks = [rank(".".join(map(str, version))) for version in (one, other)]
    assert (ranks[0] < ranks[1]) == (padded(one) < padded(other))


@pytest.mark.parametrize(
    "version", ["", "1", "v1.0", "1.0-rc1", "1.0.", "../1.0", "1.0.0.0.0", "1.٢", "1.0\n"]
)
def test_anything_else_is_no_version(version: str) -> None:
    with pytest.raises(ValueError, match="no version"):
        rank(version)


def test_what_is_written_is_read_back() -> None:
    assert parse(GOOD.encoded()) == GOOD


@given(st.binary(max_size=200))
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        parse(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(["format", "version", "least", "machine", "memory_schema", "files"]), json_values)
def test_a_wrong_value_is_refused_or_makes_sense(name: str, value: Any) -> None:
    table = json.loads(GOOD.encoded()) | {name: value}
    try:
        manifest = parse(json.dumps(table).encode())
    except Refused:
        return
    assert type(manifest.memory_schema) is int and rank(manifest.version) and manifest.files


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "./a",
        "a//b",
        "a/",
        "a\0b",
        "a\nb",
        ".",
        "..",
        ".whole",
        "a/.whole",
        "x" * 300,
    ],
)
def test_nothing_is_unpacked_outside_the_folder_or_over_its_mark(path: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(replace(GOOD, files=(File(path, 1, "0" * 64),)).encoded())
    assert refused.value.reason == "update_damaged"


@pytest.mark.parametrize("paths", [("a", "a"), ("a", "A"), ("a", "a/b"), ("a/b/c", "a/b")])
def test_no_two_files_stand_in_one_place(paths: tuple[str, str]) -> None:
    with pytest.raises(Refused):
        parse(replace(GOOD, files=tuple(File(path, 1, "0" * 64) for path in paths)).encoded())


def test_a_newer_form_of_manifest_asks_for_a_version_between() -> None:
    table = json.loads(GOOD.encoded()) | {"format": 2, "more": True}
    with pytest.raises(Refused) as refused:
        parse(json.dumps(table).encode())
    assert refused.value.reason == "update_too_new"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_sentence(language: str) -> None:
    folder = Path(refusal.__file__).parent
    source = "".join(
        path.read_text(encoding="utf-8") for path in (*folder.glob("*.py"), Path(updated.__file__))
    )
    reasons = set(re.findall(r'"(update_[a-z_]+)"', source)) - {"update_signers", "update_told"}
    assert len(reasons) > 15
    for reason in reasons:
        sentence = Phrases.of(language).render(reason, {"version": "0.2.0"})
        assert sentence.endswith(".") and (". " in sentence or reason in NO_REMEDY), sentence


NO_REMEDY = (
    "update_done",
    "update_returned",
    "update_same",
    "update_no_previous",
)  # there is nothing to be done
