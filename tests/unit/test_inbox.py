"""A carer's folder: what comes in, once; what does not, and why; and what nobody learns from it."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.carers import Deed
from chestnut.core.memory import Descriptor, Owned, Taught
from chestnut.core.ports import Lessons
from chestnut.core.scene import Frame
from chestnut.devices.pictures import load_picture
from chestnut.memory.store import Store
from chestnut.perception.light import judge
from chestnut.runtime.inbox import Eyes, Inbox
from chestnut.runtime.inbox_files import MOST_NAMES, MOST_PICTURES, BadInbox
from chestnut.runtime.inbox_report import REPORT, Came, Report
from chestnut_tests.full_disk import filling_disk
from chestnut_tests.memory_desk import Desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

LIMIT_S = 60
PILLS = '[[reminder]]\nwords = "Heart pills"\nat = "8:00"\nrepeat = "daily"\n'


class Looks(Lessons):
    """Lessons without a model: a picture's first pixel tells what it shows. Black is odd, white shows no more."""

    def __init__(self) -> None:
        self.firsts: list[int] = []
        self.fits = True

    def take(
        self, frame: Frame, earlier: Sequence[int] = (), *, place: bool = False
    ) -> tuple[int, tuple[int, ...]]:
        first = int(frame.rgb[0, 0, 0])
        self.firsts.append(first)
        if first == 255:
            return 0, ()
        number = len(self.firsts)
        return number, tuple(each for each in (*earlier, number) if self.firsts[each - 1] == 0)

    def takes(self, numbers: Sequence[int]) -> tuple[Descriptor, ...]:
        return tuple(Descriptor("m1", bytes([number]) * 4) for number in numbers)

    def show(self, numbers: Sequence[int], known: Taught) -> bool:
        return self.fits

    def drop(self) -> None: ...


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Desk(tmp_path / "device").open() as store:
        yield store


@pytest.fixture
def inbox(store: Store, tmp_path: Path) -> Inbox:
    eyes = Eyes(load_picture, judge, Looks())
    return Inbox(store.carers, Desk(tmp_path).clock, "Europe/Berlin", eyes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "carer.txt").write_text("Ольга\n", encoding="utf-8")
    return folder


def picture(path: Path, first: int = 200, seed: int = 1) -> None:
    """Of noise that can be seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rgb = np.random.default_rng(seed).integers(40, 216, (240, 320, 3), np.uint8)
    rgb = np.kron(rgb[::8, ::8], np.ones((8, 8, 1), np.uint8))
    rgb[0, 0] = first
    Image.fromarray(rgb).save(path)


def shown(folder: Path, name: str, count: int = 3, kind: str = "things", start: int = 0) -> None:
    for number in range(start, start + count):
        picture(folder / kind / name / f"{number}.png", seed=number)


def told(report: Report) -> dict[str, tuple[Came, str]]:
    return {line.what: (line.came, line.why) for line in report.lines}


def test_something_else_is_not_added_to_what_is_known(folder: Path, store: Store, tmp_path: Path) -> None:
    looks = Looks()
    eyes = Eyes(load_picture, judge, looks)
    inbox = Inbox(store.carers, Desk(tmp_path).clock, "Europe/Berlin", eyes, store.things)
    store.teach(Owned("keys", "Anna's"), (Descriptor("m1", b"took"),)).result(LIMIT_S)
    shown(folder, "ключи Анны")
    looks.fits = False
    ((came, why),) = told(inbox.take(folder)).values()
    assert came is Came.REFUSED and "does not look like" in why
    looks.fits = True
    inbox.take(folder)
    assert [(one.thing, len(one.takes)) for one in store.things()] == [(Owned("keys", "Anna's"), 4)]


def test_reminders_things_and_places_come_in_once(folder: Path, inbox: Inbox, store: Store) -> None:
    (folder / "reminders.toml").write_text(PILLS, encoding="utf-8")
    shown(folder, "my keys")
    shown(folder, "kitchen", 3, "places")
    for came in (Came.TAKEN, Came.KNOWN, Came.KNOWN):
        report = inbox.take(folder)
        assert report.carer == "Ольга" and report.written
        assert told(report) == {
            "Heart pills": (came, ""),
            "things/my keys": (came, ""),
            "places/kitchen": (came, ""),
        }
    assert [one.words for one in store.reminders.all()] == ["Heart pills"]
    assert [(one.thing, len(one.takes)) for one in store.things()] == [(Owned("keys", "my"), 3)]
    assert [(one.name, len(one.views)) for one in store.places()] == [("kitchen", 3)]
    assert [act.deed for act in store.carers.untold()] == [Deed.SET, Deed.TAUGHT, Deed.NAMED]
    assert {act.carer for act in store.carers.log()} == {"Ольга"}


def test_a_reminder_that_came_in_is_not_the_files_and_can_be_removed(
    folder: Path, inbox: Inbox, store: Store
) -> None:
    (folder / "reminders.toml").write_text(PILLS, encoding="utf-8")
    inbox.take(folder)
    store.reminders.take_from_file([]).result(LIMIT_S)
    assert len(store.reminders.all()) == 1
    store.reminders.remove(store.reminders.all()[0].row).result(LIMIT_S)
    inbox.take(folder)
    assert store.reminders.all() == (), "what was removed does not come back with the same folder"


def test_new_pictures_are_added(folder: Path, inbox: Inbox, store: Store) -> None:
    shown(folder, "my keys")
    inbox.take(folder)
    shown(folder, "my keys", 1, start=3)
    assert told(inbox.take(folder)) == {
        "things/my keys": (Came.KNOWN, "3 new pictures are needed, 1 can be used; take more")
    }
    shown(folder, "my keys", 2, start=4)
    assert told(inbox.take(folder))["things/my keys"][0] is Came.TAKEN
    assert len(store.things()[0].takes) == 6


def test_what_was_forgotten_does_not_come_back(folder: Path, inbox: Inbox, store: Store) -> None:
    shown(folder, "my keys")
    inbox.take(folder)
    store.forget_things(["keys"]).result(LIMIT_S)
    inbox.take(folder)
    assert store.things() == ()


def test_bad_pictures_are_named_and_the_rest_is_taken(folder: Path, inbox: Inbox, store: Store) -> None:
    shown(folder, "my keys", 4)
    keys = folder / "things" / "my keys"
    picture(keys / "odd.png", first=0, seed=9)
    picture(keys / "same.png", first=255, seed=10)
    (keys / "no.jpg").write_bytes(b"no picture")
    Image.fromarray(np.zeros((240, 320, 3), np.uint8)).save(keys / "black.png")
    (keys / "notes.txt").write_text("not a picture, and not meant as one")
    lines = told(inbox.take(folder))
    assert lines["things/my keys"] == (Came.TAKEN, "")
    assert "is not a picture" in lines["things/my keys/no.jpg"][1]
    assert lines["things/my keys/black.png"][1] == "it is too dark; take it again"
    assert "no more than another" in lines["things/my keys/same.png"][1]
    assert "does not look like the others" in lines["things/my keys/odd.png"][1]
    assert len(lines) == 5 and len(store.things()[0].takes) == 4


@pytest.mark.parametrize(
    ("name", "count", "why"),
    [
        ("my keys", 2, "3 new pictures are needed"),
        ("empty", 0, "it holds no pictures"),
        ("…", 3, "name the folder in words"),
        ("x" * 61, 3, "name the folder in words"),
    ],
)
def test_what_cannot_be_taught_is_told(folder: Path, inbox: Inbox, name: str, count: int, why: str) -> None:
    (folder / "things" / name).mkdir(parents=True)
    shown(folder, name, count)
    (line,) = inbox.take(folder).lines
    assert line.came is Came.REFUSED and why in line.why


def test_a_mistake_in_the_reminders_keeps_all_of_them_out(folder: Path, inbox: Inbox, store: Store) -> None:
    (folder / "reminders.toml").write_text(PILLS + '[[reminder]]\nwords = "x"\n', encoding="utf-8")
    (line,) = inbox.take(folder).lines
    assert (line.what, line.came) == ("reminders.toml", Came.REFUSED) and "it has no at; add it" in line.why
    assert store.reminders.all() == ()


def test_links_are_not_followed(folder: Path, inbox: Inbox, tmp_path: Path) -> None:
    """Behind them may lie what the folder's owner may not read."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "settings.toml").write_text('[people]\nnames = ["Zacharias"]', encoding="utf-8")
    shown(secret, "private", 3, "places")
    (folder / "reminders.toml").symlink_to(secret / "settings.toml")
    (folder / "places").symlink_to(secret / "places")
    shown(folder, "my keys", 2)
    (folder / "things" / "my keys" / "2.png").symlink_to(secret / "places" / "private" / "0.png")
    (folder / "things" / "linked").symlink_to(secret / "places" / "private")
    report = inbox.take(folder)
    assert report.count(Came.REFUSED) == len(report.lines) == 5
    written = (folder / REPORT).read_text(encoding="utf-8")
    assert "Zacharias" not in written and "private" not in written and str(secret) not in written


def test_no_link_is_written_through(folder: Path, inbox: Inbox, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    (folder / REPORT).symlink_to(mine)
    (folder / f"{REPORT}.new").symlink_to(mine)
    assert inbox.take(folder).written
    assert mine.read_text() == "mine"


def test_a_pipe_is_not_waited_for(folder: Path, inbox: Inbox) -> None:
    (folder / "things" / "my keys").mkdir(parents=True)
    os.mkfifo(folder / "things" / "my keys" / "0.png")
    os.mkfifo(folder / "reminders.toml")
    assert inbox.take(folder).count(Came.REFUSED) == 2


def test_the_carers_files_stay_as_they_are(folder: Path, inbox: Inbox) -> None:
    (folder / "reminders.toml").write_text(PILLS, encoding="utf-8")
    shown(folder, "my keys")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    inbox.take(folder)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after.pop(folder / REPORT) == b"taken: Heart pills\ntaken: things/my keys\n"
    assert after == before


@pytest.mark.usefixtures("as_nobody")
def test_a_card_that_is_locked_is_read_all_the_same(folder: Path, inbox: Inbox, store: Store) -> None:
    (folder / "reminders.toml").write_text(PILLS, encoding="utf-8")
    folder.chmod(0o500)
    report = inbox.take(folder)
    folder.chmod(0o700)
    assert not report.written and report.count(Came.TAKEN) == 1 and len(store.reminders.all()) == 1


def test_who_brings_it_must_be_known(folder: Path, inbox: Inbox, tmp_path: Path) -> None:
    assert inbox.take(folder, "Ben").carer == "Ben"
    (folder / "carer.txt").unlink()
    for text in (None, " \n", "…\nOlga"):
        if text is not None:
            (folder / "carer.txt").write_text(text, encoding="utf-8")
        with pytest.raises(BadInbox, match=r"carer\.txt"):
            inbox.take(folder)
    with pytest.raises(BadInbox, match="there is no folder"):
        inbox.take(tmp_path / "none")


def test_on_a_full_disk_nothing_is_half_there_and_it_is_told(
    folder: Path, inbox: Inbox, store: Store
) -> None:
    (folder / "reminders.toml").write_text(PILLS, encoding="utf-8")
    shown(folder, "my keys")
    with filling_disk() as disk:
        disk.room = 0
        report = inbox.take(folder)
    assert all(line.came is Came.REFUSED and "memory_full" in line.why for line in report.lines)
    assert store.reminders.all() == store.things() == () and store.carers.log() == ()
    assert inbox.take(folder).count(Came.TAKEN) == 2, "with room it comes in"


def test_without_the_model_reminders_come_in_and_pictures_later(
    folder: Path, inbox: Inbox, store: Store, tmp_path: Path
) -> None:
    (folder / "reminders.toml").write_text(PILLS, encoding="utf-8")
    shown(folder, "my keys")
    blind = Inbox(store.carers, Desk(tmp_path).clock, "UTC", Eyes(load_picture, judge, None))
    lines = told(blind.take(folder))
    assert lines["Heart pills"][0] is Came.TAKEN and "run make models" in lines["things/my keys"][1]
    assert told(inbox.take(folder))["things/my keys"][0] is Came.TAKEN


def test_too_many_pictures_are_told(folder: Path, inbox: Inbox) -> None:
    shown(folder, "my keys", MOST_PICTURES + 1)
    lines = told(inbox.take(folder))
    assert lines["things/my keys"][0] is Came.TAKEN and len(lines) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(carer=st.binary(max_size=30), reminders=st.binary(max_size=80), image=st.binary(max_size=80))
def test_whatever_lies_in_it_it_is_taken_or_refused(
    folder: Path, inbox: Inbox, carer: bytes, reminders: bytes, image: bytes
) -> None:
    (folder / "carer.txt").write_bytes(carer)
    (folder / "reminders.toml").write_bytes(reminders)
    (folder / "things" / "my keys").mkdir(parents=True, exist_ok=True)
    (folder / "things" / "my keys" / "0.png").write_bytes(image)
    try:
        report = inbox.take(folder)
    except BadInbox:
        return
    assert report.written and report.lines


def test_names_written_by_a_mac_are_the_same_names(folder: Path, inbox: Inbox, store: Store) -> None:
    """It takes letters and their marks apart, and leaves files beside the pictures that are none."""
    (folder / "carer.txt").write_text("\ufeff" + unicodedata.normalize("NFD", "Андрей"), encoding="utf-8")
    apart = unicodedata.normalize("NFD", "мой кошелёк")
    shown(folder, apart)
    (folder / "things" / apart / "._0.png").write_bytes(b"\0\5\26\7")
    shown(folder, "мой кошелёк")
    report = inbox.take(folder)
    assert report.carer == "Андрей"
    assert sorted(line.came for line in report.lines) == [Came.KNOWN, Came.TAKEN]
    assert [one.thing for one in store.things()] == [Owned("wallet", "my")]


def test_a_mark_before_the_text_is_no_mistake(folder: Path, inbox: Inbox) -> None:
    (folder / "reminders.toml").write_text("\ufeff" + PILLS, encoding="utf-8")
    assert told(inbox.take(folder)) == {"Heart pills": (Came.TAKEN, "")}


def test_the_report_obeys_no_file_name(folder: Path, inbox: Inbox) -> None:
    (folder / "things" / "a\n\x1b[2Jtaken: \u202e b").mkdir(parents=True)
    (folder / "things" / os.fsdecode(b"\xff")).mkdir()
    report = inbox.take(folder)
    assert all(str(line).isprintable() for line in report.lines)
    assert len((folder / REPORT).read_text(encoding="utf-8").splitlines()) == len(report.lines) == 2


def test_pictures_of_a_kind_that_cannot_be_read_are_named(folder: Path, inbox: Inbox) -> None:
    shown(folder, "my keys")
    (folder / "things" / "my keys" / "IMG_1.HEIC").write_bytes(b"x")
    lines = told(inbox.take(folder))
    assert lines["things/my keys"][0] is Came.TAKEN and "as JPEG" in lines["things/my keys/IMG_1.HEIC"][1]


def test_what_is_too_much_is_one_line_with_a_way(folder: Path, inbox: Inbox) -> None:
    for number in range(MOST_NAMES + 7):
        (folder / "places" / f"room {number:02}").mkdir(parents=True)
    lines = told(inbox.take(folder))
    assert len(lines) == MOST_NAMES + 1 and "another folder" in lines["places: 7 more"][1]


def test_a_reminder_whose_time_is_over_is_told(folder: Path, inbox: Inbox, store: Store) -> None:
    over = '[[reminder]]\nwords = "Old"\nat = "2020-01-01 8:00"\n'
    (folder / "reminders.toml").write_text(PILLS + over, encoding="utf-8")
    lines = told(inbox.take(folder))
    assert lines["Heart pills"][0] is Came.TAKEN and lines["Old"][0] is Came.REFUSED
    assert [one.words for one in store.reminders.all()] == ["Heart pills"]


def test_a_folder_without_a_name_is_told_so(folder: Path, inbox: Inbox) -> None:
    """A device that takes it at its start has no other way; a folder that is none of this stays as it is."""
    (folder / "carer.txt").unlink()
    for prepared in (False, True):
        if prepared:
            (folder / "reminders.toml").write_text(PILLS, encoding="utf-8")
        with pytest.raises(BadInbox):
            inbox.take(folder)
        assert (folder / REPORT).exists() == prepared
    assert "nobody knows who brings it" in (folder / REPORT).read_text(encoding="utf-8")


def test_why_the_name_cannot_be_read_is_told(folder: Path, inbox: Inbox) -> None:
    (folder / "carer.txt").write_bytes("Ольга".encode("utf-16"))
    with pytest.raises(BadInbox, match="save it as UTF-8"):
        inbox.take(folder)


def test_who_stops_in_the_middle_gets_the_rest_the_next_time(
    folder: Path, inbox: Inbox, store: Store
) -> None:
    shown(folder, "cane")
    shown(folder, "my keys")
    steps = inbox.steps(folder)
    while not store.things():
        next(steps)
    next(steps)
    steps.close()
    assert [one.thing.label for one in store.things()] == ["cane"] and not (folder / REPORT).exists()
    lines = told(inbox.take(folder))
    assert (lines["things/cane"][0], lines["things/my keys"][0]) == (Came.KNOWN, Came.TAKEN)
    assert [one.thing.label for one in store.things()] == ["cane", "keys"]
