"""Enrolled people in the memory: consent first, and forgetting that leaves nothing in any page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.memory import Descriptor
from chestnut.core.people import LEAST_TAKES, Acquaintance
from chestnut.memory.export import Form
from chestnut.memory.people import NameTaken
from chestnut.memory.store import Store
from chestnut_tests.memory_desk import NOON, Desk, seen
from chestnut_tests.raw_pages import decrypted, in_clear

CONSENT = "Asked aloud: may I remember your face? Answered yes."
LIMIT_S = 60.0


def takes(seed: int, count: int = LEAST_TAKES, model: str = "faces 1") -> tuple[Descriptor, ...]:
    vectors = np.random.default_rng(seed).standard_normal((count, 1024)).astype("<f4")
    return tuple(Descriptor(model, vector.tobytes()) for vector in vectors)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def store(desk: Desk) -> Iterator[Store]:
    with desk.open() as store:
        yield store


def names(store: Store) -> list[str]:
    return [person.name for person in store.people.all()]


def test_who_is_enrolled_is_there_after_a_restart(desk: Desk) -> None:
    with desk.open() as store:
        store.people.enrol("Anna", CONSENT, takes(1)).result(LIMIT_S)
        store.people.enrol("Пётр", CONSENT, takes(2, count=7)).result(LIMIT_S)
    with desk.open() as store:
        assert store.people.all() == (
            Acquaintance("Anna", CONSENT, NOON, takes(1)),
            Acquaintance("Пётр", CONSENT, NOON, takes(2, count=7)),
        )


@pytest.mark.parametrize("consent", ["", "   ", "\n"])
def test_without_consent_nothing_is_written(store: Store, consent: str) -> None:
    with pytest.raises(ValueError, match="consent"):
        store.people.enrol("Anna", consent, takes(1))
    assert store.people.all() == ()


def test_with_four_takes_nothing_is_written(store: Store) -> None:
    with pytest.raises(ValueError, match="5 takes at least, not 4"):
        store.people.enrol("Anna", CONSENT, takes(1, count=4))
    assert store.people.all() == ()


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "…"])
def test_without_a_name_that_can_be_spoken_nothing_is_written(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        store.people.enrol(name, CONSENT, takes(1))


def test_a_person_is_written_whole_or_not_at_all(store: Store) -> None:
    """A face without its consent, or a consent without its face, is never there: one fails, both are taken back."""
    broken = (*takes(1), None)
    with pytest.raises(AttributeError):
        store.people.enrol("Anna", CONSENT, broken).result(LIMIT_S)  # type: ignore[arg-type]
    assert store.people.all() == ()
    assert store._read(lambda connection: connection.execute("SELECT count(*) FROM face").fetchone()) == (0,)


@pytest.mark.parametrize("again", ["Anna", "anna", " ANNA "])
def test_two_people_of_one_name_would_become_one(store: Store, again: str) -> None:
    store.people.enrol("Anna", CONSENT, takes(1)).result(LIMIT_S)
    with pytest.raises(NameTaken, match="enrolled already") as caught:
        store.people.enrol(again, CONSENT, takes(2)).result(LIMIT_S)
    assert caught.value.reason == "name_taken"
    assert store.people.all() == (Acquaintance("Anna", CONSENT, NOON, takes(1)),)


def test_a_person_is_renamed(store: Store) -> None:
    for seed, name in enumerate(("Person 1", "Пётр")):
        store.people.enrol(name, CONSENT, takes(seed)).result(LIMIT_S)
    assert store.people.rename("person 1", "Anna").result(LIMIT_S)
    assert store.people.rename("Anna", "ANNA").result(LIMIT_S)
    assert not store.people.rename("nobody", "Vera").result(LIMIT_S)
    with pytest.raises(NameTaken):
        store.people.rename("ANNA", "пётр").result(LIMIT_S)
    assert names(store) == ["ANNA", "Пётр"]
    assert store.people.all()[0].takes == takes(0)


def test_of_a_forgotten_person_nothing_is_left_in_any_page(desk: Desk) -> None:
    """Not the name, not the words of consent, not one number of the face: in the rows, the free pages or the log."""
    with desk.open() as store:
        store.remember([seen("cup")]).result(LIMIT_S)
        store.people.enrol("Anna Unmistakable", CONSENT, takes(1, count=9)).result(LIMIT_S)
        store.people.enrol("Пётр", "he said yes", takes(2)).result(LIMIT_S)
    secrets = [
        b"Anna Unmistakable",
        b"Answered yes",
        *(part for take in takes(1, count=9) for part in parts(take)),
    ]
    others = ["Пётр".encode(), b"he said yes"]
    before = in_clear(desk.path, desk.key_file.path)
    assert all(secret in before for secret in secrets + others)

    with desk.open() as store:
        assert store.people.forget("nobody").result(LIMIT_S) == 0
        assert store.people.forget("anna unmistakable").result(LIMIT_S) == 1
        assert names(store) == ["Пётр"]
        assert desk.path.with_name("memory.db-wal").stat().st_size == 0
        assert store.check() == ()
    after = in_clear(desk.path, desk.key_file.path)
    assert [secret[:20] for secret in secrets if secret in after] == []
    assert all(other in after for other in others)
    assert all(part in after for take in takes(2) for part in parts(take))


def parts(take: Descriptor) -> list[bytes]:
    """Pieces of the vector: it is longer than a page."""
    return [take.vector[place : place + 64] for place in (0, 512, 2048, 3520)]


def test_forgetting_sightings_forgets_no_person(store: Store) -> None:
    store.people.enrol("Anna", CONSENT, takes(1)).result(LIMIT_S)
    store.forget_all().result(LIMIT_S)
    store.forget_last(1e6).result(LIMIT_S)
    assert names(store) == ["Anna"]


def test_an_export_tells_consent_and_no_face(store: Store, tmp_path: Path) -> None:
    store.people.enrol("Anna", CONSENT, takes(1, count=6)).result(LIMIT_S)
    store.export(tmp_path / "all.jsonl", Form.LINES)
    (line,) = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert line == {
        "kind": "person",
        "name": "Anna",
        "consent": CONSENT,
        "consented_at": "2027-01-15T08:00:00+00:00",
        "faces": 6,
    }


def test_the_reader_of_pages_can_decrypt() -> None:
    """FIPS 197, C.3."""
    cipher = np.frombuffer(bytes.fromhex("8ea2b7ca516745bfeafc49904b496089"), np.uint8)[None]
    clear = decrypted(cipher, bytes(range(32)))
    assert clear.tobytes().hex() == "00112233445566778899aabbccddeeff"
