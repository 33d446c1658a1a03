"""Whatever happens to the bytes: what is told was once remembered so, or a fault is raised. Nothing else ever."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from chestnut.core.memory import Remembered
from chestnut.memory.faults import Damaged, KeyDamaged, NotEncrypted, WrongKey
from chestnut.memory.keys import DIGITS, KeyFile
from chestnut.memory.vault import PAGE_BYTES
from chestnut_tests.memory_desk import NOON, Desk, seen
from hypothesis import given, settings
from hypothesis import strategies as st

ROWS = 200
places = st.lists(
    st.tuples(st.integers(0, 1 << 40), st.binary(min_size=1, max_size=64)), min_size=1, max_size=4
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A memory with half of its rows in the file and half in the log, as a killed process leaves it."""
    desk = Desk(tmp_path_factory.mktemp("whole"))
    desk.fill(ROWS // 2)
    with desk.open() as store:
        for number in range(ROWS // 2, ROWS):
            store.remember([seen(f"thing {number}", at=NOON + number)]).result(timeout=60)
        left = desk.files()
    (desk.path.parent / "memory.db").write_bytes(left["memory.db"])
    (desk.path.parent / "memory.db-wal").write_bytes(left["memory.db-wal"])
    yield desk


@pytest.fixture(scope="module")
def rows(whole: Desk, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Remembered]:
    with copy_of(whole, tmp_path_factory.mktemp("rows")).open() as store:
        found = {row.thing.label: row for row in store.recall()}
    assert len(found) == ROWS
    return found


def copy_of(desk: Desk, folder: Path) -> Desk:
    shutil.copytree(desk.path.parent, folder / "data")
    shutil.copytree(desk.key_file.path.parent, folder / "keys")
    return Desk(folder)


def scribble(path: Path, scribbles: list[tuple[int, bytes]]) -> None:
    data = bytearray(path.read_bytes())
    for start, text in scribbles:
        start %= len(data)
        data[start : start + len(text)] = text[: len(data) - start]
    path.write_bytes(data)


@settings(max_examples=60)
@given(scribbles=places)
def test_bytes_of_the_file(
    whole: Desk,
    rows: dict[str, Remembered],
    tmp_path_factory: pytest.TempPathFactory,
    scribbles: list[tuple[int, bytes]],
) -> None:
    desk = copy_of(whole, tmp_path_factory.mktemp("file"))
    scribble(desk.path, scribbles)
    with suppress(Damaged, WrongKey, NotEncrypted), desk.open() as store:
        for row in store.recall():
            assert row == rows[row.thing.label]


@settings(max_examples=60)
@given(scribbles=places)
def test_bytes_of_the_log(
    whole: Desk,
    rows: dict[str, Remembered],
    tmp_path_factory: pytest.TempPathFactory,
    scribbles: list[tuple[int, bytes]],
) -> None:
    """The rows of the file are all there; of the log's, as many as came before the damage."""
    desk = copy_of(whole, tmp_path_factory.mktemp("log"))
    scribble(desk.path.with_name("memory.db-wal"), scribbles)
    with desk.open() as store:
        found = store.recall()
        assert [rows[row.thing.label] for row in found] == list(found)
        assert {row.thing.label for row in found} == {f"thing {number}" for number in range(len(found))}
        assert len(found) >= ROWS // 2
        assert store.check() == ()


@settings(max_examples=40)
@given(size=st.integers(0, 1 << 40))
def test_a_log_that_was_cut(whole: Desk, tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    desk = copy_of(whole, tmp_path_factory.mktemp("cut"))
    log = desk.path.with_name("memory.db-wal")
    log.write_bytes(log.read_bytes()[: size % log.stat().st_size])
    with desk.open() as store:
        found = {row.thing.label for row in store.recall()}
        assert found == {f"thing {number}" for number in range(len(found))}
        assert len(found) >= ROWS // 2


@settings(max_examples=40)
@given(garbage=st.binary(min_size=1, max_size=3 * PAGE_BYTES))
def test_any_other_file_is_left_alone(
    whole: Desk, tmp_path_factory: pytest.TempPathFactory, garbage: bytes
) -> None:
    desk = copy_of(whole, tmp_path_factory.mktemp("garbage"))
    desk.path.with_name("memory.db-wal").unlink()
    desk.path.write_bytes(garbage)
    with pytest.raises((Damaged, WrongKey, NotEncrypted)):
        desk.store()
    assert desk.path.read_bytes() == garbage


@given(
    text=st.binary(max_size=2 * DIGITS)
    | st.text("0123456789abcdefABCDEF \n", min_size=DIGITS, max_size=DIGITS + 20).map(str.encode)
)
def test_a_key_file_holds_a_key_or_is_refused(tmp_path_factory: pytest.TempPathFactory, text: bytes) -> None:
    path = tmp_path_factory.mktemp("key") / "memory.key"
    path.write_bytes(text)
    with suppress(KeyDamaged):
        key = KeyFile(path).load()
        assert key.digits == "".join(text.decode().split()).lower()
        assert len(key.digits) == DIGITS
