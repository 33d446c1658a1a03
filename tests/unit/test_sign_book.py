"""The file of taught signs."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chestnut.signs import book as book_module
from chestnut.signs.book import TAKES_KEPT, Book, BookFault, default_path, parse, written
from chestnut.signs.take import Take, Takes, take_from
from chestnut_tests.signed import Sign
from hypothesis import given
from hypothesis import strategies as st

DAY = "2026-11-23"


def takes(seed: int, count: int = 3) -> list[Take]:
    random = np.random.default_rng(seed)
    sign = Sign.drawn(random)
    return [take for _ in range(count) if (take := take_from(sign.made(random))) is not None]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "new" / "signs.json")


def names(book: Book) -> list[str]:
    return [sign.name for sign in book.signs()]


def test_what_was_taught_is_there_again(book: Book) -> None:
    assert book.signs() == ()
    first, second = takes(1), [*takes(2, 2), Take(*_one_handed(), place=None, seconds=0.7)]
    book.teach("tea", first, DAY)
    book.teach("Чай с лимоном", second, DAY)
    tea, lemon = book.signs()
    assert (tea.name, tea.taught, lemon.name) == ("tea", DAY, "Чай с лимоном")
    for before, after in zip([*first, *second], [*tea.takes, *lemon.takes], strict=True):
        assert after.hands == before.hands
        assert (after.place is None) == (before.place is None)
        assert after.seconds == pytest.approx(before.seconds, abs=1e-3)
        assert Takes([before]).unlike(after)[0] < 0.01


def _one_handed() -> tuple[Any, Any]:
    take = takes(3)[0]
    shapes, paths = take.shapes.copy(), take.paths.copy()
    shapes[1], paths[1] = np.nan, np.nan
    return shapes, paths


def test_a_person_can_read_it(book: Book) -> None:
    book.teach("tea", takes(1), DAY)
    text = book.path.read_text(encoding="utf-8")
    assert '"tea"' in text
    assert DAY in text
    assert max(map(len, text.splitlines())) < 500
    assert json.loads(text)["version"] == 1
    assert "\\u" not in written(book.signs())


def test_more_takes_join_those_of_the_name(book: Book) -> None:
    book.teach("Tea", takes(1), DAY)
    sign = book.teach("tea", takes(1, 2), "2026-12-24")
    assert (sign.name, sign.taught, len(sign.takes)) == ("Tea", "2026-12-24", 5)
    assert names(book) == ["Tea"]
    for _ in range(8):
        book.teach("tea", takes(1), DAY)
    assert len(book.signs()[0].takes) == TAKES_KEPT


def test_rename_and_forget(book: Book) -> None:
    for seed, name in enumerate(("tea", "milk", "home")):
        book.teach(name, takes(seed), DAY)
    assert book.rename("TEA", "coffee").name == "coffee"
    assert names(book) == ["coffee", "milk", "home"]
    assert book.rename("coffee", "Coffee").name == "Coffee"
    with pytest.raises(BookFault, match="milk is there already"):
        book.rename("home", "milk")
    with pytest.raises(BookFault, match="taught: Coffee, milk, home"):
        book.rename("tea", "x")
    assert book.forget("Milk").name == "milk"
    with pytest.raises(BookFault, match="taught: Coffee, home"):
        book.forget("milk")
    assert names(book) == ["Coffee", "home"]


def test_a_copy_is_a_book(book: Book, tmp_path: Path) -> None:
    book.teach("tea", takes(1), DAY)
    copy = tmp_path / "copy.json"
    copy.write_bytes(book.path.read_bytes())
    assert names(Book(copy)) == ["tea"]


DAMAGED = {
    "empty": "",
    "half": '{"version": 1, "signs": [',
    "no object": "[1, 2]",
    "no version": '{"signs": []}',
    "true version": '{"version": true, "signs": []}',
    "no signs": '{"version": 1}',
    "a sign without takes": '{"version": 1, "signs": [{"name": "a", "taught": "x", "takes": []}]}',
    "a take without hands": '{"version": 1, "signs": [{"name": "a", "taught": "x", "takes": [{"seconds": 1, '
    '"place": null, "hands": [null, null]}]}]}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_book_is_told_and_stays_as_it_is(tmp_path: Path, text: str) -> None:
    book = Book(tmp_path / "signs.json")
    book.path.write_text(text, encoding="utf-8")
    for change in (
        book.signs,
        lambda: book.teach("a", takes(1), DAY),
        lambda: book.rename("a", "b"),
        lambda: book.forget("a"),
    ):
        with pytest.raises(BookFault, match=r"signs\.json is damaged .*; put a copy of it in its place"):
            change()
    assert book.path.read_text(encoding="utf-8") == text
    assert [file.name for file in tmp_path.iterdir()] == ["signs.json"]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    book = Book(tmp_path / "signs.json")
    book.path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BookFault, match="damaged"):
        book.teach("a", takes(1), DAY)
    assert book.path.read_bytes() == b"\xff\xfe\x00"


def test_a_newer_book_is_told_and_stays_as_it_is(tmp_path: Path) -> None:
    book = Book(tmp_path / "signs.json")
    book.path.write_text('{"version": 2, "signs": {"a": "in another form"}}', encoding="utf-8")
    with pytest.raises(BookFault, match=r"newer Chestnut .* update this one"):
        book.teach("a", takes(1), DAY)
    assert "in another form" in book.path.read_text(encoding="utf-8")


def test_one_name_twice_is_damage(book: Book) -> None:
    book.teach("tea", takes(1), DAY)
    twice = written([*book.signs(), *book.signs()]).replace('"tea"', '"Tea"', 1)
    with pytest.raises(BookFault, match="one name twice"):
        parse(twice)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "1e9", '"1"', "true", "null", "[]"])
def test_a_number_that_is_none_is_damage(book: Book, value: str) -> None:
    book.teach("tea", takes(1), DAY)
    text = book.path.read_text(encoding="utf-8")
    first = text.index("[", text.index('"hands"') + 20)
    start = text.index("[", first + 1) + 1
    with pytest.raises(BookFault, match="damaged"):
        parse(text[:start] + value + text[text.index(",", start) :])


def test_a_book_that_cannot_be_read_or_written(book: Book, as_nobody: None) -> None:
    book.teach("tea", takes(1), DAY)
    book.path.chmod(0)
    with pytest.raises(BookFault, match=r"cannot read .*: Permission denied; check name and permissions"):
        book.signs()
    book.path.chmod(0o600)
    book.path.parent.chmod(0o500)
    with pytest.raises(BookFault, match=r"cannot write .*: Permission denied; check space and permissions"):
        book.teach("milk", takes(2), DAY)
    assert names(book) == ["tea"]
    book.path.parent.chmod(0o700)


def test_what_fails_while_it_is_written_leaves_the_book_as_it_was(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.teach("tea", takes(1), DAY)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(book_module.os, "replace", full)
    with pytest.raises(BookFault, match="No space left"):
        book.teach("milk", takes(2), DAY)
    assert names(book) == ["tea"]
    assert [file.name for file in book.path.parent.iterdir()] == ["signs.json"]


def test_a_link_stays_one(book: Book, tmp_path: Path) -> None:
    book.teach("tea", takes(1), DAY)
    link = tmp_path / "link.json"
    link.symlink_to(book.path)
    Book(link).teach("milk", takes(2), DAY)
    assert link.is_symlink()
    assert names(book) == ["tea", "milk"]


def test_only_the_owner_reads_it(book: Book) -> None:
    book.teach("tea", takes(1), DAY)
    assert book.path.stat().st_mode & 0o077 == 0


def test_who_teach_at_the_same_time_lose_nothing(book: Book) -> None:
    known = takes(1)
    threads = [threading.Thread(target=book.teach, args=(f"sign {n}", known, DAY)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(book)) == [f"sign {n}" for n in range(8)]


def test_where_it_is() -> None:
    assert default_path({"XDG_DATA_HOME": "/data"}) == Path("/data/chestnut/signs.json")
    assert default_path({}) == Path.home() / ".local" / "share" / "chestnut" / "signs.json"


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(("version", "signs", "name", "taught", "takes", "seconds", "place", "hands")),
            inner,
            max_size=8,
        ),
    ),
    max_leaves=20,
)


@given(trees, st.booleans())
def test_whatever_stands_in_the_file_is_signs_or_told(tree: Any, first: bool) -> None:
    data = {"version": 1, "signs": tree} if first else tree
    for text in (json.dumps(data), str(data)):
        try:
            assert isinstance(parse(text), tuple)
        except BookFault as fault:
            assert "\n" not in str(fault)


@given(st.data())
def test_a_book_with_a_sign_of_text_changed_is_signs_or_told(data: st.DataObject) -> None:
    text = WHOLE
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.text(max_size=2)) + text[at + data.draw(st.integers(0, 3)) :]
    try:
        for sign in parse(changed):
            assert sign.takes
            assert all(
                np.isfinite(take.paths[hand]).all()
                for take in sign.takes
                for hand in (0, 1)
                if take.hands[hand]
            )
    except BookFault as fault:
        assert "\n" not in str(fault)


WHOLE = written([book_module.TaughtSign("tea", DAY, tuple(takes(1, 1)))])
