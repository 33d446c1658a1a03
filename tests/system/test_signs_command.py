"""chestnut teach and signs, as they are run."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from chestnut.devices.pictures import BadPicture, load_picture
from chestnut.devices.video_frames import video_frames
from chestnut.signs.book import Book
from chestnut.signs.take import Take, take_from
from chestnut_tests.commands import answer, chestnut, error
from chestnut_tests.moved_hand import (
    GROUND,
    RATE_HZ,
    SIZE,
    across,
    apart,
    beside,
    both,
    circle,
    hand_video,
    nod,
)
from chestnut_tests.signed import Sign

DAY = "2026-11-23"


def takes(seed: int) -> list[Take]:
    random = np.random.default_rng(seed)
    sign = Sign.drawn(random)
    return [take for _ in range(3) if (take := take_from(sign.made(random))) is not None]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Two signs that were drawn, not filmed."""
    book = Book(tmp_path / "signs.json")
    book.teach("tea", takes(1), DAY)
    book.teach("Чай", takes(2), DAY)
    return book


@pytest.fixture(scope="module")
def empty_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("videos") / "empty.mp4"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), RATE_HZ, SIZE)
    for number in range(8):
        video.write(np.full((SIZE[1], SIZE[0], 3), GROUND, dtype=np.uint8) + number)
    video.release()
    return path


# --- the book ------------------------------------------------------------------------------------------------


def test_the_list(book: Book) -> None:
    facts = answer("signs", "--list", "--signs", book.path)["facts"]
    assert [(one["name"], one["taught"], one["takes"]) for one in facts["signs"]] == [
        ("tea", DAY, 3),
        ("Чай", DAY, 3),
    ]
    assert {one["most_like"] for one in facts["signs"]} == {"tea", "Чай"}
    status, out, _ = chestnut("signs", "--list", "--signs", book.path)
    assert status == 0
    assert out.splitlines() == [f"tea  {DAY}  3 takes", f"Чай  {DAY}  3 takes"]


def test_the_list_warns_of_signs_that_are_alike(book: Book) -> None:
    book.teach("coffee", takes(1), DAY)
    _, out, _ = chestnut("signs", "--list", "--signs", book.path)
    assert "“tea” and “coffee” are much alike" in out


def test_an_empty_list(tmp_path: Path) -> None:
    told = answer("signs", "--list", "--signs", tmp_path / "none.json", "--lang", "ru")
    assert told["said"] == ["Я пока не знаю ни одного жеста."]
    assert told["facts"]["signs"] == []


def test_a_new_name(book: Book) -> None:
    told = answer("signs", "--rename", "TEA", "coffee", "--signs", book.path)
    assert told["said"] == ["The sign “tea” is now called “coffee”."]
    assert [sign.name for sign in book.signs()] == ["coffee", "Чай"]
    assert "Чай is there already" in error("signs", "--rename", "coffee", "чай", "--signs", book.path)
    assert "taught: coffee, Чай" in error("signs", "--rename", "milk", "x", "--signs", book.path)


def test_forgetting_asks_and_is_for_ever(book: Book) -> None:
    assert "give --yes" in error("signs", "--forget", "tea", "--signs", book.path, "--json")
    assert len(book.signs()) == 2
    told = answer("signs", "--forget", "tea", "--yes", "--signs", book.path, "--lang", "ru")
    assert told["said"] == ["Жест «tea» забыт."]
    assert [sign.name for sign in book.signs()] == ["Чай"]
    assert "tea" not in book.path.read_text(encoding="utf-8")


def test_a_damaged_book_is_told_by_every_way(tmp_path: Path, empty_video: Path) -> None:
    path = tmp_path / "signs.json"
    path.write_text("{", encoding="utf-8")
    for arguments in (
        ["signs", "--list"],
        ["signs", "--rename", "a", "b"],
        ["signs", "--forget", "a", "--yes"],
        ["signs", empty_video],
        ["teach", "tea", empty_video],
    ):
        assert "is damaged (not JSON); put a copy of it in its place" in error(*arguments, "--signs", path)
    assert path.read_text(encoding="utf-8") == "{"


# --- wrong use -----------------------------------------------------------------------------------------------


def test_wrong_use_names_the_remedy(book: Book, tmp_path: Path, empty_video: Path) -> None:
    kept = ("--signs", book.path)
    assert "one of the arguments VIDEO --list --rename --forget is required" in error("signs", *kept)
    assert "--yes is of use with --forget only" in error("signs", "--list", "--yes", *kept)
    assert "the name is empty" in error("teach", " ", empty_video, *kept)
    assert "shorten it to 40" in error("teach", "x" * 41, empty_video, *kept)
    assert "there is no such video; check the name" in error("signs", tmp_path / "none.mp4", *kept)
    assert "there is no such video" in error("teach", "tea", tmp_path / "none.mp4", *kept)
    assert "is a folder; name a file in it" in error("signs", empty_video, "--signs", tmp_path)
    (tmp_path / "text.mp4").write_text("no video")
    assert "not a video that can be played; convert it" in error("signs", tmp_path / "text.mp4", *kept)
    assert "chestnut teach NAME VIDEO teaches one" in error(
        "signs", empty_video, "--signs", tmp_path / "none.json"
    )


def test_a_video_without_hands(book: Book, empty_video: Path) -> None:
    told = answer("signs", empty_video, "--signs", book.path)
    assert (told["said"], told["refused"]) == (["I see no hands."], "not_seen")
    assert told["facts"]["hands_seen"] == 0
    assert "no hand is seen in the videos" in error("teach", "tea", empty_video, "--signs", book.path)


# --- frames of a video ----------------------------------------------------------------------------------------


def test_every_frame_has_its_time(empty_video: Path) -> None:
    frames = list(video_frames(empty_video))
    assert [frame.number for frame in frames] == list(range(1, 9))
    assert [frame.at for frame in frames] == pytest.approx([n / RATE_HZ for n in range(8)], abs=1e-3)
    assert frames[0].rgb.shape == (SIZE[1], SIZE[0], 3)
    assert abs(frames[0].rgb[0, 0].astype(int) - GROUND[::-1]).max() <= 4  # red first


def test_of_a_quick_video_frames_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "quick.mp4"
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 60, (64, 48))
    for number in range(60):
        video.write(np.full((48, 64, 3), number, dtype=np.uint8))
    video.release()
    times = [frame.at for frame in video_frames(path)]
    assert len(times) == 30
    assert times == sorted(times)


def test_what_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    for path in (tmp_path, tmp_path / "empty.mp4", tmp_path / "none.mp4"):
        with pytest.raises(BadPicture, match=path.name):
            next(video_frames(path))


# --- a real hand, moved ---------------------------------------------------------------------------------------


@pytest.mark.data
def test_signs_are_taught_and_known_again(tmp_path: Path, data_dir: Path) -> None:
    """A photographed hand that is moved along paths: the detector, the movements, the book and the recogniser."""
    hand = load_picture(data_dir / "photos" / "hand_thumb_up.jpg")
    kept = ("--signs", tmp_path / "signs.json")
    circles = hand_video(tmp_path / "circles.mp4", hand, [circle, circle], seed=1)
    one_more = hand_video(tmp_path / "circle.mp4", hand, [circle], seed=2)
    too_few = error("teach", "round", circles, *kept)
    assert "2 movements are seen, 3 takes are needed; film round more often" in too_few
    told = answer("teach", "round", circles, one_more, *kept)
    assert told["said"] == ["I will know the sign “round” again."]
    assert [take["taken"] for take in told["facts"]["takes"]] == [True] * 3
    assert told["facts"]["takes"][1]["began"] == pytest.approx(2.9, abs=0.5)
    assert {take["face"] for take in told["facts"]["takes"]} == {False}

    asked = hand_video(tmp_path / "asked.mp4", hand, [circle, across], seed=3)
    read = answer("signs", asked, *kept)
    assert read["said"] == ["Round."]
    assert [one["sign"] for one in read["facts"]["movements"]] == ["round", None]
    unknown = answer("signs", hand_video(tmp_path / "nod.mp4", hand, [nod], seed=4), *kept)
    assert (unknown["refused"], unknown["said"]) == (
        "unsure",
        ["I see the hands move, but I am not sure of any sign."],
    )
    other = hand_video(tmp_path / "across.mp4", hand, [across] * 3, seed=5)
    assert "these takes are unlike those of round; choose another name" in error(
        "teach", "Round", other, *kept
    )
    assert len(Book(kept[1]).signs()[0].takes) == 3


@pytest.mark.data
def test_signs_of_two_hands(tmp_path: Path, data_dir: Path) -> None:
    hand = load_picture(data_dir / "photos" / "hand_thumb_up.jpg")
    kept = ("--signs", tmp_path / "signs.json")
    film = hand_video(tmp_path / "apart.mp4", hand, [both(apart)] * 3, seed=1, scale=0.35)
    told = answer("teach", "wide", film, *kept)
    assert [(take["hands"], take["taken"]) for take in told["facts"]["takes"]] == [(2, True)] * 3
    asked = hand_video(tmp_path / "asked.mp4", hand, [both(beside), apart, both(apart)], seed=2, scale=0.35)
    read = answer("signs", asked, *kept)["facts"]["movements"]
    assert [(one["hands"], one["sign"]) for one in read] == [(2, None), (1, None), (2, "wide")]
